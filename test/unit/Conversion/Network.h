//===- Network.h - a network compiled and run in the test -------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Compiles a module from its text and runs it in this process, with random
// inputs from a seed.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_TEST_UNIT_CONVERSION_NETWORK_H
#define LAYERFUSION_TEST_UNIT_CONVERSION_NETWORK_H

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace mlir {
class ExecutionEngine;
class MLIRContext;
} // namespace mlir

namespace lftest {

/// Seeded numbers, the same on each machine.
class Random {
public:
  explicit Random(uint32_t seed) : engine(seed) {}

  /// A number from lo to hi, both included.
  int64_t range(int64_t lo, int64_t hi) {
    return lo + static_cast<int64_t>(engine() % (hi - lo + 1));
  }
  bool flip() { return engine() % 2; }
  template <typename T> T pick(std::initializer_list<T> values) {
    return values.begin()[engine() % values.size()];
  }
  /// Floats in [-scale, scale).
  std::vector<float> floats(int64_t count, float scale = 1.0f) {
    std::vector<float> values(count);
    for (float &value : values)
      value = scale * (static_cast<float>(engine() >> 8) / (1 << 23) - 1.0f);
    return values;
  }

private:
  std::mt19937 engine;
};

/// How many random cases a test tries: `usual`, or LF_TEST_CASES if set.
int64_t getNumCases(int64_t usual);

/// A context with all dialects, shared by all tests.
mlir::MLIRContext &getContext();

/// A module in the LLVM dialect, loaded into this process.
class Network {
public:
  /// Compiles `text` by the pass pipeline `pipeline`, which names the C
  /// function `net`, with `options`. Null, and a failed test, if that goes
  /// wrong.
  static std::unique_ptr<Network>
  compile(const std::string &text,
          const std::string &pipeline = "lf-reference-pipeline",
          const std::string &options = "");
  ~Network();

  /// Calls net_packed with the inputs, the outputs and `workspace`, and
  /// returns its status.
  int32_t run(const std::vector<const void *> &inputs,
              const std::vector<void *> &outputs, void *workspace = nullptr);

  /// The bytes of workspace that a run needs.
  int64_t getWorkspaceSize() const { return workspaceSize; }

  /// The address of the symbol `name`, inner ones too; null if there is none.
  void *lookup(const std::string &name);

private:
  Network();

  std::unique_ptr<mlir::ExecutionEngine> engine;
  int32_t (*function)(void **) = nullptr;
  int64_t workspaceSize = 0;
};

/// The text of a network of one op: `op` reads %in0 … of the tensor types
/// `inputs` and defines %y of type `output`.
std::string getNetworkText(const std::vector<std::string> &inputs,
                           const std::string &output, const std::string &op);

/// `tensor<1x2x3xf32>`
std::string getTensorText(const std::vector<int64_t> &shape);

/// `(tensor<…>, tensor<…>)`
std::string getTypesText(const std::vector<std::string> &types);

/// Fails the test if a value differs by more than its tolerance, or one of the
/// two is not a number.
void expectNear(const std::vector<float> &values,
                const std::vector<double> &expected,
                const std::vector<double> &tolerance, const std::string &what);

} // namespace lftest

#endif // LAYERFUSION_TEST_UNIT_CONVERSION_NETWORK_H
