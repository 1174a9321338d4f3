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

#endif // LAYERFUSION_DIALECT_LF_LFATTRS_TD
