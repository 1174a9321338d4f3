//===- Machine.cpp - what a benchmark ran on --------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Machine.h"

#include "llvm/Support/Chrono.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/TargetParser/Host.h"

#include <chrono>

using namespace mlir;
using llvm::StringRef;

lf::TimedRun lfbench::timePeak(const lf::PeakLoop &peak, unsigned threads) {
  return lf::timed([peak, threads] {
#pragma omp parallel num_threads(threads)
    peak.run();
  });
}

double lfbench::getPeakRate(const lf::PeakLoop &peak, unsigned threads,
                            const lf::Measurement &measured) {
  return threads * peak.getFlops() / measured.median;
}

/// The processor's name as the system has it, and LLVM's.
static std::string getProcessor() {
  std::string name;
  // As a stream: files of the system do not know their size.
  if (auto file = llvm::MemoryBuffer::getFileAsStream("/proc/cpuinfo")) {
    StringRef text = (*file)->getBuffer();
    StringRef line = text.substr(text.find("model name")).split('\n').first;
    name = line.split(':').second.trim().str();
  }
  std::string known = llvm::sys::getHostCPUName().str();
  return name.empty() ? known : name + " (" + known + ")";
}

llvm::json::Object lfbench::describeRun(StringRef benchmark) {
  return llvm::json::Object{
      {"benchmark", benchmark},
      {"date",
       llvm::formatv("{0:%Y-%m-%d}", std::chrono::system_clock::now()).str()},
      {"processor", getProcessor()}};
}

llvm::Error lfbench::writeJSON(const std::string &file,
                               llvm::json::Value results) {
  std::error_code error;
  llvm::raw_fd_ostream os(file, error);
  if (!error) {
    os << llvm::formatv("{0:2}", results) << "\n";
    os.close();
    error = os.error();
    os.clear_error();
  }
  return error ? llvm::createFileError(file, error) : llvm::Error::success();
}
