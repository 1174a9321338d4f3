//===- OneDNN.h - oneDNN computes a row -------------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The layers of a row as oneDNN computes them best: memory layouts and
// algorithm of its own choosing, activations and the addition as post-ops,
// primitives and repacked weights made beforehand. Neither the input nor the
// output is brought into or out of oneDNN's layout while the clock runs.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_BENCHMARKS_PEERS_ONEDNN_H
#define LAYERFUSION_BENCHMARKS_PEERS_ONEDNN_H

#include "common/Row.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace lfbench {

enum class DepthwiseFusion {
  /// A kernel a layer.
  None,
  /// A 1x1 layer and the 3x3 depthwise layer after it are one kernel: oneDNN's
  /// depthwise post-op.
  PostOp
};

class OneDNN {
public:
  /// None if oneDNN has no such kernel for these layers. The threads are those
  /// of the process: setThreads() first.
  static std::unique_ptr<OneDNN> create(const Row &row, DepthwiseFusion fusion);

  /// How many threads oneDNN's kernels use, if its OpenMP runtime says so.
  static void setThreads(unsigned threads);

  /// Such as "2.6.3".
  static std::string getVersion();

  ~OneDNN();

  void run();

  /// Runs once on the row's input; the output N x H x W x C.
  std::vector<float> compute();

  /// The names of oneDNN's kernels, in order.
  std::vector<std::string> getKernels() const;

private:
  struct Impl;
  explicit OneDNN(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl;
};

} // namespace lfbench

#endif // LAYERFUSION_BENCHMARKS_PEERS_ONEDNN_H
