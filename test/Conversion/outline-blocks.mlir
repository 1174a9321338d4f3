// RUN: lf-opt %s --split-input-file --lf-outline-blocks | FileCheck %s

// The first two differ in operands, names and places only and share a function.
// The third has another schedule, the fourth other strides.
// CHECK-LABEL: func.func @main
// CHECK-SAME: (%[[X:.*]]: memref<1x8x8x4xf32>, %[[F:.*]]: memref<3x3x4xf32>, %[[G:.*]]: memref<3x3x4xf32>, %[[P:.*]]: memref<1x1x4x4xf32>, %[[A:.*]]: memref<1x8x8x4xf32>, %[[B:.*]]: memref<1x8x8x4xf32>, %[[C:.*]]: memref<1x4x4x4xf32>)
// CHECK-NEXT: call @block0.dw_pw(%[[X]], %[[F]], %[[P]], %[[A]]) : (memref<1x8x8x4xf32>, memref<3x3x4xf32>, memref<1x1x4x4xf32>, memref<1x8x8x4xf32>) -> ()
// CHECK-NEXT: call @block0.dw_pw(%[[A]], %[[G]], %[[P]], %[[B]])
// CHECK-NEXT: call @block1.dw_pw(%[[B]], %[[F]], %[[P]], %[[A]])
// CHECK-NEXT: call @block2.dw_pw(%[[A]], %[[F]], %[[P]], %[[C]])
// CHECK-NEXT: return

// CHECK-LABEL: func.func private @block0.dw_pw
// CHECK-SAME: (%[[A0:.*]]: memref<1x8x8x4xf32>, %[[A1:.*]]: memref<3x3x4xf32>, %[[A2:.*]]: memref<1x1x4x4xf32>, %[[A3:.*]]: memref<1x8x8x4xf32>)
// CHECK-SAME: no_inline, passthrough = ["noinline"]
// CHECK: lf.fused_block ins(%{{.*}} = %[[A0]] : memref<1x8x8x4xf32>, %{{.*}} = %[[A1]] : memref<3x3x4xf32>, %{{.*}} = %[[A2]] : memref<1x1x4x4xf32>) outs(%[[A3]] : memref<1x8x8x4xf32>) schedule <row_sliding, row_band = 4>
// CHECK: return
// CHECK: func.func private @block1.dw_pw
// CHECK: schedule <row_sliding, row_band = 2>
// CHECK: func.func private @block2.dw_pw
// CHECK-SAME: memref<1x4x4x4xf32>
// CHECK: strides [2, 2]
func.func @main(%x: memref<1x8x8x4xf32>, %f: memref<3x3x4xf32>,
                %g: memref<3x3x4xf32>, %p: memref<1x1x4x4xf32>,
                %a: memref<1x8x8x4xf32>, %b: memref<1x8x8x4xf32>,
                %c: memref<1x4x4x4xf32>) {
  lf.fused_block ins(%i = %x : memref<1x8x8x4xf32>,
                     %w = %f : memref<3x3x4xf32>,
                     %v = %p : memref<1x1x4x4xf32>)
      outs(%a : memref<1x8x8x4xf32>) schedule <row_sliding, row_band = 4> {
    %d = lf.depthwise_conv2d %i, %w pads [1, 1, 1, 1]
      : (tensor<1x8x8x4xf32>, tensor<3x3x4xf32>) -> tensor<1x8x8x4xf32>
    %y = lf.conv2d %d, %v
      : (tensor<1x8x8x4xf32>, tensor<1x1x4x4xf32>) -> tensor<1x8x8x4xf32>
    lf.yield %y : tensor<1x8x8x4xf32>
  } loc("first")
  lf.fused_block ins(%i = %a : memref<1x8x8x4xf32>,
                     %w = %g : memref<3x3x4xf32>,
                     %v = %p : memref<1x1x4x4xf32>)
      outs(%b : memref<1x8x8x4xf32>) schedule <row_sliding, row_band = 4> {
    %e = lf.depthwise_conv2d %i, %w pads [1, 1, 1, 1]
      : (tensor<1x8x8x4xf32>, tensor<3x3x4xf32>) -> tensor<1x8x8x4xf32>
    %y = lf.conv2d %e, %v
      : (tensor<1x8x8x4xf32>, tensor<1x1x4x4xf32>) -> tensor<1x8x8x4xf32>
    lf.yield %y : tensor<1x8x8x4xf32>
  } loc("second")
  lf.fused_block ins(%i = %b : memref<1x8x8x4xf32>,
                     %w = %f : memref<3x3x4xf32>,
                     %v = %p : memref<1x1x4x4xf32>)
      outs(%a : memref<1x8x8x4xf32>) schedule <row_sliding, row_band = 2> {
    %d = lf.depthwise_conv2d %i, %w pads [1, 1, 1, 1]
      : (tensor<1x8x8x4xf32>, tensor<3x3x4xf32>) -> tensor<1x8x8x4xf32>
    %y = lf.conv2d %d, %v
      : (tensor<1x8x8x4xf32>, tensor<1x1x4x4xf32>) -> tensor<1x8x8x4xf32>
    lf.yield %y : tensor<1x8x8x4xf32>
  } loc("third")
  lf.fused_block ins(%i = %a : memref<1x8x8x4xf32>,
                     %w = %f : memref<3x3x4xf32>,
                     %v = %p : memref<1x1x4x4xf32>)
      outs(%c : memref<1x4x4x4xf32>) schedule <row_sliding, row_band = 4> {
    %d = lf.depthwise_conv2d %i, %w strides [2, 2] pads [1, 1, 1, 1]
      : (tensor<1x8x8x4xf32>, tensor<3x3x4xf32>) -> tensor<1x4x4x4xf32>
    %y = lf.conv2d %d, %v
      : (tensor<1x4x4x4xf32>, tensor<1x1x4x4xf32>) -> tensor<1x4x4x4xf32>
    lf.yield %y : tensor<1x4x4x4xf32>
  } loc("fourth")
  return
}

// -----

// What the operands' types say is said by the arguments': here that rows are
// apart. One whose offset is not known cannot be an argument.
// CHECK-LABEL: func.func @main
// CHECK: call @block0.pool({{.*}}) : (memref<1x4x4x4xf32, strided<[256, 32, 4, 1], offset: 16>>, memref<1x2x2x4xf32>) -> ()
// CHECK: lf.fused_block
// CHECK: func.func private @block0.pool(%{{.*}}: memref<1x4x4x4xf32, strided<[256, 32, 4, 1], offset: 16>>,
func.func @main(%x: memref<1x8x8x4xf32>, %n: index, %y: memref<1x2x2x4xf32>,
                %z: memref<1x2x2x4xf32>) {
  %s = memref.subview %x[0, 0, 4, 0] [1, 4, 4, 4] [1, 1, 1, 1]
    : memref<1x8x8x4xf32>
      to memref<1x4x4x4xf32, strided<[256, 32, 4, 1], offset: 16>>
  lf.fused_block ins(%i = %s : memref<1x4x4x4xf32, strided<[256, 32, 4, 1], offset: 16>>)
      outs(%y : memref<1x2x2x4xf32>) {
    %0 = lf.pool2d max %i kernel [2, 2] strides [2, 2]
      : tensor<1x4x4x4xf32> -> tensor<1x2x2x4xf32>
    lf.yield %0 : tensor<1x2x2x4xf32>
  }
  %t = memref.subview %x[0, 0, %n, 0] [1, 4, 4, 4] [1, 1, 1, 1]
    : memref<1x8x8x4xf32>
      to memref<1x4x4x4xf32, strided<[256, 32, 4, 1], offset: ?>>
  lf.fused_block ins(%i = %t : memref<1x4x4x4xf32, strided<[256, 32, 4, 1], offset: ?>>)
      outs(%z : memref<1x2x2x4xf32>) {
    %0 = lf.pool2d max %i kernel [2, 2] strides [2, 2]
      : tensor<1x4x4x4xf32> -> tensor<1x2x2x4xf32>
    lf.yield %0 : tensor<1x2x2x4xf32>
  }
  return
}

// -----

// Blocks on tensors stay.
// CHECK-LABEL: func.func @main
// CHECK: lf.fused_block
// CHECK-NOT: func.func
func.func @main(%x: tensor<1x4x4x4xf32>) -> tensor<1x2x2x4xf32> {
  %init = tensor.empty() : tensor<1x2x2x4xf32>
  %y = lf.fused_block ins(%i = %x : tensor<1x4x4x4xf32>)
      outs(%init : tensor<1x2x2x4xf32>) {
    %0 = lf.pool2d max %i kernel [2, 2] strides [2, 2]
      : tensor<1x4x4x4xf32> -> tensor<1x2x2x4xf32>
    lf.yield %0 : tensor<1x2x2x4xf32>
  }
  return %y : tensor<1x2x2x4xf32>
}
