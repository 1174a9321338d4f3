// RUN: lf-opt %s --verify-roundtrip | FileCheck %s

// 14 columns are three tiles of 4 and one of 2; two rows one row of these; and
// the tiles of a band may have more rows than there are.

// CHECK-LABEL: func @tiles
func.func @tiles(%x: memref<?x14x8xf32, strided<[112, 8, 1], offset: ?>>,
                 %row: index, %v: memref<6x6x4x8xf32>,
                 %m: memref<6x6x4x12xf32, strided<[500, 80, 20, 1]>>,
                 %b: memref<12xf32>, %side: memref<?x14x12xf32>,
                 %y: memref<?x14x12xf32>) {
  // CHECK: lf.winograd_input ins(%{{.*}} : memref<?x14x8xf32, strided<[112, 8, 1], offset: ?>>) at(%{{.*}}, -1) outs(%{{.*}} : memref<6x6x4x8xf32>) <winograd(4, 2)> of 4 x 14
  lf.winograd_input ins(%x : memref<?x14x8xf32, strided<[112, 8, 1], offset: ?>>)
      at(%row, -1) outs(%v : memref<6x6x4x8xf32>) <winograd(4, 2)> of 4 x 14
  // CHECK: lf.winograd_output ins(%{{.*}} : memref<6x6x4x12xf32, strided<[500, 80, 20, 1]>>) bias(%{{.*}} : memref<12xf32>) sides(%{{.*}} : memref<?x14x12xf32>) outs(%{{.*}} : memref<?x14x12xf32>) <winograd(4, 2)> of 2 epilogue {
  lf.winograd_output ins(%m : memref<6x6x4x12xf32, strided<[500, 80, 20, 1]>>)
      bias(%b : memref<12xf32>) sides(%side : memref<?x14x12xf32>)
      outs(%y : memref<?x14x12xf32>) <winograd(4, 2)> of 2 epilogue {
  ^bb0(%s: f32, %other: f32):
    %0 = arith.addf %s, %other : f32
    lf.yield %0 : f32
  }
  return
}
