// One block on its way from layers to the LLVM dialect: what is alive after
// each station.
//
// RUN: lf-opt %s --lf-reference-pipeline | FileCheck %s
// RUN: lf-opt %s --pass-pipeline='builtin.module(lf-cpu-pipeline{name=net})' \
// RUN:   | FileCheck %s --check-prefix=NAME

module @block {
  // CHECK-DAG: llvm.mlir.global internal @block_workspace
  // CHECK-DAG: llvm.func internal @block_run
  // CHECK-DAG: llvm.func @block(
  // CHECK-DAG: llvm.func @block_packed(%{{[^ ]*}}: !llvm.ptr) -> i32
  // NAME: llvm.func @net(
  // NAME-SAME: -> i32 attributes {lf.inputs = [#lf.io<name = "x"
  func.func @main(
      %x: tensor<1x14x14x8xf32> {lf.name = "x", lf.layout = "NHWC"},
      %we: tensor<1x1x8x32xf32>, %be: tensor<32xf32>,
      %wd: tensor<3x3x32xf32>, %wp: tensor<1x1x32x8xf32>)
      -> (tensor<1x14x14x8xf32> {lf.name = "y"}) {
    %e = lf.conv2d %x, %we bias %be activation relu6
      : (tensor<1x14x14x8xf32>, tensor<1x1x8x32xf32>, tensor<32xf32>)
        -> tensor<1x14x14x32xf32>
    %d = lf.depthwise_conv2d %e, %wd pads [1, 1, 1, 1] activation silu
      : (tensor<1x14x14x32xf32>, tensor<3x3x32xf32>) -> tensor<1x14x14x32xf32>
    %p = lf.conv2d %d, %wp
      : (tensor<1x14x14x32xf32>, tensor<1x1x32x8xf32>) -> tensor<1x14x14x8xf32>
    %y = arith.addf %x, %p : tensor<1x14x14x8xf32>
    return %y : tensor<1x14x14x8xf32>
  }
}
