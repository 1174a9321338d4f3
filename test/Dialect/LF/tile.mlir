// RUN: lf-opt %s --verify-roundtrip | FileCheck %s

// CHECK-LABEL: func @ring
func.func @ring(%r0: memref<1x58x16xf32>, %r1: memref<1x58x16xf32>,
                %r2: memref<1x58x16xf32>, %w: memref<2x3x3x16x16xf32>,
                %b: memref<32xf32>, %x: memref<1x56x32xf32>,
                %y: memref<1x56x32xf32>) {
  // CHECK: lf.tile conv ins(%{{.*}}, %{{.*}}, %{{.*}} : memref<1x58x16xf32>, memref<1x58x16xf32>, memref<1x58x16xf32>)
  // CHECK-SAME: filter(%{{.*}} : memref<2x3x3x16x16xf32>) bias(%{{.*}} : memref<32xf32>)
  // CHECK-SAME: sides(%{{.*}} : memref<1x56x32xf32>) outs(%{{.*}} : memref<1x56x32xf32>)
  // CHECK-SAME: kernel [3, 3] register_tile <pixels = 14, vectors = [16]> epilogue {
  lf.tile conv ins(%r0, %r1, %r2 : memref<1x58x16xf32>, memref<1x58x16xf32>,
                                   memref<1x58x16xf32>)
      filter(%w : memref<2x3x3x16x16xf32>) bias(%b : memref<32xf32>)
      sides(%x : memref<1x56x32xf32>) outs(%y : memref<1x56x32xf32>)
      kernel [3, 3] register_tile <pixels = 14, vectors = [16]> epilogue {
  ^bb0(%s: f32, %other: f32):
    %0 = arith.addf %s, %other : f32
    lf.yield %0 : f32
  }
  return
}

// CHECK-LABEL: func @rows
func.func @rows(%x: memref<?x15x8xf32, strided<[120, 8, 1], offset: ?>>,
                %w: memref<3x3x8xf32>, %y: memref<?x7x8xf32>) {
  // CHECK: lf.tile depthwise ins(%{{.*}}) filter(%{{.*}}) outs(%{{.*}}) accumulate kernel [3, 3] strides [2, 2]{{$}}
  lf.tile depthwise ins(%x : memref<?x15x8xf32, strided<[120, 8, 1], offset: ?>>)
      filter(%w : memref<3x3x8xf32>) outs(%y : memref<?x7x8xf32>)
      accumulate kernel [3, 3] strides [2, 2]
  return
}

// CHECK-LABEL: func @grouped
func.func @grouped(%x: memref<4x9x6xf64>, %w: memref<1x1x3x4xf64>,
                   %y: memref<4x9x4xf64>) {
  // CHECK: lf.tile conv ins(%{{.*}}) filter(%{{.*}}) outs(%{{.*}}) groups 2 register_tile <pixels = 3, vectors = [2, 1], unroll = 3>
  lf.tile conv ins(%x : memref<4x9x6xf64>) filter(%w : memref<1x1x3x4xf64>)
      outs(%y : memref<4x9x4xf64>) groups 2
      register_tile <pixels = 3, vectors = [2, 1], unroll = 3>
  return
}
