//===- BufferizableOpInterfaceImpl.h - blocks in buffers --------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_DIALECT_LF_BUFFERIZABLEOPINTERFACEIMPL_H
#define LAYERFUSION_DIALECT_LF_BUFFERIZABLEOPINTERFACEIMPL_H

namespace mlir {
class DialectRegistry;
} // namespace mlir

namespace mlir::lf {

/// Tells One-Shot Bufferize how lf.fused_block uses memory. What stands in its
/// body is none of the bufferization's business: keep it out by an opFilter.
void registerBufferizableOpInterfaceExternalModels(DialectRegistry &registry);

} // namespace mlir::lf

#endif // LAYERFUSION_DIALECT_LF_BUFFERIZABLEOPINTERFACEIMPL_H
