//===- LFTileOps.td - rows of a layer -----------------------*- tablegen -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_DIALECT_LF_LFTILEOPS_TD
#define LAYERFUSION_DIALECT_LF_LFTILEOPS_TD

include "LayerFusion/Dialect/LF/LFAttrs.td"
include "LayerFusion/Dialect/LF/LFDialect.td"
include "LayerFusion/Dialect/LF/LFOps.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

//===----------------------------------------------------------------------===//
// lf.tile
//===----------------------------------------------------------------------===//

def LF_TileKind : I32EnumAttr<"TileKind", "what a tile makes of its window", [
      I32EnumAttrCase<"Conv", 0, "conv">,
      I32EnumAttrCase<"Depthwise", 1, "depthwise">,
      I32EnumAttrCase<"Max", 2, "max">,
      I32EnumAttrCase<"Sum", 3, "sum">,
      I32EnumAttrCase<"Elementwise", 4, "elementwise">]> {
  let cppNamespace = "::mlir::lf";
}

def LF_TileOp : LF_Op<"tile", [
    AttrSizedOperandSegments, IsolatedFromAbove,
    DeclareOpInterfaceMethods<MemoryEffectsOpInterface>]> {
  let summary = "some rows of a layer, from buffers to a buffer";
  let description = [{
    What lies between loops over blocks of a layer and code for a processor:
    `--lf-tile-blocks` writes it, `--lf-vectorize-tiles` makes vector code of it
    and `--lf-lower-to-linalg` plain loops.

    ```
    y[r, x, f] = epilogue(s, sides[r, x, f] or sides[f] …)
             s = start[r, x, f] + sum over ky, kx, c of
                   row(r, ky)[x * sw + kx * dw, c] * filter[ky, kx, c, f]
    ```
    for `conv`. In `depthwise` channel f of the source takes the place of the sum
    over c, and the filter has no c; `max` and `sum` have no filter and take the
    maximum or the sum of the places in the window. `elementwise` has no window:
    s is the source at the same place. Source and output have no padding: what
    they are read beyond is there.

    The sum starts from `bias[f]`, or, with `accumulate`, from what the output
    holds; without either from 0, for `max` from minus infinity. `elementwise`
    takes neither.

    A **row** of a source: either there is one source, of which row(r, ky) is row
    `r * sh + ky * dh`, or there is a source of one row for each ky and the
    output is one row, as rows of a ring buffer lie.

    Shapes: a source `rows x width x C`, the output and a side `R x W x F`, or a
    side `F`; the number of rows may be dynamic. The filter of a `conv` is
    `KH x KW x C/groups x F`, or packed for panels of P channels:
    `ceil(F / P) x KH x KW x C x P` (`--lf-pack-filters`), in which channel f
    stands in panel `f / P` at `f mod P`. That of a `depthwise` is `KH x KW x F`.

    The epilogue is a scalar function of s and the sides; an empty one returns s.
    It may be computed for channels beyond the last, whose results are dropped.

    `register_tile` says how many results are computed together, in registers.
    `next` is the packed filter that is read after this one: it is fetched into
    L2 meanwhile, and has no part in the results.

    Constraints:
    - (C1) All operands are memrefs of one element type, any float, contiguous
      along the last dimension, of static shape but for the rows.
    - (C2) There is one source, or, for an output of one row, a source of one row
      for each of the window's rows.
    - (C3) The sources have at least the rows and columns that are read.
    - (C4) The channels fit: `groups` divides C and F, the filter has C / groups
      and F of them; kinds other than `conv` have C = F and one group. A packed
      filter is for one group, and its panel that of `register_tile`.
    - (C5) There is a filter for `conv` and `depthwise` alone, with the window's
      `kernel`; `bias` and sides have the shapes above.
    - (C6) `next` is there with a packed filter alone, and has its shape.
    - (C7) `elementwise` has neither bias nor `accumulate`, and a kernel and
      strides of 1; `bias` and `accumulate` exclude each other.
    - (C8) The epilogue, if there is one, has an argument for s and one for each
      side; it holds constants and elementwise scalar ops and yields one number.

    Example: a row of a 3x3 convolution from a ring of three rows, to which a
    shortcut is added.
    ```mlir
    lf.tile conv ins(%r0, %r1, %r2 : memref<1x58x16xf32>, memref<1x58x16xf32>,
                                     memref<1x58x16xf32>)
        filter(%w : memref<2x3x3x16x16xf32>) bias(%b : memref<32xf32>)
        sides(%x : memref<1x56x32xf32>) outs(%y : memref<1x56x32xf32>)
        kernel [3, 3] register_tile <pixels = 14, vectors = [16]> epilogue {
    ^bb0(%s: f32, %other: f32):
      %0 = arith.addf %s, %other : f32
      lf.yield %0 : f32
    }
    ```
  }];
  let arguments = (ins
    LF_TileKind:$kind,
    Variadic<AnyMemRef>:$sources,
    Optional<AnyMemRef>:$filter,
    Optional<AnyMemRef>:$next,
    Optional<AnyMemRef>:$bias,
    Variadic<AnyMemRef>:$sides,
    AnyMemRef:$output,
    UnitAttr:$accumulate,
    LF_OnesByTwo:$kernel,
    LF_OnesByTwo:$strides,
    LF_OnesByTwo:$dilations,
    DefaultValuedAttr<I64Attr, "1">:$groups,
    OptionalAttr<LF_RegisterTileAttr>:$register_tile
  );
  let regions = (region AnyRegion:$epilogue);
  let assemblyFormat = [{
    $kind `ins` `(` $sources `:` type($sources) `)`
    (`filter` `(` $filter^ `:` type($filter) `)`)?
    (`next` `(` $next^ `:` type($next) `)`)?
    (`bias` `(` $bias^ `:` type($bias) `)`)?
    (`sides` `(` $sides^ `:` type($sides) `)`)?
    `outs` `(` $output `:` type($output) `)`
    (`accumulate` $accumulate^)?
    (`kernel` $kernel^)? (`strides` $strides^)? (`dilations` $dilations^)?
    (`groups` $groups^)? (`register_tile` $register_tile^)?
    (`epilogue` $epilogue^)? attr-dict
  }];
  let hasVerifier = 1;
  let hasRegionVerifier = 1;
  let extraClassDeclaration = [{
    ::mlir::MemRefType getOutputType() {
      return ::llvm::cast<::mlir::MemRefType>(getOutput().getType());
    }
    ::mlir::MemRefType getSourceType() {
      return ::llvm::cast<::mlir::MemRefType>(getSources().front().getType());
    }
    /// The window, which has no padding.
    Window getWindow();
    /// Whether each row of the window has a source of its own.
    bool hasRowSources() { return getSources().size() > 1; }
    /// Whether the filter is packed for panels of channels.
    bool hasPackedFilter();
  }];
}

#endif // LAYERFUSION_DIALECT_LF_LFTILEOPS_TD
