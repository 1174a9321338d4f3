//===- LFBlockOps.td - the block ----------------------------*- tablegen -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_DIALECT_LF_LFBLOCKOPS_TD
#define LAYERFUSION_DIALECT_LF_LFBLOCKOPS_TD

include "LayerFusion/Dialect/LF/LFDialect.td"
include "LayerFusion/Dialect/LF/LFAttrs.td"
include "mlir/IR/OpAsmInterface.td"
include "mlir/Interfaces/DestinationStyleOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

//===----------------------------------------------------------------------===//
// lf.fused_block
//===----------------------------------------------------------------------===//

def LF_FusedBlockOp : LF_Op<"fused_block", [
    AttrSizedOperandSegments, DestinationStyleOpInterface, IsolatedFromAbove,
    SingleBlock, DeclareOpInterfaceMethods<MemoryEffectsOpInterface>,
    DeclareOpInterfaceMethods<OpAsmOpInterface,
                              ["getAsmBlockArgumentNames"]>]> {
  let summary = "a chain of layers that is computed as one";
  let description = [{
    The unit of fusion, of a schedule, of tuning and of code generation. Its
    body says what is computed, on tensors; `schedule` says how. The body is a
    chain: each layer takes the result of the one before. What else a layer
    needs (filters, the other side of an addition, a gate) comes in through the
    block's arguments.

    The block is in destination-passing style: `outs` are what the results are
    written to, and what they are in buffers. Their values are not read. The
    operands are tensors or, after bufferization, memrefs of the same shape; the
    body stays as it is, on tensors.

    The filter of a convolution may come **packed** in panels of P channels
    (`--lf-pack-filters`): of `KH x KW x C x F`, which the body sees, the operand
    is `ceil(F / P) x KH x KW x C x P`, zeros beyond channel F. This is printed
    `%filter = %0 : tensor<9x1x1x24x16xf32> as tensor<1x1x24x144xf32>`.

    Constraints:
    - (C1) The operands are all ranked tensors or all memrefs, of static shape
      without a dimension of size 0.
      On tensors there is a result for each of `outs`, of its type; on memrefs
      there are none.
    - (C2) The body has an argument for each of `ins`, a tensor of its shape and
      element type, or of what is packed in it; it yields a value for each of
      `outs`, likewise.
    - (C3) The body holds layers (ops of `LayerOpInterface` on
      `N x H x W x C`) and poolings over
      all places (`lf.global_pool`), at least one of them, and `lf.yield`.
    - (C4) The first layer's input is an argument. Each other layer's input is
      the result of the layer before it.
    - (C5) All other operands are arguments.
    - (C6) A `lf.global_pool` takes the last layer's result (or, if there is no
      layer, an argument). There is at most one of each kind.
    - (C7) Yielded are results of layers and poolings, each at most once: the
      last layer's result unless a pooling takes it, and all poolings.
    - (C8) Where a result is yielded and is another layer's input, that layer
      and those after it each read their input from the first to the last row:
      rows that nobody reads would not be computed.
    - (C9) All values of the body have one element type.
    - (C10) `schedule`'s `row_band` is at most the number of rows of the last
      layer's result.
    - (C11) A schedule that is `channel_blocked` or has a `channel_block` needs
      layers whose channels can be blocked (see `getBlockedChannels`), and the
      `channel_block` is at most their number.
    - (C12) `schedule` has no `tiles`, or one for each layer. Then, if a layer of
      the body makes the blocked channels, `channel_block` is a multiple of its
      panel, or all of them.
    - (C13) Packed are filters of `lf.conv2d` of one group, for no other use, and
      if there are `tiles`, in the panels of the layer's tile. They are
      transformed as the layer's algorithm asks.
    - (C14) `schedule` has no `algorithms`, or one for each layer. Layers that
      are computed by `winograd` are `lf.conv2d` of 3x3, one group, strides and
      dilations of 1 and elements of f32 or f64.

    Example:
    ```mlir
    %y = lf.fused_block ins(%in = %x : tensor<1x56x56x24xf32>,
                            %w0 = %f0 : tensor<3x3x24xf32>,
                            %w1 = %f1 : tensor<1x1x24x64xf32>)
        outs(%init : tensor<1x56x56x64xf32>)
        schedule <row_sliding, row_band = 8> {
      %0 = lf.depthwise_conv2d %in, %w0 pads [1, 1, 1, 1] activation relu6
          : (tensor<1x56x56x24xf32>, tensor<3x3x24xf32>)
            -> tensor<1x56x56x24xf32>
      %1 = lf.conv2d %0, %w1
          : (tensor<1x56x56x24xf32>, tensor<1x1x24x64xf32>)
            -> tensor<1x56x56x64xf32>
      lf.yield %1 : tensor<1x56x56x64xf32>
    }
    ```
  }];
  let arguments = (ins
    Variadic<AnyType>:$inputs,
    Variadic<AnyType>:$outputs,
    OptionalAttr<LF_ScheduleAttr>:$schedule
  );
  let results = (outs Variadic<AnyRankedTensor>:$results);
  let regions = (region SizedRegion<1>:$body);
  let builders = [
    OpBuilder<(ins "ValueRange":$inputs, "ValueRange":$outputs,
      "function_ref<SmallVector<Value>(OpBuilder &, Location, ValueRange)>":
        $body)>
  ];
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
  let hasRegionVerifier = 1;
  let extraClassDeclaration = [{
    /// The layers in order: each takes the result of the one before.
    SmallVector<LayerOpInterface> getLayers();

    /// The `lf.global_pool`s, after the last layer.
    SmallVector<Operation *> getPools();

    YieldOp getYield();

    /// Whether the operands are tensors (else they are memrefs).
    bool hasTensors();

    /// How the operand `index` of `ins` is packed, if it is.
    std::optional<FilterPacking> getPacking(unsigned index);

    /// The schedule, or what stands for none: row by row, in one band.
    ScheduleAttr getScheduleOrDefault();

    ::mlir::MutableOperandRange getDpsInitsMutable() {
      return getOutputsMutable();
    }
  }];
}

//===----------------------------------------------------------------------===//
// lf.yield
//===----------------------------------------------------------------------===//

def LF_YieldOp : LF_Op<"yield", [
    Pure, Terminator, ParentOneOf<["FusedBlockOp", "TileOp", "WinogradOutputOp"]>]> {
  let summary = "the results of a block, or of a tile's epilogue";
  let description = [{
    Ends the body of an `lf.fused_block`; its operands are the block's results.
    Ends the epilogue of an `lf.tile` or `lf.winograd_output`; its operand is an
    element of the result.
  }];
  let arguments = (ins Variadic<AnyType>:$values);
  let assemblyFormat = [{ $values attr-dict `:` type($values) }];
}

#endif // LAYERFUSION_DIALECT_LF_LFBLOCKOPS_TD
