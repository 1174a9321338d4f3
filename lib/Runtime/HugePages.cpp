//===- HugePages.cpp - memory in few pages ----------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "HugePages.h"

#include <cstdint>
#ifdef __linux__
#include <linux/mman.h>
#include <sys/mman.h>
#endif

using namespace mlir;

/// Advises the system about the huge pages that lie in the memory as a whole.
static void advise(void *memory, size_t size, int advice) {
#ifdef __linux__
  uintptr_t mask = lf::hugePageBytes - 1;
  uintptr_t begin = (reinterpret_cast<uintptr_t>(memory) + mask) & ~mask;
  uintptr_t end = (reinterpret_cast<uintptr_t>(memory) + size) & ~mask;
  if (begin < end)
    madvise(reinterpret_cast<void *>(begin), end - begin, advice);
#endif
}

void lf::preferHugePages(void *memory, size_t size) {
#ifdef MADV_HUGEPAGE
  advise(memory, size, MADV_HUGEPAGE);
#endif
}

void lf::moveToHugePages(void *memory, size_t size) {
#ifdef MADV_COLLAPSE
  advise(memory, size, MADV_COLLAPSE);
#endif
}
