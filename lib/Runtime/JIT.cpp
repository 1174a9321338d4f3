//===- JIT.cpp - compiled networks in this process --------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// LLJIT is used for its linker alone: it never sees LLVM IR.
//
//===----------------------------------------------------------------------===//

#include "LayerFusion/Runtime/JIT.h"

#include "HugePages.h"

#include "LayerFusion/Target/Header.h"

#include "mlir/IR/Diagnostics.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ExecutionEngine/Orc/LLJIT.h"
#include "llvm/ExecutionEngine/Orc/ObjectLinkingLayer.h"
#include "llvm/Support/DynamicLibrary.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"
#include <cstdlib>
#include <mutex>

using namespace mlir;
using namespace mlir::lf;

//===----------------------------------------------------------------------===//
// Linking
//===----------------------------------------------------------------------===//

namespace {

/// Moves an object's weights into huge pages once they are in place.
class WeightsInHugePages : public llvm::orc::ObjectLinkingLayer::Plugin {
public:
  void modifyPassConfig(llvm::orc::MaterializationResponsibility &,
                        llvm::jitlink::LinkGraph &,
                        llvm::jitlink::PassConfiguration &config) override {
    config.PostFixupPasses.push_back([](llvm::jitlink::LinkGraph &graph) {
      for (llvm::jitlink::Section &section : graph.sections()) {
        llvm::jitlink::SectionRange range(section);
        if (range.getSize() >= hugePageBytes)
          moveToHugePages(range.getStart().toPtr<void *>(), range.getSize());
      }
      return llvm::Error::success();
    });
  }

  llvm::Error
  notifyFailed(llvm::orc::MaterializationResponsibility &) override {
    return llvm::Error::success();
  }
  llvm::Error notifyRemovingResources(llvm::orc::JITDylib &,
                                      llvm::orc::ResourceKey) override {
    return llvm::Error::success();
  }
  void notifyTransferringResources(llvm::orc::JITDylib &,
                                   llvm::orc::ResourceKey,
                                   llvm::orc::ResourceKey) override {}
};

} // namespace

/// The object linked into this process.
class Executable::Linked {
public:
  using Function = int32_t (*)(void **);

  /// Links `object` and looks up `symbol`. The bytes are read, not kept.
  static llvm::Expected<std::unique_ptr<Linked>> link(StringRef object,
                                                      StringRef symbol);

  Function function = nullptr;

private:
  std::unique_ptr<llvm::orc::LLJIT> jit;
};

llvm::Expected<std::unique_ptr<Executable::Linked>>
Executable::Linked::link(StringRef object, StringRef symbol) {
  auto linked = std::make_unique<Linked>();
  // The object has no initializers to run.
  auto jit = llvm::orc::LLJITBuilder()
                 .setPlatformSetUp(llvm::orc::setUpInactivePlatform)
                 .create();
  if (!jit)
    return jit.takeError();
  if (auto *layer = dyn_cast<llvm::orc::ObjectLinkingLayer>(
          &(*jit)->getObjLinkingLayer()))
    layer->addPlugin(std::make_shared<WeightsInHugePages>());
  // By default errors are printed as well as returned.
  std::string details;
  (*jit)->getExecutionSession().setErrorReporter([&](llvm::Error error) {
    details += llvm::toString(std::move(error)) + "; ";
  });
  auto failure = [&](llvm::Error error) {
    return llvm::createStringError(details + llvm::toString(std::move(error)));
  };
  if (llvm::Error error =
          (*jit)->addObjectFile(llvm::MemoryBuffer::getMemBuffer(
              object, symbol, /*RequiresNullTerminator=*/false)))
    return failure(std::move(error));
  auto address = (*jit)->lookup(symbol);
  if (!address)
    return failure(address.takeError());
  (*jit)->getExecutionSession().setErrorReporter(
      [](llvm::Error error) { llvm::consumeError(std::move(error)); });
  linked->function = address->toPtr<Function>();
  linked->jit = std::move(*jit);
  return linked;
}

//===----------------------------------------------------------------------===//
// Workspaces
//===----------------------------------------------------------------------===//

/// As many workspaces as there have been runs at one time.
class Executable::WorkspacePool {
  struct Free {
    void operator()(void *memory) const { std::free(memory); }
  };

public:
  using Workspace = std::unique_ptr<void, Free>;

  explicit WorkspacePool(size_t size)
      // At least one byte: a null pointer would mean the object's own.
      : alignment(size < hugePageBytes ? EntryPoint::alignment : hugePageBytes),
        size(llvm::alignTo(std::max<size_t>(size, 1), alignment)) {}

  /// A workspace that nobody uses; null if there is no memory for one more.
  Workspace acquire() {
    {
      std::lock_guard<std::mutex> lock(mutex);
      if (!idle.empty())
        return idle.pop_back_val();
    }
    Workspace workspace(std::aligned_alloc(alignment, size));
    if (workspace)
      preferHugePages(workspace.get(), size);
    return workspace;
  }

  void release(Workspace workspace) {
    std::lock_guard<std::mutex> lock(mutex);
    idle.push_back(std::move(workspace));
  }

private:
  const size_t alignment, size;
  std::mutex mutex;
  llvm::SmallVector<Workspace> idle;
};

//===----------------------------------------------------------------------===//
// Executable
//===----------------------------------------------------------------------===//

/// Makes LLVM's OpenMP runtime, which code with threads calls, part of this
/// process.
static LogicalResult loadOpenMP(Location loc) {
  std::string message;
  if (llvm::sys::DynamicLibrary::LoadLibraryPermanently("libomp.so.5",
                                                        &message))
    return emitError(loc) << "code with threads needs LLVM's OpenMP runtime: "
                          << message;
  return success();
}

Executable::Executable() = default;
Executable::~Executable() = default;

FailureOr<std::unique_ptr<Executable>>
Executable::compile(ModuleOp module, const CodeOptions &options) {
  if (failed(checkRunsOnHost(module.getContext(), options)))
    return failure();
  OwningOpRef<ModuleOp> lowered = lowerToLLVMDialect(module, options);
  if (!lowered)
    return failure();
  FailureOr<EntryPoint> entry = EntryPoint::get(*lowered);
  if (failed(entry))
    return failure();

  std::unique_ptr<Executable> result(new Executable());
  result->entry = std::move(*entry);
  llvm::raw_string_ostream header(result->headerText);
  llvm::raw_svector_ostream object(result->code);
  if (failed(emitHeader(*lowered, options, header)) ||
      failed(emitCode(*lowered, CodeKind::Object, options, object)))
    return failure();
  if (result->entry.usesThreads && failed(loadOpenMP(module.getLoc())))
    return failure();
  auto linked = Linked::link(result->object(), result->entry.name + "_packed");
  if (!linked)
    return emitError(module.getLoc()) << "cannot link the compiled network: "
                                      << llvm::toString(linked.takeError());
  result->linked = std::move(*linked);
  result->workspaces =
      std::make_shared<WorkspacePool>(result->entry.workspaceSize);
  return result;
}

llvm::Expected<std::unique_ptr<Executable>> Executable::copy() const {
  auto other = Linked::link(object(), entry.name + "_packed");
  if (!other)
    return other.takeError();
  std::unique_ptr<Executable> result(new Executable());
  result->entry = entry;
  result->headerText = headerText;
  result->code = code;
  result->linked = std::move(*other);
  result->workspaces = workspaces;
  return result;
}

/// Checks the pointers to the inputs or outputs against their description.
static llvm::Error checkPointers(StringRef role, ArrayRef<IO> ios,
                                 ArrayRef<const void *> pointers) {
  if (ios.size() != pointers.size())
    return llvm::createStringError("expected %zu %ss, got %zu", ios.size(),
                                   role.str().c_str(), pointers.size());
  for (auto [index, io, pointer] : llvm::enumerate(ios, pointers)) {
    if (!pointer && io.getNumElements() != 0)
      return llvm::createStringError("%s %zu ('%s') is a null pointer",
                                     role.str().c_str(), index,
                                     io.name.c_str());
    unsigned alignment = getSizeInBytes(io.elementType);
    if (reinterpret_cast<uintptr_t>(pointer) % alignment != 0)
      return llvm::createStringError("%s %zu ('%s') is not aligned to %u bytes",
                                     role.str().c_str(), index, io.name.c_str(),
                                     alignment);
  }
  return llvm::Error::success();
}

llvm::Error Executable::run(ArrayRef<const void *> inputs,
                            ArrayRef<void *> outputs) const {
  SmallVector<const void *> constOutputs(outputs);
  if (llvm::Error error = checkPointers("input", entry.inputs, inputs))
    return error;
  if (llvm::Error error = checkPointers("output", entry.outputs, constOutputs))
    return error;
  WorkspacePool::Workspace workspace = workspaces->acquire();
  if (!workspace)
    return llvm::createStringError("no memory for a workspace of %lld bytes",
                                   static_cast<long long>(workspaceSize()));
  SmallVector<void *> arguments;
  for (const void *input : inputs)
    arguments.push_back(const_cast<void *>(input));
  llvm::append_range(arguments, outputs);
  arguments.push_back(workspace.get());
  int32_t status = linked->function(arguments.data());
  workspaces->release(std::move(workspace));
  if (status != 0)
    return llvm::createStringError("'%s' returned %d", entry.name.c_str(),
                                   status);
  return llvm::Error::success();
}
