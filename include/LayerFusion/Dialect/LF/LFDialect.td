//===- LFDialect.td - the lf dialect --------------------------*- tablegen -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_DIALECT_LF_LFDIALECT_TD
#define LAYERFUSION_DIALECT_LF_LFDIALECT_TD

include "mlir/IR/OpBase.td"

def LF_Dialect : Dialect {
  let name = "lf";
  let cppNamespace = "::mlir::lf";
  let summary = "layers of convolutional networks, and how to compute them as one";
  let description = [{
    The `lf` dialect holds the layers of a convolutional network that are worth
    fusing: convolution, depthwise convolution, the inverted residual, and the
    activations between them. Everything else in a network stays in upstream
    dialects: element-wise arithmetic is `arith` and `math` on tensors, the rest
    `linalg` and `tensor`.

    **Values.** Layers are pure ops on ranked tensors of static shape. They have
    no destination operand: a layer that stands alone is lowered before
    bufferization, and a block, which has destinations, carries its layers
    through it.

    **Layouts.** Activations are `N x H x W x C` (batch, height, width,
    channels). Filters are `KH x KW x C x F` (kernel height and width, input
    channels of the group, output channels), depthwise filters `KH x KW x C`.

    **Windows.** `strides` and `dilations` are `[height, width]`; `pads` are
    `[top, left, bottom, right]` rows and columns of zeros around the input.
    An output dimension is
    `floor((in + pad_before + pad_after - dilation * (k - 1) - 1) / stride) + 1`.

    **Entry functions.** The arguments and results of the public function may
    carry `lf.name` (a string: the name in the model) and `lf.layout` (a string
    with a letter a dimension, such as `"NCHW"`). Bufferization gathers them
    with the types into `lf.inputs` and `lf.outputs`, arrays of `#lf.io`, and
    planning adds `lf.workspace_size`, the bytes of scratch memory that a run
    needs. They stay on the function down to the LLVM dialect, where the C
    header and the JIT read them.
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::tensor::TensorDialect"
  ];
  let useDefaultAttributePrinterParser = 1;
  let hasConstantMaterializer = 1;
  let hasOperationAttrVerify = 1;
  let hasRegionArgAttrVerify = 1;
  let hasRegionResultAttrVerify = 1;
  let extraClassDeclaration = [{
    void registerAttributes();
  }];
}

class LF_Op<string mnemonic, list<Trait> traits = []>
    : Op<LF_Dialect, mnemonic, traits>;

#endif // LAYERFUSION_DIALECT_LF_LFDIALECT_TD
