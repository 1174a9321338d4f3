//===- Passes.td - passes from lf to lf ---------------------*- tablegen -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_TRANSFORMS_PASSES_TD
#define LAYERFUSION_TRANSFORMS_PASSES_TD

include "mlir/Pass/PassBase.td"

/// What a block's schedule may take.
defvar LF_scheduleLimits = [
  Option<"algorithms", "algorithms", "::mlir::lf::AlgorithmChoice",
         "::mlir::lf::AlgorithmChoice::Auto", "how layers are computed", [{
           ::llvm::cl::values(
             clEnumValN(::mlir::lf::AlgorithmChoice::Auto, "auto",
                        "by the fastest algorithm"),
             clEnumValN(::mlir::lf::AlgorithmChoice::Direct, "direct",
                        "by the definition, never by Winograd's algorithm"))
         }]>,
  Option<"maxFilterGrowth", "max-filter-growth", "int64_t", "-1",
         "MiB by which filters may become larger for Winograd's algorithm "
         "(-1: any)">
];

//===----------------------------------------------------------------------===//
// Simplify
//===----------------------------------------------------------------------===//

def SimplifyPass : Pass<"lf-simplify"> {
  let summary = "fold what stands around a layer into its weights and attributes";
  let description = [{
    Makes of each layer and what an exporter wrote around it one op: batch norm,
    bias and scale go into filter and bias, activations and paddings into
    attributes. What the function computes stays the same but for rounding;
    weights are calculated in double and rounded once a fold.

    Layers are `lf.conv2d`, `lf.depthwise_conv2d` and, for the arithmetic,
    `linalg.matmul`; in f32 where weights change, with constant filters. Reshapes
    that keep the last dimension may stand between arithmetic and layer.

    1. Arithmetic that is an activation becomes `lf.activate`: maxima and minima
       with a number, `x * sigmoid(x)`, hard sigmoid and hard swish in their
       parts. Transposes, reshapes and paddings that cancel go.
    2. Then, until nothing changes:
       - After a layer without activation: sums, differences, products and
         quotients with a number a channel (a splat, or a `linalg.broadcast` of
         a vector) go into filter and bias, a run of them at once, as long as
         nobody else reads the values between. A vector that is not constant
         can still become the bias.
       - Before a layer: the same, if all readers of the value are layers that
         take it, so that the arithmetic vanishes (a batch norm shared by
         several layers is folded into each). Sums and differences stay where
         the layer's window covers its padding: zeros there are added after.
       - `lf.activate` goes into the layer before it, if nobody else reads the
         layer's result.
       - `tensor.pad` of rows and columns with zeros goes into the pads of each
         layer that reads it.
    3. What upstream ops make of activations without weights becomes a layer:
       `linalg.pooling_nhwc_max` and `_sum` and the `tensor.pad` before them
       `lf.pool2d`, a `linalg.reduce` over rows and columns `lf.global_pool`, a
       product with a number for each image and channel that is not constant
       (`linalg.broadcast` along rows and columns) `lf.scale`.

    Left alone: activations and arithmetic after a sum of two values (a residual)
    or a concatenation; division by zero, by and with numbers that are not
    finite, and folds that would make a weight so; batch norm whose parameters
    are computed; one layer whose bare result has several readers.

    Afterwards a layer of one use is followed by no foldable arithmetic and no
    activation unless it has one already. Layers that shared weights share those
    that did not change; constants that nobody reads are gone.
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect",
    "::mlir::tensor::TensorDialect", "::mlir::lf::LFDialect"
  ];
}

//===----------------------------------------------------------------------===//
// Target and cost
//===----------------------------------------------------------------------===//

def AttachTargetPass : Pass<"lf-attach-target", "::mlir::ModuleOp"> {
  let summary = "say on the module what processor decisions are made for";
  let description = [{
    Writes the facts about a processor that the cost model needs into the
    module's target spec, as the device `CPU`; other devices stay. Passes that
    choose between ways to compute something read them there and ask no machine.
    Without a spec they take what is known of `znver4`.

    | fact                      | unit     | meaning                            |
    | ------------------------- | -------- | ---------------------------------- |
    | `L1_cache_size_in_bytes`  | bytes    | L1 data cache of a core            |
    | `L2_cache_size_in_bytes`  | bytes    | L2 cache of a core                 |
    | `L3_cache_share_in_bytes` | bytes    | L3 cache, divided by the cores that share it |
    | `L2_bytes_per_second`     | bytes/s  | what one core moves to and from L2 |
    | `L3_bytes_per_second`     | bytes/s  | what one core moves to and from L3 |
    | `memory_bytes_per_second` | bytes/s  | what one core moves to and from memory |
    | `vector_size_in_bytes`    | bytes    | a vector register                  |
    | `vector_registers`        | count    | vector registers                   |
    | `fma_bytes_per_cycle`     | bytes    | vectors that multiply-adds start on in a cycle, at most |
    | `threads`                 | count    | threads that a model runs on       |
    | `flops_per_second`        | 1/s      | peak of one core in f32, a multiply-add is two |

    Measured are `znver4`, `znver3` and `sapphirerapids`; for `host` the cache
    sizes come from the system, the rest from the table of known processors or,
    for an unknown one, from the width of its vectors.

    Example: test/Transforms/attach-target.mlir.
  }];
  let options = [
    Option<"mcpu", "mcpu", "std::string", "\"host\"",
           "processor: host, or a name that LLVM knows">,
    ListOption<"facts", "facts", "std::string",
               "facts that differ, as key=number">
  ];
  let dependentDialects = ["::mlir::DLTIDialect"];
}

def AnalyzeTrafficPass : Pass<"lf-analyze-traffic"> {
  let summary = "print the bytes that each block moves between caches";
  let description = [{
    For each `lf.fused_block`, under its schedule: the operations, the bytes that
    cross the boundaries L1-L2, L2-L3 and L3-memory, both ways together and into
    the cache alone, and what the intermediates take; beside it the bytes of the
    same layers computed one by one. All of it is modelled for the target spec of
    the module, see docs/cost-model.md. Prints a table to stderr and a remark a
    block (category `lf-analyze-traffic`, for `--remarks-filter`); changes
    nothing.

    Example: test/Transforms/analyze-traffic.mlir.
  }];
  let options = [
    Option<"cold", "cold", "bool", "false",
           "start with all data in memory, as a cache simulator does, instead "
           "of where the block before left it">
  ];
}

//===----------------------------------------------------------------------===//
// Fuse
//===----------------------------------------------------------------------===//

def FuseBlocksPass : Pass<"lf-fuse-blocks", "::mlir::func::FuncOp"> {
  let summary = "put every layer that computes into a block, with others where "
                "that is faster";
  let description = [{
    Afterwards each convolution and pooling stands in an `lf.fused_block`, alone
    or in a chain with the layers that read it: "for each block" means "for all
    the work". docs/fusion.md has the rules in full and what comes out for the
    networks of the zoo.

    1. What can be a layer becomes one: an `lf.bottleneck` its layers, a
       `linalg.matmul` that starts from zeros or a bias a 1x1 convolution, an
       `arith.addf` after a layer `lf.add`, each with the activation after it.
    2. A chain may be a block if each layer reads the one before, whatever else
       it reads does not depend on the chain, no window spans more than 16 rows,
       and values with other readers are computed completely.
    3. `policy` chooses among the chains that are allowed and not excluded by
       `max-layers` and `kinds`: `cost` the blocks with the least modelled time
       for the target (`dlti.target_system_spec`, see docs/cost-model.md),
       `greedy` the first that gain, `all` the first, `none` a block for each
       layer. `cost` and `greedy` leave an elementwise layer outside only if no
       block may take it. `algorithms` and `max-filter-growth` are those of
       `--lf-schedule`; the latter counts for each block by itself.

    An `lf.global_pool` can go with the layer that it reads. Elementwise layers
    that no block took stay what they were, as does everything else; blocks that
    there are already are not touched.

    Remarks of the category `lf-fuse-blocks` tell of each block (passed) what it
    gains, and of each layer that a block could have gone on to (missed) why it
    did not: `--remarks-filter=lf-fuse-blocks`.

    Example: test/Transforms/fuse-blocks.mlir.
  }];
  let options = [
    Option<"policy", "policy", "::mlir::lf::FusionPolicy",
           "::mlir::lf::FusionPolicy::Cost", "how blocks are chosen", [{
             ::llvm::cl::values(
               clEnumValN(::mlir::lf::FusionPolicy::None, "none",
                          "each layer alone"),
               clEnumValN(::mlir::lf::FusionPolicy::All, "all",
                          "layer after layer, if that is allowed"),
               clEnumValN(::mlir::lf::FusionPolicy::Greedy, "greedy",
                          "layer after layer, if that gains"),
               clEnumValN(::mlir::lf::FusionPolicy::Cost, "cost",
                          "the least modelled time"))
           }]>,
    Option<"maxLayers", "max-layers", "unsigned", "3",
           "convolutions in one block, at most">,
    ListOption<"kinds", "kinds", "std::string",
               "the sequences of convolutions that may be a block, of dw, pw "
               "(1x1), conv and grouped, as in pw-dw-pw; without any, all">
  ] # LF_scheduleLimits;
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::tensor::TensorDialect",
    "::mlir::lf::LFDialect"
  ];
}

def RaiseBottlenecksPass : Pass<"lf-raise-bottlenecks", "::mlir::func::FuncOp"> {
  let summary = "show inverted residuals as one op each";
  let description = [{
    Replaces each `lf.fused_block` whose body is an inverted residual (1x1
    convolution, depthwise convolution without dilation, 1x1 convolution and
    maybe the sum with the block's input) by an `lf.bottleneck`. For reading, and
    for tools that know no blocks.

    The block is the canonical form: it can have a schedule and hold any chain.
    Blocks with a schedule are left alone, since a bottleneck has no place for
    it. `--lf-fuse-blocks` makes blocks of bottlenecks.

    Example: test/Transforms/raise-bottlenecks.mlir.
  }];
  let dependentDialects = ["::mlir::lf::LFDialect"];
}

//===----------------------------------------------------------------------===//
// Schedule
//===----------------------------------------------------------------------===//

def SchedulePass : Pass<"lf-schedule"> {
  let summary = "choose loops and tile sizes for each block";
  let description = [{
    Gives each `lf.fused_block` that has no `schedule` the one that the cost
    model takes the least time with on the module's target: `row_sliding`,
    `whole_tile` or, if the layers allow it, `channel_blocked`, in a few sizes of
    bands and blocks (`estimateCost`, docs/cost-model.md), with the best register
    tile for each layer (`chooseRegisterTile`). Blocks that have one keep it.
    Layers that Winograd's algorithm can compute and whose filters are constant
    are computed by it where that is faster, unless `algorithms` is `direct`.

    That takes larger filters. The blocks take it in order, each if its filters
    grow by no more than what is left of `max-filter-growth`; the others have the
    best schedule that fits. A filter that several blocks read counts for each.

    With several threads, of the option or else of the target, it says as well
    what they share: images of a batch, rows or channels, whichever lets them be
    done the soonest, if that is sooner than one thread (`shareAmongThreads`).

    With `--remarks-filter=lf-schedule` reports each choice, the modelled seconds
    and the bytes by which the block's filters grow, and at the end the bytes for
    all blocks.
  }];
  let options = [
    Option<"threads", "threads", "int64_t", "0",
           "threads that compute a block together (0: those of the target)">
  ] # LF_scheduleLimits;
}

def PackFiltersPass : Pass<"lf-pack-filters"> {
  let summary = "lay filters out in the order in which their blocks read them";
  let description = [{
    In each `lf.fused_block` whose schedule has register tiles, replaces the
    constant filters of `lf.conv2d` (of one group, any float type) by packed
    ones: all that a tile takes for its panel of channels lies together, padded
    with zeros to whole panels. `KH x KW x C x F` becomes
    `ceil(F / P) x KH x KW x C x P`; the block's body does not change.

    Blocks that read one filter in panels of one size share what is packed; who
    needs it as it was keeps that. Left alone: filters that are not constant, that
    a block also uses for something else or in panels of several sizes, and
    blocks without register tiles. Afterwards there is nothing left to pack.

    Example: test/Transforms/pack-filters.mlir.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect"];
}

#endif // LAYERFUSION_TRANSFORMS_PASSES_TD
