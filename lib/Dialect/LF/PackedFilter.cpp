//===- PackedFilter.cpp - filters in panels of channels ---------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Packs bytes, whatever float they are: a network has up to some hundred
// megabytes of them. Only transforms need to know what they mean.
//
//===----------------------------------------------------------------------===//

#include "LayerFusion/Dialect/LF/PackedFilter.h"

#include "LayerFusion/Dialect/LF/Winograd.h"

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
                                              FilterPacking packing) {
  ArrayRef<int64_t> shape = filter.getShape();
  SmallVector<int64_t, 5> packed = {
      static_cast<int64_t>(llvm::divideCeil(shape[3], packing.panel)), shape[0],
      shape[1], shape[2], packing.panel};
  if (packing.winogradTile != 0)
    packed[1] = packed[2] = getWinogradPoints(packing.winogradTile);
  return packed;
}

RankedTensorType lf::getPackedType(RankedTensorType filter,
                                   FilterPacking packing) {
  return RankedTensorType::get(getPackedShape(filter, packing),
                               filter.getElementType());
}

std::optional<FilterPacking> lf::getPacking(ShapedType packed,
                                            RankedTensorType filter) {
  if (packed.getRank() != 5 || filter.getRank() != 4 ||
      packed.getElementType() != filter.getElementType())
    return std::nullopt;
  FilterPacking packing;
  packing.panel = packed.getShape().back();
  if (packing.panel < 1)
    return std::nullopt;
  constexpr int64_t threes[] = {3, 3};
  for (int64_t tile : {0, 2, 4}) {
    packing.winogradTile = tile;
    if ((tile == 0 || filter.getShape().take_front(2) == ArrayRef(threes)) &&
        packed.getShape() == ArrayRef<int64_t>(getPackedShape(filter, packing)))
      return packing;
  }
  return std::nullopt;
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

/// Element `index` of a constant of type T.
template <typename T>
static double getElement(const RawConstant &raw, int64_t index) {
  T element;
  std::memcpy(&element,
              raw.bytes.data() + (raw.isSplat ? 0 : index * sizeof(T)),
              sizeof(T));
  return element;
}

/// Writes G g G^T for the 3x3 taps g between each of `depth` and each of
/// `channels` channels into `packed`, which is zero: panel after panel, in each
/// point after point.
template <typename T>
static void transform(const RawConstant &raw, int64_t depth, int64_t channels,
                      FilterPacking packing, char *packed) {
  WinogradMatrix matrix = getWinogradFilterMatrix(packing.winogradTile);
  int64_t points = matrix.size(), panel = packing.panel;
  for (int64_t c = 0; c < depth; ++c)
    for (int64_t f = 0; f < channels; ++f) {
      double rows[6][3] = {};
      for (int64_t i = 0; i < points; ++i)
        for (int64_t x = 0; x < 3; ++x)
          for (int64_t y = 0; y < 3; ++y)
            rows[i][x] +=
                matrix[i][y] *
                getElement<T>(raw, ((y * 3 + x) * depth + c) * channels + f);
      int64_t first = f / panel * points * points;
      for (int64_t i = 0; i < points; ++i)
        for (int64_t j = 0; j < points; ++j) {
          double sum = 0;
          for (int64_t x = 0; x < 3; ++x)
            sum += rows[i][x] * matrix[j][x];
          T element = static_cast<T>(sum);
          int64_t place =
              ((first + i * points + j) * depth + c) * panel + f % panel;
          std::memcpy(packed + place * sizeof(T), &element, sizeof(T));
        }
    }
}

TypedAttr lf::packFilter(Attribute filter, FilterPacking packing) {
  auto type = dyn_cast<RankedTensorType>(cast<TypedAttr>(filter).getType());
  std::optional<RawConstant> raw = getRawConstant(filter);
  if (!raw || !type || type.getRank() != 4)
    return {};
  int64_t elementBytes = type.getElementTypeBitWidth() / 8;
  int64_t elements = raw->isSplat ? 1 : type.getNumElements();
  bool isTransformed = packing.winogradTile != 0;
  bool isFloat = type.getElementType().isF32();
  if (elementBytes == 0 ||
      static_cast<int64_t>(raw->bytes.size()) != elements * elementBytes ||
      (isTransformed && !isFloat && !type.getElementType().isF64()))
    return {};
  RankedTensorType packedType = getPackedType(type, packing);
  int64_t channels = type.getDimSize(3);
  if (raw->isSplat && channels % packing.panel == 0 && !isTransformed)
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
  int64_t depth = type.getDimSize(2);
  if (isTransformed && isFloat)
    transform<float>(*raw, depth, channels, packing, data);
  else if (isTransformed)
    transform<double>(*raw, depth, channels, packing, data);
  else if (type.getNumElements() > 0)
    pack(*raw, type.getNumElements() / channels, channels, packing.panel,
         elementBytes, data);
  return DenseResourceElementsAttr::get(packedType, raw->name + "_packed",
                                        std::move(blob));
}
