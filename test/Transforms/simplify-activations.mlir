// RUN: lf-opt %s --lf-simplify --split-input-file | FileCheck %s

// CHECK-LABEL: func @clamps
// CHECK: %[[A:.*]] = lf.activate %arg0 relu6
// CHECK: %[[B:.*]] = lf.activate %arg0 clip(-1.000000e+00, 2.000000e+00)
// CHECK: %[[C:.*]] = lf.activate %arg0 relu :
// CHECK: return %[[A]], %[[B]], %[[C]]
func.func @clamps(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) {
  %zero = arith.constant dense<0.0> : tensor<4xf32>
  %six = arith.constant dense<6.0> : tensor<4xf32>
  %two = arith.constant dense<2.0> : tensor<4xf32>
  %minus = arith.constant dense<-1.0> : tensor<4xf32>
  %0 = arith.maximumf %x, %zero : tensor<4xf32>
  %a = arith.minimumf %six, %0 : tensor<4xf32>
  %1 = arith.minnumf %x, %two : tensor<4xf32>
  %b = arith.maxnumf %1, %minus : tensor<4xf32>
  %c = arith.maximumf %x, %zero : tensor<4xf32>
  return %a, %b, %c : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
}

// -----

// The bound may come as a scalar that is filled in or spread, of any float type.
// CHECK-LABEL: func @spread_bounds
// CHECK: lf.activate %arg0 clip(1.000000e+00, 2.000000e+00) : tensor<2x4xf16>
func.func @spread_bounds(%x: tensor<2x4xf16>) -> tensor<2x4xf16> {
  %one = arith.constant 1.0 : f16
  %two = arith.constant dense<2.0> : tensor<4xf16>
  %e = tensor.empty() : tensor<2x4xf16>
  %low = linalg.fill ins(%one : f16) outs(%e : tensor<2x4xf16>) -> tensor<2x4xf16>
  %high = linalg.broadcast ins(%two : tensor<4xf16>)
      outs(%e : tensor<2x4xf16>) dimensions = [0]
  %0 = arith.maximumf %x, %low : tensor<2x4xf16>
  %1 = arith.minimumf %0, %high : tensor<2x4xf16>
  return %1 : tensor<2x4xf16>
}

// -----

// The larger of two tensors is no clamp, nor is a bound that is not a number or
// differs between elements.
// CHECK-LABEL: func @no_clamps
// CHECK-NOT: lf.activate
func.func @no_clamps(%x: tensor<2xf32>, %y: tensor<2xf32>, %s: f32)
    -> (tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, f32) {
  %nan = arith.constant dense<0x7FC00000> : tensor<2xf32>
  %two = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %zero = arith.constant 0.0 : f32
  %a = arith.maximumf %x, %y : tensor<2xf32>
  %b = arith.maximumf %x, %nan : tensor<2xf32>
  %c = arith.maximumf %x, %two : tensor<2xf32>
  %d = arith.maximumf %s, %zero : f32
  return %a, %b, %c, %d : tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, f32
}

// -----

// CHECK-LABEL: func @silu
// CHECK: %[[A:.*]] = lf.activate %arg0 silu
// CHECK: %[[B:.*]] = lf.activate %arg0 silu
// CHECK: return %[[A]], %[[B]]
func.func @silu(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %0 = lf.activate %x sigmoid : tensor<4xf32>
  %a = arith.mulf %x, %0 : tensor<4xf32>
  %1 = lf.activate %x sigmoid : tensor<4xf32>
  %b = arith.mulf %1, %x : tensor<4xf32>
  return %a, %b : tensor<4xf32>, tensor<4xf32>
}

// -----

// Behind a layer, and with a batch norm between: the activation ends up in it.
// CHECK-LABEL: func @silu_of_layer
// CHECK: %[[Y:.*]] = lf.conv2d %arg0, %{{.*}} activation silu :
// CHECK-NEXT: return %[[Y]]
func.func @silu_of_layer(%x: tensor<1x2x2x1xf32>) -> tensor<1x2x2x1xf32> {
  %w = arith.constant dense<2.0> : tensor<1x1x1x1xf32>
  %two = arith.constant dense<2.0> : tensor<1x2x2x1xf32>
  %0 = lf.conv2d %x, %w
      : (tensor<1x2x2x1xf32>, tensor<1x1x1x1xf32>) -> tensor<1x2x2x1xf32>
  %1 = arith.mulf %0, %two : tensor<1x2x2x1xf32>
  %2 = lf.activate %1 sigmoid : tensor<1x2x2x1xf32>
  %3 = arith.mulf %1, %2 : tensor<1x2x2x1xf32>
  return %3 : tensor<1x2x2x1xf32>
}

// -----

// Another's gate (squeeze-excite), and a sigmoid with other readers.
// CHECK-LABEL: func @no_silu
// CHECK-NOT: silu
func.func @no_silu(%x: tensor<4xf32>, %y: tensor<4xf32>)
    -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) {
  %0 = lf.activate %y sigmoid : tensor<4xf32>
  %a = arith.mulf %x, %0 : tensor<4xf32>
  %1 = lf.activate %x sigmoid : tensor<4xf32>
  %b = arith.mulf %x, %1 : tensor<4xf32>
  return %a, %b, %1 : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
}

// -----

// CHECK-LABEL: func @hardsigmoid
// CHECK: %[[A:.*]] = lf.activate %arg0 hardsigmoid(0.16666666666666666, 5.000000e-01)
// CHECK: %[[B:.*]] = lf.activate %arg0 hardsigmoid(2.500000e-01, 2.500000e-01)
// CHECK: return %[[A]], %[[B]]
func.func @hardsigmoid(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %one = arith.constant dense<1.0> : tensor<4xf32>
  %three = arith.constant dense<3.0> : tensor<4xf32>
  %six = arith.constant dense<6.0> : tensor<4xf32>
  %quarter = arith.constant dense<0.25> : tensor<4xf32>
  %0 = arith.addf %x, %three : tensor<4xf32>
  %1 = lf.activate %0 relu6 : tensor<4xf32>
  %a = arith.divf %1, %six : tensor<4xf32>
  %2 = arith.addf %one, %x : tensor<4xf32>
  %3 = lf.activate %2 clip(0.0, 4.0) : tensor<4xf32>
  %b = arith.mulf %quarter, %3 : tensor<4xf32>
  return %a, %b : tensor<4xf32>, tensor<4xf32>
}

// -----

// The layer must not take the addition and the clamp first.
// CHECK-LABEL: func @hardsigmoid_of_layer
// CHECK: lf.conv2d %arg0, %arg1 activation hardsigmoid(0.16666666666666666, 5.000000e-01) :
func.func @hardsigmoid_of_layer(%x: tensor<1x2x2x1xf32>, %w: tensor<1x1x1x1xf32>)
    -> tensor<1x2x2x1xf32> {
  %three = arith.constant dense<3.0> : tensor<1x2x2x1xf32>
  %six = arith.constant dense<6.0> : tensor<1x2x2x1xf32>
  %0 = lf.conv2d %x, %w
      : (tensor<1x2x2x1xf32>, tensor<1x1x1x1xf32>) -> tensor<1x2x2x1xf32>
  %1 = arith.addf %0, %three : tensor<1x2x2x1xf32>
  %2 = lf.activate %1 relu6 : tensor<1x2x2x1xf32>
  %3 = arith.divf %2, %six : tensor<1x2x2x1xf32>
  return %3 : tensor<1x2x2x1xf32>
}

// -----

// (x * clip) / 6, x * (clip / 6), clip * (1/6) * x, (x / 6) * clip and the
// product with hard sigmoid.
// CHECK-LABEL: func @hardswish
// CHECK-NEXT: %[[A:.*]] = lf.activate %arg0 hardswish
// CHECK-NEXT: %[[B:.*]] = lf.activate %arg0 hardswish
// CHECK-NEXT: %[[C:.*]] = lf.activate %arg0 hardswish
// CHECK-NEXT: %[[D:.*]] = lf.activate %arg0 hardswish
// CHECK-NEXT: %[[E:.*]] = lf.activate %arg0 hardswish
// CHECK-NEXT: return %[[A]], %[[B]], %[[C]], %[[D]], %[[E]]
func.func @hardswish(%x: tensor<4xf32>)
    -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) {
  %three = arith.constant dense<3.0> : tensor<4xf32>
  %six = arith.constant dense<6.0> : tensor<4xf32>
  %sixth = arith.constant dense<0.166666671> : tensor<4xf32>

  %a0 = arith.addf %x, %three : tensor<4xf32>
  %a1 = lf.activate %a0 relu6 : tensor<4xf32>
  %a2 = arith.mulf %x, %a1 : tensor<4xf32>
  %a = arith.divf %a2, %six : tensor<4xf32>

  %b0 = arith.addf %three, %x : tensor<4xf32>
  %b1 = lf.activate %b0 clip(0.0, 6.0) : tensor<4xf32>
  %b2 = arith.divf %b1, %six : tensor<4xf32>
  %b = arith.mulf %x, %b2 : tensor<4xf32>

  %c0 = arith.addf %x, %three : tensor<4xf32>
  %c1 = lf.activate %c0 relu6 : tensor<4xf32>
  %c2 = arith.mulf %c1, %sixth : tensor<4xf32>
  %c = arith.mulf %c2, %x : tensor<4xf32>

  %d0 = arith.addf %x, %three : tensor<4xf32>
  %d1 = lf.activate %d0 relu6 : tensor<4xf32>
  %d2 = arith.divf %x, %six : tensor<4xf32>
  %d = arith.mulf %d2, %d1 : tensor<4xf32>

  %e0 = lf.activate %x hardsigmoid(0.16666667163372, 0.5) : tensor<4xf32>
  %e = arith.mulf %x, %e0 : tensor<4xf32>
  return %a, %b, %c, %d, %e : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>,
      tensor<4xf32>, tensor<4xf32>
}

// -----

// Other numbers, another input, a hard sigmoid of another slope.
// CHECK-LABEL: func @no_hardswish
// CHECK-NOT: hardswish
func.func @no_hardswish(%x: tensor<4xf32>, %y: tensor<4xf32>)
    -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) {
  %two = arith.constant dense<2.0> : tensor<4xf32>
  %three = arith.constant dense<3.0> : tensor<4xf32>
  %six = arith.constant dense<6.0> : tensor<4xf32>

  %a0 = arith.addf %x, %two : tensor<4xf32>
  %a1 = lf.activate %a0 relu6 : tensor<4xf32>
  %a2 = arith.mulf %x, %a1 : tensor<4xf32>
  %a = arith.divf %a2, %six : tensor<4xf32>

  %b0 = arith.addf %y, %three : tensor<4xf32>
  %b1 = lf.activate %b0 relu6 : tensor<4xf32>
  %b2 = arith.mulf %x, %b1 : tensor<4xf32>
  %b = arith.divf %b2, %six : tensor<4xf32>

  %c0 = arith.addf %x, %three : tensor<4xf32>
  %c1 = lf.activate %c0 relu6 : tensor<4xf32>
  %c2 = arith.mulf %x, %c1 : tensor<4xf32>
  %c = arith.divf %c2, %three : tensor<4xf32>

  %d0 = lf.activate %x hardsigmoid(0.2, 0.5) : tensor<4xf32>
  %d = arith.mulf %x, %d0 : tensor<4xf32>
  return %a, %b, %c, %d : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
}
