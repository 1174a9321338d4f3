//===- Passes.td - passes out of lf -------------------------*- tablegen -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_CONVERSION_PASSES_TD
#define LAYERFUSION_CONVERSION_PASSES_TD

include "mlir/Pass/PassBase.td"

//===----------------------------------------------------------------------===//
// Reference
//===----------------------------------------------------------------------===//

def LowerToLinalgPass : Pass<"lf-lower-to-linalg"> {
  let summary = "compute each layer by plain linalg ops";
  let description = [{
    Replaces every lf op by the shortest linalg that says what its description
    says: zeros around the input (`tensor.pad`), a result that starts as the
    broadcast bias or zero, the convolution as a named op (a grouped one as
    `linalg.generic` over group and channel in the group), and the activation
    as an elementwise op on the complete sums. A bottleneck becomes its
    layers first.

    This is the meaning of the dialect in code: nothing is fused, nothing is
    scheduled, and everything faster is compared with it. Works on any float
    type; sums are formed in that type, in the order of the loops.

    Afterwards no lf op is left. Other ops are not touched. With `keep-blocks`
    blocks stay as they are, for `lf-tile-blocks`, and only layers outside of
    them are lowered.

    An `lf.tile`, what `lf-tile-blocks` makes of layers, becomes linalg on its
    buffers likewise: the bias, the sums a row of the window at a time, then the
    epilogue in place.
  }];
  let options = [
    Option<"keepBlocks", "keep-blocks", "bool", "false",
           "leave blocks, with the layers in them, as they are">
  ];
  let dependentDialects = [
    "::mlir::affine::AffineDialect", "::mlir::arith::ArithDialect",
    "::mlir::linalg::LinalgDialect", "::mlir::math::MathDialect",
    "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect",
    "::mlir::tensor::TensorDialect", "::mlir::lf::LFDialect"
  ];
}

//===----------------------------------------------------------------------===//
// Tensors
//===----------------------------------------------------------------------===//

def FuseElementwisePass : Pass<"lf-fuse-elementwise"> {
  let summary = "make chains of elementwise ops one op each";
  let description = [{
    Fuses an elementwise linalg op on tensors into the one elementwise op that
    uses its result, so that the value in between needs no buffer. Reshapes in
    between are folded where the loops can be expanded.

    Fused is what the user takes each element of once. A small tensor that is
    spread over a larger one is computed on its own (the gate of a
    squeeze-and-excite would be computed again for each pixel); that it is
    spread, an op that computes nothing, is fused.

    Must run on tensors. Sums and convolutions are not touched.
  }];
  let dependentDialects = [
    "::mlir::affine::AffineDialect", "::mlir::linalg::LinalgDialect",
    "::mlir::tensor::TensorDialect"
  ];
}

def DecomposeConcatsPass : Pass<"lf-decompose-concats"> {
  let summary = "insert each part of a concatenation where it is made";
  let description = [{
    Replaces `tensor.concat` of static shapes by a `tensor.insert_slice` behind
    the op that makes each part, into a tensor that is there from before the
    first. `lf-bufferize` can then let those ops, blocks above all, write into
    the whole.
  }];
  let dependentDialects = ["::mlir::tensor::TensorDialect"];
}

//===----------------------------------------------------------------------===//
// Buffers
//===----------------------------------------------------------------------===//

def BufferizePass : Pass<"lf-bufferize", "::mlir::ModuleOp"> {
  let summary = "give every tensor of a network a buffer";
  let description = [{
    Runs One-Shot Bufferize over the module's one public function and turns its
    results into output arguments, which follow the inputs:

    ```mlir
    func.func @main(%x: tensor<1x8xf32> {lf.name = "data"}) -> tensor<1x4xf32>
    // becomes
    func.func @main(%x: memref<1x8xf32>, %out: memref<1x4xf32>) attributes {
      lf.inputs = [#lf.io<name = "data", type = tensor<1x8xf32>>],
      lf.outputs = [#lf.io<name = "output0", type = tensor<1x4xf32>>]}
    ```

    Inputs are never written. Outputs are computed in place where a buffer of
    the function is returned, and copied into where the same buffer, an input or
    a constant is returned. An elementwise op takes the place of an operand that
    nothing else uses; one whose result is inserted into a larger tensor writes
    there, if that is there before it. `lf.name` and `lf.layout` of arguments and results
    move to `lf.inputs` and `lf.outputs`; without a name they are called
    `input0`, `output0` and so on.

    A `lf.fused_block` takes part as one op: afterwards it writes to the buffers
    in its `outs` and has no results. Its body stays on tensors.

    The function must take and return tensors of static shape whose elements
    are f16, bf16, f32, f64, i1, i8, i16, i32 or i64, may not call other
    functions, and must have one block.
  }];
  let dependentDialects = [
    "::mlir::bufferization::BufferizationDialect",
    "::mlir::linalg::LinalgDialect", "::mlir::memref::MemRefDialect",
    "::mlir::lf::LFDialect"
  ];
}

def FoldTransposesPass : Pass<"lf-fold-transposes"> {
  let summary = "let blocks that copy their input transpose it on the way";
  let description = [{
    A block in `row_sliding` loops whose first layer is padded copies its input
    row by row into a buffer with the padding. If that input is an input of the
    network that a `linalg.transpose` brings into the block's layout, for no
    other reader, the block takes a view of the network's input instead, with
    the strides in another order, and no transposed tensor comes into being.

    Run between `lf-bufferize` and `lf-outline-blocks`.
  }];
  let dependentDialects = ["::mlir::memref::MemRefDialect"];
}

def OutlineBlocksPass : Pass<"lf-outline-blocks", "::mlir::ModuleOp"> {
  let summary = "move each block into a function of its own";
  let description = [{
    Replaces each `lf.fused_block` on memrefs by a call of a private function
    that takes the block's operands, first those it reads and then those it
    writes, and holds the block:

    ```mlir
    lf.fused_block ins(%in = %x : memref<1x8x8x4xf32>, …) outs(%y : …) { … }
    // becomes
    call @block0.dw_pw(%x, …, %y) : (memref<1x8x8x4xf32>, …) -> ()
    ```

    Blocks of the same layers, operand types and schedule share a function:
    filters are operands, so they may differ. Functions are called by the layers
    and a number in the order of the network, and are not to be inlined. The
    passes after this one run on them in parallel.

    Blocks on tensors are left alone, and those with an operand whose strides or
    offset are not static: no argument could carry these. Run `lf-bufferize`
    before it.
  }];
  let dependentDialects = ["::mlir::func::FuncDialect"];
}

def InstrumentBlocksPass
    : Pass<"lf-instrument-blocks", "::mlir::ModuleOp"> {
  let summary = "let a network take the time of each of its ops";
  let description = [{
    Reads the processor's cycle counter before and after each op of the entry
    function that computes or moves anything: calls of blocks, and what stands
    between them. The differences are elements of one more output, `ticks`, the
    last. `lf.steps` of the function says what each is the time of: the name
    in the model, the layers of the block or the kind of op, floating-point
    operations, and the bytes of all operands.

    Run after `lf-outline-blocks`, while ops are still those of the model. For
    `python -m layerfusion profile`; no part of the pipeline unless asked for.
  }];
  let options = [
    Option<"counter", "counter", "std::string", "\"llvm.readcyclecounter\"",
           "LLVM's intrinsic that returns the time: programs may not read the "
           "cycle counter everywhere">
  ];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::LLVM::LLVMDialect",
    "::mlir::memref::MemRefDialect", "::mlir::lf::LFDialect"
  ];
}

def TileBlocksPass : Pass<"lf-tile-blocks"> {
  let summary = "write each block as loops over rows of its layers";
  let description = [{
    Replaces each `lf.fused_block` on memrefs by the `scf` loops that its
    `schedule` asks for, around `lf.tile` ops that compute rows of a layer. What
    passes between the layers lies in buffers of a few rows, allocated before
    the loops.

    - `row_sliding`: the result row by row. Before a row come those rows of the
      layer before that the previous row did not need; they go into a ring of as
      many rows as the window is high. Within a band nothing is computed twice.
    - `channel_blocked`: a band of rows, a block of channels at a time, in which
      each layer is one tile of all rows. The result's rows start as the bias
      and grow with each block; activation and elementwise layers come after the
      last.
    - `whole_tile`: a band of rows, layer by layer, each one tile of all rows.

    In `row_sliding` a `channel_block` makes the rows that a row of the result
    needs for so many channels at a time; the ring has a part for each block.

    Several `threads` run the iterations of `scf.parallel` loops: one around the
    bands of rows or the images, in which each has row buffers of its own, or
    one for each layer that mixes channels, with the channelwise ones after it.

    Rings have the padding of the layer that reads them: columns, written once,
    and rows, written as they come by, of zeros or, for a maximum, minus
    infinity. The block's input is read in place. If it is padded, a layer on
    single channels has tiles of their own for the edges of the image, with the
    part of its window that lies inside; for others the input is copied into a
    ring (by `linalg.copy` if its channels are not contiguous). Elementwise layers
    are in the epilogue of the tile before them; where a value between them is
    yielded, a tile ends there. Global poolings are computed row by row, by linalg
    ops. The terms of each sum come in the order of `lf-lower-to-linalg`, except
    that `channel_blocked` takes the input channels block by block.

    Blocks on tensors are left alone: run `lf-bufferize` before, and
    `lf-plan-workspace` after it, to place the buffers.

    With `--remarks-filter=lf-tile-blocks` reports the bytes of each block's row
    buffers and of the intermediate tensors that they stand for.
  }];
  let dependentDialects = [
    "::mlir::affine::AffineDialect", "::mlir::arith::ArithDialect",
    "::mlir::linalg::LinalgDialect", "::mlir::math::MathDialect",
    "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect"
  ];
}

def PlanWorkspacePass : Pass<"lf-plan-workspace", "::mlir::ModuleOp"> {
  let summary = "place all buffers of a network in one workspace";
  let description = [{
    Replaces each allocation of the entry function by a view into a new last
    argument, the workspace, at an offset that is a multiple of 64 bytes.
    Buffers that are not alive at the same time share memory: the largest is
    placed first, then each next one into the smallest gap between those that
    live at the same time (Pisarchyk and Lee, "Efficient Memory Management for
    Deep Neural Net Inference", greedy by size). A buffer is alive from the
    first to the last op of the function's body that uses it or a view of it;
    one in a loop or branch is alive for all of that op.

    Private functions that the entry function calls, blocks above all, have
    their buffers placed likewise. One with buffers takes them as a last argument
    of its own, and each caller gives it a part of its own workspace that is in
    use during the call only.

    Deallocations disappear. The entry function's `lf.workspace_size` is the size
    in bytes, that of the functions it calls included. Afterwards a run allocates
    nothing; an allocation of dynamic size or one that outlives its loop is an
    error, and so is a function that calls itself.

    With `--remarks-filter=lf-plan-workspace` reports for each function that
    has buffers their number, counting what a call takes as one, the size of
    the workspace, what the buffers need side by side, and the most that is
    alive at one time, below which no plan can come.
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::memref::MemRefDialect"
  ];
}

//===----------------------------------------------------------------------===//
// Code
//===----------------------------------------------------------------------===//

def VectorizeTilesPass : Pass<"lf-vectorize-tiles"> {
  let summary = "make vector loops of tiles, with their sums in registers";
  let description = [{
    Replaces each `lf.tile` of f32 or f64 by `scf` loops around vector code that
    computes the results of its register tile together:

    - `conv`: an outer product a term. The filter's vectors are loaded once for
      all pixels, an element of each pixel is spread over a vector, and the sums
      stay in registers over the whole window and all channels. Where the
      columns of a window lie side by side in source and filter, they are one
      loop. Meanwhile the next panel of a packed filter is fetched into L2, if
      panels are large and several patches share them.
    - `depthwise`, `max`, `sum`: a vector of channels, in which the pixels of
      the tile share what their windows have in common; a filter that fits stays
      in registers.
    - `elementwise`: pixel by pixel.

    Sums start as bias vectors; the epilogue is computed on them before they are
    stored. The loops are, from the outside in, over panels, rows, groups of
    pixels (on single channels groups, rows), and terms. Rows that follow each
    other in memory are one for a window of one place. What is left of a row is
    a smaller group; of the channels a panel of shorter vectors, the last masked
    where its length is no power of two. There are no scalar loops.

    A tile without `register_tile` gets one that suits the vector length and the
    number of registers of the target spec. Nothing here depends on an
    instruction set. Other tiles are left to `lf-lower-to-linalg`.
  }];
  let dependentDialects = [
    "::mlir::affine::AffineDialect", "::mlir::arith::ArithDialect",
    "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect",
    "::mlir::vector::VectorDialect"
  ];
}

def VectorizeLoopsPass : Pass<"lf-vectorize-loops"> {
  let summary = "lower linalg on memrefs to loops over vectors";
  let description = [{
    Lowers each linalg op whose operands are contiguous along the loop over the
    result's last dimension, or do not vary with it, to `scf` loops over vectors
    of up to 64 elements; a remainder is covered by ever smaller ones. A sum is
    kept in registers over all its loops and stored once, its terms in the order
    of the op's loops; its products may be contracted to fused multiply-adds.

    A transposition, a copy that is contiguous along one loop in its source and
    along another in its result, reads vectors along the one and writes vectors
    along the other. Few channels are interleaved, or separated; of many,
    squares are transposed in registers of the target spec's size.

    Leaves alone: ops with several results, on tensors, of dynamic shape, with
    `linalg.index`, with elements that have no vectors in memory (such as i1),
    and those that are not contiguous and do more than copy.

    The numbers of elements are powers of two whatever the machine: LLVM splits
    vectors into the registers it has.
  }];
  let dependentDialects = [
    "::mlir::affine::AffineDialect", "::mlir::arith::ArithDialect",
    "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect",
    "::mlir::vector::VectorDialect"
  ];
}

def ExpandMathPass : Pass<"lf-expand-math"> {
  let summary = "write math functions of vectors as arithmetic";
  let description = [{
    Rewrites `math.exp`, `math.tanh` and `math.erf` of f32 vectors as polynomials
    and quotients of them, which a processor computes for a whole vector where
    libm would be called for each element. The largest errors found, in units in
    the last place, are 1.02 (`exp`, of all floats; without fused multiply-adds
    of each 37th), 7 (`tanh`) and 6 (`erf`, both of each 17th).

    Infinities, NaNs and results that are denormal are as libm's; `erf` of -0 is
    0. `math.fma` of f32 vectors becomes a product and a sum that may be
    contracted: without an instruction for it, it would be a call too.

    Scalars and other types are left alone, for `-convert-math-to-llvm`.
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::math::MathDialect",
    "::mlir::vector::VectorDialect"
  ];
}

def OrderLoopsPass : Pass<"lf-order-loops"> {
  let summary = "make the contiguous dimension of each linalg op its inner loop";
  let description = [{
    Moves the loop over the result's last dimension innermost, if every operand
    is either contiguous along that loop or does not depend on it. Then LLVM
    can vectorize the inner loop: over output channels in a convolution or
    matrix product, over channels in a depthwise convolution or a pooling.
    Named ops become `linalg.generic`. Ops that gain nothing are left alone.

    The order of a sum's terms stays the same for each element of the result.
  }];
  let dependentDialects = ["::mlir::linalg::LinalgDialect"];
}

def EmitEntryPointPass : Pass<"lf-emit-entry-point", "::mlir::ModuleOp"> {
  let summary = "add the C function that runs a network";
  let description = [{
    Makes the entry function (the `llvm.func` that carries `lf.inputs`) internal
    and adds two C functions for callers:

    ```c
    int32_t name(const T *in0, ..., T *out0, ..., void *workspace);
    int32_t name_packed(void **arguments); // the same, from an array
    ```

    Both return 0 when the outputs are written. Without a workspace (NULL) they
    use a static one of the object's own, in .bss; if another call is using that
    at the moment they return 1 and write nothing. With a workspace of its own,
    each call is independent of all others. Buffers must not overlap.

    Everything else in the module becomes internal. `lf.inputs`, `lf.outputs`
    and `lf.workspace_size` move to the new function.
  }];
  let options = [
    Option<"name", "name", "std::string", "",
           "name of the C function (default: the module's name, or 'network' "
           "if it has none)">
  ];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect"];
}

#endif // LAYERFUSION_CONVERSION_PASSES_TD
