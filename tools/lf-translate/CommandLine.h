//===- CommandLine.h - what lf-translate is asked to do ---------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The options of lf-translate, parsed and checked.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_TOOLS_LF_TRANSLATE_COMMANDLINE_H
#define LAYERFUSION_TOOLS_LF_TRANSLATE_COMMANDLINE_H

#include "LayerFusion/Target/ONNX.h"
#include "LayerFusion/Target/Object.h"

#include "mlir/Support/LLVM.h"
#include "llvm/ADT/Twine.h"
#include <optional>
#include <string>

namespace mlir::lf {

struct CommandLine {
  /// "-" is the standard input.
  std::string inputPath;
  /// "-" is the standard output; empty if a header is all that is wanted.
  std::string outputPath;
  /// Empty if no header is wanted.
  std::string headerPath;

  /// Import if true, else compile to `kind`, if any.
  bool imports = false;
  ImportONNXOptions importOptions;
  std::optional<CodeKind> kind;
  CodeOptions codeOptions;
};

/// Ends the program if an option is unknown or malformed, after saying so;
/// fails likewise if the options do not go together.
FailureOr<CommandLine> parseCommandLine(int argc, char **argv);

/// Prints `message` as lf-translate's own error; always fails.
LogicalResult fail(const llvm::Twine &message);

} // namespace mlir::lf

#endif // LAYERFUSION_TOOLS_LF_TRANSLATE_COMMANDLINE_H
