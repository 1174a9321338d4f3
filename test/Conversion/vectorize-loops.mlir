// RUN: lf-opt %s --lf-vectorize-loops --canonicalize | FileCheck %s

// 200 columns are three vectors of 64 and one of 8. The sum stays in a register
// until it is complete.
// CHECK-LABEL: @matmul
// CHECK-SAME: (%[[A:.*]]: memref<4x5xf32>, %[[B:.*]]: memref<5x200xf32>, %[[C:.*]]: memref<4x200xf32>)
// CHECK-DAG: %[[C0:.*]] = arith.constant 0 : index
// CHECK-DAG: %[[C192:.*]] = arith.constant 192 : index
// CHECK-DAG: %[[C64:.*]] = arith.constant 64 : index
// CHECK: scf.for %[[M:.*]] = %[[C0]]
// CHECK: scf.for %[[N:.*]] = %[[C0]] to %[[C192]] step %[[C64]]
// CHECK: %[[START:.*]] = vector.load %[[C]][%[[M]], %[[N]]] : memref<4x200xf32>, vector<64xf32>
// CHECK: %[[SUM:.*]] = scf.for %[[K:.*]] = {{.*}} iter_args(%[[ACC:.*]] = %[[START]]) -> (vector<64xf32>)
// CHECK: %[[X:.*]] = memref.load %[[A]][%[[M]], %[[K]]]
// CHECK: %[[W:.*]] = vector.load %[[B]][%[[K]], %[[N]]] : memref<5x200xf32>, vector<64xf32>
// CHECK: %[[XS:.*]] = vector.broadcast %[[X]] : f32 to vector<64xf32>
// CHECK: %[[P:.*]] = arith.mulf %[[XS]], %[[W]] fastmath<contract>
// CHECK: %[[S:.*]] = arith.addf %[[ACC]], %[[P]] fastmath<contract>
// CHECK: scf.yield %[[S]]
// CHECK: vector.store %[[SUM]], %[[C]][%[[M]], %[[N]]]
// CHECK: vector.load %[[C]][%[[M]], %[[C192]]] : memref<4x200xf32>, vector<8xf32>
// CHECK-NOT: linalg
func.func @matmul(%a: memref<4x5xf32>, %b: memref<5x200xf32>,
                  %c: memref<4x200xf32>) {
  linalg.matmul ins(%a, %b : memref<4x5xf32>, memref<5x200xf32>)
    outs(%c : memref<4x200xf32>)
  return
}

// A remainder of 7 takes vectors of 4, 2 and 1.
// CHECK-LABEL: @remainder
// CHECK: vector.store {{.*}} vector<4xi32>
// CHECK: vector.store {{.*}} vector<2xi32>
// CHECK: vector.store {{.*}} vector<1xi32>
func.func @remainder(%x: memref<7xi32>, %y: memref<7xi32>) {
  linalg.add ins(%x, %x : memref<7xi32>, memref<7xi32>)
    outs(%y : memref<7xi32>)
  return
}

// Strides and dilations are in the index of the load.
// CHECK-LABEL: @depthwise
// CHECK: affine.apply #{{.*}}(%{{.*}}, %{{.*}})
// CHECK: vector.load %{{.*}} : memref<1x9x9x16xf32>, vector<16xf32>
func.func @depthwise(%x: memref<1x9x9x16xf32>, %w: memref<3x3x16xf32>,
                     %y: memref<1x3x3x16xf32>) {
  linalg.depthwise_conv_2d_nhwc_hwc
    {strides = dense<2> : tensor<2xi64>, dilations = dense<2> : tensor<2xi64>}
    ins(%x, %w : memref<1x9x9x16xf32>, memref<3x3x16xf32>)
    outs(%y : memref<1x3x3x16xf32>)
  return
}

// What does not vary along the vector is computed once, as a scalar; a
// comparison makes a vector of i1.
// CHECK-LABEL: @scalar_part
// CHECK: %[[ROW:.*]] = memref.load
// CHECK: %[[E:.*]] = math.exp %[[ROW]] : f32
// CHECK: %[[ES:.*]] = vector.broadcast %[[E]] : f32 to vector<8xf32>
// CHECK: %[[LESS:.*]] = arith.cmpf olt, %{{.*}}, %[[ES]] : vector<8xf32>
// CHECK: arith.select %[[LESS]], {{.*}} : vector<8xi1>, vector<8xf32>
#all = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
func.func @scalar_part(%x: memref<4x8xf32>, %r: memref<4xf32>,
                       %y: memref<4x8xf32>) {
  linalg.generic {indexing_maps = [#all, #row, #all],
                  iterator_types = ["parallel", "parallel"]}
    ins(%x, %r : memref<4x8xf32>, memref<4xf32>) outs(%y : memref<4x8xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %e = math.exp %b : f32
    %c = arith.cmpf olt, %a, %e : f32
    %s = arith.select %c, %a, %e : f32
    linalg.yield %s : f32
  }
  return
}

// A row of a larger buffer will do, a column will not.
// CHECK-LABEL: @strided
// CHECK: vector.store
// CHECK: linalg.copy
func.func @strided(%x: memref<4xf32>, %y: memref<4xf32, strided<[1], offset: 8>>,
                   %z: memref<4xf32, strided<[6]>>) {
  linalg.copy ins(%x : memref<4xf32>)
    outs(%y : memref<4xf32, strided<[1], offset: 8>>)
  linalg.copy ins(%x : memref<4xf32>) outs(%z : memref<4xf32, strided<[6]>>)
  return
}

// Left alone: elements of less than a byte, dynamic, tensors,
// indices, and bodies that are not elementwise.
// CHECK-LABEL: @left_alone
// CHECK: linalg.copy ins(%{{.*}} : memref<8xi1>)
// CHECK: linalg.copy ins(%{{.*}} : memref<?xf32>)
// CHECK: linalg.exp ins(%{{.*}} : tensor<8xf32>)
// CHECK: linalg.generic
// CHECK: linalg.index
// CHECK: linalg.generic
// CHECK: memref.load
#vec = affine_map<(d0) -> (d0)>
func.func @left_alone(%b: memref<8xi1>, %b2: memref<8xi1>, %d: memref<?xf32>,
                      %d2: memref<?xf32>, %t: tensor<8xf32>, %v: memref<8xi32>,
                      %table: memref<8xi32>) -> tensor<8xf32> {
  linalg.copy ins(%b : memref<8xi1>) outs(%b2 : memref<8xi1>)
  linalg.copy ins(%d : memref<?xf32>) outs(%d2 : memref<?xf32>)
  %e = linalg.exp ins(%t : tensor<8xf32>) outs(%t : tensor<8xf32>)
    -> tensor<8xf32>
  linalg.generic {indexing_maps = [#vec], iterator_types = ["parallel"]}
    outs(%v : memref<8xi32>) {
  ^bb0(%o: i32):
    %n = linalg.index 0 : index
    %c = arith.index_cast %n : index to i32
    linalg.yield %c : i32
  }
  %c0 = arith.constant 0 : index
  linalg.generic {indexing_maps = [#vec], iterator_types = ["parallel"]}
    outs(%v : memref<8xi32>) {
  ^bb0(%o: i32):
    %c = memref.load %table[%c0] : memref<8xi32>
    linalg.yield %c : i32
  }
  return %e : tensor<8xf32>
}
