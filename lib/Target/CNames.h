//===- CNames.h - names that C and C++ accept -------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Private to lib/Target: names of models and tensors, which may be any text, as
// identifiers of C.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_LIB_TARGET_CNAMES_H
#define LAYERFUSION_LIB_TARGET_CNAMES_H

#include "llvm/ADT/StringRef.h"
#include <string>

namespace mlir::lf {

/// `text` with runs of other characters than letters, digits and underscores
/// made one underscore, and none at either end. May be empty or start with a
/// digit.
std::string toCIdentifier(llvm::StringRef text);

/// Whether `name` is a letter followed by letters, digits and underscores.
bool isCIdentifier(llvm::StringRef name);

/// Whether `name` is a keyword of C or C++, a macro that compilers or common
/// headers define, or a function of the C library, so that declaring it again
/// fails or changes what compiled code calls.
bool isReservedInC(llvm::StringRef name);

} // namespace mlir::lf

#endif // LAYERFUSION_LIB_TARGET_CNAMES_H
