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
