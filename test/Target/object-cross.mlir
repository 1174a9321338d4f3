// Objects for other processors than this machine's.

// RUN: lf-translate --lf-to-object --mtriple=aarch64-linux-gnu --mcpu=cortex-a72 %s -o %t.o
// RUN: llvm-readelf --file-header --symbols %t.o | FileCheck %s --check-prefix=AARCH64
// RUN: llvm-objdump --disassemble-symbols=net %t.o | FileCheck %s --check-prefix=AARCH64-CODE
// RUN: lf-translate --lf-to-object --mtriple=aarch64-linux-gnu %s -o %t.o
// RUN: llvm-readelf --file-header --symbols %t.o | FileCheck %s --check-prefix=AARCH64
// RUN: lf-translate --lf-to-object --mtriple=riscv64-linux-gnu %s -o %t.o
// RUN: llvm-readelf --file-header --symbols %t.o | FileCheck %s --check-prefix=RISCV
// RUN: lf-translate --lf-to-object --mtriple=loongarch64-linux-gnu %s -o %t.o
// RUN: llvm-readelf --file-header --symbols %t.o | FileCheck %s --check-prefix=LOONGARCH
// RUN: lf-translate --lf-to-object --mtriple=x86_64-linux-gnu --mcpu=x86-64-v3 %s -o %t.o
// RUN: llvm-readelf --file-header --symbols %t.o | FileCheck %s --check-prefix=X86
// RUN: llvm-objdump --disassemble %t.o | FileCheck %s --check-prefix=AVX

// AARCH64: Class: ELF64
// AARCH64: Type: REL
// AARCH64: Machine: AArch64
// AARCH64: FUNC GLOBAL DEFAULT {{.*}} net
// AARCH64: FUNC GLOBAL DEFAULT {{.*}} net_packed
// AARCH64-CODE: fadd v{{.*}}.4s
// RISCV: Machine: RISC-V
// RISCV: Flags: {{.*}}double-float ABI
// RISCV: FUNC GLOBAL DEFAULT {{.*}} net
// LOONGARCH: Machine: LoongArch
// LOONGARCH: Flags: {{.*}}DOUBLE-FLOAT
// LOONGARCH: FUNC GLOBAL DEFAULT {{.*}} net
// X86: Machine: Advanced Micro Devices X86-64
// X86: FUNC GLOBAL DEFAULT {{.*}} net
// AVX: ymm

// The assembly, and the IR that LLVM optimised, say what they are for.

// RUN: lf-translate --lf-to-assembly --mtriple=aarch64-linux-gnu -O2 %s | FileCheck %s --check-prefix=ASSEMBLY
// ASSEMBLY: .type net,@function

// RUN: lf-translate --lf-to-llvmir --mtriple=x86_64-linux-gnu --mcpu=x86-64-v3 --mattr=-fma %s | FileCheck %s --check-prefix=IR
// IR: target datalayout = "e-m:e
// IR: target triple = "x86_64-unknown-linux-gnu"
// IR: define {{.*}}i32 @net(
// IR: attributes #{{[0-9]+}} = { {{.*}}"target-cpu"="x86-64-v3" "target-features"="-fma"

module @net {
  func.func @main(%x: tensor<4096xf32>) -> tensor<4096xf32> {
    %y = arith.addf %x, %x : tensor<4096xf32>
    return %y : tensor<4096xf32>
  }
}
