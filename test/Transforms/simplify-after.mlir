// RUN: lf-opt %s --lf-simplify --split-input-file | FileCheck %s

// Per-channel and scalar arithmetic after a layer, in a row: each kind of op,
// the number on either side.
// w: ((w * 4) / 2) * -1, b: 16 - ((((1 * 4) - 6) / 2) + 3)
// CHECK-LABEL: func @chain
// CHECK-DAG: %[[W:.*]] = arith.constant dense<{{.*}}-2.000000e+00, -4.000000e+00{{.*}}> : tensor<1x1x1x2xf32>
// CHECK-DAG: %[[B:.*]] = arith.constant dense<1.400000e+01> : tensor<2xf32>
// CHECK: %[[Y:.*]] = lf.conv2d %arg0, %[[W]] bias %[[B]] :
// CHECK-NEXT: return %[[Y]]
func.func @chain(%x: tensor<1x4x4x1xf32>) -> tensor<1x4x4x2xf32> {
  %w = arith.constant dense<[[[[1.0, 2.0]]]]> : tensor<1x1x1x2xf32>
  %b = arith.constant dense<1.0> : tensor<2xf32>
  %two = arith.constant dense<2.0> : tensor<1x4x4x2xf32>
  %three = arith.constant dense<3.0> : tensor<1x4x4x2xf32>
  %four = arith.constant dense<4.0> : tensor<1x4x4x2xf32>
  %six = arith.constant dense<6.0> : tensor<1x4x4x2xf32>
  %sixteen = arith.constant dense<16.0> : tensor<1x4x4x2xf32>
  %0 = lf.conv2d %x, %w bias %b
      : (tensor<1x4x4x1xf32>, tensor<1x1x1x2xf32>, tensor<2xf32>)
        -> tensor<1x4x4x2xf32>
  %1 = arith.mulf %four, %0 : tensor<1x4x4x2xf32>
  %2 = arith.subf %1, %six : tensor<1x4x4x2xf32>
  %3 = arith.divf %2, %two : tensor<1x4x4x2xf32>
  %4 = arith.addf %three, %3 : tensor<1x4x4x2xf32>
  %5 = arith.subf %sixteen, %4 : tensor<1x4x4x2xf32>
  return %5 : tensor<1x4x4x2xf32>
}

// -----

// CHECK-LABEL: func @negate_depthwise
// CHECK-DAG: %[[W:.*]] = arith.constant dense<{{\[\[\[}}-1.000000e+00, -2.000000e+00]]]>
// CHECK-DAG: %[[B:.*]] = arith.constant dense<[-3.000000e+00, 4.000000e+00]>
// CHECK: lf.depthwise_conv2d %arg0, %[[W]] bias %[[B]] strides [2, 2] :
func.func @negate_depthwise(%x: tensor<1x4x4x2xf32>) -> tensor<1x2x2x2xf32> {
  %w = arith.constant dense<[[[1.0, 2.0]]]> : tensor<1x1x2xf32>
  %b = arith.constant dense<[3.0, -4.0]> : tensor<2xf32>
  %0 = lf.depthwise_conv2d %x, %w bias %b strides [2, 2]
      : (tensor<1x4x4x2xf32>, tensor<1x1x2xf32>, tensor<2xf32>)
        -> tensor<1x2x2x2xf32>
  %1 = arith.negf %0 : tensor<1x2x2x2xf32>
  return %1 : tensor<1x2x2x2xf32>
}

// -----

// A fully connected layer; its bias becomes a broadcast vector.
// CHECK-LABEL: func @matmul
// CHECK-DAG: %[[W:.*]] = arith.constant dense<{{\[\[}}2.000000e+00, 6.000000e+00], [6.000000e+00, 1.200000e+01]]>
// CHECK-DAG: %[[B:.*]] = arith.constant dense<[7.000000e+00, 8.000000e+00]>
// CHECK: %[[ROWS:.*]] = linalg.broadcast ins(%[[B]] : tensor<2xf32>) outs({{.*}}) dimensions = [0]
// CHECK: linalg.matmul ins(%arg0, %[[W]] : {{.*}}) outs(%[[ROWS]] :
// CHECK-NOT: arith.mulf
func.func @matmul(%x: tensor<5x2xf32>) -> tensor<5x2xf32> {
  %w = arith.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  %scales = arith.constant dense<[2.0, 3.0]> : tensor<2xf32>
  %shifts = arith.constant dense<[7.0, 8.0]> : tensor<2xf32>
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<5x2xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<5x2xf32>) -> tensor<5x2xf32>
  %0 = linalg.matmul ins(%x, %w : tensor<5x2xf32>, tensor<2x2xf32>)
      outs(%init : tensor<5x2xf32>) -> tensor<5x2xf32>
  %s = linalg.broadcast ins(%scales : tensor<2xf32>)
      outs(%e : tensor<5x2xf32>) dimensions = [0]
  %t = linalg.broadcast ins(%shifts : tensor<2xf32>)
      outs(%e : tensor<5x2xf32>) dimensions = [0]
  %1 = arith.mulf %0, %s : tensor<5x2xf32>
  %2 = arith.addf %1, %t : tensor<5x2xf32>
  return %2 : tensor<5x2xf32>
}

// -----

// The batch norm has many readers, the layer has one: the fold changes nothing
// for them.
// CHECK-LABEL: func @readers_of_the_end
// CHECK: %[[Y:.*]] = lf.conv2d
// CHECK-NOT: arith.mulf
// CHECK: %[[R:.*]] = lf.activate %[[Y]] relu
// CHECK: return %[[Y]], %[[R]]
func.func @readers_of_the_end(%x: tensor<1x4x4x1xf32>)
    -> (tensor<1x4x4x2xf32>, tensor<1x4x4x2xf32>) {
  %w = arith.constant dense<[[[[1.0, 2.0]]]]> : tensor<1x1x1x2xf32>
  %three = arith.constant dense<3.0> : tensor<1x4x4x2xf32>
  %0 = lf.conv2d %x, %w
      : (tensor<1x4x4x1xf32>, tensor<1x1x1x2xf32>) -> tensor<1x4x4x2xf32>
  %1 = arith.mulf %0, %three : tensor<1x4x4x2xf32>
  %2 = lf.activate %1 relu : tensor<1x4x4x2xf32>
  return %1, %2 : tensor<1x4x4x2xf32>, tensor<1x4x4x2xf32>
}

// -----

// Somebody reads the product: only it folds.
// CHECK-LABEL: func @readers_in_the_middle
// CHECK: %[[Y:.*]] = lf.conv2d
// CHECK: %[[SUM:.*]] = arith.addf %[[Y]]
// CHECK: return %[[Y]], %[[SUM]]
func.func @readers_in_the_middle(%x: tensor<1x4x4x1xf32>)
    -> (tensor<1x4x4x2xf32>, tensor<1x4x4x2xf32>) {
  %w = arith.constant dense<[[[[1.0, 2.0]]]]> : tensor<1x1x1x2xf32>
  %three = arith.constant dense<3.0> : tensor<1x4x4x2xf32>
  %0 = lf.conv2d %x, %w
      : (tensor<1x4x4x1xf32>, tensor<1x1x1x2xf32>) -> tensor<1x4x4x2xf32>
  %1 = arith.mulf %0, %three : tensor<1x4x4x2xf32>
  %2 = arith.addf %1, %three : tensor<1x4x4x2xf32>
  return %1, %2 : tensor<1x4x4x2xf32>, tensor<1x4x4x2xf32>
}

// -----

// A filter that is computed cannot be scaled, but what is added before that
// goes into the bias.
// CHECK-LABEL: func @computed_filter
// CHECK-DAG: %[[B:.*]] = arith.constant dense<3.000000e+00> : tensor<2xf32>
// CHECK: %[[Y:.*]] = lf.conv2d %arg0, %arg1 bias %[[B]]
// CHECK: arith.mulf %[[Y]]
func.func @computed_filter(%x: tensor<1x4x4x1xf32>, %w: tensor<1x1x1x2xf32>)
    -> tensor<1x4x4x2xf32> {
  %three = arith.constant dense<3.0> : tensor<1x4x4x2xf32>
  %0 = lf.conv2d %x, %w
      : (tensor<1x4x4x1xf32>, tensor<1x1x1x2xf32>) -> tensor<1x4x4x2xf32>
  %1 = arith.addf %0, %three : tensor<1x4x4x2xf32>
  %2 = arith.mulf %1, %three : tensor<1x4x4x2xf32>
  return %2 : tensor<1x4x4x2xf32>
}

// -----

// A vector computed after the layer becomes its bias.
// CHECK-LABEL: func @computed_bias
// CHECK: %[[B:.*]] = arith.negf %arg2
// CHECK: lf.depthwise_conv2d %arg0, %arg1 bias %[[B]] activation relu :
func.func @computed_bias(%x: tensor<1x4x4x2xf32>, %w: tensor<1x1x2xf32>,
                         %v: tensor<2xf32>) -> tensor<1x4x4x2xf32> {
  %0 = lf.depthwise_conv2d %x, %w
      : (tensor<1x4x4x2xf32>, tensor<1x1x2xf32>) -> tensor<1x4x4x2xf32>
  %b = arith.negf %v : tensor<2xf32>
  %e = tensor.empty() : tensor<1x4x4x2xf32>
  %bs = linalg.broadcast ins(%b : tensor<2xf32>)
      outs(%e : tensor<1x4x4x2xf32>) dimensions = [0, 1, 2]
  %1 = arith.addf %bs, %0 : tensor<1x4x4x2xf32>
  %2 = lf.activate %1 relu : tensor<1x4x4x2xf32>
  return %2 : tensor<1x4x4x2xf32>
}

// -----

// What follows an activation stays, as do a computed bias and the arithmetic of
// two readers.
// CHECK-LABEL: func @stays
// CHECK: %[[A0:.*]] = lf.conv2d {{.*}} activation relu
// CHECK: %[[A:.*]] = arith.mulf %[[A0]]
// CHECK: %[[B0:.*]] = lf.conv2d {{.*}} bias %arg1
// CHECK: %[[B:.*]] = arith.mulf %[[B0]]
// CHECK: %[[C0:.*]] = lf.conv2d
// CHECK: %[[C:.*]] = arith.mulf %[[C0]]
// CHECK: return %[[A]], %[[B]], %[[C]], %[[C0]]
func.func @stays(%x: tensor<1x4x4x1xf32>, %v: tensor<2xf32>)
    -> (tensor<1x4x4x2xf32>, tensor<1x4x4x2xf32>, tensor<1x4x4x2xf32>,
        tensor<1x4x4x2xf32>) {
  %w = arith.constant dense<[[[[1.0, 2.0]]]]> : tensor<1x1x1x2xf32>
  %three = arith.constant dense<3.0> : tensor<1x4x4x2xf32>
  %a0 = lf.conv2d %x, %w activation relu
      : (tensor<1x4x4x1xf32>, tensor<1x1x1x2xf32>) -> tensor<1x4x4x2xf32>
  %a = arith.mulf %a0, %three : tensor<1x4x4x2xf32>
  %b0 = lf.conv2d %x, %w bias %v
      : (tensor<1x4x4x1xf32>, tensor<1x1x1x2xf32>, tensor<2xf32>)
        -> tensor<1x4x4x2xf32>
  %b = arith.mulf %b0, %three : tensor<1x4x4x2xf32>
  %c0 = lf.conv2d %x, %w
      : (tensor<1x4x4x1xf32>, tensor<1x1x1x2xf32>) -> tensor<1x4x4x2xf32>
  %c = arith.mulf %c0, %three : tensor<1x4x4x2xf32>
  return %a, %b, %c, %c0 : tensor<1x4x4x2xf32>, tensor<1x4x4x2xf32>,
      tensor<1x4x4x2xf32>, tensor<1x4x4x2xf32>
}

// -----

// Not a number a channel: along another dimension, or one for each element;
// and a quotient by the layer.
// CHECK-LABEL: func @not_per_channel
// CHECK: lf.conv2d
// CHECK: arith.mulf
// CHECK: lf.conv2d
// CHECK: arith.mulf
// CHECK: lf.conv2d
// CHECK: arith.divf
func.func @not_per_channel(%x: tensor<1x2x2x1xf32>)
    -> (tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>) {
  %w = arith.constant dense<[[[[1.0, 2.0]]]]> : tensor<1x1x1x2xf32>
  %v = arith.constant dense<[3.0, 4.0]> : tensor<2xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %rows = linalg.broadcast ins(%v : tensor<2xf32>)
      outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %each = arith.constant dense<[[[[1.0, 2.0], [1.0, 2.0]], [[1.0, 2.0], [1.0, 3.0]]]]>
      : tensor<1x2x2x2xf32>
  %one = arith.constant dense<1.0> : tensor<1x2x2x2xf32>
  %a0 = lf.conv2d %x, %w
      : (tensor<1x2x2x1xf32>, tensor<1x1x1x2xf32>) -> tensor<1x2x2x2xf32>
  %a = arith.mulf %a0, %rows : tensor<1x2x2x2xf32>
  %b0 = lf.conv2d %x, %w
      : (tensor<1x2x2x1xf32>, tensor<1x1x1x2xf32>) -> tensor<1x2x2x2xf32>
  %b = arith.mulf %b0, %each : tensor<1x2x2x2xf32>
  %c0 = lf.conv2d %x, %w
      : (tensor<1x2x2x1xf32>, tensor<1x1x1x2xf32>) -> tensor<1x2x2x2xf32>
  %c = arith.divf %one, %c0 : tensor<1x2x2x2xf32>
  return %a, %b, %c : tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>
}

// -----

// A constant spelled out, but the same at every pixel.
// CHECK-LABEL: func @spelled_out
// CHECK: dense<{{\[\[\[\[}}3.000000e+00, 8.000000e+00]]]]> : tensor<1x1x1x2xf32>
// CHECK-NOT: arith.mulf
func.func @spelled_out(%x: tensor<1x1x2x1xf32>) -> tensor<1x1x2x2xf32> {
  %w = arith.constant dense<[[[[1.0, 2.0]]]]> : tensor<1x1x1x2xf32>
  %s = arith.constant dense<[[[[3.0, 4.0], [3.0, 4.0]]]]> : tensor<1x1x2x2xf32>
  %0 = lf.conv2d %x, %w
      : (tensor<1x1x2x1xf32>, tensor<1x1x1x2xf32>) -> tensor<1x1x2x2xf32>
  %1 = arith.mulf %0, %s : tensor<1x1x2x2xf32>
  return %1 : tensor<1x1x2x2xf32>
}

// -----

// A product with zero folds; a quotient by zero, infinities and NaNs do not,
// nor a product too large for f32. The sum that overflows does not fold either.
// CHECK-LABEL: func @special_numbers
// CHECK-NOT: arith.mulf
// CHECK: lf.conv2d
// CHECK: arith.divf
// CHECK: lf.conv2d
// CHECK: arith.mulf
// CHECK: lf.conv2d
// CHECK: arith.addf
// CHECK: lf.conv2d
// CHECK: arith.mulf
func.func @special_numbers(%x: tensor<1x2x2x1xf32>)
    -> (tensor<1x2x2x1xf32>, tensor<1x2x2x1xf32>, tensor<1x2x2x1xf32>,
        tensor<1x2x2x1xf32>, tensor<1x2x2x1xf32>) {
  %w = arith.constant dense<1.0e30> : tensor<1x1x1x1xf32>
  %zero = arith.constant dense<0.0> : tensor<1x2x2x1xf32>
  %inf = arith.constant dense<0x7F800000> : tensor<1x2x2x1xf32>
  %nan = arith.constant dense<0x7FC00000> : tensor<1x2x2x1xf32>
  %large = arith.constant dense<1.0e30> : tensor<1x2x2x1xf32>
  %a0 = lf.conv2d %x, %w
      : (tensor<1x2x2x1xf32>, tensor<1x1x1x1xf32>) -> tensor<1x2x2x1xf32>
  %a = arith.mulf %a0, %zero : tensor<1x2x2x1xf32>
  %b0 = lf.conv2d %x, %w
      : (tensor<1x2x2x1xf32>, tensor<1x1x1x1xf32>) -> tensor<1x2x2x1xf32>
  %b = arith.divf %b0, %zero : tensor<1x2x2x1xf32>
  %c0 = lf.conv2d %x, %w
      : (tensor<1x2x2x1xf32>, tensor<1x1x1x1xf32>) -> tensor<1x2x2x1xf32>
  %c = arith.mulf %c0, %inf : tensor<1x2x2x1xf32>
  %d0 = lf.conv2d %x, %w
      : (tensor<1x2x2x1xf32>, tensor<1x1x1x1xf32>) -> tensor<1x2x2x1xf32>
  %d = arith.addf %d0, %nan : tensor<1x2x2x1xf32>
  %f0 = lf.conv2d %x, %w
      : (tensor<1x2x2x1xf32>, tensor<1x1x1x1xf32>) -> tensor<1x2x2x1xf32>
  %f = arith.mulf %f0, %large : tensor<1x2x2x1xf32>
  return %a, %b, %c, %d, %f : tensor<1x2x2x1xf32>, tensor<1x2x2x1xf32>,
      tensor<1x2x2x1xf32>, tensor<1x2x2x1xf32>, tensor<1x2x2x1xf32>
}

// -----

// Weights are calculated in f32 only.
// CHECK-LABEL: func @half
// CHECK: lf.conv2d
// CHECK: arith.mulf
func.func @half(%x: tensor<1x2x2x1xf16>) -> tensor<1x2x2x1xf16> {
  %w = arith.constant dense<2.0> : tensor<1x1x1x1xf16>
  %two = arith.constant dense<2.0> : tensor<1x2x2x1xf16>
  %0 = lf.conv2d %x, %w
      : (tensor<1x2x2x1xf16>, tensor<1x1x1x1xf16>) -> tensor<1x2x2x1xf16>
  %1 = arith.mulf %0, %two : tensor<1x2x2x1xf16>
  return %1 : tensor<1x2x2x1xf16>
}
