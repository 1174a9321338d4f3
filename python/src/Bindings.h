//===- Bindings.h - what the binding's files share ------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Threads: each module has a context of its own, which is single-threaded, and
// a mutex. A method that touches IR first releases Python's global lock and
// then takes the mutex, in this order, and touches no Python object until both
// are back. So a long compilation stops neither other Python threads nor other
// modules.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_PYTHON_BINDINGS_H
#define LAYERFUSION_PYTHON_BINDINGS_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"

#include <nanobind/nanobind.h>

#include <exception>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace mlir::lf::python {

/// A context with all dialects, and the lock that users of it hold.
struct Context {
  Context();

  MLIRContext mlir;
  std::mutex mutex;
};

/// The Python class `Module`.
struct PyModule {
  std::shared_ptr<Context> context;
  OwningOpRef<ModuleOp> op;
};

/// The Python class `IO`: an input or output of the entry function.
struct IOInfo {
  std::string name;           ///< in the model
  std::vector<int64_t> shape; ///< static
  std::string dtype;          ///< as NumPy calls it
  std::string layout;         ///< a letter a dimension, or empty

  /// `name: float32[1, 3, 224, 224] NCHW`
  std::string str() const;
};

/// NumPy's name of an element type, such as `float32`; empty if it has none.
std::string dtypeName(Type type);

/// `float32[1, 3, 224, 224]`
std::string describeArray(llvm::StringRef dtype, ArrayRef<int64_t> shape);

/// What becomes a `layerfusion.CompileError` in Python.
struct CompileFailure : std::exception {
  std::string message;            ///< the first error
  std::string location;           ///< where, or empty
  std::vector<std::string> notes; ///< the notes on it, then further errors

  const char *what() const noexcept override { return message.c_str(); }
};

/// Collects the errors that are reported on a context during its lifetime.
class Diagnostics {
public:
  explicit Diagnostics(MLIRContext *context);

  /// Throws what was collected. Where nothing was, `otherwise` is the message.
  [[noreturn]] void raise(llvm::StringRef otherwise);

private:
  CompileFailure failure;
  bool failed = false;
  ScopedDiagnosticHandler handler;
};

/// `file:line:col` where there is one, else the innermost name.
std::string describe(Location loc);

/// Makes `layerfusion.errors.CompileError` out of CompileFailure.
void registerErrors();

/// Writes `bytes` to the file at `path` (str or os.PathLike), as Python's own
/// `open` does, with its exceptions. Needs the global lock.
void writeFile(nanobind::handle path, llvm::StringRef bytes);

/// The path as a string, after `open` has agreed that it can be read.
std::string readablePath(nanobind::handle path);

/// A shape as Python has it.
nanobind::tuple toTuple(ArrayRef<int64_t> shape);

/// A module from what Python functions accept beside a Module: .mlir and
/// .mlirbc files are loaded, all else is imported as ONNX.
PyModule toModule(nanobind::handle source);

void bindIR(nanobind::module_ &m);
void bindExecutable(nanobind::module_ &m);
void bindCeilings(nanobind::module_ &m);

} // namespace mlir::lf::python

#endif // LAYERFUSION_PYTHON_BINDINGS_H
