//===- IR.cpp - the Python class Module -------------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A module of IR as a Python object: made by import, parsing or loading,
// changed by pipelines, looked at as text or as a list of layers.
//
//===----------------------------------------------------------------------===//

#include "Bindings.h"
#include "Layers.h"

#include "LayerFusion/Dialect/LF/LF.h"
#include "LayerFusion/InitAll.h"
#include "LayerFusion/Target/ONNX.h"

#include "mlir/Bytecode/BytecodeWriter.h"
#include "mlir/IR/AsmState.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"

#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

using namespace mlir;
using namespace mlir::lf::python;
namespace nb = nanobind;

using ReleaseGIL = nb::call_guard<nb::gil_scoped_release>;

//===----------------------------------------------------------------------===//
// Context and module
//===----------------------------------------------------------------------===//

static const DialectRegistry &getRegistry() {
  static const DialectRegistry *registry = [] {
    auto *all = new DialectRegistry();
    lf::registerAllDialects(*all);
    return all;
  }();
  return *registry;
}

Context::Context() : mlir(getRegistry(), MLIRContext::Threading::DISABLED) {
  // An op in an error message may hold all the weights of a network.
  mlir.printOpOnDiagnostic(false);
}

/// Runs `make` in a new context; null from it raises what it reported.
template <typename Make>
static PyModule makeModule(Make make, StringRef otherwise) {
  auto context = std::make_shared<Context>();
  Diagnostics diagnostics(&context->mlir);
  OwningOpRef<ModuleOp> op = make(&context->mlir);
  if (!op)
    diagnostics.raise(otherwise);
  return PyModule{context, std::move(op)};
}

//===----------------------------------------------------------------------===//
// Making modules
//===----------------------------------------------------------------------===//

static PyModule parse(const std::string &text, const std::string &name) {
  return makeModule(
      [&](MLIRContext *context) {
        return parseSourceString<ModuleOp>(text, ParserConfig(context), name);
      },
      "not a module");
}

static PyModule load(nb::handle path) {
  std::string name = readablePath(path);
  nb::gil_scoped_release released;
  return makeModule(
      [&](MLIRContext *context) {
        return parseSourceFile<ModuleOp>(name, ParserConfig(context));
      },
      "'" + name + "' holds no module");
}

static lf::ImportONNXOptions importOptions(std::optional<int64_t> batch,
                                           const std::string &ioLayout) {
  lf::ImportONNXOptions options;
  if (batch && *batch < 1)
    throw nb::value_error(
        ("batch must be positive, got " + std::to_string(*batch)).c_str());
  options.batch = batch;
  if (ioLayout == "nhwc")
    options.ioLayout = lf::IOLayout::NHWC;
  else if (ioLayout != "model")
    throw nb::value_error(
        ("io_layout must be 'model' or 'nhwc', got '" + ioLayout + "'")
            .c_str());
  return options;
}

static PyModule importModel(nb::handle model, std::optional<int64_t> batch,
                            const std::string &ioLayout,
                            const std::string &name) {
  lf::ImportONNXOptions options = importOptions(batch, ioLayout);
  nb::object contents;
  if (nb::isinstance<nb::bytes>(model))
    contents = nb::borrow(model);
  else if (nb::hasattr(model, "SerializeToString"))
    contents = model.attr("SerializeToString")();

  if (contents) {
    nb::bytes bytes = nb::cast<nb::bytes>(contents);
    StringRef buffer(bytes.c_str(), bytes.size());
    nb::gil_scoped_release released;
    return makeModule(
        [&](MLIRContext *context) {
          return lf::importONNXBuffer(buffer, name, context, options);
        },
        "no module was imported from '" + name + "'");
  }
  std::string path = readablePath(model);
  nb::gil_scoped_release released;
  return makeModule(
      [&](MLIRContext *context) {
        return lf::importONNX(path, context, options);
      },
      "no module was imported from '" + path + "'");
}

PyModule lf::python::toModule(nb::handle source) {
  nb::object os = nb::module_::import_("os");
  if (!nb::isinstance<nb::bytes>(source) &&
      !nb::hasattr(source, "SerializeToString")) {
    std::string path = nb::cast<std::string>(os.attr("fsdecode")(source));
    if (StringRef(path).ends_with(".mlir") ||
        StringRef(path).ends_with(".mlirbc"))
      return load(source);
  }
  return importModel(source, std::nullopt, "model", "model");
}

//===----------------------------------------------------------------------===//
// Looking at modules
//===----------------------------------------------------------------------===//

std::string lf::python::dtypeName(Type type) {
  if (type.isF32() || type.isF64() || type.isF16())
    return "float" + std::to_string(type.getIntOrFloatBitWidth());
  if (type.isBF16())
    return "bfloat16";
  if (type.isInteger(1))
    return "bool";
  if (type.isInteger())
    return (type.isUnsignedInteger() ? "uint" : "int") +
           std::to_string(type.getIntOrFloatBitWidth());
  return "";
}

std::string lf::python::describeArray(StringRef dtype,
                                      ArrayRef<int64_t> shape) {
  std::string text = dtype.str() + "[";
  llvm::raw_string_ostream os(text);
  llvm::interleaveComma(shape, os);
  os << "]";
  return text;
}

std::string IOInfo::str() const {
  std::string text = name + ": " + describeArray(dtype, shape);
  return layout.empty() ? text : text + " " + layout;
}

/// The one public function; after bufferization, the one that carries the
/// signature.
static FunctionOpInterface findEntry(ModuleOp module) {
  FunctionOpInterface entry;
  for (auto function : module.getOps<FunctionOpInterface>()) {
    if (function->hasAttr(lf::attrs::inputs))
      return function;
    if (!entry && !function.isPrivate() && !function.isExternal())
      entry = function;
  }
  return entry;
}

static IOInfo makeIO(RankedTensorType type, StringRef name, StringRef layout) {
  return {name.str(), type.getShape().vec(), dtypeName(type.getElementType()),
          layout.str()};
}

static StringRef getString(Attribute attribute) {
  auto string = dyn_cast_or_null<StringAttr>(attribute);
  return string ? string.getValue() : StringRef();
}

static std::vector<IOInfo> listIO(ModuleOp module, bool inputs) {
  std::vector<IOInfo> all;
  FunctionOpInterface entry = findEntry(module);
  if (!entry)
    return all;
  if (auto array = entry->getAttrOfType<ArrayAttr>(
          inputs ? lf::attrs::inputs : lf::attrs::outputs)) {
    for (auto io : array.getAsRange<lf::IOAttr>())
      all.push_back(makeIO(io.getType(), io.getName(), io.getLayout()));
    return all;
  }
  ArrayRef<Type> types =
      inputs ? entry.getArgumentTypes() : entry.getResultTypes();
  for (size_t index = 0; index != types.size(); ++index) {
    auto tensor = dyn_cast<RankedTensorType>(types[index]);
    if (!tensor)
      continue;
    auto attribute = [&](StringRef name) {
      return inputs ? entry.getArgAttr(index, name)
                    : entry.getResultAttr(index, name);
    };
    StringRef name = getString(attribute(lf::attrs::name));
    std::string unnamed = (inputs ? "input" : "output") + std::to_string(index);
    all.push_back(makeIO(tensor, name.empty() ? StringRef(unnamed) : name,
                         getString(attribute(lf::attrs::layout))));
  }
  return all;
}

/// Calls `function` on the module, locked and without Python's global lock.
template <typename Function>
static auto locked(PyModule &self, Function function) {
  std::lock_guard<std::mutex> lock(self.context->mutex);
  return function(*self.op);
}

static std::string toText(PyModule &self, std::optional<int64_t> elideAbove) {
  return locked(self, [&](ModuleOp module) {
    OpPrintingFlags flags;
    if (elideAbove) {
      flags.elideLargeElementsAttrs(*elideAbove);
      flags.elideLargeResourceString(*elideAbove);
    }
    std::string text;
    llvm::raw_string_ostream os(text);
    module.print(os, flags);
    return text;
  });
}

static std::string toBytecode(PyModule &self) {
  return locked(self, [&](ModuleOp module) {
    std::string bytes;
    llvm::raw_string_ostream os(bytes);
    Diagnostics diagnostics(&self.context->mlir);
    if (failed(writeBytecodeToFile(module, os)))
      diagnostics.raise("the module cannot be written as bytecode");
    return bytes;
  });
}

static void save(PyModule &self, nb::handle path) {
  auto name =
      nb::cast<std::string>(nb::module_::import_("os").attr("fsdecode")(path));
  bool text = StringRef(name).ends_with(".mlir");
  if (!text && !StringRef(name).ends_with(".mlirbc"))
    throw nb::value_error(("a module is saved as .mlir (text) or .mlirbc "
                           "(bytecode), got '" +
                           name + "'")
                              .c_str());
  std::string bytes;
  {
    nb::gil_scoped_release released;
    bytes = text ? toText(self, std::nullopt) + "\n" : toBytecode(self);
  }
  writeFile(path, bytes);
}

//===----------------------------------------------------------------------===//
// Pipelines
//===----------------------------------------------------------------------===//

/// Both `a,b` and `builtin.module(a,b)` are accepted.
static StringRef stripAnchor(StringRef pipeline) {
  pipeline = pipeline.trim();
  StringRef inner = pipeline;
  if (inner.consume_front("builtin.module(") && inner.consume_back(")"))
    return inner;
  return pipeline;
}

/// What the parser of pipelines says, without the place in its own text.
static std::string firstError(StringRef problem) {
  StringRef line = problem.split('\n').first;
  StringRef message = line.split("error: ").second;
  return (message.empty() ? line : message).str();
}

static void runPipeline(PyModule &self, const std::string &pipeline) {
  locked(self, [&](ModuleOp module) {
    MLIRContext *context = &self.context->mlir;
    Diagnostics diagnostics(context);
    auto manager = PassManager::on<ModuleOp>(context);
    std::string problem;
    llvm::raw_string_ostream os(problem);
    if (failed(parsePassPipeline(stripAnchor(pipeline), manager, os)))
      diagnostics.raise(firstError(problem));
    // On a copy, so that a failure leaves the module as it was.
    OwningOpRef<ModuleOp> copy = module.clone();
    if (failed(manager.run(*copy)))
      diagnostics.raise("the pipeline '" + pipeline + "' failed");
    self.op = std::move(copy);
  });
}

//===----------------------------------------------------------------------===//
// Binding
//===----------------------------------------------------------------------===//

static void bindRecords(nb::module_ &m) {
  nb::class_<IOInfo>(m, "IO", "An input or output of a network.")
      .def_ro("name", &IOInfo::name, "Its name in the model.")
      .def_prop_ro(
          "shape", [](const IOInfo &io) { return toTuple(io.shape); },
          nb::sig("def shape(self) -> tuple[int, ...]"))
      .def_ro("dtype", &IOInfo::dtype, "The element type, as NumPy calls it.")
      .def_ro("layout", &IOInfo::layout,
              "A letter a dimension, such as 'NCHW', or '' where unknown.")
      .def("__repr__", [](const IOInfo &io) {
        return "<layerfusion.IO " + io.str() + ">";
      });

  nb::class_<Layer>(m, "Layer", "A layer of a network, for reading.")
      .def_ro("name", &Layer::name, "Its name in the model, or ''.")
      .def_ro("op", &Layer::op, "The op, such as 'lf.conv2d'.")
      .def_prop_ro(
          "inputs",
          [](const Layer &layer) {
            nb::list shapes;
            for (const Shape &shape : layer.inputs)
              shapes.append(toTuple(shape));
            return shapes;
          },
          nb::sig("def inputs(self) -> list[tuple[int, ...]]"),
          "The shapes of its inputs, without the weights.")
      .def_prop_ro(
          "filter",
          [](const Layer &layer) -> nb::object {
            return layer.filter ? nb::object(toTuple(*layer.filter))
                                : nb::none();
          },
          nb::sig("def filter(self) -> tuple[int, ...] | None"),
          "The shape of its weights; for an lf.bottleneck the depthwise ones.")
      .def_prop_ro(
          "output", [](const Layer &layer) { return toTuple(layer.output); },
          nb::sig("def output(self) -> tuple[int, ...]"),
          "The shape of its output.")
      .def_ro("macs", &Layer::macs, "Multiply-accumulates of one run.")
      .def_ro("parameters", &Layer::parameters,
              "Weights: elements of the constants first used here.")
      .def("__repr__", [](const Layer &layer) {
        return "<layerfusion.Layer " + layer.op + " " + layer.name + ">";
      });
}

static void bindModule(nb::module_ &m) {
  nb::class_<PyModule>(m, "Module", R"(A network as MLIR.

Made by import_onnx(), parse() and Module.load(). Its methods may be called from
several threads: they wait for each other, not for other modules.)")
      .def_static(
          "load", &load, nb::arg("path"),
          nb::sig("def load(path: str | os.PathLike) -> Module"),
          "Reads IR from a file, text or bytecode.\n\nRaises OSError if "
          "it cannot be read, CompileError if it holds no valid IR.")
      .def("save", &save, nb::arg("path"),
           nb::sig("def save(self, path: str | os.PathLike) -> None"),
           "Writes the IR to a file: text if the name ends with .mlir, "
           "bytecode if with .mlirbc.\n\nRaises ValueError for another ending, "
           "OSError if the file cannot be written.")
      .def("run_pipeline", &runPipeline, nb::arg("pipeline"), ReleaseGIL(),
           "Runs passes on the module, given as for lf-opt: "
           "'lf-simplify,canonicalize' or 'builtin.module(...)'.\n\n"
           "Raises CompileError on failure; the module is then as before.")
      .def(
          "__str__", [](PyModule &self) { return toText(self, std::nullopt); },
          ReleaseGIL())
      .def("text", &toText, nb::arg("elide_above") = nb::none(), ReleaseGIL(),
           "The IR as text, all of it by default, as str(module). Constants of "
           "more than `elide_above` elements are left out: for reading, not "
           "for parse().")
      .def(
          "layers", [](PyModule &self) { return locked(self, listLayers); },
          ReleaseGIL(),
          "The layers with shapes, multiply-accumulates and parameters; none "
          "once the module is bufferized.")
      .def_prop_ro(
          "name",
          [](PyModule &self) {
            return locked(self, [](ModuleOp module) {
              return module.getName().value_or("").str();
            });
          },
          ReleaseGIL(), "The model's name, or ''.")
      .def_prop_ro(
          "inputs",
          [](PyModule &self) {
            return locked(self, [](ModuleOp op) { return listIO(op, true); });
          },
          ReleaseGIL(), "The inputs of the entry function.")
      .def_prop_ro(
          "outputs",
          [](PyModule &self) {
            return locked(self, [](ModuleOp op) { return listIO(op, false); });
          },
          ReleaseGIL(), "The outputs of the entry function.")
      .def("__repr__", [](PyModule &self) {
        nb::gil_scoped_release released;
        return locked(self, [](ModuleOp module) {
          std::string text = "<layerfusion.Module";
          if (std::optional<StringRef> name = module.getName())
            text += " " + name->str();
          for (const IOInfo &io : listIO(module, true))
            text += " (" + io.str() + ")";
          text += " ->";
          for (const IOInfo &io : listIO(module, false))
            text += " (" + io.str() + ")";
          return text + ">";
        });
      });
}

void lf::python::bindIR(nb::module_ &m) {
  bindRecords(m);
  bindModule(m);
  m.def("parse", &parse, nb::arg("text"), nb::arg("name") = "<string>",
        ReleaseGIL(),
        "Reads IR from text; `name` stands for the file in error messages.\n\n"
        "Raises CompileError if the text is no valid IR.");
  m.def("import_onnx", &importModel, nb::arg("model"),
        nb::arg("batch") = nb::none(), nb::arg("io_layout") = "model",
        nb::arg("name") = "model",
        nb::sig("def import_onnx(model: str | os.PathLike | bytes | "
                "onnx.ModelProto, batch: int | None = None, "
                "io_layout: str = 'model', name: str = 'model') -> Module"),
        R"(Imports an ONNX model.

model      a path, the contents of a file, or an onnx.ModelProto
batch      the first dimension of inputs where the model leaves it open
io_layout  'model': inputs and outputs as in the model (NCHW);
           'nhwc': channels last, as inside, without a conversion
name       for contents and protos: stands for the file in messages, and its
           folder is where external weights are looked up

Raises OSError if the file cannot be read, ValueError for a wrong option, and
CompileError, which names node, op, opset and file, for what cannot be
imported.)");
}
