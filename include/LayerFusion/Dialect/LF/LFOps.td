//===- LFOps.td - layers of a network -----------------------*- tablegen -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_DIALECT_LF_LFOPS_TD
#define LAYERFUSION_DIALECT_LF_LFOPS_TD

include "LayerFusion/Dialect/LF/LFDialect.td"
include "LayerFusion/Dialect/LF/LFAttrs.td"
include "LayerFusion/Dialect/LF/LFInterfaces.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

class LF_Tensor<int rank, string shape>
    : ConfinedType<StaticShapeTensorOf<[AnyFloat]>, [HasAnyRankOfPred<[rank]>],
                   "a tensor of floats of static shape " # shape,
                   "::mlir::RankedTensorType">;

def LF_Activations : LF_Tensor<4, "N x H x W x C">;
def LF_Filter : LF_Tensor<4, "KH x KW x C x F">;
def LF_DepthwiseFilter : LF_Tensor<3, "KH x KW x C">;
def LF_Bias : LF_Tensor<1, "F">;
def LF_Gate : LF_Tensor<2, "N x C">;
def LF_AnyTensor : ConfinedType<StaticShapeTensorOf<[AnyFloat]>, [],
    "a tensor of floats of static shape", "::mlir::RankedTensorType">;

/// Strides, pads and dilations with the defaults that printing leaves out.
defvar LF_OnesByTwo =
  DefaultValuedAttr<DenseI64ArrayAttr, "::llvm::ArrayRef<int64_t>({1, 1})">;
defvar LF_ZerosByFour =
  DefaultValuedAttr<DenseI64ArrayAttr,
                    "::llvm::ArrayRef<int64_t>({0, 0, 0, 0})">;
defvar LF_NoActivation = DefaultValuedAttr<LF_ActivationAttr,
  "::mlir::lf::ActivationAttr::get("
  "$_builder.getContext(), ::mlir::lf::ActivationKind::None)">;

/// A layer that can stand in a block and implements `methods` itself.
class LF_LayerWith<list<string> methods>
    : DeclareOpInterfaceMethods<LF_LayerInterface, methods>;

class LF_LayerOp<string mnemonic, list<Trait> traits = []>
    : LF_Op<mnemonic, !listconcat([
        Pure, DeclareOpInterfaceMethods<InferTypeOpInterface>], traits)>;

//===----------------------------------------------------------------------===//
// lf.conv2d
//===----------------------------------------------------------------------===//

def LF_Conv2DOp : LF_LayerOp<"conv2d", [LF_LayerWith<[
    "getWindow", "isChannelwise", "getFlops"]>]> {
  let summary = "two-dimensional convolution, with bias and activation";
  let description = [{
    ```
    y[n, oy, ox, f] = act(bias[f] + sum over ky, kx, c of
                          x[n, oy * sh + ky * dh - top,
                               ox * sw + kx * dw - left, g * CG + c]
                          * filter[ky, kx, c, f])
    ```
    where `x` is zero outside its bounds, `CG = C / groups` is the number of
    input channels of a group and `g = f / (F / groups)` the group of `f`.

    Shapes: `input` `N x H x W x C`, `filter` `KH x KW x CG x F`, `bias` `F`,
    result `N x OH x OW x F`; one element type, any float.

    Constraints:
    - (C1) `strides` and `dilations` have 2 positive numbers, `pads` 4 numbers
      that are not negative.
    - (C2) `groups` is positive and divides both `C` and `F`.
    - (C3) The filter's input channels are `C / groups`.
    - (C4) `bias` has `F` elements.
    - (C5) All operands have one element type.
    - (C6) The window fits into the padded input: `OH >= 1` and `OW >= 1`. The
      result has at most 2^40 elements.
    - (C7) No dimension is zero.

    Example:
    ```mlir
    %y = lf.conv2d %x, %w bias %b strides [2, 2] pads [1, 1, 1, 1]
        activation relu6
        : (tensor<1x224x224x3xf32>, tensor<3x3x3x32xf32>, tensor<32xf32>)
          -> tensor<1x112x112x32xf32>
    ```
  }];
  let arguments = (ins
    LF_Activations:$input,
    LF_Filter:$filter,
    Optional<LF_Bias>:$bias,
    LF_OnesByTwo:$strides,
    LF_ZerosByFour:$pads,
    LF_OnesByTwo:$dilations,
    DefaultValuedAttr<I64Attr, "1">:$groups,
    LF_NoActivation:$activation
  );
  let results = (outs LF_Activations:$result);
  let assemblyFormat = [{
    $input `,` $filter (`bias` $bias^)?
    (`strides` $strides^)? (`pads` $pads^)? (`dilations` $dilations^)?
    (`groups` $groups^)? (`activation` custom<Activation>($activation)^)?
    attr-dict `:` functional-type(operands, results)
  }];
  let hasCanonicalizer = 1;
}

//===----------------------------------------------------------------------===//
// lf.depthwise_conv2d
//===----------------------------------------------------------------------===//

def LF_DepthwiseConv2DOp : LF_LayerOp<"depthwise_conv2d", [LF_LayerWith<[
    "getWindow", "getFlops"]>]> {
  let summary = "convolution of each channel by its own filter";
  let description = [{
    ```
    y[n, oy, ox, c] = act(bias[c] + sum over ky, kx of
                          x[n, oy * sh + ky * dh - top,
                               ox * sw + kx * dw - left, c]
                          * filter[ky, kx, c])
    ```
    where `x` is zero outside its bounds.

    Shapes: `input` `N x H x W x C`, `filter` `KH x KW x C`, `bias` `C`, result
    `N x OH x OW x C`; one element type, any float. A depthwise convolution with
    several filters a channel is an `lf.conv2d` with `groups = C`.

    Constraints:
    - (C1) `strides` and `dilations` have 2 positive numbers, `pads` 4 numbers
      that are not negative.
    - (C2) The filter has `C` channels.
    - (C3) `bias` has `C` elements.
    - (C4) All operands have one element type.
    - (C5) The window fits into the padded input: `OH >= 1` and `OW >= 1`. The
      result has at most 2^40 elements.
    - (C6) No dimension is zero.

    Example:
    ```mlir
    %y = lf.depthwise_conv2d %x, %w bias %b pads [1, 1, 1, 1] activation relu6
        : (tensor<1x56x56x144xf32>, tensor<3x3x144xf32>, tensor<144xf32>)
          -> tensor<1x56x56x144xf32>
    ```
  }];
  let arguments = (ins
    LF_Activations:$input,
    LF_DepthwiseFilter:$filter,
    Optional<LF_Bias>:$bias,
    LF_OnesByTwo:$strides,
    LF_ZerosByFour:$pads,
    LF_OnesByTwo:$dilations,
    LF_NoActivation:$activation
  );
  let results = (outs LF_Activations:$result);
  let assemblyFormat = [{
    $input `,` $filter (`bias` $bias^)?
    (`strides` $strides^)? (`pads` $pads^)? (`dilations` $dilations^)?
    (`activation` custom<Activation>($activation)^)?
    attr-dict `:` functional-type(operands, results)
  }];
  let hasCanonicalizer = 1;
}

//===----------------------------------------------------------------------===//
// lf.bottleneck
//===----------------------------------------------------------------------===//

def LF_BottleneckOp : LF_LayerOp<"bottleneck", [AttrSizedOperandSegments]> {
  let summary = "inverted residual: expand, depthwise, project, add";
  let description = [{
    The block of MobileNetV2 (Sandler et al., CVPR 2018, section 3.4) as one op:
    ```
    e = conv2d(x, expand) + expand_bias,        expand_activation
    d = depthwise_conv2d(e, depthwise) + bias,  depthwise_activation
    p = conv2d(d, project) + project_bias,      project_activation
    y = residual ? x + p : p
    ```
    The strides and pads are the depthwise layer's; both convolutions are 1x1.

    Shapes: `input` `N x H x W x C`, `expand` `1 x 1 x C x E`, `depthwise`
    `KH x KW x E`, `project` `1 x 1 x E x F`, the biases `E`, `E` and `F`,
    result `N x OH x OW x F`; one element type, any float.

    Constraints:
    - (C1) `strides` has 2 positive numbers, `pads` 4 numbers that are not
      negative.
    - (C2) `expand` and `project` are 1x1 filters.
    - (C3) Channels agree: `expand` takes `C`, `depthwise` has `E` and
      `project` takes `E`.
    - (C4) Each bias has as many elements as its layer has output channels.
    - (C5) All operands have one element type.
    - (C6) The window fits into the padded input: `OH >= 1` and `OW >= 1`. The
      result has at most 2^40 elements.
    - (C7) No dimension is zero.
    - (C8) With `residual`, the result has the input's shape.

    Example:
    ```mlir
    %y = lf.bottleneck %x expand(%we, %be) depthwise(%wd, %bd)
        project(%wp, %bp) pads [1, 1, 1, 1] activations relu6, relu6, none
        residual
        : (tensor<1x56x56x24xf32>, tensor<1x1x24x144xf32>, tensor<144xf32>,
           tensor<3x3x144xf32>, tensor<144xf32>, tensor<1x1x144x24xf32>,
           tensor<24xf32>) -> tensor<1x56x56x24xf32>
    ```
  }];
  let arguments = (ins
    LF_Activations:$input,
    LF_Filter:$expand,
    Optional<LF_Bias>:$expand_bias,
    LF_DepthwiseFilter:$depthwise,
    Optional<LF_Bias>:$depthwise_bias,
    LF_Filter:$project,
    Optional<LF_Bias>:$project_bias,
    LF_OnesByTwo:$strides,
    LF_ZerosByFour:$pads,
    LF_NoActivation:$expand_activation,
    LF_NoActivation:$depthwise_activation,
    LF_NoActivation:$project_activation,
    UnitAttr:$residual
  );
  let results = (outs LF_Activations:$result);
  let assemblyFormat = [{
    $input `expand` `(` $expand (`,` $expand_bias^)? `)`
    `depthwise` `(` $depthwise (`,` $depthwise_bias^)? `)`
    `project` `(` $project (`,` $project_bias^)? `)`
    (`strides` $strides^)? (`pads` $pads^)?
    `activations` custom<Activation>($expand_activation) `,`
    custom<Activation>($depthwise_activation) `,`
    custom<Activation>($project_activation)
    (`residual` $residual^)?
    attr-dict `:` functional-type(operands, results)
  }];
}

//===----------------------------------------------------------------------===//
// lf.activate
//===----------------------------------------------------------------------===//

def LF_ActivateOp : LF_Op<"activate", [
    Pure, Elementwise, SameOperandsAndResultType,
    LF_LayerWith<["getFlops"]>]> {
  let summary = "an activation that stands alone";
  let description = [{
    `y[i] = act(x[i])` for each element of a tensor of any rank. Where the value
    comes from a layer of one use, canonicalization moves the function into the
    layer.

    Example:
    ```mlir
    %y = lf.activate %x hardswish : tensor<1x1000xf32>
    ```
  }];
  let arguments = (ins LF_AnyTensor:$input, LF_ActivationAttr:$activation);
  let results = (outs LF_AnyTensor:$result);
  let assemblyFormat = [{
    $input custom<Activation>($activation) attr-dict `:` type($input)
  }];
  let hasCanonicalizer = 1;
  let hasFolder = 1;
}

//===----------------------------------------------------------------------===//
// lf.pool2d
//===----------------------------------------------------------------------===//

def LF_Pool2DOp : LF_LayerOp<"pool2d", [LF_LayerWith<[
    "getWindow", "getFlops"]>]> {
  let summary = "maximum or sum over a sliding window";
  let description = [{
    ```
    y[n, oy, ox, c] = max or sum over ky, kx of
                      x[n, oy * sh + ky * dh - top,
                           ox * sw + kx * dw - left, c]
    ```
    where places outside the bounds of `x` count as minus infinity for `max` and
    as zero for `sum`. An average is a sum and a product.

    Shapes: `input` `N x H x W x C`, `kernel` the window's height and width, result
    `N x OH x OW x C`.

    Constraints:
    - (C1) `kernel`, `strides` and `dilations` have 2 positive numbers, `pads` 4
      numbers that are not negative.
    - (C2) The window fits into the padded input: `OH >= 1` and `OW >= 1`. The
      result has at most 2^40 elements.
    - (C3) No dimension is zero.

    Example:
    ```mlir
    %y = lf.pool2d max %x kernel [3, 3] strides [2, 2] pads [1, 1, 0, 0]
        : tensor<1x112x112x64xf32> -> tensor<1x56x56x64xf32>
    ```
  }];
  let arguments = (ins
    LF_PoolKind:$kind,
    LF_Activations:$input,
    DenseI64ArrayAttr:$kernel,
    LF_OnesByTwo:$strides,
    LF_ZerosByFour:$pads,
    LF_OnesByTwo:$dilations
  );
  let results = (outs LF_Activations:$result);
  let assemblyFormat = [{
    $kind $input `kernel` $kernel (`strides` $strides^)? (`pads` $pads^)?
    (`dilations` $dilations^)? attr-dict `:` type($input) `->` type($result)
  }];
  let hasCanonicalizer = 1;
}

//===----------------------------------------------------------------------===//
// lf.scale
//===----------------------------------------------------------------------===//

def LF_ScaleOp : LF_LayerOp<"scale", [LF_LayerWith<["getFlops"]>]> {
  let summary = "multiply each channel by a number of its own";
  let description = [{
    `y[n, h, w, c] = x[n, h, w, c] * gate[n, c]`: what a squeeze-and-excite
    (Hu et al., CVPR 2018) does with its gate.

    Shapes: `input` and result `N x H x W x C`, `gate` `N x C`; one element
    type, any float.

    Constraints:
    - (C1) `gate` has the input's batch size and channels.
    - (C2) Both operands have one element type.

    Example:
    ```mlir
    %y = lf.scale %x, %gate : tensor<1x28x28x72xf32>, tensor<1x72xf32>
    ```
  }];
  let arguments = (ins LF_Activations:$input, LF_Gate:$gate);
  let results = (outs LF_Activations:$result);
  let assemblyFormat = [{
    $input `,` $gate attr-dict `:` type($input) `,` type($gate)
  }];
}

//===----------------------------------------------------------------------===//
// lf.add
//===----------------------------------------------------------------------===//

def LF_AddOp : LF_Op<"add", [
    Pure, Elementwise, SameOperandsAndResultType,
    LF_LayerWith<["getFlops"]>]> {
  let summary = "sum of two values, as at the end of a residual, with activation";
  let description = [{
    `y[i] = act(x[i] + other[i])`: the `arith.addf` of a network as a layer, for
    the bodies of blocks. `input` is what the chain of layers before computes,
    `other` what comes in from the side.

    Shapes: all `N x H x W x C`.

    Example:
    ```mlir
    %y = lf.add %x, %shortcut activation relu : tensor<1x56x56x64xf32>
    ```
  }];
  let arguments = (ins
    LF_Activations:$input,
    LF_Activations:$other,
    LF_NoActivation:$activation
  );
  let results = (outs LF_Activations:$result);
  let assemblyFormat = [{
    $input `,` $other (`activation` custom<Activation>($activation)^)?
    attr-dict `:` type($input)
  }];
}

//===----------------------------------------------------------------------===//
// lf.global_pool
//===----------------------------------------------------------------------===//

def LF_GlobalPoolOp : LF_LayerOp<"global_pool"> {
  let summary = "maximum or sum of each channel";
  let description = [{
    `y[n, c] = max or sum over h, w of x[n, h, w, c]`. An average is a sum and a
    product.

    Shapes: `input` `N x H x W x C`, result `N x C`.

    Example:
    ```mlir
    %y = lf.global_pool sum %x : tensor<1x7x7x1280xf32> -> tensor<1x1280xf32>
    ```
  }];
  let arguments = (ins LF_PoolKind:$kind, LF_Activations:$input);
  let results = (outs LF_Gate:$result);
  let assemblyFormat = [{
    $kind $input attr-dict `:` type($input) `->` type($result)
  }];
}

#endif // LAYERFUSION_DIALECT_LF_LFOPS_TD
