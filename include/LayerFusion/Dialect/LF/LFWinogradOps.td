//===- LFWinogradOps.td - transforms of tiles ---------------*- tablegen -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What lies before and behind the multiplications of a layer that is computed
// by Winograd's algorithm. Those in between are an `lf.tile` for each point.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_DIALECT_LF_LFWINOGRADOPS_TD
#define LAYERFUSION_DIALECT_LF_LFWINOGRADOPS_TD

include "LayerFusion/Dialect/LF/LFAttrs.td"
include "LayerFusion/Dialect/LF/LFDialect.td"
include "LayerFusion/Dialect/LF/LFOps.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

//===----------------------------------------------------------------------===//
// lf.winograd_input
//===----------------------------------------------------------------------===//

def LF_WinogradInputOp : LF_Op<"winograd_input", [
    DeclareOpInterfaceMethods<MemoryEffectsOpInterface>]> {
  let summary = "the windows of Winograd tiles, transformed";
  let description = [{
    Divides `rows` x `columns` results of a 3x3 convolution into tiles as
    `algorithm` says, and writes the transform of each tile's input.

    ```
    planes[i, j, t, c] = sum over y, x of
        BT[i, y] * BT[j, x] * source[row + r + y, column + s + x, c]
    ```
    for tile t, whose first result is in row r and column s, with places outside
    of the source taken as zero. A tile of m x n results has (m + 2) x (n + 2)
    points; other places of the planes are not written. The order of the tiles
    is that of `WinogradTiles`: of a grid of full tiles with smaller ones at its
    end the last column without its last tile, the full tiles row by row, the
    last row, and its last tile.

    Shapes: the source `H x W x C`, of which the rows may be dynamic, the planes
    `P x P x T x C` for T tiles of `P = tile + 2` points along an axis.

    Constraints:
    - (C1) Both are memrefs of one element type, f32 or f64, contiguous along
      the last dimension and of static shape but for the source's rows.
    - (C2) `algorithm` is `winograd`; rows and columns are positive, and so many
      that the shape of the planes is as above.

    Example: the input of a row of four tiles of 4x4 results, at the left edge
    of an image with a padding of 1.
    ```mlir
    lf.winograd_input ins(%image : memref<?x14x64xf32>) at (%row, -1)
        outs(%planes : memref<6x6x4x64xf32>) <winograd(4, 2)> of 4 x 14
    ```
  }];
  let arguments = (ins
    AnyMemRef:$source,
    Index:$row,
    I64Attr:$column,
    AnyMemRef:$planes,
    LF_AlgorithmAttr:$algorithm,
    I64Attr:$rows,
    I64Attr:$columns
  );
  let assemblyFormat = [{
    `ins` `(` $source `:` type($source) `)` `at` `(` $row `,` $column `)`
    `outs` `(` $planes `:` type($planes) `)` $algorithm `of` $rows `x` $columns
    attr-dict
  }];
  let hasVerifier = 1;
}

//===----------------------------------------------------------------------===//
// lf.winograd_output
//===----------------------------------------------------------------------===//

def LF_WinogradOutputOp : LF_Op<"winograd_output", [
    AttrSizedOperandSegments, IsolatedFromAbove,
    DeclareOpInterfaceMethods<MemoryEffectsOpInterface>]> {
  let summary = "the results of Winograd tiles";
  let description = [{
    Transforms the products of each tile back, and stores what the epilogue
    makes of the results.

    ```
    y[r + k, s + l, f] = epilogue(bias[f] + sum over i, j of
                             AT[k, i] * AT[l, j] * planes[i, j, t, f],
                             sides[r + k, s + l, f] or sides[f] …)
    ```
    for tile t, whose first result is in row r and column s. Tiles and their
    points are those of `lf.winograd_input` for the same `rows` and columns.
    Results beyond the rows of the output, which may have fewer than `rows`, are
    dropped. The epilogue is that of `lf.tile`.

    Shapes: the planes `P x P x T x F`, the output and a side `R x W x F`, or a
    side and the bias `F`; the number of rows may be dynamic.

    Constraints:
    - (C1) All operands are memrefs of one element type, f32 or f64, contiguous
      along the last dimension and of static shape but for the rows.
    - (C2) `algorithm` is `winograd`; the planes have the shape above for `rows`
      x W results, and the output has no more rows than `rows`.
    - (C3) Bias and sides have the shapes above.
    - (C4) The epilogue, if there is one, has an argument for the result and one
      for each side; it holds constants and elementwise scalar ops and yields
      one number.

    Example:
    ```mlir
    lf.winograd_output ins(%planes : memref<6x6x4x32xf32>)
        bias(%bias : memref<32xf32>) outs(%y : memref<4x14x32xf32>)
        <winograd(4, 2)> of 4 epilogue {
    ^bb0(%s: f32):
      %zero = arith.constant 0.0 : f32
      %0 = arith.maximumf %s, %zero : f32
      lf.yield %0 : f32
    }
    ```
  }];
  let arguments = (ins
    AnyMemRef:$planes,
    Optional<AnyMemRef>:$bias,
    Variadic<AnyMemRef>:$sides,
    AnyMemRef:$output,
    LF_AlgorithmAttr:$algorithm,
    I64Attr:$rows
  );
  let regions = (region AnyRegion:$epilogue);
  let assemblyFormat = [{
    `ins` `(` $planes `:` type($planes) `)`
    (`bias` `(` $bias^ `:` type($bias) `)`)?
    (`sides` `(` $sides^ `:` type($sides) `)`)?
    `outs` `(` $output `:` type($output) `)` $algorithm `of` $rows
    (`epilogue` $epilogue^)? attr-dict
  }];
  let hasVerifier = 1;
  let hasRegionVerifier = 1;
}

#endif // LAYERFUSION_DIALECT_LF_LFWINOGRADOPS_TD
