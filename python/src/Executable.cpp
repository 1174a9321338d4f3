//===- Executable.cpp - compiled networks on NumPy arrays -------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Code for this computer as a callable Python object, and code for any as
// bytes. Inputs are read where they lie: what is wrong with an array is said,
// not mended by a silent copy.
//
//===----------------------------------------------------------------------===//

#include "Arrays.h"
#include "Bindings.h"

#include "LayerFusion/Runtime/JIT.h"
#include "LayerFusion/Target/Header.h"
#include "LayerFusion/Target/Object.h"

#include "llvm/ADT/SmallString.h"

#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

using namespace mlir;
using namespace mlir::lf::python;
namespace nb = nanobind;

namespace {
/// The Python class `Executable`. Needs no context any more.
struct PyExecutable {
  std::unique_ptr<lf::Executable> code;
  std::vector<IOInfo> inputs, outputs;
};
} // namespace

//===----------------------------------------------------------------------===//
// Compiling
//===----------------------------------------------------------------------===//

/// The name of an element type in NumPy; of those it has none for, the nearest
/// that its users spell the same way.
static std::string dtypeName(lf::DataType type) {
  switch (type) {
  case lf::DataType::I1:
    return "bool";
  case lf::DataType::BF16:
    return "bfloat16";
  case lf::DataType::F16:
  case lf::DataType::F32:
  case lf::DataType::F64:
    return "float" + std::to_string(8 * lf::getSizeInBytes(type));
  case lf::DataType::U8:
  case lf::DataType::U16:
  case lf::DataType::U32:
  case lf::DataType::U64:
    return "uint" + std::to_string(8 * lf::getSizeInBytes(type));
  default:
    return "int" + std::to_string(8 * lf::getSizeInBytes(type));
  }
}

static std::vector<IOInfo> toInfo(ArrayRef<lf::IO> all) {
  std::vector<IOInfo> infos;
  for (const lf::IO &io : all)
    infos.push_back({io.name,
                     {io.shape.begin(), io.shape.end()},
                     ::dtypeName(io.elementType),
                     io.layout});
  return infos;
}

static lf::CodeOptions codeOptions(const std::string &target,
                                   const std::string &triple, int optLevel,
                                   const std::optional<std::string> &name) {
  if (optLevel < 0 || optLevel > 3)
    throw nb::value_error(
        ("opt_level must be 0 to 3, got " + std::to_string(optLevel)).c_str());
  lf::CodeOptions options;
  options.cpu = target;
  options.triple = triple;
  options.optLevel = optLevel;
  options.name = name.value_or("");
  return options;
}

/// Reads how layers are computed into `options`.
static void setAlgorithms(lf::CodeOptions &options,
                          const std::string &algorithms,
                          std::optional<int64_t> maxFilterGrowth) {
  if (algorithms != "auto" && algorithms != "direct")
    throw nb::value_error(
        ("algorithms must be 'auto' or 'direct', got '" + algorithms + "'")
            .c_str());
  if (maxFilterGrowth.value_or(0) < 0)
    throw nb::value_error(("max_filter_growth must be at least 0, got " +
                           std::to_string(*maxFilterGrowth))
                              .c_str());
  if (algorithms == "direct")
    options.algorithms = lf::AlgorithmChoice::Direct;
  options.maxFilterGrowth = maxFilterGrowth.value_or(-1);
}

static PyExecutable compileModule(PyModule &module,
                                  const lf::CodeOptions &options) {
  std::lock_guard<std::mutex> lock(module.context->mutex);
  Diagnostics diagnostics(&module.context->mlir);
  FailureOr<std::unique_ptr<lf::Executable>> code =
      lf::Executable::compile(*module.op, options);
  if (failed(code))
    diagnostics.raise("the module cannot be compiled");
  PyExecutable executable;
  executable.inputs = toInfo((*code)->inputs());
  executable.outputs = toInfo((*code)->outputs());
  executable.code = std::move(*code);
  return executable;
}

static PyExecutable compile(nb::handle source, const std::string &target,
                            int threads, int optLevel,
                            const std::optional<std::string> &name,
                            bool profile, const std::string &algorithms,
                            std::optional<int64_t> maxFilterGrowth) {
  if (threads < 1 || threads > 1024)
    throw nb::value_error(
        ("threads must be 1 to 1024, got " + std::to_string(threads)).c_str());
  lf::CodeOptions options = codeOptions(target, "", optLevel, name);
  options.threads = threads;
  options.profile = profile;
  setAlgorithms(options, algorithms, maxFilterGrowth);
  if (nb::isinstance<PyModule>(source)) {
    PyModule &module = nb::cast<PyModule &>(source);
    nb::gil_scoped_release released;
    return compileModule(module, options);
  }
  PyModule module = toModule(source);
  nb::gil_scoped_release released;
  return compileModule(module, options);
}

//===----------------------------------------------------------------------===//
// Running
//===----------------------------------------------------------------------===//

/// The arguments of a call in order: as given, or looked up in a dict by name.
static std::vector<nb::object> orderInputs(const PyExecutable &self,
                                           const nb::args &args) {
  std::vector<nb::object> inputs;
  if (args.size() != 1 || !nb::isinstance<nb::dict>(args[0])) {
    for (nb::handle arg : args)
      inputs.push_back(nb::borrow(arg));
  } else {
    nb::dict byName = nb::cast<nb::dict>(args[0]);
    for (const IOInfo &io : self.inputs)
      if (byName.contains(io.name.c_str()))
        inputs.push_back(byName[io.name.c_str()]);
    for (auto [name, array] : byName)
      if (llvm::none_of(self.inputs, [&, key = name](const IOInfo &io) {
            return nb::cast(io.name).equal(key);
          }))
        throwUnknownInput(self.inputs, name);
  }
  if (inputs.size() != self.inputs.size())
    throwInputCount(self.inputs, inputs.size());
  return inputs;
}

static nb::object newOutput(const IOInfo &io) {
  return nb::module_::import_("numpy").attr("empty")(toTuple(io.shape),
                                                     io.dtype);
}

static nb::object call(PyExecutable &self, nb::args args, nb::object out) {
  std::vector<nb::object> inputs = orderInputs(self, args);
  std::vector<nb::object> outputs;
  if (!out.is_none())
    outputs = toOutputs(self.outputs, out);
  else
    for (const IOInfo &io : self.outputs)
      outputs.push_back(newOutput(io));

  // Hold on to the arrays' memory until the run is over.
  std::vector<ReadOnlyArray> sources;
  std::vector<WritableArray> sinks;
  for (auto [io, input] : llvm::zip_equal(self.inputs, inputs))
    sources.push_back(viewInput(io, input));
  for (auto [io, output] : llvm::zip_equal(self.outputs, outputs))
    sinks.push_back(viewOutput(io, output));
  checkDisjoint(self.inputs, sources, self.outputs, sinks);

  SmallVector<const void *> from;
  for (ReadOnlyArray &array : sources)
    from.push_back(array.data());
  SmallVector<void *> to;
  for (WritableArray &array : sinks)
    to.push_back(array.data());
  std::string problem;
  {
    nb::gil_scoped_release released;
    if (llvm::Error error = self.code->run(from, to))
      problem = llvm::toString(std::move(error));
  }
  if (!problem.empty())
    throw nb::value_error(problem.c_str());
  if (outputs.size() == 1)
    return outputs.front();
  nb::list list;
  for (nb::object &output : outputs)
    list.append(output);
  return nb::tuple(list);
}

//===----------------------------------------------------------------------===//
// Code as bytes
//===----------------------------------------------------------------------===//

static nb::bytes emitCode(PyModule &module, const std::string &kindName,
                          const std::string &target, const std::string &triple,
                          int optLevel, const std::optional<std::string> &name,
                          const std::string &algorithms,
                          std::optional<int64_t> maxFilterGrowth) {
  lf::CodeOptions options = codeOptions(target, triple, optLevel, name);
  setAlgorithms(options, algorithms, maxFilterGrowth);
  lf::CodeKind kind = lf::CodeKind::Object;
  if (kindName == "assembly")
    kind = lf::CodeKind::Assembly;
  else if (kindName == "llvmir")
    kind = lf::CodeKind::LLVMIR;
  else if (kindName != "object")
    throw nb::value_error(
        ("kind must be 'object', 'assembly' or 'llvmir', got '" + kindName +
         "'")
            .c_str());
  SmallString<0> code;
  {
    nb::gil_scoped_release released;
    std::lock_guard<std::mutex> lock(module.context->mutex);
    Diagnostics diagnostics(&module.context->mlir);
    llvm::raw_svector_ostream os(code);
    if (failed(lf::emitCode(*module.op, kind, options, os)))
      diagnostics.raise("no code can be made for the module");
  }
  return nb::bytes(code.data(), code.size());
}

static std::string emitHeader(PyModule &module, const std::string &target,
                              const std::string &triple,
                              const std::optional<std::string> &name) {
  lf::CodeOptions options = codeOptions(target, triple, 3, name);
  nb::gil_scoped_release released;
  std::lock_guard<std::mutex> lock(module.context->mutex);
  Diagnostics diagnostics(&module.context->mlir);
  std::string header;
  llvm::raw_string_ostream os(header);
  if (failed(lf::emitHeader(*module.op, options, os)))
    diagnostics.raise("no header can be made for the module");
  return header;
}

static void saveObject(PyExecutable &self, nb::handle path) {
  writeFile(path, self.code->object());
}

//===----------------------------------------------------------------------===//
// Binding
//===----------------------------------------------------------------------===//

static nb::list steps(const PyExecutable &self) {
  nb::list steps;
  for (const lf::Step &step : self.code->steps()) {
    nb::dict entry;
    entry["name"] = step.name;
    entry["kind"] = step.kind;
    entry["flops"] = step.flops;
    entry["bytes"] = step.bytes;
    steps.append(entry);
  }
  return steps;
}

static std::string represent(const PyExecutable &self) {
  std::string text = "<layerfusion.Executable " + self.code->getName();
  for (const IOInfo &io : self.inputs)
    text += " (" + io.str() + ")";
  text += " ->";
  for (const IOInfo &io : self.outputs)
    text += " (" + io.str() + ")";
  return text + ">";
}

static void bindClass(nb::module_ &m) {
  nb::class_<PyExecutable>(m, "Executable",
                           R"(A network compiled for this computer.

Calling it runs the network. Several threads may do so at once.)")
      .def("__call__", &call, nb::arg("inputs"), nb::kw_only(),
           nb::arg("out") = nb::none(),
           nb::sig("def __call__(self, *inputs: numpy.ndarray | dict[str, "
                   "numpy.ndarray], out: numpy.ndarray | "
                   "typing.Sequence[numpy.ndarray] | None = None) -> "
                   "typing.Any"),
           R"(Runs the network.

inputs  an array for each input, in order, or one dict from names to arrays;
        read in place, so they must have exactly the shape and dtype of
        Executable.inputs and lie row by row in memory (C order)
out     an array, or a sequence of them, to write the outputs to

Returns the output, or a tuple if there are several. Raises ValueError, which
names the input, for an array that does not fit, TypeError for what is no
array.)")
      .def_ro("inputs", &PyExecutable::inputs, "What it takes, in order.")
      .def_ro("outputs", &PyExecutable::outputs, "What it returns, in order.")
      .def_prop_ro(
          "name", [](PyExecutable &self) { return self.code->getName(); },
          "The name of the function in the object and the header.")
      .def_prop_ro(
          "workspace_size",
          [](PyExecutable &self) { return self.code->workspaceSize(); },
          "Bytes of scratch memory that a run takes.")
      .def_prop_ro("steps", &steps,
                   nb::sig("def steps(self) -> list[dict[str, typing.Any]]"),
                   "Of a profiled network: a dict of 'name', 'kind', 'flops' "
                   "and 'bytes' for each of the ticks; else empty.")
      .def("save", &saveObject, nb::arg("path"),
           nb::sig("def save(self, path: str | os.PathLike) -> None"),
           "Writes the code as an object file, to be linked with a C or C++ "
           "program and libm.")
      .def(
          "header",
          [](PyExecutable &self) { return self.code->header().str(); },
          "The C header for the object file.")
      .def(
          "save_header",
          [](PyExecutable &self, nb::handle path) {
            writeFile(path, self.code->header());
          },
          nb::arg("path"),
          nb::sig("def save_header(self, path: str | os.PathLike) -> None"),
          "Writes the C header for the object file.")
      .def("__repr__", &represent);
}

static void bindEmission(nb::module_ &m) {
  auto module = nb::borrow<nb::class_<PyModule>>(m.attr("Module"));
  module.def("emit_code", &emitCode, nb::arg("kind") = "object",
             nb::arg("target") = "native", nb::arg("triple") = "",
             nb::arg("opt_level") = 3, nb::arg("name") = nb::none(),
             nb::arg("algorithms") = "auto",
             nb::arg("max_filter_growth") = nb::none(),
             R"(Code for any processor that LLVM knows, as bytes.

kind       'object', 'assembly' or 'llvmir'
target     the processor as LLVM calls it, or 'native'
triple     such as 'aarch64-linux-gnu'; '' for this computer
opt_level  0 to 3, as a C compiler's
name       of the function; by default made from the model's name
algorithms, max_filter_growth
           as those of compile())");
  module.def("emit_header", &emitHeader, nb::arg("target") = "native",
             nb::arg("triple") = "", nb::arg("name") = nb::none(),
             "The C header for what emit_code() makes.");
}

void lf::python::bindExecutable(nb::module_ &m) {
  bindClass(m);
  bindEmission(m);
  m.def("compile", &compile, nb::arg("model"), nb::arg("target") = "native",
        nb::arg("threads") = 1, nb::arg("opt_level") = 3,
        nb::arg("name") = nb::none(), nb::arg("profile") = false,
        nb::arg("algorithms") = "auto",
        nb::arg("max_filter_growth") = nb::none(),
        nb::sig("def compile(model: Module | str | os.PathLike | bytes | "
                "onnx.ModelProto, target: str = 'native', threads: int = 1, "
                "opt_level: int = 3, name: str | None = None, "
                "profile: bool = False, algorithms: str = 'auto', "
                "max_filter_growth: int | None = None) -> Executable"),
        R"(Compiles a network for this computer.

model      a Module, which stays as it is; or a path: .mlir and .mlirbc are
           loaded, all else is imported as ONNX; or what import_onnx() takes
target     'native', or a processor that this computer can stand in for, as
           LLVM calls it: 'x86-64-v3'
threads    that compute a run together, through LLVM's OpenMP runtime if there
           are several
opt_level  0 to 3, as a C compiler's: 3 runs fastest, 0 compiles fastest
name       of the function in the object and the header; by default made from
           the model's name
profile    adds a last output, `ticks`: the processor's ticks for each of
           Executable.steps, in this run
algorithms 'auto' computes each layer by the fastest algorithm, 'direct' by its
           definition, never by Winograd's algorithm
max_filter_growth
           MiB by which filters may become larger for Winograd's algorithm;
           None: any

Raises ValueError for a wrong option, CompileError for what cannot be
compiled.)");
}
