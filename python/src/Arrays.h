//===- Arrays.h - NumPy arrays as inputs and outputs ----------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Compiled code takes bare pointers. These functions make sure that what lies
// behind them is what it expects, and otherwise raise an exception that names
// the input, what was expected and what was given.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_PYTHON_ARRAYS_H
#define LAYERFUSION_PYTHON_ARRAYS_H

#include "Bindings.h"

#include <nanobind/ndarray.h>

namespace mlir::lf::python {

/// Views that keep the array's memory alive.
using ReadOnlyArray = nanobind::ndarray<nanobind::ro>;
using WritableArray = nanobind::ndarray<>;

/// ValueError unless the array has the shape and type of `io` in C order,
/// TypeError if it is no array at all.
ReadOnlyArray viewInput(const IOInfo &io, nanobind::handle array);
WritableArray viewOutput(const IOInfo &io, nanobind::handle array);

/// ValueError if an output shares memory with an input or another output.
void checkDisjoint(ArrayRef<IOInfo> inputs, ArrayRef<ReadOnlyArray> sources,
                   ArrayRef<IOInfo> outputs, ArrayRef<WritableArray> sinks);

/// The arrays that `out=` gives: one, or a sequence of as many as outputs.
std::vector<nanobind::object> toOutputs(ArrayRef<IOInfo> outputs,
                                        nanobind::handle out);

[[noreturn]] void throwInputCount(ArrayRef<IOInfo> inputs, size_t given);
[[noreturn]] void throwUnknownInput(ArrayRef<IOInfo> inputs,
                                    nanobind::handle name);

} // namespace mlir::lf::python

#endif // LAYERFUSION_PYTHON_ARRAYS_H
