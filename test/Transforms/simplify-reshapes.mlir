// RUN: lf-opt %s --lf-simplify --split-input-file | FileCheck %s

// A padded value with two readers: both layers pad themselves.
// CHECK-LABEL: func @shared_pad
// CHECK-NOT: tensor.pad
// CHECK: lf.conv2d %arg0, %arg1 pads [1, 1, 1, 1] :
// CHECK: lf.depthwise_conv2d %arg0, %arg2 pads [1, 2, 1, 1] :
func.func @shared_pad(%x: tensor<1x4x4x1xf32>, %w: tensor<3x3x1x2xf32>,
                      %wd: tensor<3x3x1xf32>)
    -> (tensor<1x4x4x2xf32>, tensor<1x4x5x1xf32>) {
  %zero = arith.constant 0.0 : f32
  %p = tensor.pad %x low[0, 1, 1, 0] high[0, 1, 1, 0] {
  ^bb0(%n: index, %h: index, %k: index, %c: index):
    tensor.yield %zero : f32
  } : tensor<1x4x4x1xf32> to tensor<1x6x6x1xf32>
  %0 = lf.conv2d %p, %w
      : (tensor<1x6x6x1xf32>, tensor<3x3x1x2xf32>) -> tensor<1x4x4x2xf32>
  %1 = lf.depthwise_conv2d %p, %wd pads [0, 1, 0, 0]
      : (tensor<1x6x6x1xf32>, tensor<3x3x1xf32>) -> tensor<1x4x5x1xf32>
  return %0, %1 : tensor<1x4x4x2xf32>, tensor<1x4x5x1xf32>
}

// -----

// Two paddings in a row, the batch norm before them: its product can pass.
// CHECK-LABEL: func @pads_in_a_row
// CHECK: %[[W:.*]] = arith.constant dense<3.000000e+00>
// CHECK-NEXT: lf.depthwise_conv2d %arg0, %[[W]] pads [1, 1, 1, 1] :
func.func @pads_in_a_row(%x: tensor<1x4x4x1xf32>) -> tensor<1x4x4x1xf32> {
  %zero = arith.constant 0.0 : f32
  %w = arith.constant dense<1.0> : tensor<3x3x1xf32>
  %three = arith.constant dense<3.0> : tensor<1x4x4x1xf32>
  %0 = arith.mulf %x, %three : tensor<1x4x4x1xf32>
  %1 = tensor.pad %0 low[0, 1, 0, 0] high[0, 1, 0, 0] {
  ^bb0(%n: index, %h: index, %k: index, %c: index):
    tensor.yield %zero : f32
  } : tensor<1x4x4x1xf32> to tensor<1x6x4x1xf32>
  %2 = tensor.pad %1 low[0, 0, 1, 0] high[0, 0, 1, 0] {
  ^bb0(%n: index, %h: index, %k: index, %c: index):
    tensor.yield %zero : f32
  } : tensor<1x6x4x1xf32> to tensor<1x6x6x1xf32>
  %3 = lf.depthwise_conv2d %2, %w
      : (tensor<1x6x6x1xf32>, tensor<3x3x1xf32>) -> tensor<1x4x4x1xf32>
  return %3 : tensor<1x4x4x1xf32>
}

// -----

// Cropping, and another value than zero.
// CHECK-LABEL: func @pads_that_stay
// CHECK-COUNT-2: tensor.pad
func.func @pads_that_stay(%x: tensor<1x4x4x1xf32>, %w: tensor<1x1x1x2xf32>)
    -> (tensor<1x4x3x2xf32>, tensor<1x5x4x2xf32>) {
  %zero = arith.constant 0.0 : f32
  %one = arith.constant 1.0 : f32
  %0 = tensor.pad %x low[0, 1, -1, 0] high[0, -1, 0, 0] {
  ^bb0(%n: index, %h: index, %k: index, %c: index):
    tensor.yield %zero : f32
  } : tensor<1x4x4x1xf32> to tensor<1x4x3x1xf32>
  %1 = lf.conv2d %0, %w
      : (tensor<1x4x3x1xf32>, tensor<1x1x1x2xf32>) -> tensor<1x4x3x2xf32>
  %2 = tensor.pad %x low[0, 1, 0, 0] high[0, 0, 0, 0] {
  ^bb0(%n: index, %h: index, %k: index, %c: index):
    tensor.yield %one : f32
  } : tensor<1x4x4x1xf32> to tensor<1x5x4x1xf32>
  %3 = lf.conv2d %2, %w
      : (tensor<1x5x4x1xf32>, tensor<1x1x1x2xf32>) -> tensor<1x5x4x2xf32>
  return %1, %3 : tensor<1x4x3x2xf32>, tensor<1x5x4x2xf32>
}

// -----

// There and back again, and the transpose of equal numbers; the layer between
// takes what they stood before.
// CHECK-LABEL: func @transposes
// CHECK-NOT: linalg.transpose
// CHECK: %[[W:.*]] = arith.constant dense<3.000000e+00>
// CHECK: lf.depthwise_conv2d %arg0, %[[W]] :
// CHECK-NOT: linalg.transpose
func.func @transposes(%x: tensor<1x4x5x2xf32>) -> tensor<1x4x5x2xf32> {
  %w = arith.constant dense<1.0> : tensor<1x1x2xf32>
  %three = arith.constant dense<3.0> : tensor<1x2x4x5xf32>
  %nhwc = tensor.empty() : tensor<1x4x5x2xf32>
  %nchw = tensor.empty() : tensor<1x2x4x5xf32>
  %0 = linalg.transpose ins(%x : tensor<1x4x5x2xf32>)
      outs(%nchw : tensor<1x2x4x5xf32>) permutation = [0, 3, 1, 2]
  %1 = linalg.transpose ins(%0 : tensor<1x2x4x5xf32>)
      outs(%nhwc : tensor<1x4x5x2xf32>) permutation = [0, 2, 3, 1]
  %2 = lf.depthwise_conv2d %1, %w
      : (tensor<1x4x5x2xf32>, tensor<1x1x2xf32>) -> tensor<1x4x5x2xf32>
  %3 = linalg.transpose ins(%three : tensor<1x2x4x5xf32>)
      outs(%nhwc : tensor<1x4x5x2xf32>) permutation = [0, 2, 3, 1]
  %4 = arith.mulf %2, %3 : tensor<1x4x5x2xf32>
  return %4 : tensor<1x4x5x2xf32>
}

// -----

// CHECK-LABEL: func @reshapes
// CHECK-NEXT: return %arg0
func.func @reshapes(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = tensor.expand_shape %x [[0], [1, 2]] output_shape [2, 1, 3]
      : tensor<2x3xf32> into tensor<2x1x3xf32>
  %1 = tensor.collapse_shape %0 [[0], [1, 2]]
      : tensor<2x1x3xf32> into tensor<2x3xf32>
  return %1 : tensor<2x3xf32>
}

// -----

// Arithmetic folds through reshapes that keep the channels: scale before the
// first reshape, bias and scale around the second.
// CHECK-LABEL: func @arithmetic_beyond_reshapes
// CHECK-DAG: %[[W:.*]] = arith.constant dense<{{\[\[}}1.200000e+01, 2.400000e+01]]> : tensor<1x2xf32>
// CHECK-DAG: %[[B:.*]] = arith.constant dense<[9.000000e+00, 1.000000e+01]> : tensor<2xf32>
// CHECK: %[[A:.*]] = tensor.collapse_shape %arg0
// CHECK: %[[ROWS:.*]] = linalg.broadcast ins(%[[B]]
// CHECK: %[[Y:.*]] = linalg.matmul ins(%[[A]], %[[W]] : {{.*}}) outs(%[[ROWS]]
// CHECK: %[[Z:.*]] = tensor.expand_shape %[[Y]]
// CHECK-NEXT: return %[[Z]]
func.func @arithmetic_beyond_reshapes(%x: tensor<2x3x1xf32>) -> tensor<2x3x2xf32> {
  %w = arith.constant dense<[[1.0, 2.0]]> : tensor<1x2xf32>
  %init = arith.constant dense<0.0> : tensor<6x2xf32>
  %four = arith.constant dense<4.0> : tensor<2x3x1xf32>
  %three = arith.constant dense<3.0> : tensor<6x2xf32>
  %shifts = arith.constant dense<[9.0, 10.0]> : tensor<2xf32>
  %e = tensor.empty() : tensor<2x3x2xf32>
  %0 = arith.mulf %x, %four : tensor<2x3x1xf32>
  %1 = tensor.collapse_shape %0 [[0, 1], [2]] : tensor<2x3x1xf32> into tensor<6x1xf32>
  %2 = linalg.matmul ins(%1, %w : tensor<6x1xf32>, tensor<1x2xf32>)
      outs(%init : tensor<6x2xf32>) -> tensor<6x2xf32>
  %3 = arith.mulf %2, %three : tensor<6x2xf32>
  %4 = tensor.expand_shape %3 [[0, 1], [2]] output_shape [2, 3, 2]
      : tensor<6x2xf32> into tensor<2x3x2xf32>
  %t = linalg.broadcast ins(%shifts : tensor<2xf32>)
      outs(%e : tensor<2x3x2xf32>) dimensions = [0, 1]
  %5 = arith.addf %4, %t : tensor<2x3x2xf32>
  return %5 : tensor<2x3x2xf32>
}

// -----

// These reshapes change what a channel is.
// CHECK-LABEL: func @other_reshapes
// CHECK: arith.mulf
// CHECK: tensor.collapse_shape
// CHECK: linalg.matmul
// CHECK: tensor.expand_shape
// CHECK: arith.mulf
func.func @other_reshapes(%x: tensor<2x1x2xf32>) -> tensor<1x2x1xf32> {
  %w = arith.constant dense<[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0], [7.0, 8.0]]> : tensor<4x2xf32>
  %init = arith.constant dense<0.0> : tensor<1x2xf32>
  %two = arith.constant dense<2.0> : tensor<2x1x2xf32>
  %three = arith.constant dense<3.0> : tensor<1x2x1xf32>
  %0 = arith.mulf %x, %two : tensor<2x1x2xf32>
  %1 = tensor.collapse_shape %0 [[0, 1, 2]] : tensor<2x1x2xf32> into tensor<4xf32>
  %2 = tensor.expand_shape %1 [[0, 1]] output_shape [1, 4] : tensor<4xf32> into tensor<1x4xf32>
  %3 = linalg.matmul ins(%2, %w : tensor<1x4xf32>, tensor<4x2xf32>)
      outs(%init : tensor<1x2xf32>) -> tensor<1x2xf32>
  %4 = tensor.expand_shape %3 [[0], [1, 2]] output_shape [1, 2, 1]
      : tensor<1x2xf32> into tensor<1x2x1xf32>
  %5 = arith.mulf %4, %three : tensor<1x2x1xf32>
  return %5 : tensor<1x2x1xf32>
}

// -----

// The reshape before the shared product serves both layers, of which one is
// padded: the sum before it must stay.
// CHECK-LABEL: func @shared_reshape
// CHECK: %[[SUM:.*]] = arith.addf %arg0
// CHECK: %[[R:.*]] = tensor.expand_shape %[[SUM]]
// CHECK: lf.depthwise_conv2d %[[R]], {{.*}} pads [1, 1, 1, 1]
// CHECK: lf.depthwise_conv2d %[[R]], {{.*}} : (tensor<1x4x4x1xf32>, tensor<1x1x1xf32>)
func.func @shared_reshape(%x: tensor<4x4x1xf32>)
    -> (tensor<1x4x4x1xf32>, tensor<1x4x4x1xf32>) {
  %w = arith.constant dense<1.0> : tensor<3x3x1xf32>
  %w1 = arith.constant dense<1.0> : tensor<1x1x1xf32>
  %three = arith.constant dense<3.0> : tensor<4x4x1xf32>
  %two = arith.constant dense<2.0> : tensor<1x4x4x1xf32>
  %0 = arith.addf %x, %three : tensor<4x4x1xf32>
  %1 = tensor.expand_shape %0 [[0, 1], [2], [3]] output_shape [1, 4, 4, 1]
      : tensor<4x4x1xf32> into tensor<1x4x4x1xf32>
  %2 = arith.mulf %1, %two : tensor<1x4x4x1xf32>
  %3 = lf.depthwise_conv2d %2, %w pads [1, 1, 1, 1]
      : (tensor<1x4x4x1xf32>, tensor<3x3x1xf32>) -> tensor<1x4x4x1xf32>
  %4 = lf.depthwise_conv2d %2, %w1
      : (tensor<1x4x4x1xf32>, tensor<1x1x1xf32>) -> tensor<1x4x4x1xf32>
  return %3, %4 : tensor<1x4x4x1xf32>, tensor<1x4x4x1xf32>
}
