// Functions end up in libm, in LLVM's intrinsics, or as arithmetic where the
// intrinsic of a vector would be a call for each element; never in a library of
// MLIR's.
//
// RUN: lf-opt %s --lf-cpu-pipeline | FileCheck %s --check-prefixes=CHECK,VECTORS
// RUN: lf-opt %s --lf-reference-pipeline \
// RUN:   | FileCheck %s --check-prefixes=CHECK,SCALARS

// SCALARS-DAG: llvm.func @erff(f32) -> f32
// SCALARS-DAG: llvm.intr.tanh
// SCALARS-DAG: llvm.intr.exp
// VECTORS-NOT: {{erff|llvm.intr.tanh|llvm.intr.exp}}
// CHECK-DAG: llvm.intr.sqrt
// CHECK-DAG: llvm.intr.pow
// CHECK-NOT: memrefCopy
// CHECK-NOT: @malloc
func.func @main(%x: tensor<4x4xf32>) -> tensor<8x4xf32> {
  %0 = math.erf %x : tensor<4x4xf32>
  %1 = math.tanh %0 : tensor<4x4xf32>
  %2 = math.exp %1 : tensor<4x4xf32>
  %3 = math.sqrt %2 : tensor<4x4xf32>
  %4 = math.powf %3, %x : tensor<4x4xf32>
  %empty = tensor.empty() : tensor<4x4xf32>
  %5 = linalg.transpose ins(%4 : tensor<4x4xf32>) outs(%empty : tensor<4x4xf32>)
    permutation = [1, 0]
  %y = tensor.concat dim(0) %5, %x
    : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32>
  return %y : tensor<8x4xf32>
}
