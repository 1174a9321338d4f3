//===- Arrays.cpp - NumPy arrays as inputs and outputs ----------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Arrays are taken through DLPack and the buffer protocol (what nanobind's
// ndarray speaks), so they may come from others than NumPy.
//
//===----------------------------------------------------------------------===//

#include "Arrays.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Twine.h"

#include <nanobind/stl/string.h>

using namespace mlir;
using namespace mlir::lf::python;
namespace nb = nanobind;

[[noreturn]] static void valueError(const llvm::Twine &message) {
  throw nb::value_error(message.str().c_str());
}

nb::tuple lf::python::toTuple(ArrayRef<int64_t> shape) {
  nb::list list;
  for (int64_t size : shape)
    list.append(size);
  return nb::tuple(list);
}

//===----------------------------------------------------------------------===//
// What an array is
//===----------------------------------------------------------------------===//

static std::string dtypeName(nb::dlpack::dtype type) {
  std::string bits = std::to_string(type.bits);
  switch (static_cast<nb::dlpack::dtype_code>(type.code)) {
  case nb::dlpack::dtype_code::Float:
    return "float" + bits;
  case nb::dlpack::dtype_code::Int:
    return "int" + bits;
  case nb::dlpack::dtype_code::UInt:
    return "uint" + bits;
  case nb::dlpack::dtype_code::Bool:
    return "bool";
  case nb::dlpack::dtype_code::Bfloat:
    return "bfloat16";
  case nb::dlpack::dtype_code::Complex:
    return "complex" + bits;
  default:
    return "elements of " + bits + " bits";
  }
}

template <typename Array>
static SmallVector<int64_t> getShape(const Array &array) {
  SmallVector<int64_t> shape;
  for (size_t i = 0; i < array.ndim(); ++i)
    shape.push_back(array.shape(i));
  return shape;
}

/// Whether elements lie row by row. The stride of a dimension of one element
/// says nothing, nor do those of an array without any.
template <typename Array> static bool isRowMajor(const Array &array) {
  if (array.size() == 0)
    return true;
  int64_t expected = 1;
  for (size_t i = array.ndim(); i-- > 0;) {
    if (array.shape(i) != 1 && array.stride(i) != expected)
      return false;
    expected *= array.shape(i);
  }
  return true;
}

/// The array behind a Python object. `what` names it: "input 'x'".
template <typename Array>
static Array view(const std::string &what, const IOInfo &io,
                  nb::handle object) {
  std::string expected = describeArray(io.dtype, io.shape);
  Array array;
  if (!nb::try_cast(object, array, /*convert=*/false)) {
    // Such as strings, records, another byte order.
    if (nb::hasattr(object, "dtype") && nb::hasattr(object, "shape"))
      valueError(what + ": expected " + expected + ", got an array of " +
                 nb::cast<std::string>(object.attr("dtype").attr("__str__")()) +
                 " that cannot be used in place");
    std::string type = nb::cast<std::string>(object.type().attr("__name__"));
    throw nb::type_error((what + ": expected an array " + expected +
                          ", got an object of type " + type)
                             .c_str());
  }
  SmallVector<int64_t> shape = getShape(array);
  std::string dtype = ::dtypeName(array.dtype());
  if (dtype != io.dtype || ArrayRef<int64_t>(shape) != ArrayRef(io.shape))
    valueError(what + ": expected " + expected + ", got " +
               describeArray(dtype, shape));
  if (array.device_type() != nb::device::cpu::value)
    valueError(what + ": expected an array in main memory");
  if (!isRowMajor(array))
    valueError(what + ": expected " + expected +
               " in C order, got one whose elements are not contiguous "
               "(numpy.ascontiguousarray makes a copy that is)");
  return array;
}

ReadOnlyArray lf::python::viewInput(const IOInfo &io, nb::handle array) {
  return view<ReadOnlyArray>("input '" + io.name + "'", io, array);
}

WritableArray lf::python::viewOutput(const IOInfo &io, nb::handle array) {
  std::string what = "out for '" + io.name + "'";
  if (nb::hasattr(array, "flags") &&
      nb::hasattr(array.attr("flags"), "writeable") &&
      !nb::cast<bool>(array.attr("flags").attr("writeable")))
    valueError(what + ": the array is read-only");
  return view<WritableArray>(what, io, array);
}

//===----------------------------------------------------------------------===//
// Arrays together
//===----------------------------------------------------------------------===//

template <typename First, typename Second>
static bool overlap(const First &first, const Second &second) {
  auto *a = static_cast<const char *>(first.data());
  auto *b = static_cast<const char *>(second.data());
  return a < b + second.nbytes() && b < a + first.nbytes();
}

void lf::python::checkDisjoint(ArrayRef<IOInfo> inputs,
                               ArrayRef<ReadOnlyArray> sources,
                               ArrayRef<IOInfo> outputs,
                               ArrayRef<WritableArray> sinks) {
  for (size_t i = 0; i < sinks.size(); ++i) {
    for (size_t j = 0; j < sources.size(); ++j)
      if (overlap(sinks[i], sources[j]))
        valueError("out for '" + outputs[i].name +
                   "': the array shares memory with input '" + inputs[j].name +
                   "'");
    for (size_t j = 0; j < i; ++j)
      if (overlap(sinks[i], sinks[j]))
        valueError("out for '" + outputs[i].name +
                   "': the array shares memory with the one for '" +
                   outputs[j].name + "'");
  }
}

std::vector<nb::object> lf::python::toOutputs(ArrayRef<IOInfo> outputs,
                                              nb::handle out) {
  std::vector<nb::object> arrays;
  if (!nb::isinstance<nb::tuple>(out) && !nb::isinstance<nb::list>(out)) {
    arrays.push_back(nb::borrow(out));
  } else {
    for (nb::handle array : out)
      arrays.push_back(nb::borrow(array));
  }
  if (arrays.size() != outputs.size())
    valueError("out: expected " + llvm::Twine(outputs.size()) +
               (outputs.size() == 1 ? " array" : " arrays") + ", got " +
               llvm::Twine(arrays.size()));
  return arrays;
}

static std::string listNames(ArrayRef<IOInfo> ios) {
  std::string names;
  for (const IOInfo &io : ios)
    names += (names.empty() ? "'" : ", '") + io.name + "'";
  return names;
}

void lf::python::throwInputCount(ArrayRef<IOInfo> inputs, size_t given) {
  valueError("expected " + llvm::Twine(inputs.size()) +
             (inputs.size() == 1 ? " input (" : " inputs (") +
             listNames(inputs) + "), got " + llvm::Twine(given));
}

void lf::python::throwUnknownInput(ArrayRef<IOInfo> inputs, nb::handle name) {
  valueError("no input is called " + nb::cast<std::string>(nb::repr(name)) +
             "; the inputs are " + listNames(inputs));
}
