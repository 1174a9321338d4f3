//===- Diagnostics.cpp - errors become exceptions ---------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// MLIR reports errors to handlers on the context and returns failure. Here they
// are collected, and raised in Python once the failing call has returned: no
// C++ exception passes through LLVM, which is built without them.
//
//===----------------------------------------------------------------------===//

#include "Bindings.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/Location.h"

#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

using namespace mlir;
using namespace mlir::lf::python;
namespace nb = nanobind;

//===----------------------------------------------------------------------===//
// Locations
//===----------------------------------------------------------------------===//

namespace {
struct Place {
  std::string file;
  std::string name;
};
} // namespace

/// Outermost names and innermost files win: a name around a file position is
/// what the model calls it.
static void collect(LocationAttr loc, Place &place) {
  if (auto file = dyn_cast<FileLineColLoc>(loc)) {
    if (!place.file.empty())
      return;
    place.file = file.getFilename().str();
    // Binary files have no lines.
    if (file.getLine() != 0)
      place.file += ":" + std::to_string(file.getLine()) + ":" +
                    std::to_string(file.getColumn());
  } else if (auto name = dyn_cast<NameLoc>(loc)) {
    if (place.name.empty())
      place.name = name.getName().str();
    collect(name.getChildLoc(), place);
  } else if (auto fused = dyn_cast<FusedLoc>(loc)) {
    for (Location part : fused.getLocations())
      collect(part, place);
  } else if (auto call = dyn_cast<CallSiteLoc>(loc)) {
    collect(call.getCallee(), place);
  }
}

std::string lf::python::describe(Location loc) {
  Place place;
  collect(loc, place);
  return place.file.empty() ? place.name : place.file;
}

//===----------------------------------------------------------------------===//
// Collecting
//===----------------------------------------------------------------------===//

static std::string withPlace(Location loc, const std::string &text) {
  std::string place = describe(loc);
  return place.empty() ? text : place + ": " + text;
}

Diagnostics::Diagnostics(MLIRContext *context)
    : handler(context, [this](Diagnostic &diagnostic) {
        if (diagnostic.getSeverity() != DiagnosticSeverity::Error)
          return success();
        if (failed) {
          failure.notes.push_back(
              withPlace(diagnostic.getLocation(), diagnostic.str()));
        } else {
          failed = true;
          failure.message = diagnostic.str();
          failure.location = describe(diagnostic.getLocation());
        }
        for (Diagnostic &note : diagnostic.getNotes())
          failure.notes.push_back(withPlace(note.getLocation(), note.str()));
        return success();
      }) {}

void Diagnostics::raise(llvm::StringRef otherwise) {
  if (!failed)
    failure.message = otherwise.str();
  throw failure;
}

//===----------------------------------------------------------------------===//
// Raising
//===----------------------------------------------------------------------===//

void lf::python::registerErrors() {
  nb::register_exception_translator(
      [](const std::exception_ptr &pointer, void *) {
        try {
          std::rethrow_exception(pointer);
        } catch (const CompileFailure &failure) {
          try {
            nb::object type =
                nb::module_::import_("layerfusion.errors").attr("CompileError");
            nb::object location = nb::none();
            if (!failure.location.empty())
              location = nb::cast(failure.location);
            nb::object error = type(failure.message, location, failure.notes);
            PyErr_SetObject(type.ptr(), error.ptr());
          } catch (nb::python_error &error) {
            error.restore();
          }
        }
      });
}

//===----------------------------------------------------------------------===//
// Files
//===----------------------------------------------------------------------===//

void lf::python::writeFile(nb::handle path, StringRef bytes) {
  nb::object file = nb::module_::import_("io").attr("open")(path, "wb");
  file.attr("write")(nb::bytes(bytes.data(), bytes.size()));
  file.attr("close")();
}

std::string lf::python::readablePath(nb::handle path) {
  nb::module_::import_("io").attr("open")(path, "rb").attr("close")();
  nb::object name = nb::module_::import_("os").attr("fsdecode")(path);
  return nb::cast<std::string>(name);
}
