//===- PackedFilter.cpp - filters in panels of channels ---------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Packs bytes, whatever float they are: a network has up to some hundred
// megabytes of them.
//
//===----------------------------------------------------------------------===//

#include "LayerFusion/Dialect/LF/PackedFilter.h"

#include "mlir/IR/AsmState.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "llvm/Support/MathExtras.h"

#include <cstring>

using namespace mlir;
using namespace mlir::lf;

//===----------------------------------------------------------------------===//
// Types
//===----------------------------------------------------------------------===//

static SmallVector<int64_t, 5> getPackedShape(RankedTensorType filter,
                                              int64_t panel) {
  ArrayRef<int64_t> shape = filter.getShape();
  return {static_cast<int64_t>(llvm::divideCeil(shape[3], panel)), shape[0],
          shape[1], shape[2], panel};
}

RankedTensorType lf::getPackedType(RankedTensorType filter, int64_t panel) {
  return RankedTensorType::get(getPackedShape(filter, panel),
                               filter.getElementType());
}

std::optional<int64_t> lf::getPanel(ShapedType packed,
                                    RankedTensorType filter) {
  if (packed.getRank() != 5 || filter.getRank() != 4 ||
      packed.getElementType() != filter.getElementType())
    return std::nullopt;
  int64_t panel = packed.getShape().back();
  if (panel < 1 ||
      packed.getShape() != ArrayRef<int64_t>(getPackedShape(filter, panel)))
    return std::nullopt;
  return panel;
}

//===----------------------------------------------------------------------===//
// Data
//===----------------------------------------------------------------------===//

namespace {

/// The bytes of a constant, one element or all.
struct RawConstant {
  ArrayRef<char> bytes;
  bool isSplat = false;
  std::string name = "filter";
};

} // namespace

static std::optional<RawConstant> getRawConstant(Attribute attr) {
  RawConstant raw;
  if (auto dense = dyn_cast<DenseElementsAttr>(attr)) {
    raw.bytes = dense.getRawData();
    raw.isSplat = dense.isSplat();
    return raw;
  }
  auto resource = dyn_cast<DenseResourceElementsAttr>(attr);
  AsmResourceBlob *blob =
      resource ? resource.getRawHandle().getBlob() : nullptr;
  if (!blob)
    return std::nullopt;
  raw.bytes = blob->getData();
  raw.name = resource.getRawHandle().getKey().str();
  return raw;
}

/// Writes the `rows` rows of `channels` elements, panel after panel, into
/// `packed`, which is zero.
static void pack(const RawConstant &raw, int64_t rows, int64_t channels,
                 int64_t panel, int64_t elementBytes, char *packed) {
  for (int64_t first = 0; first < channels; first += panel) {
    int64_t bytes = std::min(panel, channels - first) * elementBytes;
    for (int64_t row = 0; row < rows; ++row, packed += panel * elementBytes) {
      if (!raw.isSplat) {
        const char *source =
            raw.bytes.data() + (row * channels + first) * elementBytes;
        std::memcpy(packed, source, bytes);
        continue;
      }
      for (int64_t i = 0; i < bytes; i += elementBytes)
        std::memcpy(packed + i, raw.bytes.data(), elementBytes);
    }
  }
}

TypedAttr lf::packFilter(Attribute filter, int64_t panel) {
  auto type = dyn_cast<RankedTensorType>(cast<TypedAttr>(filter).getType());
  std::optional<RawConstant> raw = getRawConstant(filter);
  if (!raw || !type || type.getRank() != 4)
    return {};
  int64_t elementBytes = type.getElementTypeBitWidth() / 8;
  int64_t elements = raw->isSplat ? 1 : type.getNumElements();
  if (elementBytes == 0 ||
      static_cast<int64_t>(raw->bytes.size()) != elements * elementBytes)
    return {};
  RankedTensorType packedType = getPackedType(type, panel);
  int64_t channels = type.getDimSize(3);
  if (raw->isSplat && channels % panel == 0)
    return cast<TypedAttr>(
        DenseElementsAttr::getFromRawBuffer(packedType, raw->bytes));

  // Aligned to elements alone: bytecode with more could be read from memory
  // aligned likewise only. Vectors are loaded from the global that this
  // becomes.
  AsmResourceBlob blob = HeapAsmResourceBlob::allocate(
      packedType.getNumElements() * elementBytes, /*align=*/elementBytes,
      /*dataIsMutable=*/true);
  char *data = blob.getMutableData().data();
  std::memset(data, 0, blob.getData().size());
  if (type.getNumElements() > 0)
    pack(*raw, type.getNumElements() / channels, channels, panel, elementBytes,
         data);
  return DenseResourceElementsAttr::get(packedType, raw->name + "_packed",
                                        std::move(blob));
}
