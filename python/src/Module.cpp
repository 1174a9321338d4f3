//===- Module.cpp - the Python extension module -----------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Puts `layerfusion._layerfusion` together. The package around it re-exports
// its names; docstrings are written here, where the types are, and reach the
// stub file from here.
//
//===----------------------------------------------------------------------===//

#include "Bindings.h"

#include "LayerFusion/InitAll.h"

NB_MODULE(_layerfusion, m) {
  m.doc() = "The compiler behind the package layerfusion.";
  mlir::lf::registerAllPasses();
  mlir::lf::python::registerErrors();
  mlir::lf::python::bindIR(m);
  mlir::lf::python::bindExecutable(m);
  mlir::lf::python::bindCeilings(m);
}
