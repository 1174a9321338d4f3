// RUN: lf-opt %s --lf-vectorize-tiles --canonicalize --cse --split-input-file | FileCheck %s

// A tile of 2x2 at the upper left corner: nine of sixteen places are inside.
// B^T along the rows, of which the first is zero, then along the columns: 8
// and, of the zeros left, 12 sums, with no product as the only factors are 1
// and -1.

module attributes {dlti.target_system_spec = #dlti.target_system_spec<"CPU" = #dlti.target_device_spec<"vector_size_in_bytes" = 16 : i64>>} {
// CHECK-LABEL: func @corner
// CHECK-SAME: (%[[X:.*]]: memref<3x3x4xf32>, %[[V:.*]]: memref<4x4x1x4xf32>)
func.func @corner(%x: memref<3x3x4xf32>, %v: memref<4x4x1x4xf32>) {
  // CHECK-NOT: scf.for
  // CHECK-COUNT-9: vector.load %[[X]]{{.*}} vector<4xf32>
  // CHECK-NOT: vector.load
  // CHECK-NOT: vector.fma
  // CHECK: vector.store %{{.*}}, %[[V]][%c0, %c0, %c0, %c0]
  // CHECK-COUNT-15: vector.store
  // CHECK-NOT: vector.store
  // CHECK: return
  %above = arith.constant -1 : index
  lf.winograd_input ins(%x : memref<3x3x4xf32>) at(%above, -1)
      outs(%v : memref<4x4x1x4xf32>) <winograd(2)> of 2 x 2
  return
}
}

// -----

// Rows that may lie outside are looked at where not all of a tile's are inside,
// columns are known: in the first tile one is missing, in the second none. Six
// channels are a vector of four and two lanes.

module attributes {dlti.target_system_spec = #dlti.target_system_spec<"CPU" = #dlti.target_device_spec<"vector_size_in_bytes" = 16 : i64>>} {
// CHECK-LABEL: func @rows
func.func @rows(%x: memref<?x9x6xf32>, %row: index, %v: memref<6x6x2x6xf32>) {
  // CHECK: %[[FIRST:.*]] = arith.cmpi ult, %{{.*}}, %[[SIZE:.*]] : index
  // CHECK: %[[LAST:.*]] = arith.cmpi ult, %{{.*}}, %[[SIZE]]
  // CHECK: %[[INSIDE:.*]] = arith.andi %[[FIRST]], %[[LAST]]
  // CHECK: scf.if %[[INSIDE]] {
  // CHECK-COUNT-30: vector.load {{.*}} vector<4xf32>
  // CHECK-COUNT-36: vector.store {{.*}} vector<4xf32>
  // CHECK-COUNT-30: vector.load {{.*}} vector<2xf32>
  // CHECK: } else {
  // CHECK:   scf.if %{{.*}} -> (vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>)
  // CHECK: scf.if %[[INSIDE]] {
  // CHECK-COUNT-36: vector.load {{.*}} vector<4xf32>
  lf.winograd_input ins(%x : memref<?x9x6xf32>) at(%row, -1)
      outs(%v : memref<6x6x2x6xf32>) <winograd(4)> of 4 x 8
  return
}
}

// -----

// The results of a tile of 4x4, of which three rows and columns are there: those
// do not need the point at infinity.

module attributes {dlti.target_system_spec = #dlti.target_system_spec<"CPU" = #dlti.target_device_spec<"vector_size_in_bytes" = 16 : i64>>} {
// CHECK-LABEL: func @output
func.func @output(%m: memref<6x6x1x4xf32>, %b: memref<4xf32>,
                  %s: memref<3x3x4xf32>, %y: memref<3x3x4xf32>) {
  // CHECK-COUNT-25: vector.load %arg0
  // CHECK: vector.fma
  // CHECK: %[[BIAS:.*]] = vector.load %arg1
  // CHECK-COUNT-9: arith.addf %{{.*}}, %[[BIAS]]
  // CHECK: %[[SIDE:.*]] = vector.load %arg2[%c0, %c0, %c0]
  // CHECK: %[[SUM:.*]] = arith.addf %{{.*}}, %[[SIDE]]
  // CHECK: vector.store %[[SUM]], %arg3[%c0, %c0, %c0]
  // CHECK-COUNT-8: vector.store
  // CHECK-NOT: vector.store
  lf.winograd_output ins(%m : memref<6x6x1x4xf32>) bias(%b : memref<4xf32>)
      sides(%s : memref<3x3x4xf32>) outs(%y : memref<3x3x4xf32>) <winograd(4)>
      of 3 epilogue {
  ^bb0(%x: f32, %other: f32):
    %0 = arith.addf %x, %other : f32
    lf.yield %0 : f32
  }
  return
}
}
