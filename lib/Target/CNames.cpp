//===- CNames.cpp - names that C and C++ accept -----------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Names of models and tensors as identifiers of C.
//
//===----------------------------------------------------------------------===//

#include "CNames.h"

#include "mlir/Support/LLVM.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Analysis/TargetLibraryInfo.h"
#include "llvm/TargetParser/Triple.h"

using namespace mlir;
using namespace mlir::lf;

std::string lf::toCIdentifier(StringRef text) {
  std::string result;
  for (char c : text) {
    if (llvm::isAlnum(c))
      result += c;
    else if (!result.empty() && result.back() != '_')
      result += '_';
  }
  while (!result.empty() && result.back() == '_')
    result.pop_back();
  return result;
}

bool lf::isCIdentifier(StringRef name) {
  return !name.empty() && llvm::isAlpha(name.front()) &&
         llvm::all_of(name,
                      [](char c) { return llvm::isAlnum(c) || c == '_'; });
}

/// Keywords of C23 and C++23, and what GNU compilers and the C headers define
/// in lower case without an underscore in front.
static const llvm::StringSet<> &getReservedWords() {
  static const llvm::StringSet<> words = [] {
    SmallVector<StringRef> list;
    llvm::SplitString(
        "alignas alignof and and_eq asm assert auto bitand bitor bool break "
        "case catch char char16_t char32_t char8_t class co_await co_return "
        "co_yield compl complex concept const const_cast consteval "
        "constexpr constinit continue decltype default delete do double "
        "dynamic_cast else enum errno explicit export extern false float "
        "for friend goto i386 if imaginary inline int int16_t int32_t "
        "int64_t int8_t linux long main mutable namespace new noexcept "
        "noreturn not not_eq nullptr operator or or_eq private protected "
        "public register reinterpret_cast requires restrict return short "
        "signed sizeof static static_assert static_cast stderr stdin stdout "
        "struct switch template this thread_local throw true try typedef "
        "typeid typename typeof typeof_unqual uint16_t uint32_t uint64_t "
        "uint8_t union unix unsigned using virtual void volatile wchar_t "
        "while xor xor_eq",
        list);
    llvm::StringSet<> set;
    set.insert_range(list);
    return set;
  }();
  return words;
}

bool lf::isReservedInC(StringRef name) {
  static const llvm::TargetLibraryInfoImpl library(
      llvm::Triple("x86_64-unknown-linux-gnu"));
  llvm::LibFunc ignored;
  return getReservedWords().contains(name) || library.getLibFunc(name, ignored);
}
