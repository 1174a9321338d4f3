//===- Target.cpp - what the compiler knows of the processor ----*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The facts about processors: from a table, from this machine, from and to the
// module's target spec,
//
//   module attributes {dlti.target_system_spec = #dlti.target_system_spec<
//     "CPU" = #dlti.target_device_spec<
//       "L1_cache_size_in_bytes" = 32768 : i64, ...>>}
//
//===----------------------------------------------------------------------===//

#include "LayerFusion/Schedule/Target.h"

#include "mlir/Dialect/DLTI/DLTI.h"
#include "mlir/IR/Builders.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/TargetParser/Host.h"

using namespace mlir;
using namespace mlir::lf;

static constexpr llvm::StringLiteral cpuDevice = "CPU";

/// Calls `visit(key, value)` for each fact: the one list of the keys. The sizes
/// of L1 are spelled as in the documentation of DLTI.
template <typename TargetT, typename Visit>
static void visitFacts(TargetT &target, Visit visit) {
  visit("L1_cache_size_in_bytes", target.cacheBytes[0]);
  visit("L2_cache_size_in_bytes", target.cacheBytes[1]);
  visit("L3_cache_share_in_bytes", target.cacheBytes[2]);
  visit("L2_bytes_per_second", target.bytesPerSecond[0]);
  visit("L3_bytes_per_second", target.bytesPerSecond[1]);
  visit("memory_bytes_per_second", target.bytesPerSecond[2]);
  visit("vector_size_in_bytes", target.vectorBytes);
  visit("vector_registers", target.vectorRegisters);
  visit("fma_bytes_per_cycle", target.fmaBytesPerCycle);
  visit("threads", target.threads);
  visit("flops_per_second", target.flopsPerSecond);
}

//===----------------------------------------------------------------------===//
// The target spec
//===----------------------------------------------------------------------===//

/// The target spec on `op` or the nearest op around it that has one.
static TargetSystemSpecInterface findSpec(Operation *op) {
  for (; op; op = op->getParentOp())
    if (auto spec = op->getAttrOfType<TargetSystemSpecInterface>(
            DLTIDialect::kTargetSystemDescAttrName))
      return spec;
  return {};
}

/// What the nearest target spec around `op` says of its CPU.
static std::optional<TargetDeviceSpecInterface> findCPU(Operation *op) {
  if (TargetSystemSpecInterface spec = findSpec(op))
    return spec.getDeviceSpecForDeviceID(
        StringAttr::get(op->getContext(), cpuDevice));
  return std::nullopt;
}

bool Target::isAttachedTo(ModuleOp module) {
  return findCPU(module).has_value();
}

Target Target::get(Operation *op) {
  Target target;
  std::optional<TargetDeviceSpecInterface> cpu = findCPU(op);
  if (!cpu)
    return target;
  MLIRContext *context = op->getContext();
  visitFacts(target, [&](StringRef key, int64_t &value) {
    DataLayoutEntryInterface entry =
        cpu->getSpecForIdentifier(StringAttr::get(context, key));
    auto number =
        entry ? dyn_cast<IntegerAttr>(entry.getValue()) : IntegerAttr();
    if (number && number.getValue().isStrictlyPositive() &&
        number.getValue().getActiveBits() < 64)
      value = number.getValue().getZExtValue();
  });
  return target;
}

LogicalResult Target::set(StringRef key, int64_t value,
                          function_ref<InFlightDiagnostic()> emitError) {
  bool found = false;
  SmallVector<StringRef> known;
  visitFacts(*this, [&](StringRef name, int64_t &fact) {
    known.push_back(name);
    if (name != key)
      return;
    found = true;
    fact = value;
  });
  if (!found)
    return emitError() << "unknown fact '" << key << "': expected one of "
                       << llvm::join(known, ", ");
  if (value <= 0)
    return emitError() << "expected a positive number for '" << key << "', got "
                       << value;
  return success();
}

void Target::attachTo(ModuleOp module) const {
  MLIRContext *context = module.getContext();
  Builder builder(context);
  SmallVector<DataLayoutEntryInterface> facts;
  visitFacts(*this, [&](StringRef key, int64_t value) {
    facts.push_back(DataLayoutEntryAttr::get(builder.getStringAttr(key),
                                             builder.getI64IntegerAttr(value)));
  });
  SmallVector<DataLayoutEntryInterface> devices;
  if (auto old = module->getAttrOfType<TargetSystemSpecInterface>(
          DLTIDialect::kTargetSystemDescAttrName))
    for (DataLayoutEntryInterface device : old.getEntries())
      if (device.getKey() !=
          DataLayoutEntryKey(builder.getStringAttr(cpuDevice)))
        devices.push_back(device);
  devices.push_back(
      DataLayoutEntryAttr::get(builder.getStringAttr(cpuDevice),
                               TargetDeviceSpecAttr::get(context, facts)));
  module->setAttr(DLTIDialect::kTargetSystemDescAttrName,
                  TargetSystemSpecAttr::get(context, devices));
}

//===----------------------------------------------------------------------===//
// Processors by name
//===----------------------------------------------------------------------===//

/// A processor of known vectors and unknown caches: sizes that any core of the
/// last ten years has, two vector multiply-adds a cycle at 3 GHz.
static Target getGeneric(int64_t vectorBytes, int64_t vectorRegisters) {
  Target target;
  target.cacheBytes = {32 << 10, 512 << 10, 1 << 20};
  target.bytesPerSecond = {60'000'000'000, 25'000'000'000, 12'000'000'000};
  target.vectorBytes = vectorBytes;
  target.vectorRegisters = vectorRegisters;
  target.fmaBytesPerCycle = 2 * vectorBytes;
  int64_t lanes = target.fmaBytesPerCycle / sizeof(float);
  target.flopsPerSecond = lanes * 2 * 3'000'000'000;
  return target;
}

static Target getSapphireRapids() {
  Target target;
  target.cacheBytes = {48 << 10, 2 << 20, 1920 << 10};
  target.bytesPerSecond = {100'000'000'000, 22'000'000'000, 12'000'000'000};
  target.fmaBytesPerCycle = 128;
  target.flopsPerSecond = 132'000'000'000;
  return target;
}

static Target getZen3() {
  Target target;
  target.cacheBytes = {32 << 10, 512 << 10, 4 << 20};
  target.bytesPerSecond = {90'000'000'000, 55'000'000'000, 12'000'000'000};
  target.vectorBytes = 32;
  target.vectorRegisters = 16;
  target.flopsPerSecond = 104'000'000'000;
  return target;
}

namespace {

struct Processor {
  llvm::StringLiteral name;
  Target target;
};

} // namespace

/// The first three are measured (docs/cost-model.md), the others' caches are
/// not known to us.
static ArrayRef<Processor> getProcessors() {
  static const Processor processors[] = {
      {"sapphirerapids", getSapphireRapids()},
      {"znver4", Target()},
      {"znver3", getZen3()},
      {"x86-64", getGeneric(/*vectorBytes=*/16, /*vectorRegisters=*/16)},
      {"x86-64-v3", getGeneric(/*vectorBytes=*/32, /*vectorRegisters=*/16)},
      {"x86-64-v4", getGeneric(/*vectorBytes=*/64, /*vectorRegisters=*/32)},
      {"generic", getGeneric(/*vectorBytes=*/16, /*vectorRegisters=*/32)}};
  return processors;
}

static const Processor *findProcessor(StringRef name) {
  const Processor *found = llvm::find_if(
      getProcessors(), [&](const Processor &p) { return p.name == name; });
  return found == getProcessors().end() ? nullptr : found;
}

/// The bytes that multiply-adds start on in a cycle: two vectors, but for the
/// processors listed by how LLVM's names for them begin.
static int64_t getFMABytesPerCycle(StringRef name, int64_t vectorBytes) {
  static constexpr std::tuple<llvm::StringLiteral, int64_t, int64_t> units[] = {
      // Name, number of units, the most bytes that one takes.
      {"znver4", 2, 32},     {"znver1", 2, 16},    {"icelake-client", 1, 64},
      {"rocketlake", 1, 64}, {"tigerlake", 1, 64}, {"apple-", 4, 16},
      {"cortex-x", 4, 16},   {"neoverse-v", 4, 16}};
  for (auto [prefix, count, bytes] : units)
    if (name.starts_with(prefix))
      return count * std::min(vectorBytes, bytes);
  return 2 * vectorBytes;
}

Target Target::getProcessor(StringRef name, int64_t vectorBytes,
                            int64_t vectorRegisters) {
  Target target = getGeneric(vectorBytes, vectorRegisters);
  int64_t flopsPerByte = target.flopsPerSecond / target.fmaBytesPerCycle;
  target.fmaBytesPerCycle = getFMABytesPerCycle(name, vectorBytes);
  if (const Processor *known = findProcessor(name)) {
    target.cacheBytes = known->target.cacheBytes;
    target.bytesPerSecond = known->target.bytesPerSecond;
    flopsPerByte =
        known->target.flopsPerSecond / known->target.fmaBytesPerCycle;
  }
  // Without its widest vectors a processor keeps its clock, but not its speed.
  target.flopsPerSecond = flopsPerByte * target.fmaBytesPerCycle;
  return target;
}

//===----------------------------------------------------------------------===//
// This machine
//===----------------------------------------------------------------------===//

/// What Linux says of a cache of the first core: `index` counts caches.
static std::string readCacheFile(unsigned index, StringRef file) {
  // As a stream: files of the system do not know their size.
  auto buffer = llvm::MemoryBuffer::getFileAsStream(
      "/sys/devices/system/cpu/cpu0/cache/index" + Twine(index) + "/" + file);
  return buffer ? (*buffer)->getBuffer().trim().str() : std::string();
}

/// The number of processors in a list such as "0-3,8".
static int64_t countProcessors(StringRef list) {
  int64_t count = 0;
  for (StringRef range : llvm::split(list, ',')) {
    auto [first, last] = range.split('-');
    int64_t from = 0, to = 0;
    if (first.getAsInteger(10, from))
      return 0;
    if (last.empty() || last.getAsInteger(10, to))
      to = from;
    count += to - from + 1;
  }
  return count;
}

/// Of L3 a core has as much as each of the others that share it.
void Target::readHostCaches() {
  int64_t threadsOfCore = 1;
  for (unsigned index = 0;; ++index) {
    std::string type = readCacheFile(index, "type");
    if (type.empty())
      return;
    unsigned level = 0;
    int64_t kibibytes = 0;
    if (type == "Instruction" ||
        StringRef(readCacheFile(index, "level")).getAsInteger(10, level) ||
        level < 1 || level > numBoundaries ||
        StringRef(readCacheFile(index, "size"))
            .rtrim('K')
            .getAsInteger(10, kibibytes) ||
        kibibytes <= 0)
      continue;
    int64_t sharers = std::max<int64_t>(
        1, countProcessors(readCacheFile(index, "shared_cpu_list")));
    if (level == 1)
      threadsOfCore = sharers;
    int64_t cores = std::max<int64_t>(1, sharers / threadsOfCore);
    cacheBytes[level - 1] = kibibytes * 1024 / cores;
  }
}

static Target getHost() {
  llvm::StringMap<bool> features = llvm::sys::getHostCPUFeatures();
  StringRef name = llvm::sys::getHostCPUName();
  Target target =
      features.lookup("avx512f") ? Target::getProcessor(name, 64, 32)
      : features.lookup("avx2")  ? Target::getProcessor(name, 32, 16)
      : features.lookup("sse2")  ? Target::getProcessor(name, 16, 16)
                                 : Target::getProcessor(name, 16, 32);
  target.readHostCaches();
  return target;
}

FailureOr<Target>
Target::getProcessor(StringRef name,
                     function_ref<InFlightDiagnostic()> emitError) {
  if (name == "host")
    return getHost();
  if (const Processor *found = findProcessor(name))
    return found->target;
  auto names = llvm::map_range(getProcessors(),
                               [](const Processor &p) { return p.name.str(); });
  return emitError() << "no facts about the processor '" << name
                     << "': expected host, " << llvm::join(names, ", ");
}
