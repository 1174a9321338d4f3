// RUN: lf-opt %s --lf-simplify --split-input-file | FileCheck %s

// Batch norm before a layer without padding. The first filter has weights
// 1, 2 on channel 0 and 3, 4 on channel 1; scale 2, 10, shift 1, -1.
// CHECK-LABEL: func @batch_norm
// CHECK-DAG: %[[W:.*]] = arith.constant dense<{{\[\[\[\[}}2.000000e+00, 4.000000e+00], [3.000000e+01, 4.000000e+01]]]]>
// CHECK-DAG: %[[B:.*]] = arith.constant dense<-2.000000e+00> : tensor<2xf32>
// CHECK: %[[Y:.*]] = lf.conv2d %arg0, %[[W]] bias %[[B]] :
// CHECK-NEXT: return %[[Y]]
func.func @batch_norm(%x: tensor<1x4x4x2xf32>) -> tensor<1x4x4x2xf32> {
  %w = arith.constant dense<[[[[1.0, 2.0], [3.0, 4.0]]]]> : tensor<1x1x2x2xf32>
  %scales = arith.constant dense<[2.0, 10.0]> : tensor<2xf32>
  %shifts = arith.constant dense<[1.0, -1.0]> : tensor<2xf32>
  %e = tensor.empty() : tensor<1x4x4x2xf32>
  %s = linalg.broadcast ins(%scales : tensor<2xf32>)
      outs(%e : tensor<1x4x4x2xf32>) dimensions = [0, 1, 2]
  %t = linalg.broadcast ins(%shifts : tensor<2xf32>)
      outs(%e : tensor<1x4x4x2xf32>) dimensions = [0, 1, 2]
  %0 = arith.mulf %x, %s : tensor<1x4x4x2xf32>
  %1 = arith.addf %0, %t : tensor<1x4x4x2xf32>
  %y = lf.conv2d %1, %w
      : (tensor<1x4x4x2xf32>, tensor<1x1x2x2xf32>) -> tensor<1x4x4x2xf32>
  return %y : tensor<1x4x4x2xf32>
}

// -----

// Output channel f of two groups reads input channel f.
// CHECK-LABEL: func @groups
// CHECK-DAG: %[[W:.*]] = arith.constant dense<{{\[\[\[\[}}2.000000e+00, 2.000000e+01]]]]>
// CHECK-DAG: %[[B:.*]] = arith.constant dense<[1.000000e+00, -2.000000e+00]>
// CHECK: lf.conv2d %arg0, %[[W]] bias %[[B]] groups 2 :
func.func @groups(%x: tensor<1x4x4x2xf32>) -> tensor<1x4x4x2xf32> {
  %w = arith.constant dense<[[[[1.0, 2.0]]]]> : tensor<1x1x1x2xf32>
  %scales = arith.constant dense<[2.0, 10.0]> : tensor<2xf32>
  %shifts = arith.constant dense<[1.0, -1.0]> : tensor<2xf32>
  %e = tensor.empty() : tensor<1x4x4x2xf32>
  %s = linalg.broadcast ins(%scales : tensor<2xf32>)
      outs(%e : tensor<1x4x4x2xf32>) dimensions = [0, 1, 2]
  %t = linalg.broadcast ins(%shifts : tensor<2xf32>)
      outs(%e : tensor<1x4x4x2xf32>) dimensions = [0, 1, 2]
  %0 = arith.mulf %x, %s : tensor<1x4x4x2xf32>
  %1 = arith.addf %0, %t : tensor<1x4x4x2xf32>
  %y = lf.conv2d %1, %w groups 2
      : (tensor<1x4x4x2xf32>, tensor<1x1x1x2xf32>) -> tensor<1x4x4x2xf32>
  return %y : tensor<1x4x4x2xf32>
}

// -----

// An image in 0..255: the division goes, the subtraction must stay, because the
// padding is zero after it.
// CHECK-LABEL: func @padded
// CHECK: %[[W:.*]] = arith.constant dense<5.000000e-01> : tensor<3x3x1xf32>
// CHECK: %[[D:.*]] = arith.subf %arg0
// CHECK: lf.depthwise_conv2d %[[D]], %[[W]] pads [1, 1, 1, 1] :
func.func @padded(%x: tensor<1x4x4x1xf32>) -> tensor<1x4x4x1xf32> {
  %w = arith.constant dense<1.0> : tensor<3x3x1xf32>
  %mean = arith.constant dense<127.0> : tensor<1x4x4x1xf32>
  %two = arith.constant dense<2.0> : tensor<1x4x4x1xf32>
  %0 = arith.subf %x, %mean : tensor<1x4x4x1xf32>
  %1 = arith.divf %0, %two : tensor<1x4x4x1xf32>
  %y = lf.depthwise_conv2d %1, %w pads [1, 1, 1, 1]
      : (tensor<1x4x4x1xf32>, tensor<3x3x1xf32>) -> tensor<1x4x4x1xf32>
  return %y : tensor<1x4x4x1xf32>
}

// -----

// The windows of the first layer end before the padding; the second layer's
// last one does not.
// CHECK-LABEL: func @padding_out_of_reach
// CHECK: lf.conv2d %arg0, {{.*}} bias {{.*}} strides [2, 2] pads [0, 0, 1, 1]
// CHECK: %[[SUM:.*]] = arith.addf %arg1
// CHECK: lf.conv2d %[[SUM]], {{.*}} strides [2, 2] pads [0, 0, 1, 1]
func.func @padding_out_of_reach(%x: tensor<1x5x5x1xf32>, %z: tensor<1x4x4x1xf32>)
    -> (tensor<1x2x2x1xf32>, tensor<1x2x2x1xf32>) {
  %w = arith.constant dense<1.0> : tensor<3x3x1x1xf32>
  %two5 = arith.constant dense<2.0> : tensor<1x5x5x1xf32>
  %two4 = arith.constant dense<2.0> : tensor<1x4x4x1xf32>
  %0 = arith.addf %x, %two5 : tensor<1x5x5x1xf32>
  %1 = lf.conv2d %0, %w strides [2, 2] pads [0, 0, 1, 1]
      : (tensor<1x5x5x1xf32>, tensor<3x3x1x1xf32>) -> tensor<1x2x2x1xf32>
  %2 = arith.addf %z, %two4 : tensor<1x4x4x1xf32>
  %3 = lf.conv2d %2, %w strides [2, 2] pads [0, 0, 1, 1]
      : (tensor<1x4x4x1xf32>, tensor<3x3x1x1xf32>) -> tensor<1x2x2x1xf32>
  return %1, %3 : tensor<1x2x2x1xf32>, tensor<1x2x2x1xf32>
}

// -----

// A batch norm that two layers share is folded into both.
// CHECK-LABEL: func @shared
// CHECK-NOT: arith.mulf
// CHECK-NOT: arith.addf
// CHECK: lf.conv2d %arg0, {{.*}} bias
// CHECK: lf.depthwise_conv2d %arg0, {{.*}} bias
func.func @shared(%x: tensor<1x4x4x1xf32>)
    -> (tensor<1x4x4x2xf32>, tensor<1x2x2x1xf32>) {
  %w = arith.constant dense<[[[[1.0, 2.0]]]]> : tensor<1x1x1x2xf32>
  %wd = arith.constant dense<1.0> : tensor<3x3x1xf32>
  %two = arith.constant dense<2.0> : tensor<1x4x4x1xf32>
  %three = arith.constant dense<3.0> : tensor<1x4x4x1xf32>
  %0 = arith.mulf %x, %two : tensor<1x4x4x1xf32>
  %1 = arith.addf %0, %three : tensor<1x4x4x1xf32>
  %a = lf.conv2d %1, %w
      : (tensor<1x4x4x1xf32>, tensor<1x1x1x2xf32>) -> tensor<1x4x4x2xf32>
  %b = lf.depthwise_conv2d %1, %wd
      : (tensor<1x4x4x1xf32>, tensor<3x3x1xf32>) -> tensor<1x2x2x1xf32>
  return %a, %b : tensor<1x4x4x2xf32>, tensor<1x2x2x1xf32>
}

// -----

// One reader that cannot take it keeps it for all: an activation (DenseNet), a
// padded layer, a layer that reads it as its filter.
// CHECK-LABEL: func @shared_with_others
// CHECK: %[[A:.*]] = arith.addf
// CHECK: lf.conv2d %[[A]]
// CHECK: lf.activate %[[A]] relu
// CHECK: %[[B:.*]] = arith.addf
// CHECK: lf.conv2d %[[B]]
// CHECK: lf.depthwise_conv2d %[[B]]
// CHECK: %[[C:.*]] = arith.mulf
// CHECK: lf.conv2d %[[C]], %[[C]]
func.func @shared_with_others(%x: tensor<1x4x4x1xf32>, %u: tensor<1x1x1x1xf32>)
    -> (tensor<1x4x4x2xf32>, tensor<1x4x4x1xf32>, tensor<1x4x4x2xf32>,
        tensor<1x4x4x1xf32>, tensor<1x1x1x1xf32>) {
  %w = arith.constant dense<[[[[1.0, 2.0]]]]> : tensor<1x1x1x2xf32>
  %wd = arith.constant dense<1.0> : tensor<3x3x1xf32>
  %two = arith.constant dense<2.0> : tensor<1x4x4x1xf32>
  %three = arith.constant dense<3.0> : tensor<1x4x4x1xf32>
  %four = arith.constant dense<4.0> : tensor<1x1x1x1xf32>
  %0 = arith.addf %x, %two : tensor<1x4x4x1xf32>
  %1 = lf.conv2d %0, %w
      : (tensor<1x4x4x1xf32>, tensor<1x1x1x2xf32>) -> tensor<1x4x4x2xf32>
  %2 = lf.activate %0 relu : tensor<1x4x4x1xf32>
  %3 = arith.addf %x, %three : tensor<1x4x4x1xf32>
  %4 = lf.conv2d %3, %w
      : (tensor<1x4x4x1xf32>, tensor<1x1x1x2xf32>) -> tensor<1x4x4x2xf32>
  %5 = lf.depthwise_conv2d %3, %wd pads [1, 1, 1, 1]
      : (tensor<1x4x4x1xf32>, tensor<3x3x1xf32>) -> tensor<1x4x4x1xf32>
  %6 = arith.mulf %u, %four : tensor<1x1x1x1xf32>
  %7 = lf.conv2d %6, %6
      : (tensor<1x1x1x1xf32>, tensor<1x1x1x1xf32>) -> tensor<1x1x1x1xf32>
  return %1, %2, %4, %5, %7 : tensor<1x4x4x2xf32>, tensor<1x4x4x1xf32>,
      tensor<1x4x4x2xf32>, tensor<1x4x4x1xf32>, tensor<1x1x1x1xf32>
}

// -----

// Between two layers it goes into the first, which can take all of it; with an
// activation between, into the second.
// CHECK-LABEL: func @between
// CHECK-DAG: %[[ONES:.*]] = arith.constant dense<1.000000e+00> : tensor<3x3x1xf32>
// CHECK-DAG: %[[TWOS:.*]] = arith.constant dense<2.000000e+00> : tensor<3x3x1xf32>
// CHECK-DAG: %[[B:.*]] = arith.constant dense<3.000000e+00> : tensor<1xf32>
// CHECK: %[[A:.*]] = lf.depthwise_conv2d %arg0, %[[TWOS]] bias %[[B]] pads [1, 1, 1, 1] :
// CHECK: %[[C:.*]] = lf.depthwise_conv2d %[[A]], %[[ONES]] pads [1, 1, 1, 1] activation relu :
// CHECK: lf.depthwise_conv2d %[[C]], %[[TWOS]] pads [1, 1, 1, 1] :
func.func @between(%x: tensor<1x4x4x1xf32>) -> tensor<1x4x4x1xf32> {
  %w = arith.constant dense<1.0> : tensor<3x3x1xf32>
  %two = arith.constant dense<2.0> : tensor<1x4x4x1xf32>
  %three = arith.constant dense<3.0> : tensor<1x4x4x1xf32>
  %0 = lf.depthwise_conv2d %x, %w pads [1, 1, 1, 1]
      : (tensor<1x4x4x1xf32>, tensor<3x3x1xf32>) -> tensor<1x4x4x1xf32>
  %1 = arith.mulf %0, %two : tensor<1x4x4x1xf32>
  %2 = arith.addf %1, %three : tensor<1x4x4x1xf32>
  %3 = lf.depthwise_conv2d %2, %w pads [1, 1, 1, 1] activation relu
      : (tensor<1x4x4x1xf32>, tensor<3x3x1xf32>) -> tensor<1x4x4x1xf32>
  %4 = arith.mulf %3, %two : tensor<1x4x4x1xf32>
  %5 = lf.depthwise_conv2d %4, %w pads [1, 1, 1, 1]
      : (tensor<1x4x4x1xf32>, tensor<3x3x1xf32>) -> tensor<1x4x4x1xf32>
  return %5 : tensor<1x4x4x1xf32>
}

// -----

// A fully connected layer takes what stands before it as well.
// CHECK-LABEL: func @matmul
// CHECK-DAG: %[[W:.*]] = arith.constant dense<{{\[\[}}2.000000e+00, 4.000000e+00], [6.000000e+00, 8.000000e+00]]>
// CHECK-DAG: %[[B:.*]] = arith.constant dense<[9.000000e+00, 1.100000e+01]>
// CHECK: %[[ROWS:.*]] = linalg.broadcast ins(%[[B]] : tensor<2xf32>)
// CHECK: linalg.matmul ins(%arg0, %[[W]] : {{.*}}) outs(%[[ROWS]] :
func.func @matmul(%x: tensor<5x2xf32>) -> tensor<5x2xf32> {
  %w = arith.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  %two = arith.constant dense<2.0> : tensor<5x2xf32>
  %one = arith.constant dense<1.0> : tensor<5x2xf32>
  %five = arith.constant dense<5.0> : tensor<5x2xf32>
  %0 = arith.mulf %x, %two : tensor<5x2xf32>
  %1 = arith.addf %0, %one : tensor<5x2xf32>
  %2 = linalg.matmul ins(%1, %w : tensor<5x2xf32>, tensor<2x2xf32>)
      outs(%five : tensor<5x2xf32>) -> tensor<5x2xf32>
  return %2 : tensor<5x2xf32>
}
