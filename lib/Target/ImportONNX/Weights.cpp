//===- Weights.cpp - tensors stored in an ONNX file -------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A TensorProto holds its elements raw, in a list of its type, or in another
// file. Sizes are checked before anything is allocated, and an external file
// must lie in the model's folder.
//
//===----------------------------------------------------------------------===//

#include "GraphImporter.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

#include <cstring>
#include <onnx/onnx_pb.h>

using namespace mlir;
using namespace mlir::lf::importer;
using onnx::TensorProto;

using ErrorFn = llvm::function_ref<LogicalResult(const Twine &)>;

/// Copies a typed list of the file into elements of `kind`.
template <typename List>
static std::vector<char> pack(ElementKind kind, const List &list) {
  std::vector<char> bytes(list.size() * byteSize(kind));
  for (int64_t i = 0, e = list.size(); i < e; ++i) {
    // 16-bit floats come as their bits.
    if (kind == ElementKind::F16 || kind == ElementKind::BF16)
      storeInteger(ElementKind::U16, bytes.data(), i, list.Get(i));
    else if (isFloat(kind))
      storeNumber(kind, bytes.data(), i, list.Get(i));
    else
      storeInteger(kind, bytes.data(), i, list.Get(i));
  }
  return bytes;
}

static std::vector<char> packTypedField(ElementKind kind,
                                        const TensorProto &proto) {
  switch (kind) {
  case ElementKind::F32:
    return pack(kind, proto.float_data());
  case ElementKind::F64:
    return pack(kind, proto.double_data());
  case ElementKind::I64:
    return pack(kind, proto.int64_data());
  case ElementKind::U32:
  case ElementKind::U64:
    return pack(kind, proto.uint64_data());
  default:
    return pack(kind, proto.int32_data());
  }
}

namespace {
/// Where a tensor's bytes lie outside the model.
struct ExternalData {
  std::string location;
  uint64_t offset = 0;
  std::optional<uint64_t> length;
};
} // namespace

static LogicalResult parseExternalData(const TensorProto &proto,
                                       ExternalData &external, ErrorFn error) {
  for (const onnx::StringStringEntryProto &entry : proto.external_data()) {
    StringRef key = entry.key(), value = entry.value();
    uint64_t number = 0;
    if (key == "location")
      external.location = value.str();
    else if ((key == "offset" || key == "length") &&
             value.getAsInteger(10, number))
      return error("external data have the malformed " + key + " '" + value +
                   "'");
    else if (key == "offset")
      external.offset = number;
    else if (key == "length")
      external.length = number;
  }
  if (external.location.empty())
    return error("external data name no location");
  return success();
}

/// The path of an external file, which must not leave the model's folder, by
/// its name or through a link.
static LogicalResult resolveExternal(StringRef location, StringRef folder,
                                     SmallVectorImpl<char> &path,
                                     ErrorFn error) {
  bool climbs = llvm::any_of(llvm::make_range(llvm::sys::path::begin(location),
                                              llvm::sys::path::end(location)),
                             [](StringRef part) { return part == ".."; });
  bool hasNull = location.contains('\0');
  SmallString<128> realFolder;
  path.assign(folder.begin(), folder.end());
  llvm::sys::path::append(path, location);
  StringRef pathRef(path.data(), path.size());
  if (climbs || hasNull || llvm::sys::path::is_absolute(location))
    return error("external data must lie in the model's folder, got '" +
                 location + "'");
  SmallString<128> realPath;
  if (llvm::sys::fs::real_path(folder, realFolder) ||
      llvm::sys::fs::real_path(pathRef, realPath))
    return error("cannot find the external data '" + location + "'");
  if (!realFolder.ends_with("/"))
    realFolder.push_back('/');
  if (!StringRef(realPath).starts_with(realFolder))
    return error("external data must lie in the model's folder, '" + location +
                 "' leads out of it");
  path.assign(realPath.begin(), realPath.end());
  return success();
}

static LogicalResult readExternal(const TensorProto &proto, uint64_t size,
                                  StringRef folder, std::vector<char> &bytes,
                                  ErrorFn error) {
  ExternalData external;
  SmallString<128> path;
  if (failed(parseExternalData(proto, external, error)) ||
      failed(resolveExternal(external.location, folder, path, error)))
    return failure();
  if (external.length && *external.length != size)
    return error("external data must be " + Twine(size) + " bytes, got " +
                 Twine(*external.length));
  llvm::sys::fs::file_status status;
  if (llvm::sys::fs::status(path, status) ||
      status.type() != llvm::sys::fs::file_type::regular_file)
    return error("cannot read the external data '" + external.location + "'");
  if (external.offset > status.getSize() ||
      size > status.getSize() - external.offset)
    return error("external data '" + external.location + "' hold " +
                 Twine(status.getSize()) + " bytes, wanted " + Twine(size) +
                 " at offset " + Twine(external.offset));
  if (size == 0)
    return success();
  auto buffer = llvm::MemoryBuffer::getFileSlice(path, size, external.offset);
  if (!buffer || (*buffer)->getBufferSize() != size)
    return error("cannot read the external data '" + external.location + "'");
  bytes.assign((*buffer)->getBufferStart(), (*buffer)->getBufferEnd());
  return success();
}

std::optional<HostTensor>
lf::importer::readTensorProto(const TensorProto &proto, StringRef describe,
                              StringRef folder, ErrorFn reportError) {
  auto error = [&](const Twine &message) {
    return reportError(describe + ": " + message);
  };
  auto fail = [&](const Twine &message) {
    (void)error(message);
    return std::nullopt;
  };
  std::optional<ElementKind> kind = elementKindFromONNX(proto.data_type());
  if (!kind)
    return fail("the element type " + onnxTypeName(proto.data_type()) +
                " is not supported");
  Dims shape(proto.dims().begin(), proto.dims().end());
  std::optional<int64_t> count = elementCount(shape);
  if (static_cast<int64_t>(shape.size()) > maxRank || !count ||
      *count > maxTensorBytes / static_cast<int64_t>(byteSize(*kind)))
    return fail("the shape " + shapeString(shape) +
                " is negative or too large");
  size_t size = *count * byteSize(*kind);
  if (proto.data_location() == TensorProto::EXTERNAL) {
    std::vector<char> bytes;
    if (failed(readExternal(proto, size, folder, bytes, error)))
      return std::nullopt;
    return HostTensor(*kind, shape, std::move(bytes));
  }
  if (proto.has_raw_data()) {
    if (proto.raw_data().size() != size)
      return fail("the shape " + shapeString(shape) + " takes " + Twine(size) +
                  " bytes, got " + Twine(proto.raw_data().size()));
    return HostTensor::borrowed(*kind, shape,
                                ArrayRef<char>(proto.raw_data().data(), size));
  }
  std::vector<char> bytes = packTypedField(*kind, proto);
  if (bytes.size() != size)
    return fail("the shape " + shapeString(shape) + " has " + Twine(*count) +
                " elements, got " + Twine(bytes.size() / byteSize(*kind)));
  return HostTensor(*kind, shape, std::move(bytes));
}
