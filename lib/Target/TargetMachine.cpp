//===- TargetMachine.cpp - the processor code is for ------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Checks triple, processor and features before LLVM sees them: LLVM itself
// would print to stderr and go on with another processor, or end the process.
//
//===----------------------------------------------------------------------===//

#include "TargetMachine.h"

#include "mlir/IR/Diagnostics.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Target/TargetOptions.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/SubtargetFeature.h"
#include "llvm/TargetParser/Triple.h"
#include <algorithm>

using namespace mlir;
using namespace mlir::lf;

static void initializeTargets() {
  static const bool done = [] {
    llvm::InitializeAllTargetInfos();
    llvm::InitializeAllTargets();
    llvm::InitializeAllTargetMCs();
    llvm::InitializeAllAsmPrinters();
    return true;
  }();
  (void)done;
}

/// Adds a note with the names nearest to `name`, or all if they are few.
static void noteSimilar(InFlightDiagnostic &diag, StringRef kind,
                        StringRef name, SmallVector<StringRef> known) {
  constexpr size_t maxListed = 12;
  if (known.empty())
    return;
  llvm::sort(known, [&](StringRef lhs, StringRef rhs) {
    return std::make_pair(name.edit_distance(lhs), lhs) <
           std::make_pair(name.edit_distance(rhs), rhs);
  });
  bool all = known.size() <= maxListed;
  if (!all)
    known.resize(maxListed);
  diag.attachNote() << (all ? "known " : "similar ") << kind << ": "
                    << llvm::join(known, ", ");
}

/// The processors that code can be made for. The others that LLVM knows have
/// pointers that are not 64 bits, store numbers high byte first, or run no C
/// programs.
static bool isSupported(const llvm::Triple &triple) {
  switch (triple.getArch()) {
  case llvm::Triple::x86_64:
  case llvm::Triple::aarch64:
  case llvm::Triple::riscv64:
  case llvm::Triple::loongarch64:
    return !triple.isX32() && triple.isOSBinFormatELF();
  default:
    return false;
  }
}

static const llvm::Target *
lookUpTarget(Location loc, const llvm::Triple &triple, StringRef given) {
  std::string ignored;
  const llvm::Target *target =
      isSupported(triple) ? llvm::TargetRegistry::lookupTarget(triple, ignored)
                          : nullptr;
  if (!target)
    emitError(loc) << "cannot make code for the target '" << given
                   << "': expected a triple like 'aarch64-linux-gnu', of an "
                      "ELF system on x86_64, aarch64, riscv64 or loongarch64";
  return target;
}

/// The features that the host reports, as "+a,-b": a virtual machine may hide
/// some of its processor's.
static std::string getHostFeatures() {
  llvm::SubtargetFeatures features;
  for (const auto &[name, enabled] : llvm::sys::getHostCPUFeatures())
    features.AddFeature(name, enabled);
  return features.getString();
}

/// What a C compiler takes for granted of a Linux system on this architecture.
static StringRef getBaseFeatures(const llvm::Triple &triple) {
  if (triple.isRISCV64())
    return "+m,+a,+f,+d,+c";
  if (triple.isLoongArch64())
    return "+f,+d";
  return "";
}

/// Features that say how wide pointers are: those of the target, which LLVM
/// does not survive losing.
static bool isWidthFeature(StringRef name) {
  return llvm::is_contained(
      {"16bit-mode", "32bit", "32bit-mode", "64bit", "64bit-mode"}, name);
}

/// Whether `processor` has 64 bits; the others stand in the same list.
static bool is64Bit(const llvm::MCSubtargetInfo &info,
                    const llvm::SubtargetSubTypeKV &processor) {
  for (const llvm::SubtargetFeatureKV &feature : info.getAllProcessorFeatures())
    if (StringRef(feature.Key) == "64bit")
      return processor.Implies.getAsBitset().test(feature.Value);
  return true;
}

static LogicalResult checkCPU(Location loc, const llvm::MCSubtargetInfo &info,
                              const llvm::Triple &triple, StringRef cpu) {
  bool known = info.isCPUStringValid(cpu);
  SmallVector<StringRef> names;
  for (const llvm::SubtargetSubTypeKV &processor :
       info.getAllProcessorDescriptions()) {
    if (is64Bit(info, processor))
      names.push_back(processor.Key);
    else if (processor.Key == cpu)
      known = false;
  }
  if (known)
    return success();
  InFlightDiagnostic diag = emitError(loc) << "unknown processor '" << cpu
                                           << "' for " << triple.getArchName();
  noteSimilar(diag, "processors", cpu, std::move(names));
  return failure();
}

static LogicalResult checkFeatures(Location loc,
                                   const llvm::MCSubtargetInfo &info,
                                   const llvm::Triple &triple,
                                   StringRef features) {
  SmallVector<StringRef> names;
  for (const llvm::SubtargetFeatureKV &feature : info.getAllProcessorFeatures())
    names.push_back(feature.Key);
  for (StringRef feature : llvm::split(features, ',')) {
    if (features.empty())
      break;
    StringRef name = feature;
    if (!name.consume_front("+") && !name.consume_front("-"))
      return emitError(loc)
             << "expected '+' or '-' before the feature '" << feature << "'";
    if (isWidthFeature(name))
      return emitError(loc)
             << "the feature '" << name << "' is the target's to choose";
    if (llvm::is_contained(names, name))
      continue;
    InFlightDiagnostic diag = emitError(loc)
                              << "unknown feature '" << name << "' for "
                              << triple.getArchName();
    noteSimilar(diag, "features", name, std::move(names));
    return failure();
  }
  return success();
}

static llvm::CodeGenOptLevel getCodeGenOptLevel(unsigned level) {
  switch (level) {
  case 0:
    return llvm::CodeGenOptLevel::None;
  case 1:
    return llvm::CodeGenOptLevel::Less;
  case 2:
    return llvm::CodeGenOptLevel::Default;
  default:
    return llvm::CodeGenOptLevel::Aggressive;
  }
}

llvm::Triple lf::getTriple(const CodeOptions &options) {
  return options.triple.empty()
             ? llvm::Triple(llvm::sys::getProcessTriple())
             : llvm::Triple(llvm::Triple::normalize(options.triple));
}

bool lf::isNative(const CodeOptions &options) {
  const llvm::Triple host(llvm::sys::getProcessTriple());
  return (options.cpu.empty() || options.cpu == "native") &&
         getTriple(options).getArch() == host.getArch();
}

FailureOr<std::unique_ptr<llvm::TargetMachine>>
lf::createTargetMachine(Location loc, const CodeOptions &options) {
  initializeTargets();
  const llvm::Triple host(llvm::sys::getProcessTriple());
  const llvm::Triple triple = getTriple(options);
  const llvm::Target *target = lookUpTarget(
      loc, triple, options.triple.empty() ? host.str() : options.triple);
  if (!target)
    return failure();

  std::string cpu = options.cpu;
  std::string features = getBaseFeatures(triple).str();
  bool onHost = triple.getArch() == host.getArch();
  if (cpu == "native" && !onHost)
    return emitError(loc) << "the processor 'native' is this machine's, "
                          << host.getArchName() << ": name one of "
                          << triple.getArchName();
  if (isNative(options)) {
    cpu = llvm::sys::getHostCPUName().str();
    features = getHostFeatures();
  } else if (cpu.empty()) {
    cpu = triple.isRISCV64()       ? "generic-rv64"
          : triple.isLoongArch64() ? "generic-la64"
                                   : "generic";
  }

  std::unique_ptr<llvm::MCSubtargetInfo> info(
      target->createMCSubtargetInfo(triple, "", ""));
  if (failed(checkCPU(loc, *info, triple, cpu)) ||
      failed(checkFeatures(loc, *info, triple, options.features)))
    return failure();
  if (!options.features.empty())
    features += (features.empty() ? "" : ",") + options.features;

  std::unique_ptr<llvm::TargetMachine> machine(target->createTargetMachine(
      triple, cpu, features, llvm::TargetOptions(), llvm::Reloc::PIC_,
      /*CM=*/std::nullopt, getCodeGenOptLevel(options.optLevel)));
  if (!machine)
    return emitError(loc) << "LLVM has no code generator for the target '"
                          << triple.str() << "'";
  return machine;
}

LogicalResult lf::checkRunsOnHost(MLIRContext *context,
                                  const CodeOptions &options) {
  Location loc = UnknownLoc::get(context);
  auto machine = createTargetMachine(loc, options);
  if (failed(machine))
    return failure();
  const llvm::Triple host(llvm::sys::getProcessTriple());
  const llvm::Triple &triple = (*machine)->getTargetTriple();
  if (triple.getArch() != host.getArch())
    return emitError(loc) << "code for " << triple.getArchName()
                          << " cannot run here: this machine is "
                          << host.getArchName();
  for (const auto &[name, isHere] : llvm::sys::getHostCPUFeatures())
    if (!isHere &&
        (*machine)->getMCSubtargetInfo()->checkFeatures(("+" + name).str()))
      return emitError(loc)
             << "code for the processor '" << (*machine)->getTargetCPU()
             << "' cannot run here: this machine lacks '" << name << "'";
  return success();
}
