#include "Bindings.h"
void mlir::lf::python::bindExecutable(nanobind::module_ &m) {}
