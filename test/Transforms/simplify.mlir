// RUN: lf-opt %s --lf-simplify | FileCheck %s

// Explicit padding, batch norm and activation around a layer, all at once.
// CHECK-LABEL: func @layer
// CHECK-SAME: (%[[X:.*]]: tensor<1x4x4x1xf32>)
// CHECK-DAG: %[[W:.*]] = arith.constant dense<{{\[\[\[\[}}2.000000e+00, 6.000000e+00]]]]> : tensor<1x1x1x2xf32>
// CHECK-DAG: %[[B:.*]] = arith.constant dense<[1.200000e+01, 6.100000e+01]> : tensor<2xf32>
// CHECK: %[[Y:.*]] = lf.conv2d %[[X]], %[[W]] bias %[[B]] pads [1, 1, 1, 1] activation relu6 :
// CHECK-NEXT: return %[[Y]]
func.func @layer(%x: tensor<1x4x4x1xf32>) -> tensor<1x6x6x2xf32> {
  %zero = arith.constant 0.0 : f32
  %w = arith.constant dense<[[[[1.0, 2.0]]]]> : tensor<1x1x1x2xf32>
  %b = arith.constant dense<[1.0, 20.0]> : tensor<2xf32>
  %scales = arith.constant dense<[2.0, 3.0]> : tensor<2xf32>
  %shifts = arith.constant dense<[10.0, 1.0]> : tensor<2xf32>
  %p = tensor.pad %x low[0, 1, 1, 0] high[0, 1, 1, 0] {
  ^bb0(%n: index, %h: index, %k: index, %c: index):
    tensor.yield %zero : f32
  } : tensor<1x4x4x1xf32> to tensor<1x6x6x1xf32>
  %0 = lf.conv2d %p, %w bias %b
      : (tensor<1x6x6x1xf32>, tensor<1x1x1x2xf32>, tensor<2xf32>)
        -> tensor<1x6x6x2xf32>
  %e = tensor.empty() : tensor<1x6x6x2xf32>
  %s = linalg.broadcast ins(%scales : tensor<2xf32>)
      outs(%e : tensor<1x6x6x2xf32>) dimensions = [0, 1, 2]
  %t = linalg.broadcast ins(%shifts : tensor<2xf32>)
      outs(%e : tensor<1x6x6x2xf32>) dimensions = [0, 1, 2]
  %1 = arith.mulf %0, %s : tensor<1x6x6x2xf32>
  %2 = arith.addf %1, %t : tensor<1x6x6x2xf32>
  %y = lf.activate %2 relu6 : tensor<1x6x6x2xf32>
  return %y : tensor<1x6x6x2xf32>
}

// The sum of two layers is no layer: what follows it stays.
// CHECK-LABEL: func @residual
// CHECK: %[[Y:.*]] = lf.conv2d
// CHECK: %[[SUM:.*]] = arith.addf %[[Y]], %arg0
// CHECK: %[[R:.*]] = lf.activate %[[SUM]] relu
// CHECK: return %[[R]]
func.func @residual(%x: tensor<1x4x4x1xf32>, %w: tensor<1x1x1x1xf32>)
    -> tensor<1x4x4x1xf32> {
  %y = lf.conv2d %x, %w
      : (tensor<1x4x4x1xf32>, tensor<1x1x1x1xf32>) -> tensor<1x4x4x1xf32>
  %sum = arith.addf %y, %x : tensor<1x4x4x1xf32>
  %r = lf.activate %sum relu : tensor<1x4x4x1xf32>
  return %r : tensor<1x4x4x1xf32>
}

// Weights that two layers share are copied only for the layer that changes.
// CHECK-LABEL: func @shared_filter
// CHECK-DAG: %[[OLD:.*]] = arith.constant dense<{{.*}}1.000000e+00, 2.000000e+00{{.*}}> : tensor<1x1x1x2xf32>
// CHECK-DAG: %[[NEW:.*]] = arith.constant dense<{{.*}}3.000000e+00, 6.000000e+00{{.*}}> : tensor<1x1x1x2xf32>
// CHECK: lf.conv2d %arg0, %[[NEW]] :
// CHECK: lf.conv2d %arg0, %[[OLD]] :
func.func @shared_filter(%x: tensor<1x4x4x1xf32>)
    -> (tensor<1x4x4x2xf32>, tensor<1x4x4x2xf32>) {
  %w = arith.constant dense<[[[[1.0, 2.0]]]]> : tensor<1x1x1x2xf32>
  %three = arith.constant dense<3.0> : tensor<1x4x4x2xf32>
  %0 = lf.conv2d %x, %w
      : (tensor<1x4x4x1xf32>, tensor<1x1x1x2xf32>) -> tensor<1x4x4x2xf32>
  %1 = arith.mulf %0, %three : tensor<1x4x4x2xf32>
  %2 = lf.conv2d %x, %w
      : (tensor<1x4x4x1xf32>, tensor<1x1x1x2xf32>) -> tensor<1x4x4x2xf32>
  return %1, %2 : tensor<1x4x4x2xf32>, tensor<1x4x4x2xf32>
}
