// RUN: lf-opt %s --canonicalize | FileCheck %s

// CHECK-LABEL: func @identity_activation
// CHECK-NEXT: return %arg0
func.func @identity_activation(%x: tensor<4xf32>) -> tensor<4xf32> {
  %y = lf.activate %x none : tensor<4xf32>
  return %y : tensor<4xf32>
}

// A clamp of a clamp is one clamp; where the ranges do not meet it is the
// constant that the second allows.
// CHECK-LABEL: func @clamps
func.func @clamps(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) {
  // CHECK: %[[A:.*]] = lf.activate %arg0 relu6
  %0 = lf.activate %x relu : tensor<4xf32>
  %a = lf.activate %0 clip(-1.0, 6.0) : tensor<4xf32>
  // CHECK: %[[B:.*]] = lf.activate %arg0 clip(2.000000e+00, 2.000000e+00)
  %1 = lf.activate %x clip(-4.0, 1.0) : tensor<4xf32>
  %b = lf.activate %1 clip(2.0, 3.0) : tensor<4xf32>
  // CHECK: %[[C0:.*]] = lf.activate %arg0 sigmoid
  // CHECK: %[[C:.*]] = lf.activate %[[C0]] relu
  %2 = lf.activate %x sigmoid : tensor<4xf32>
  %c = lf.activate %2 relu : tensor<4xf32>
  // CHECK: return %[[A]], %[[B]], %[[C]]
  return %a, %b, %c : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
}

// CHECK-LABEL: func @activation_into_conv
func.func @activation_into_conv(%x: tensor<1x4x4x2xf32>, %w: tensor<1x1x2x2xf32>)
    -> tensor<1x4x4x2xf32> {
  // CHECK: %[[Y:.*]] = lf.conv2d %arg0, %arg1 activation silu
  // CHECK-NEXT: return %[[Y]]
  %0 = lf.conv2d %x, %w
      : (tensor<1x4x4x2xf32>, tensor<1x1x2x2xf32>) -> tensor<1x4x4x2xf32>
  %y = lf.activate %0 silu : tensor<1x4x4x2xf32>
  return %y : tensor<1x4x4x2xf32>
}

// CHECK-LABEL: func @activation_into_depthwise
func.func @activation_into_depthwise(%x: tensor<1x4x4x2xf32>,
                                     %w: tensor<1x1x2xf32>)
    -> tensor<1x4x4x2xf32> {
  // CHECK: lf.depthwise_conv2d %arg0, %arg1 activation relu6
  // CHECK-NOT: lf.activate
  %0 = lf.depthwise_conv2d %x, %w activation relu
      : (tensor<1x4x4x2xf32>, tensor<1x1x2xf32>) -> tensor<1x4x4x2xf32>
  %y = lf.activate %0 clip(-3.0, 6.0) : tensor<1x4x4x2xf32>
  return %y : tensor<1x4x4x2xf32>
}

// The bare result has another reader, or the layer an activation that does not
// compose.
// CHECK-LABEL: func @activation_stays
func.func @activation_stays(%x: tensor<1x4x4x2xf32>, %w: tensor<1x1x2x2xf32>)
    -> (tensor<1x4x4x2xf32>, tensor<1x4x4x2xf32>, tensor<1x4x4x2xf32>) {
  // CHECK: %[[A:.*]] = lf.conv2d %arg0, %arg1 :
  // CHECK: %[[B:.*]] = lf.activate %[[A]] relu
  %a = lf.conv2d %x, %w
      : (tensor<1x4x4x2xf32>, tensor<1x1x2x2xf32>) -> tensor<1x4x4x2xf32>
  %b = lf.activate %a relu : tensor<1x4x4x2xf32>
  // CHECK: %[[C0:.*]] = lf.conv2d {{.*}} activation tanh
  // CHECK: %[[C:.*]] = lf.activate %[[C0]] sigmoid
  %c0 = lf.conv2d %x, %w activation tanh
      : (tensor<1x4x4x2xf32>, tensor<1x1x2x2xf32>) -> tensor<1x4x4x2xf32>
  %c = lf.activate %c0 sigmoid : tensor<1x4x4x2xf32>
  // CHECK: return %[[A]], %[[B]], %[[C]]
  return %a, %b, %c : tensor<1x4x4x2xf32>, tensor<1x4x4x2xf32>, tensor<1x4x4x2xf32>
}

// CHECK-LABEL: func @zero_bias
func.func @zero_bias(%x: tensor<1x4x4x2xf32>, %w: tensor<1x1x2x2xf32>,
                     %wd: tensor<3x3x2xf32>) -> tensor<1x2x2x2xf32> {
  // CHECK-NEXT: lf.conv2d %arg0, %arg1 :
  // CHECK-NEXT: lf.depthwise_conv2d %{{.*}}, %arg2 :
  %b = arith.constant dense<0.0> : tensor<2xf32>
  %0 = lf.conv2d %x, %w bias %b
      : (tensor<1x4x4x2xf32>, tensor<1x1x2x2xf32>, tensor<2xf32>)
        -> tensor<1x4x4x2xf32>
  %y = lf.depthwise_conv2d %0, %wd bias %b
      : (tensor<1x4x4x2xf32>, tensor<3x3x2xf32>, tensor<2xf32>)
        -> tensor<1x2x2x2xf32>
  return %y : tensor<1x2x2x2xf32>
}

// CHECK-LABEL: func @pad
func.func @pad(%x: tensor<1x5x5x2xf32>, %w: tensor<3x3x2xf32>)
    -> tensor<1x4x7x2xf32> {
  // CHECK-NEXT: lf.depthwise_conv2d %arg0, %arg1 pads [1, 1, 0, 3]
  %zero = arith.constant 0.0 : f32
  %p = tensor.pad %x low[0, 1, 0, 0] high[0, 0, 2, 0] {
  ^bb0(%n: index, %h: index, %q: index, %c: index):
    tensor.yield %zero : f32
  } : tensor<1x5x5x2xf32> to tensor<1x6x7x2xf32>
  %y = lf.depthwise_conv2d %p, %w pads [0, 1, 0, 1]
      : (tensor<1x6x7x2xf32>, tensor<3x3x2xf32>) -> tensor<1x4x7x2xf32>
  return %y : tensor<1x4x7x2xf32>
}

// Padding with another value, or of channels, is not the layer's.
// CHECK-LABEL: func @pad_stays
func.func @pad_stays(%x: tensor<1x5x5x2xf32>, %w: tensor<3x3x2x2xf32>,
                     %w3: tensor<1x1x3x2xf32>)
    -> (tensor<1x4x4x2xf32>, tensor<1x5x5x2xf32>) {
  // CHECK-COUNT-2: tensor.pad
  %one = arith.constant 1.0 : f32
  %zero = arith.constant 0.0 : f32
  %p = tensor.pad %x low[0, 1, 0, 0] high[0, 0, 1, 0] {
  ^bb0(%n: index, %h: index, %q: index, %c: index):
    tensor.yield %one : f32
  } : tensor<1x5x5x2xf32> to tensor<1x6x6x2xf32>
  %y = lf.conv2d %p, %w
      : (tensor<1x6x6x2xf32>, tensor<3x3x2x2xf32>) -> tensor<1x4x4x2xf32>
  %q = tensor.pad %x low[0, 0, 0, 0] high[0, 0, 0, 1] {
  ^bb0(%n: index, %h: index, %k: index, %c: index):
    tensor.yield %zero : f32
  } : tensor<1x5x5x2xf32> to tensor<1x5x5x3xf32>
  %z = lf.conv2d %q, %w3
      : (tensor<1x5x5x3xf32>, tensor<1x1x3x2xf32>) -> tensor<1x5x5x2xf32>
  return %y, %z : tensor<1x4x4x2xf32>, tensor<1x5x5x2xf32>
}

// What a maximum finds beside the image is minus infinity, not zero.
// CHECK-LABEL: func @fold_pad_into_pool
// CHECK: %[[PADDED:.*]] = tensor.pad
// CHECK-DAG: lf.pool2d max %arg0 kernel [3, 3] pads [1, 2, 3, 4] :
// CHECK-DAG: lf.pool2d sum %[[PADDED]] kernel [3, 3] :
func.func @fold_pad_into_pool(%x: tensor<1x8x8x4xf32>)
    -> (tensor<1x10x12x4xf32>, tensor<1x10x12x4xf32>) {
  %lowest = arith.constant 0xFF800000 : f32
  %p = tensor.pad %x low[0, 1, 2, 0] high[0, 3, 4, 0] {
  ^bb0(%n: index, %h: index, %w: index, %c: index):
    tensor.yield %lowest : f32
  } : tensor<1x8x8x4xf32> to tensor<1x12x14x4xf32>
  %0 = lf.pool2d max %p kernel [3, 3]
      : tensor<1x12x14x4xf32> -> tensor<1x10x12x4xf32>
  %1 = lf.pool2d sum %p kernel [3, 3]
      : tensor<1x12x14x4xf32> -> tensor<1x10x12x4xf32>
  return %0, %1 : tensor<1x10x12x4xf32>, tensor<1x10x12x4xf32>
}

// -----

// In a block an activation that others depend on stays: the chain would break,
// or a value be yielded twice.
// CHECK-LABEL: func.func @activationsInBlock(
// CHECK:         %[[B:.*]] = lf.activate %{{.*}} relu :
// CHECK-NEXT:    %[[C:.*]] = lf.activate %[[B]] none
// CHECK-NEXT:    %[[D:.*]] = lf.activate %[[C]] relu6 :
// CHECK-NEXT:    lf.yield %[[B]], %[[C]], %[[D]]
func.func @activationsInBlock(%x: tensor<1x2x2x4xf32>)
    -> (tensor<1x2x2x4xf32>, tensor<1x2x2x4xf32>, tensor<1x2x2x4xf32>) {
  %e = tensor.empty() : tensor<1x2x2x4xf32>
  %y:3 = lf.fused_block ins(%in = %x : tensor<1x2x2x4xf32>)
      outs(%e, %e, %e : tensor<1x2x2x4xf32>, tensor<1x2x2x4xf32>,
                        tensor<1x2x2x4xf32>) {
    %0 = lf.activate %in none : tensor<1x2x2x4xf32>
    %1 = lf.activate %0 relu : tensor<1x2x2x4xf32>
    %2 = lf.activate %1 none : tensor<1x2x2x4xf32>
    %3 = lf.activate %2 relu : tensor<1x2x2x4xf32>
    %4 = lf.activate %3 relu6 : tensor<1x2x2x4xf32>
    lf.yield %1, %2, %4
        : tensor<1x2x2x4xf32>, tensor<1x2x2x4xf32>, tensor<1x2x2x4xf32>
  }
  return %y#0, %y#1, %y#2
      : tensor<1x2x2x4xf32>, tensor<1x2x2x4xf32>, tensor<1x2x2x4xf32>
}

// -----

// Nor where a schedule has a register tile for each layer.
// CHECK-LABEL: func.func @activationsInScheduledBlock(
// CHECK:         lf.activate %{{.*}} none
// CHECK-NEXT:    lf.activate %{{.*}} relu :
// CHECK-NEXT:    lf.activate %{{.*}} relu6 :
func.func @activationsInScheduledBlock(%x: tensor<1x2x2x4xf32>)
    -> tensor<1x2x2x4xf32> {
  %e = tensor.empty() : tensor<1x2x2x4xf32>
  %y = lf.fused_block ins(%in = %x : tensor<1x2x2x4xf32>)
      outs(%e : tensor<1x2x2x4xf32>)
      schedule <row_sliding, tiles = [<pixels = 1, vectors = [4]>,
                                      <pixels = 1, vectors = [4]>,
                                      <pixels = 1, vectors = [4]>]> {
    %0 = lf.activate %in none : tensor<1x2x2x4xf32>
    %1 = lf.activate %0 relu : tensor<1x2x2x4xf32>
    %2 = lf.activate %1 relu6 : tensor<1x2x2x4xf32>
    lf.yield %2 : tensor<1x2x2x4xf32>
  }
  return %y : tensor<1x2x2x4xf32>
}
