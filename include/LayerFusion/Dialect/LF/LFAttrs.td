//===- LFAttrs.td - attributes of the lf dialect ------------*- tablegen -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_DIALECT_LF_LFATTRS_TD
#define LAYERFUSION_DIALECT_LF_LFATTRS_TD

include "LayerFusion/Dialect/LF/LFDialect.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"

class LF_Attr<string attrName, string attrMnemonic>
    : AttrDef<LF_Dialect, attrName> {
  let mnemonic = attrMnemonic;
}

//===----------------------------------------------------------------------===//
// #lf.activation
//===----------------------------------------------------------------------===//

def LF_ActivationKind : I32EnumAttr<"ActivationKind",
    "a function applied to each element of a layer's result", [
      I32EnumAttrCase<"None", 0, "none">,
      I32EnumAttrCase<"Relu", 1, "relu">,
      I32EnumAttrCase<"Relu6", 2, "relu6">,
      I32EnumAttrCase<"Clip", 3, "clip">,
      I32EnumAttrCase<"LeakyRelu", 4, "leaky_relu">,
      I32EnumAttrCase<"Sigmoid", 5, "sigmoid">,
      I32EnumAttrCase<"HardSigmoid", 6, "hardsigmoid">,
      I32EnumAttrCase<"HardSwish", 7, "hardswish">,
      I32EnumAttrCase<"Silu", 8, "silu">,
      I32EnumAttrCase<"Tanh", 9, "tanh">]> {
  let cppNamespace = "::mlir::lf";
  let genSpecializedAttr = 0;
}

def LF_ActivationAttr : LF_Attr<"Activation", "activation"> {
  let summary = "an activation function";
  let description = [{
    A scalar function that a layer applies to each element of its result, after
    the bias.

    | spelling                   | value at `x`                          |
    | -------------------------- | ------------------------------------- |
    | `none`                     | `x`                                   |
    | `relu`                     | `max(x, 0)`                           |
    | `relu6`                    | `min(max(x, 0), 6)`                   |
    | `clip(lo, hi)`             | `min(max(x, lo), hi)`                 |
    | `leaky_relu(alpha)`        | `x < 0 ? alpha * x : x`               |
    | `sigmoid`                  | `1 / (1 + exp(-x))`                   |
    | `hardsigmoid(alpha, beta)` | `min(max(alpha * x + beta, 0), 1)`    |
    | `hardswish`                | `x * min(max(x / 6 + 1/2, 0), 1)`     |
    | `silu`                     | `x / (1 + exp(-x))`                   |
    | `tanh`                     | `tanh(x)`                             |

    Constraints:
    - (C1) A kind has the number of parameters given in the table, none of them
      NaN.
    - (C2) The bounds of `clip` are in order: `lo <= hi`. One of them may be
      infinite (written as a hexadecimal f64).

    Example: `#lf.activation<clip(-1.0, 1.0)>`. In the ops that hold one the
    function stands alone: `activation relu6`.
  }];
  let parameters = (ins
    EnumParameter<LF_ActivationKind>:$kind,
    "::mlir::DenseF64ArrayAttr":$params
  );
  let builders = [
    AttrBuilder<(ins "ActivationKind":$kind), [{
      return $_get($_ctxt, kind, DenseF64ArrayAttr::get($_ctxt, {}));
    }]>,
    AttrBuilder<(ins "ActivationKind":$kind, "ArrayRef<double>":$params), [{
      return $_get($_ctxt, kind, DenseF64ArrayAttr::get($_ctxt, params));
    }]>
  ];
  let skipDefaultBuilders = 1;
  // Default values of ops are written as C++ expressions.
  let constBuilderCall = "$0";
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    /// Whether this is the identity.
    bool isNone() const { return getKind() == ActivationKind::None; }

    /// `min(max(x, lo), hi)` in its shortest spelling: `none` for infinite
    /// bounds, `relu`, `relu6` or `clip`. Expects lo <= hi.
    static ActivationAttr getClip(MLIRContext *context, double lo, double hi);

    /// The bounds of relu, relu6 and clip; none for other kinds.
    std::optional<std::pair<double, double>> getClipBounds() const;

    /// Parses and prints the bare form, such as `clip(0.0, 1.0)`.
    static FailureOr<ActivationAttr> parseBare(AsmParser &parser);
    void printBare(AsmPrinter &printer) const;
  }];
}

//===----------------------------------------------------------------------===//
// #lf.io
//===----------------------------------------------------------------------===//

def LF_IOAttr : LF_Attr<"IO", "io"> {
  let summary = "an input or output of a compiled network";
  let description = [{
    What a caller must know of one argument of the entry function: its name in
    the model, its shape and element type, and, where known, what its
    dimensions mean.

    Constraints:
    - (C1) `type` is a ranked tensor of static shape.
    - (C2) `layout` is empty or has one letter for each dimension of `type`.

    Example:
    ```mlir
    #lf.io<name = "input", type = tensor<1x3x224x224xf32>, layout = "NCHW">
    ```
  }];
  let parameters = (ins
    StringRefParameter<"name in the model">:$name,
    "::mlir::RankedTensorType":$type,
    StringRefParameter<"a letter a dimension, or empty", [{""}]>:$layout
  );
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
}

//===----------------------------------------------------------------------===//
// Kinds of pooling
//===----------------------------------------------------------------------===//

def LF_PoolKind : I32EnumAttr<"PoolKind", "what a pooling makes of its window", [
      I32EnumAttrCase<"Max", 0, "max">,
      I32EnumAttrCase<"Sum", 1, "sum">]> {
  let cppNamespace = "::mlir::lf";
}

//===----------------------------------------------------------------------===//
// #lf.register_tile
//===----------------------------------------------------------------------===//

def LF_RegisterTileAttr : LF_Attr<"RegisterTile", "register_tile"> {
  let summary = "the results of a layer that are computed together in registers";
  let description = [{
    Some neighbouring pixels of a row times some vectors of channels, the
    *panel*: all of their sums stay in registers from the first to the last
    term. A sum over channels takes for each term one element of each pixel,
    which all vectors share, and one vector of the filter for each vector, which
    all pixels share. So a tile of `p` pixels and `v` vectors needs
    `p * v + v + 1` registers and `p + v` loads for `p * v` multiply-adds.

    | parameter | unit     | meaning                                           |
    | --------- | -------- | ------------------------------------------------- |
    | `pixels`  | pixels   | neighbouring places of a row; what is left of a row is a smaller tile |
    | `vectors` | channels | the number of channels in each vector of a panel; the last panel of a layer may have fewer |
    | `unroll`  | terms    | terms of a sum over channels in one iteration of its loop (default: 1) |

    Constraints:
    - (C1) `pixels` and `unroll` are positive, at most 64.
    - (C2) There are 1 to 16 `vectors`, each of 1 to 64 channels.

    Example: `#lf.register_tile<pixels = 14, vectors = [16, 16]>`
  }];
  let parameters = (ins
    "int64_t":$pixels,
    ArrayRefParameter<"int64_t", "channels in each vector">:$vectors,
    DefaultValuedParameter<"int64_t", "1">:$unroll
  );
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    /// The channels of a panel.
    int64_t getPanel() const;
  }];
}

//===----------------------------------------------------------------------===//
// #lf.algorithm
//===----------------------------------------------------------------------===//

def LF_AlgorithmKind : I32EnumAttr<"AlgorithmKind",
    "how the sums of a layer are computed", [
      I32EnumAttrCase<"Direct", 0, "direct">,
      I32EnumAttrCase<"Winograd", 1, "winograd">]> {
  let cppNamespace = "::mlir::lf";
  let genSpecializedAttr = 0;
}

def LF_AlgorithmAttr : LF_Attr<"Algorithm", "algorithm"> {
  let summary = "how the sums of a layer are computed";
  let description = [{
    | spelling               | meaning                                         |
    | ---------------------- | ----------------------------------------------- |
    | `direct`               | the products of the definition                  |
    | `winograd(tile)`       | Winograd's minimal filtering for 3x3 windows: `tile` x `tile` results from `(tile + 2)^2` products a channel |
    | `winograd(tile, edge)` | the same; what is left of a row or column, up to `edge` places, is a tile of that size with the same transformed filters |

    For `winograd` the input's windows, the filter and the results are
    transformed by small matrices (Lavin and Gray, "Fast Algorithms for
    Convolutional Neural Networks", CVPR 2016): of the 36 multiplications for a
    2x2 tile of a channel 16 are left, of the 144 for a 4x4 tile 36. The
    transforms evaluate polynomials at the points 0, a, infinity, -a, b, -b, of
    which a tile of n results takes the first n + 2: a = 1 for tiles of 2,
    a = 3/4 and b = 3/2 for tiles of 4. docs/winograd.md has the matrices and
    the numerical error.

    Constraints:
    - (C1) `tile` of `winograd` is 2 or 4, and `edge` is smaller; without an
      edge it is 0. Both are 0 for `direct`.

    Example: `#lf.algorithm<winograd(4, 2)>`. In a schedule it stands alone:
    `algorithms = [direct, winograd(4, 2)]`.
  }];
  let parameters = (ins
    EnumParameter<LF_AlgorithmKind>:$kind,
    "int64_t":$tile,
    "int64_t":$edge
  );
  let builders = [
    AttrBuilder<(ins "AlgorithmKind":$kind, CArg<"int64_t", "0">:$tile,
                     CArg<"int64_t", "0">:$edge), [{
      return $_get($_ctxt, kind, tile, edge);
    }]>
  ];
  let skipDefaultBuilders = 1;
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    bool isWinograd() const { return getKind() == AlgorithmKind::Winograd; }

    /// Parses and prints the bare form, such as `winograd(4, 2)`.
    static FailureOr<AlgorithmAttr> parseBare(AsmParser &parser);
    void printBare(AsmPrinter &printer) const;
  }];
}

//===----------------------------------------------------------------------===//
// #lf.schedule
//===----------------------------------------------------------------------===//

def LF_LoopStructure : I32EnumAttr<"LoopStructure",
    "the loops around the layers of a block", [
      I32EnumAttrCase<"RowSliding", 0, "row_sliding">,
      I32EnumAttrCase<"ChannelBlocked", 1, "channel_blocked">,
      I32EnumAttrCase<"WholeTile", 2, "whole_tile">]> {
  let cppNamespace = "::mlir::lf";
  let genSpecializedAttr = 0;
}

def LF_ParallelDim : I32EnumAttr<"ParallelDim",
    "what the threads that compute a block share", [
      I32EnumAttrCase<"Rows", 0, "rows">,
      I32EnumAttrCase<"Channels", 1, "channels">,
      I32EnumAttrCase<"Images", 2, "images">]> {
  let cppNamespace = "::mlir::lf";
  let genSpecializedAttr = 0;
}

def LF_ParallelDimParam : EnumParameter<LF_ParallelDim> {
  let defaultValue = "::mlir::lf::ParallelDim::Rows";
}

/// `[<pixels = 14, vectors = [16, 16]>, <pixels = 7, vectors = [16]>]`
def LF_RegisterTiles
    : OptionalArrayRefParameter<"::mlir::lf::RegisterTileAttr",
                                "a register tile a layer, or none"> {
  let parser = "parseTiles($_parser)";
  let printer = "printTiles($_printer, $_self)";
}

/// `[direct, winograd(4, 2)]`
def LF_Algorithms
    : OptionalArrayRefParameter<"::mlir::lf::AlgorithmAttr",
                                "an algorithm a layer, or none"> {
  let parser = "parseAlgorithms($_parser)";
  let printer = "printAlgorithms($_printer, $_self)";
}

def LF_ScheduleAttr : LF_Attr<"Schedule", "schedule"> {
  let summary = "how a block is computed";
  let description = [{
    The loops that `--lf-tile-blocks` writes for an `lf.fused_block`, and the
    register tiles that `--lf-vectorize-tiles` makes of its layers.

    **`row_sliding`** computes the result row by row. Before each row it computes
    just those rows of the layer before that are new, and so on up the chain;
    each layer's last rows stay in a ring buffer as high as the next layer's
    window. Nothing is computed twice within a band of rows. For large images.

    **`channel_blocked`** computes a band of rows for a block of the channels
    between two layers at a time: the first layer makes these channels, layers
    on single channels follow, and the last layer adds their share to its sums.
    The filters are read once a band. For small images with heavy filters.

    **`whole_tile`** computes layer after layer, each for all rows of a band at
    once. A filter is read once a band, and a band has as many pixels to share
    it as there are. For blocks of one layer, and where a band's rows of all
    layers fit the cache.

    | parameter       | unit     | meaning, and its default                    |
    | --------------- | -------- | ------------------------------------------- |
    | `row_band`      | rows     | rows of the result computed as one piece; rows that two bands need are computed for each (default: all) |
    | `channel_block` | channels | channels between layers computed together; not for `whole_tile` (default: all) |
    | `algorithms`    |          | an `#lf.algorithm` for each layer of the body, in order (default: all `direct`) |
    | `tiles`         |          | an `#lf.register_tile` for each layer of the body, in order; that of an elementwise layer counts where no layer with a window comes before it (default: chosen with the code) |
    | `threads`       | threads  | how many compute the block together (default: 1) |
    | `parallel`      |          | what they share: `rows` of the result, `channels` of each layer or `images` of the batch (default: rows) |

    What they do to registers and caches:
    - `row_band`: filters come from the cache once a band (but for
      `row_sliding`: once a row), rows between bands are computed twice. In
      `whole_tile` a layer's input rows are read again for each panel of its
      channels, so a band's rows of one input are best small enough for L2, or
      for L1 if there are many panels. Bands are what threads share.
    - `channel_block`: the rows of intermediates that are alive hold only these
      channels, so they stay in L1 or L2 from the layer that makes them to the
      one that reads them. In `row_sliding` the block's channels of the new rows
      are made and at once read by the layers on single channels; that pays off
      where these skip rows or columns and so reuse little. In `channel_blocked`
      the result's rows are read and written again for each block.
    - `algorithms`: a `winograd` layer has less than half or a third of the
      multiplications, and a filter 16/9 (tiles of 2) or 4 times as large (of 4).
      A band's tiles are transformed together, to `(tile + 2)^2` elements for
      each tile and channel of the input, so a `row_band` of few tiles stays in
      L2. Of the layer's register tile `pixels` are tiles then.
    - `tiles`: the sums that are in registers together, and with them how often
      a filter and an input are loaded from L1: see `#lf.register_tile`. The
      panel of a layer's tile is also the unit in which its filter is packed
      (`--lf-pack-filters`).
    - `threads`, `parallel`: with `rows` each thread has consecutive rows of the
      result, in bands of its own, and buffers of its own; rows that two need
      are computed by both. It suits large images. (If such rows are yielded, as
      where a 3x3 layer reads them, one thread computes the block.) In
      `whole_tile` without a `row_band` threads share the rows of each layer
      instead, and wait where the next layer reads rows of others. With
      `channels` all have the same rows and each has panels of the channels; they
      wait for each other where a layer mixes channels. It suits small images
      with heavy filters. With `images` each computes images of the batch for
      itself.

    Constraints:
    - (C1) `row_band` is not negative; zero, the default, stands for all rows.
    - (C2) `channel_block` is not negative; zero, the default, stands for all
      channels. It is zero for `whole_tile`.
    - (C3) `threads` is positive, at most 1024. `parallel` is not `channels` for
      `row_sliding`.
    - (C4) A layer is computed by `winograd` in `whole_tile` alone.

    What a block makes of these is checked with the block.

    Example:
    ```mlir
    #lf.schedule<row_sliding, row_band = 28, channel_block = 32,
                 tiles = [<pixels = 14, vectors = [16, 16]>,
                          <pixels = 7, vectors = [16]>,
                          <pixels = 8, vectors = [8, 8, 8], unroll = 2>]>
    ```
  }];
  let parameters = (ins
    EnumParameter<LF_LoopStructure>:$structure,
    DefaultValuedParameter<"int64_t", "0", "rows, 0 for all">:$row_band,
    DefaultValuedParameter<"int64_t", "0", "channels, 0 for all">:$channel_block,
    LF_RegisterTiles:$tiles,
    DefaultValuedParameter<"int64_t", "1", "threads">:$threads,
    LF_ParallelDimParam:$parallel,
    LF_Algorithms:$algorithms
  );
  // All but the structure have defaults.
  let builders = [
    AttrBuilder<(ins "LoopStructure":$structure, CArg<"int64_t", "0">:$row_band,
                     CArg<"int64_t", "0">:$channel_block,
                     CArg<"ArrayRef<RegisterTileAttr>", "{}">:$tiles,
                     CArg<"int64_t", "1">:$threads,
                     CArg<"ParallelDim", "ParallelDim::Rows">:$parallel,
                     CArg<"ArrayRef<AlgorithmAttr>", "{}">:$algorithms), [{
      return $_get($_ctxt, structure, row_band, channel_block, tiles, threads,
                   parallel, algorithms);
    }]>
  ];
  let skipDefaultBuilders = 1;
  let assemblyFormat = [{
    `<` $structure (`,` struct($row_band, $channel_block, $algorithms, $tiles, $threads, $parallel)^)? `>`
  }];
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    /// The same with other register tiles.
    ScheduleAttr withTiles(ArrayRef<RegisterTileAttr> tiles) const;
    /// The same for threads that share `parallel`.
    ScheduleAttr withThreads(int64_t threads, ParallelDim parallel) const;
    /// How layer `index` of the block is computed.
    AlgorithmAttr getAlgorithm(size_t index) const;
  }];
}

#endif // LAYERFUSION_DIALECT_LF_LFATTRS_TD
