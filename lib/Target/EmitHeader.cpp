//===- EmitHeader.cpp - the C header of compiled code -----------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Writes a header with a table of inputs and outputs, sizes as macros, and the
// declarations of the function in its two forms.
//
//===----------------------------------------------------------------------===//

#include "LayerFusion/Target/Header.h"

#include "CNames.h"
#include "LayerFusion/Target/EntryPoint.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace mlir::lf;

namespace {

/// An input or output with the name of its parameter in C.
struct Parameter {
  const IO &io;
  std::string name;
  bool isInput;
};

} // namespace

/// Names for the parameters: the model's own in lower case, so that they meet
/// no macro, unless it has none that C takes.
static std::vector<Parameter> nameParameters(const EntryPoint &entry) {
  llvm::StringSet<> taken = {"workspace", "args"};
  std::vector<Parameter> parameters;
  auto add = [&](const IO &io, bool isInput) {
    StringRef role = isInput ? "input" : "output";
    std::string base = StringRef(toCIdentifier(io.name)).lower();
    if (base.empty())
      base = role.str();
    else if (!llvm::isAlpha(base.front()) || isReservedInC(base))
      base = (role + "_" + base).str();
    std::string name = base;
    for (unsigned i = 2; !taken.insert(name).second; ++i)
      name = base + "_" + llvm::utostr(i);
    parameters.push_back({io, name, isInput});
  };
  for (const IO &io : entry.inputs)
    add(io, /*isInput=*/true);
  for (const IO &io : entry.outputs)
    add(io, /*isInput=*/false);
  return parameters;
}

/// `text` fit for a comment: no line breaks, nothing that ends the comment.
static std::string toComment(StringRef text) {
  // Beyond ASCII it is UTF-8.
  auto isText = [](char c) { return llvm::isPrint(c) || (c & 0x80); };
  std::string result;
  for (char c : text)
    result += isText(c) && c != '*' && c != '\\' ? c : '_';
  return result;
}

static std::string getShape(const IO &io) {
  if (io.shape.empty())
    return "scalar";
  return llvm::join(
      llvm::map_range(io.shape, [](int64_t dim) { return llvm::itostr(dim); }),
      " x ");
}

/// `input  float [1 x 3 x 224 x 224], NCHW: "data"` and so on, a line each.
static void printTable(ArrayRef<Parameter> parameters, raw_ostream &os) {
  size_t width = 0;
  for (const Parameter &parameter : parameters)
    width = std::max(width, parameter.name.size());
  for (const Parameter &parameter : parameters) {
    const IO &io = parameter.io;
    os << " *   " << (parameter.isInput ? "in  " : "out ")
       << llvm::left_justify(parameter.name, width) << "  "
       << getCType(io.elementType) << " [" << getShape(io) << "]";
    if (!io.layout.empty())
      os << " " << toComment(io.layout);
    if (getCType(io.elementType) != "float")
      os << ", " << lf::getName(io.elementType);
    if (io.elementType == DataType::I1)
      os << " (0 or 1)";
    if (!io.name.empty() && io.name != parameter.name)
      os << ", '" << toComment(io.name) << "' in the model";
    os << "\n";
  }
}

static void printMacros(const EntryPoint &entry, ArrayRef<Parameter> parameters,
                        raw_ostream &os) {
  std::string prefix = StringRef(entry.name).upper();
  os << "/* Bytes of the workspace, and what its address must be a multiple "
        "of. "
        "*/\n"
     << "#define " << prefix << "_WORKSPACE_SIZE " << entry.workspaceSize
     << "\n"
     << "#define " << prefix << "_WORKSPACE_ALIGNMENT " << EntryPoint::alignment
     << "\n"
     << "/* Returned when the internal workspace is in use. */\n"
     << "#define " << prefix << "_BUSY " << EntryPoint::busy << "\n"
     << "/* Elements of each input and output. */\n";
  for (const Parameter &parameter : parameters)
    os << "#define " << prefix << "_" << StringRef(parameter.name).upper()
       << "_SIZE " << parameter.io.getNumElements() << "\n";
}

static void printFunctions(const EntryPoint &entry,
                           ArrayRef<Parameter> parameters, raw_ostream &os) {
  std::string line = "int32_t " + entry.name + "(";
  const std::string indent(line.size(), ' ');
  auto add = [&](const std::string &declaration) {
    // Lines of up to 80 characters, as far as names allow.
    if (line.size() + declaration.size() > 80 && line.size() > indent.size()) {
      os << StringRef(line).rtrim() << "\n";
      line = indent;
    }
    line += declaration;
  };
  for (const Parameter &parameter : parameters)
    add((parameter.isInput ? "const " : "") +
        getCType(parameter.io.elementType).str() + " *" + parameter.name +
        ", ");
  add("void *workspace);");
  os << line << "\n\n"
     << "/* The same with the pointers in an array, in the same order: for "
        "callers that\n * know the model only at run time. */\n"
     << "int32_t " << entry.name << "_packed(void **args);\n";
}

LogicalResult lf::emitHeader(ModuleOp module, const CodeOptions &options,
                             raw_ostream &os) {
  OwningOpRef<ModuleOp> lowered = lowerToLLVMDialect(module, options);
  if (!lowered)
    return failure();
  FailureOr<EntryPoint> entry = EntryPoint::get(*lowered);
  if (failed(entry))
    return failure();
  std::vector<Parameter> parameters = nameParameters(*entry);
  std::string guard = StringRef(entry->name).upper() + "_H";

  StringRef model = module.getName().value_or("");
  os << "/* " << (model.empty() ? entry->name : toComment(model))
     << ": a network compiled by LayerFusion.\n *\n"
     << " * " << entry->name << " computes\n";
  printTable(parameters, os);
  os << llvm::formatv(R"( *
 * Tensors are dense and row-major, the last dimension side by side in memory;
 * their addresses need the alignment of their elements. Outputs must not
 * overlap inputs, the workspace or each other.
 *
 * `workspace` is scratch memory of {0}_WORKSPACE_SIZE bytes, aligned to
 * {0}_WORKSPACE_ALIGNMENT. Its contents do not matter before or after a call.
 * With NULL the function uses memory of its own.
 *
 * Returns 0, or {0}_BUSY, having done nothing, if `workspace` is NULL
 * and another call with NULL is running.
 *
 * Any number of threads may call it at once, each with a workspace and outputs
 * of its own. It allocates nothing and keeps nothing between calls. Link with
 * the C library and libm (-lm){1}.
 */
)",
                      StringRef(entry->name).upper(),
                      entry->usesThreads
                          ? ", and with LLVM's OpenMP runtime (-lomp)\n"
                            " * for the threads that a call starts"
                          : "");
  os << "#ifndef " << guard << "\n#define " << guard
     << "\n\n#include <stdint.h>\n\n";
  printMacros(*entry, parameters, os);
  os << "\n#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n";
  printFunctions(*entry, parameters, os);
  os << "\n#ifdef __cplusplus\n}\n#endif\n\n#endif /* " << guard << " */\n";
  return success();
}
