//===- LFInterfaces.td - what a block must know of its layers -*- tablegen -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_DIALECT_LF_LFINTERFACES_TD
#define LAYERFUSION_DIALECT_LF_LFINTERFACES_TD

include "mlir/IR/OpBase.td"

def LF_LayerInterface : OpInterface<"LayerOpInterface"> {
  let cppNamespace = "::mlir::lf";
  let description = [{
    An op that computes one tensor of activations, `N x H x W x C`, from another
    through a sliding window, and so can stand in the body of an
    `lf.fused_block`. What fusion, cost model and lowering know of a layer
    without knowing which it is.
  }];
  let methods = [
    InterfaceMethod<"The activations that the window slides over.",
      "::mlir::Value", "getInput">,
    InterfaceMethod<[{
        The window; that of an elementwise op is one place wide.
      }],
      "::mlir::lf::Window", "getWindow", (ins), "",
      [{ return ::mlir::lf::Window(); }]>,
    InterfaceMethod<[{
        Whether channel c of the result depends on channel c of the activations
        alone, so that channels can be computed apart.
      }],
      "bool", "isChannelwise", (ins), "", [{ return true; }]>,
    InterfaceMethod<"The function applied last to each element.",
      "::mlir::lf::ActivationAttr", "getActivation", (ins), "", [{
        return ::mlir::lf::ActivationAttr::get(
            $_op->getContext(), ::mlir::lf::ActivationKind::None);
      }]>,
    InterfaceMethod<[{
        Floating-point operations for the whole result: two for a multiply-add,
        one for an addition, maximum or product; the activation and products
        with padding count as well as any other (the activation as none).
      }],
      "int64_t", "getFlops">
  ];
  let extraSharedClassDeclaration = [{
    /// Whether each element of the result depends on the elements at its own
    /// place alone.
    bool isElementwise() {
      return $_op.isChannelwise() && $_op.getWindow().isPointwise() &&
             $_op.getWindow().strides == std::array<int64_t, 2>{1, 1};
    }

    ::mlir::RankedTensorType getInputType() {
      return ::llvm::cast<::mlir::RankedTensorType>($_op.getInput().getType());
    }
    ::mlir::RankedTensorType getResultType() {
      return ::llvm::cast<::mlir::RankedTensorType>(
          $_op->getResult(0).getType());
    }
  }];
}

#endif // LAYERFUSION_DIALECT_LF_LFINTERFACES_TD
