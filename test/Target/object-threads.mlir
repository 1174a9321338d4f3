// With one thread nothing of OpenMP is in the code, with several its runtime is
// called, and the header says so. The target may say how many, too.
//
// RUN: lf-translate %s --lf-to-llvmir | FileCheck %s --check-prefix=ONE
// RUN: lf-translate %s --lf-to-llvmir --num-threads=2 \
// RUN:   | FileCheck %s --check-prefix=TWO
// RUN: lf-opt %s --lf-attach-target=facts=threads=2 -o %t.mlir
// RUN: lf-translate %t.mlir --lf-to-llvmir | FileCheck %s --check-prefix=TWO
// RUN: lf-translate %s --emit-header=%t.h --num-threads=2
// RUN: FileCheck %s --check-prefix=HEADER --input-file=%t.h
// RUN: not lf-translate %s --lf-to-object --num-threads=0 -o %t.o 2>&1 \
// RUN:   | FileCheck %s --check-prefix=NONE

// ONE-NOT: omp_
// ONE-NOT: __kmpc
// TWO: call void @__kmpc_push_num_threads({{.*}}, i32 2)
// TWO: @__kmpc_fork_call(
// HEADER: the C library and libm (-lm), and with LLVM's OpenMP runtime (-lomp)
// HEADER-NEXT: * for the threads that a call starts.
// NONE: expected --num-threads to be 1 to 1024, got 0

func.func @main(%x: tensor<1x112x112x64xf32>) -> tensor<1x112x112x64xf32> {
  %w = arith.constant dense<1.0> : tensor<3x3x64xf32>
  %y = lf.depthwise_conv2d %x, %w pads [1, 1, 1, 1]
      : (tensor<1x112x112x64xf32>, tensor<3x3x64xf32>)
        -> tensor<1x112x112x64xf32>
  return %y : tensor<1x112x112x64xf32>
}
