//===- InitAll.h - everything, for tools and bindings -----------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a program that handles any IR of this project registers first: lf-opt,
// lf-translate, the Python module and the unit tests all start here.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_INITALL_H
#define LAYERFUSION_INITALL_H

namespace mlir {
class DialectRegistry;
} // namespace mlir

namespace mlir::lf {

/// The lf dialect, all upstream dialects, and the interfaces and translations
/// that the pipelines need.
void registerAllDialects(DialectRegistry &registry);

/// The passes and pipelines of this project and all upstream passes, by name.
void registerAllPasses();

} // namespace mlir::lf

#endif // LAYERFUSION_INITALL_H
