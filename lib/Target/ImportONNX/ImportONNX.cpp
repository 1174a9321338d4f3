//===- ImportONNX.cpp - import of ONNX models -------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reads the file and hands its graph over:
//
//   model.onnx  -->  module @model {
//                      func.func @main(%x: tensor<1x3x224x224xf32>) -> ...
//
//===----------------------------------------------------------------------===//

#include "GraphImporter.h"
#include "LayerFusion/Dialect/LF/LF.h"
#include "LayerFusion/Target/ONNX.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Diagnostics.h"
#include "llvm/Support/MemoryBuffer.h"
#include <google/protobuf/stubs/logging.h>
#include <limits>
#include <onnx/onnx_pb.h>

using namespace mlir;
using namespace mlir::lf;

static Location locationOf(StringRef path, MLIRContext *context) {
  return FileLineColLoc::get(context, path, 0, 0);
}

OwningOpRef<ModuleOp> lf::importONNX(StringRef path, MLIRContext *context,
                                     const ImportONNXOptions &options) {
  // Not a terminated string: so that a large file is mapped, not copied.
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/false,
                                            /*RequiresNullTerminator=*/false);
  if (!buffer) {
    mlir::emitError(locationOf(path, context))
        << "cannot read the ONNX model: " << buffer.getError().message();
    return nullptr;
  }
  return importONNXBuffer((*buffer)->getBuffer(), path, context, options);
}

OwningOpRef<ModuleOp> lf::importONNXBuffer(StringRef contents, StringRef path,
                                           MLIRContext *context,
                                           const ImportONNXOptions &options) {
  context->loadDialect<LFDialect, affine::AffineDialect, arith::ArithDialect,
                       func::FuncDialect, linalg::LinalgDialect,
                       math::MathDialect, tensor::TensorDialect>();
  Location loc = locationOf(path, context);
  if (contents.size() > std::numeric_limits<int>::max()) {
    mlir::emitError(loc) << "an ONNX file is at most 2 GiB, got "
                         << contents.size()
                         << " bytes: keep the weights in external data";
    return nullptr;
  }
  // Protobuf would print what is wrong with a damaged file.
  google::protobuf::LogSilencer silencer;
  onnx::ModelProto model;
  if (!model.ParseFromArray(contents.data(),
                            static_cast<int>(contents.size()))) {
    mlir::emitError(loc) << "not an ONNX model, or a damaged one: its protobuf "
                            "encoding is broken";
    return nullptr;
  }
  if (!model.has_graph()) {
    mlir::emitError(loc) << "not an ONNX model: it holds no graph";
    return nullptr;
  }
  return importer::GraphImporter(model, path, context, options).run();
}
