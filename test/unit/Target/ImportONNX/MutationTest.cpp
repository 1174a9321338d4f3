//===- MutationTest.cpp - damaged models must not crash ---------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Damages models at random, in their bytes and field by field, and imports
// them: each either still makes a valid module or an error. The seeds are
// fixed; LF_MUTATIONS=<n> tries n a model and kind instead of the default.
//
//===----------------------------------------------------------------------===//

#include "TestModels.h"

#include "LayerFusion/Target/ONNX.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"

#include "gtest/gtest.h"

#include <cstdlib>
#include <limits>
#include <optional>
#include <random>

using namespace mlir;
using namespace mlir::lf;
using namespace mlir::lf::test;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

namespace {

using Random = std::mt19937;

/// A number in [0, count). Not a standard distribution: those differ between
/// libraries.
size_t below(Random &random, size_t count) { return random() % count; }

//===----------------------------------------------------------------------===//
// Bytes
//===----------------------------------------------------------------------===//

void mutateBytes(std::string &bytes, Random &random) {
  if (bytes.empty())
    return;
  size_t at = below(random, bytes.size());
  size_t length = std::min(bytes.size() - at, 1 + below(random, 16));
  switch (below(random, 5)) {
  case 0:
    bytes.resize(at);
    break;
  case 1:
    bytes.erase(at, length);
    break;
  case 2:
    bytes.insert(at, bytes.substr(below(random, bytes.size()), length));
    break;
  case 3:
    bytes[at] ^= char(1 << below(random, 8));
    break;
  default:
    for (size_t i = 0; i < length; ++i)
      bytes[at + i] = char(random());
  }
}

//===----------------------------------------------------------------------===//
// Fields
//===----------------------------------------------------------------------===//

/// All messages in a tree of them.
void collect(Message &message, std::vector<Message *> &messages) {
  messages.push_back(&message);
  const Reflection *reflection = message.GetReflection();
  std::vector<const FieldDescriptor *> fields;
  reflection->ListFields(message, &fields);
  for (const FieldDescriptor *field : fields) {
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE)
      continue;
    if (!field->is_repeated()) {
      collect(*reflection->MutableMessage(&message, field), messages);
      continue;
    }
    for (int i = 0, e = reflection->FieldSize(message, field); i < e; ++i)
      collect(*reflection->MutableRepeatedMessage(&message, field, i),
              messages);
  }
}

int64_t oddInteger(Random &random) {
  static const int64_t odd[] = {0,
                                1,
                                -1,
                                2,
                                3,
                                7,
                                16,
                                100,
                                -7,
                                1 << 20,
                                std::numeric_limits<int32_t>::max(),
                                int64_t(1) << 33,
                                int64_t(1) << 62,
                                std::numeric_limits<int64_t>::max(),
                                std::numeric_limits<int64_t>::min()};
  return odd[below(random, std::size(odd))];
}

/// Another name from the models, or none at all.
std::string oddString(Random &random) {
  static const char *const odd[] = {
      "",       "x",      "w",       "y",     "w0",   "c0",    "axes",
      "pads",   "axis",   "strides", "perm",  "Conv", "Add",   "Reshape",
      "Concat", "Slice",  "Gather",  "Pad",   "If",   "edge",  "SAME_LOWER",
      "VALID",  "\xff\1", "group",   "Shape", "Cast", "Where", "Expand"};
  return odd[below(random, std::size(odd))];
}

/// Sets a field that is not repeated, or adds to one that is.
void setField(Message &message, const FieldDescriptor *field, Random &random) {
  const Reflection *reflection = message.GetReflection();
  bool repeated = field->is_repeated();
  switch (field->cpp_type()) {
  case FieldDescriptor::CPPTYPE_INT32:
    repeated ? reflection->AddInt32(&message, field, oddInteger(random))
             : reflection->SetInt32(&message, field, oddInteger(random));
    break;
  case FieldDescriptor::CPPTYPE_INT64:
    repeated ? reflection->AddInt64(&message, field, oddInteger(random))
             : reflection->SetInt64(&message, field, oddInteger(random));
    break;
  case FieldDescriptor::CPPTYPE_FLOAT:
    repeated ? reflection->AddFloat(&message, field, oddInteger(random))
             : reflection->SetFloat(&message, field, oddInteger(random));
    break;
  case FieldDescriptor::CPPTYPE_STRING:
    repeated ? reflection->AddString(&message, field, oddString(random))
             : reflection->SetString(&message, field, oddString(random));
    break;
  case FieldDescriptor::CPPTYPE_ENUM:
    if (!repeated)
      reflection->SetEnumValue(
          &message, field,
          field->enum_type()
              ->value(below(random, field->enum_type()->value_count()))
              ->number());
    break;
  case FieldDescriptor::CPPTYPE_MESSAGE:
    repeated ? reflection->AddMessage(&message, field)
             : reflection->MutableMessage(&message, field);
    break;
  default:
    break;
  }
}

/// Removes, doubles or swaps elements of a repeated field.
void shuffleField(Message &message, const FieldDescriptor *field,
                  Random &random) {
  const Reflection *reflection = message.GetReflection();
  int size = reflection->FieldSize(message, field);
  if (size == 0)
    return;
  int a = below(random, size), b = below(random, size);
  switch (below(random, 3)) {
  case 0:
    reflection->SwapElements(&message, field, a, size - 1);
    reflection->RemoveLast(&message, field);
    break;
  case 1:
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE)
      reflection->AddMessage(&message, field)
          ->CopyFrom(reflection->GetRepeatedMessage(message, field, a));
    break;
  default:
    reflection->SwapElements(&message, field, a, b);
  }
}

void mutateField(Message &root, Random &random) {
  std::vector<Message *> messages;
  collect(root, messages);
  Message &message = *messages[below(random, messages.size())];
  const Reflection *reflection = message.GetReflection();
  std::vector<const FieldDescriptor *> fields;
  reflection->ListFields(message, &fields);
  // Mostly a field that is there, so that the change is seen.
  const FieldDescriptor *field;
  if (fields.empty() || below(random, 4) == 0)
    field = message.GetDescriptor()->field(
        below(random, message.GetDescriptor()->field_count()));
  else
    field = fields[below(random, fields.size())];
  if (below(random, 8) == 0)
    reflection->ClearField(&message, field);
  else if (field->is_repeated() && below(random, 2) == 0)
    shuffleField(message, field, random);
  else
    setField(message, field, random);
}

//===----------------------------------------------------------------------===//
// Tests
//===----------------------------------------------------------------------===//

/// The batch to import a model at: 2 if it leaves it open.
std::optional<int64_t> batchOf(const onnx::ModelProto &model) {
  const onnx::TypeProto::Tensor &type =
      model.graph().input(0).type().tensor_type();
  if (type.shape().dim(0).has_dim_param())
    return 2;
  return std::nullopt;
}

/// Returns the errors of an import; there must be one if it made no module.
std::string tryImport(const std::string &bytes, std::optional<int64_t> batch) {
  MLIRContext context(MLIRContext::Threading::DISABLED);
  std::string errors;
  context.getDiagEngine().registerHandler([&](Diagnostic &diagnostic) {
    if (diagnostic.getSeverity() == DiagnosticSeverity::Error)
      errors += diagnostic.str() + "\n";
    return success();
  });
  ImportONNXOptions options;
  options.batch = batch;
  OwningOpRef<ModuleOp> module =
      importONNXBuffer(bytes, "model.onnx", &context, options);
  EXPECT_EQ(bool(module), errors.empty()) << errors;
  return errors;
}

unsigned mutationsEach(unsigned standard) {
  const char *wanted = std::getenv("LF_MUTATIONS");
  return wanted ? std::atoi(wanted) : standard;
}

TEST(MutationTest, ModelsImport) {
  for (const onnx::ModelProto &model : allModels())
    EXPECT_EQ(tryImport(model.SerializeAsString(), batchOf(model)), "");
}

TEST(MutationTest, DamagedBytes) {
  Random random(1);
  for (const onnx::ModelProto &model : allModels()) {
    std::string bytes = model.SerializeAsString();
    for (unsigned i = 0; i < mutationsEach(100); ++i) {
      std::string damaged = bytes;
      for (size_t times = 1 + below(random, 3); times > 0; --times)
        mutateBytes(damaged, random);
      tryImport(damaged, batchOf(model));
    }
  }
}

TEST(MutationTest, DamagedFields) {
  Random random(2);
  for (const onnx::ModelProto &model : allModels()) {
    for (unsigned i = 0; i < mutationsEach(300); ++i) {
      onnx::ModelProto damaged = model;
      for (size_t times = 1 + below(random, 2); times > 0; --times)
        mutateField(damaged, random);
      tryImport(damaged.SerializePartialAsString(), batchOf(model));
    }
  }
}

} // namespace
