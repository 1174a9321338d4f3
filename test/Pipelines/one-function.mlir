// Helper functions of a hand-written module are inlined: a network is one
// function.
//
// RUN: lf-opt %s --lf-cpu-pipeline | FileCheck %s

// CHECK-NOT: @double
// CHECK: llvm.func @network(
func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = func.call @double(%x) : (tensor<4xf32>) -> tensor<4xf32>
  %1 = func.call @double(%0) : (tensor<4xf32>) -> tensor<4xf32>
  return %1 : tensor<4xf32>
}
func.func private @double(%x: tensor<4xf32>) -> tensor<4xf32> {
  %y = arith.addf %x, %x : tensor<4xf32>
  return %y : tensor<4xf32>
}
