// RUN: lf-opt %s --lf-order-loops | FileCheck %s

// The loop over output channels, f, goes inside; the sum keeps its order.
// CHECK-DAG: #[[$X:.*]] = affine_map<(d0, d1, d2, d3, d4, d5, d6) -> (d0, d1 * 2 + d3, d2 * 2 + d4, d5)>
// CHECK-DAG: #[[$W:.*]] = affine_map<(d0, d1, d2, d3, d4, d5, d6) -> (d3, d4, d5, d6)>
// CHECK-DAG: #[[$Y:.*]] = affine_map<(d0, d1, d2, d3, d4, d5, d6) -> (d0, d1, d2, d6)>
// CHECK-LABEL: @conv
// CHECK: linalg.generic {indexing_maps = [#[[$X]], #[[$W]], #[[$Y]]], iterator_types = ["parallel", "parallel", "parallel", "reduction", "reduction", "reduction", "parallel"]}
func.func @conv(%x: memref<1x9x9x3xf32>, %w: memref<3x3x3x8xf32>,
                %y: memref<1x4x4x8xf32>) {
  linalg.conv_2d_nhwc_hwcf
    {strides = dense<2> : tensor<2xi64>, dilations = dense<1> : tensor<2xi64>}
    ins(%x, %w : memref<1x9x9x3xf32>, memref<3x3x3x8xf32>)
    outs(%y : memref<1x4x4x8xf32>)
  return
}

// CHECK-LABEL: @matmul
// CHECK: linalg.generic {{.*}} iterator_types = ["parallel", "reduction", "parallel"]
func.func @matmul(%a: memref<4x5xf32>, %b: memref<5x6xf32>,
                  %c: memref<4x6xf32>) {
  linalg.matmul ins(%a, %b : memref<4x5xf32>, memref<5x6xf32>)
    outs(%c : memref<4x6xf32>)
  return
}

// CHECK-LABEL: @pooling
// CHECK: linalg.generic {{.*}} iterator_types = ["parallel", "parallel", "parallel", "reduction", "reduction", "parallel"]
func.func @pooling(%x: memref<1x4x4x8xf32>, %w: memref<2x2xf32>,
                   %y: memref<1x3x3x8xf32>) {
  linalg.pooling_nhwc_max
    ins(%x, %w : memref<1x4x4x8xf32>, memref<2x2xf32>)
    outs(%y : memref<1x3x3x8xf32>)
  return
}

// Sums of rows are contiguous already: moving the rows inside would stride.
// CHECK-LABEL: @row_sums
// CHECK: linalg.reduce
func.func @row_sums(%x: memref<4x5xf32>, %y: memref<4xf32>) {
  linalg.reduce { arith.addf } ins(%x : memref<4x5xf32>)
    outs(%y : memref<4xf32>) dimensions = [1]
  return
}

// Nor does a transposition gain anything.
// CHECK-LABEL: @transpose
// CHECK: linalg.transpose
func.func @transpose(%x: memref<4x5xf32>, %y: memref<5x4xf32>) {
  linalg.transpose ins(%x : memref<4x5xf32>) outs(%y : memref<5x4xf32>)
    permutation = [1, 0]
  return
}
