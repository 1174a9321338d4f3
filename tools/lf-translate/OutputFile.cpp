//===- OutputFile.cpp - files written whole or not at all -------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A regular file is written beside its place under another name and renamed;
// anything else is kept in memory and written in the end.
//
//===----------------------------------------------------------------------===//

#include "OutputFile.h"

#include "llvm/Support/FileUtilities.h"
#include <csignal>

using namespace mlir;
using namespace mlir::lf;
namespace fs = llvm::sys::fs;

llvm::Error OutputFile::getError(std::error_code code) const {
  return llvm::createStringError(code, "cannot write '%s': %s", path.c_str(),
                                 code.message().c_str());
}

llvm::Expected<std::unique_ptr<OutputFile>> OutputFile::open(StringRef path) {
  std::unique_ptr<OutputFile> output(new OutputFile(path));
  fs::file_status status;
  bool exists = path != "-" && !fs::status(path, status);
  if (exists && status.type() == fs::file_type::directory_file)
    return output->getError(std::make_error_code(std::errc::is_a_directory));
  if (exists)
    if (std::error_code code = fs::access(path, fs::AccessMode::Write))
      return output->getError(code);

  if (path == "-" || (exists && status.type() != fs::file_type::regular_file)) {
    std::error_code code;
    output->file = std::make_unique<llvm::raw_fd_ostream>(path, code);
    if (code)
      return output->getError(code);
    output->buffer =
        std::make_unique<llvm::raw_svector_ostream>(output->content);
    return output;
  }

  // What a symbolic link points to is replaced, not the link.
  SmallString<128> place(path);
  if (exists && fs::real_path(path, place))
    place = path;
  auto temporary = fs::TempFile::create(place + ".tmp%%%%%%");
  if (!temporary)
    return output->getError(llvm::errorToErrorCode(temporary.takeError()));
  // A limit on file sizes is an error of writing, like a full disk. LLVM has
  // just installed its handlers, which would end the program.
  std::signal(SIGXFSZ, SIG_IGN);
  output->place = place.str();
  output->file = std::make_unique<llvm::raw_fd_ostream>(temporary->FD,
                                                        /*shouldClose=*/false);
  output->temporary = std::move(*temporary);
  return output;
}

llvm::raw_pwrite_stream &OutputFile::os() {
  return buffer ? static_cast<llvm::raw_pwrite_stream &>(*buffer) : *file;
}

llvm::Error OutputFile::keep() {
  if (buffer)
    *file << content;
  file->flush();
  std::error_code code = file->error();
  file->clear_error();
  if (code)
    return getError(code);
  file.reset();
  if (!temporary)
    return llvm::Error::success();
  llvm::Error renamed = temporary->keep(place);
  temporary.reset();
  if (renamed)
    return getError(llvm::errorToErrorCode(std::move(renamed)));
  return llvm::Error::success();
}

OutputFile::~OutputFile() {
  // A stream that could not write would end the process.
  if (file)
    file->clear_error();
  if (temporary)
    llvm::consumeError(temporary->discard());
}
