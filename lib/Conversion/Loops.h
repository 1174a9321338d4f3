//===- Loops.h - loops, indices and views -----------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Indices that are numbers where they are known and affine ops where they are
// not, the loops over them and views of buffers at them. Loops of one iteration
// are not written.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_LIB_CONVERSION_LOOPS_H
#define LAYERFUSION_LIB_CONVERSION_LOOPS_H

#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace mlir::lf {

/// A number, or an SSA value of index type.
using Index = OpFoldResult;

Index getIndex(ImplicitLocOpBuilder &b, int64_t value);

/// x * factor + offset
Index linear(ImplicitLocOpBuilder &b, Index x, int64_t factor, int64_t offset);

/// x + y * factor
Index addScaled(ImplicitLocOpBuilder &b, Index x, Index y, int64_t factor);

/// x - y
Index subtract(ImplicitLocOpBuilder &b, Index x, Index y);

/// min(x * factor + offset, bound) and max(x * factor + offset, bound)
Index linearAtMost(ImplicitLocOpBuilder &b, Index x, int64_t factor,
                   int64_t offset, int64_t bound);
Index linearAtLeast(ImplicitLocOpBuilder &b, Index x, int64_t factor,
                    int64_t offset, int64_t bound);

Index maximum(ImplicitLocOpBuilder &b, Index x, Index y);

/// min(x + offset, y)
Index minimum(ImplicitLocOpBuilder &b, Index x, int64_t offset, Index y);

/// x mod size, for x that is not negative.
Index modulo(ImplicitLocOpBuilder &b, Index x, int64_t size);

/// x / size rounded down, for x that is not negative.
Index divide(ImplicitLocOpBuilder &b, Index x, int64_t size);

Value asValue(ImplicitLocOpBuilder &b, Index x);

/// x == y ? then : otherwise
Index selectIfEqual(ImplicitLocOpBuilder &b, Index x, Index y, Index then,
                    Index otherwise);

/// body() if x < y.
void ifLess(ImplicitLocOpBuilder &b, Index x, Index y,
            function_ref<void()> body);

/// body(i) for i = lower, lower + step, … below upper.
void forEach(ImplicitLocOpBuilder &b, Index lower, Index upper, int64_t step,
             function_ref<void(Index)> body);

/// A part of a buffer: along each dimension `size` places from `offset` on,
/// `stride` apart.
struct Slice {
  Index offset;
  Index size;
  int64_t stride = 1;
};

/// The `slices` of `buffer`, of which those of `dropped` dimensions, of size 1,
/// have none in the result.
Value getView(ImplicitLocOpBuilder &b, Value buffer, ArrayRef<Slice> slices,
              ArrayRef<int64_t> dropped = {});

} // namespace mlir::lf

#endif // LAYERFUSION_LIB_CONVERSION_LOOPS_H
