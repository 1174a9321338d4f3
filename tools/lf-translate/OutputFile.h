//===- OutputFile.h - files written whole or not at all ---------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An output of a tool: it takes its place, and replaces what was there, only
// once everything is written, so that a run that fails leaves nothing behind.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_TOOLS_LF_TRANSLATE_OUTPUTFILE_H
#define LAYERFUSION_TOOLS_LF_TRANSLATE_OUTPUTFILE_H

#include "mlir/Support/LLVM.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"
#include <memory>
#include <optional>
#include <string>

namespace mlir::lf {

class OutputFile {
public:
  /// Opens `path`; "-" is the standard output. Errors name the path.
  static llvm::Expected<std::unique_ptr<OutputFile>> open(llvm::StringRef path);

  /// Leaves no trace unless keep() was called.
  ~OutputFile();

  llvm::raw_pwrite_stream &os();

  /// Puts the file into its place; an error if not all could be written.
  llvm::Error keep();

private:
  explicit OutputFile(llvm::StringRef path) : path(path) {}
  llvm::Error getError(std::error_code code) const;

  /// As given, and where the file goes in the end.
  std::string path, place;
  std::optional<llvm::sys::fs::TempFile> temporary;
  std::unique_ptr<llvm::raw_fd_ostream> file;
  /// For pipes, terminals and devices, in which one cannot go back.
  llvm::SmallString<0> content;
  std::unique_ptr<llvm::raw_svector_ostream> buffer;
};

} // namespace mlir::lf

#endif // LAYERFUSION_TOOLS_LF_TRANSLATE_OUTPUTFILE_H
