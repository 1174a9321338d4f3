// RUN: lf-opt %s --lf-vectorize-loops --canonicalize --split-input-file \
// RUN:   | FileCheck %s

// Few channels: a vector of each, of as many elements as a register holds, is
// spread over three. Rows and columns are one loop; its last step starts from
// 49 - 16, where others have been.
// CHECK-LABEL: @interleave
// CHECK-SAME: (%[[X:.*]]: memref<1x3x7x7xf32>, %[[Y:.*]]: memref<1x7x7x3xf32>)
// CHECK: %[[FROM:.*]] = memref.reinterpret_cast %[[X]] to offset: [0], sizes: [147], strides: [1]
// CHECK: %[[TO:.*]] = memref.reinterpret_cast %[[Y]] to offset: [0], sizes: [147], strides: [1]
// CHECK: scf.for %[[I:.*]] = %c0 to %c48 step %c16
// CHECK: %[[R:.*]] = vector.load %[[FROM]][%[[I]]] : memref<147xf32{{.*}}>, vector<16xf32>
// CHECK: %[[G:.*]] = vector.load %[[FROM]]
// CHECK: %[[B:.*]] = vector.load %[[FROM]]
// CHECK: %[[RG:.*]] = vector.shuffle %[[R]], %[[G]] [0, 16, -1, 1, 17, -1, 2, 18, -1, 3, 19, -1, 4, 20, -1, 5]
// CHECK: %[[RGB:.*]] = vector.shuffle %[[RG]], %[[B]] [0, 1, 16, 3, 4, 17, 6, 7, 18, 9, 10, 19, 12, 13, 20, 15]
// CHECK: vector.store %[[RGB]], %[[TO]]
// CHECK-COUNT-2: vector.store
// CHECK: vector.load %[[FROM]][%c33]
// CHECK-NOT: linalg
func.func @interleave(%x: memref<1x3x7x7xf32>, %y: memref<1x7x7x3xf32>) {
  linalg.transpose ins(%x : memref<1x3x7x7xf32>)
    outs(%y : memref<1x7x7x3xf32>) permutation = [0, 2, 3, 1]
  return
}

// -----

// The way back.
// CHECK-LABEL: @separate
// CHECK: %[[A:.*]] = vector.load
// CHECK: %[[B:.*]] = vector.load
// CHECK: %[[EVEN:.*]] = vector.shuffle %[[A]], %[[B]] [0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30]
// CHECK: vector.store %[[EVEN]]
// CHECK: %[[ODD:.*]] = vector.shuffle %[[A]], %[[B]] [1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31]
// CHECK: vector.store %[[ODD]]
// CHECK-NOT: linalg
func.func @separate(%x: memref<16x2xf32>, %y: memref<2x16xf32>) {
  linalg.transpose ins(%x : memref<16x2xf32>) outs(%y : memref<2x16xf32>)
    permutation = [1, 0]
  return
}

// -----

// Squares as large as registers are long: with 16 bytes 4 x 4, in two rounds of
// shuffles.
// CHECK-LABEL: @square
// CHECK: scf.for %{{.*}} = %c0 to %c8 step %c4
// CHECK: scf.for %{{.*}} = %c0 to %c12 step %c4
// CHECK: %[[R0:.*]] = vector.load %{{.*}} vector<4xf32>
// CHECK: %[[R1:.*]] = vector.load
// CHECK: %[[R2:.*]] = vector.load
// CHECK: %[[R3:.*]] = vector.load
// CHECK: %[[L01:.*]] = vector.shuffle %[[R0]], %[[R1]] [0, 4, 1, 5]
// CHECK: %[[H01:.*]] = vector.shuffle %[[R0]], %[[R1]] [2, 6, 3, 7]
// CHECK: %[[L23:.*]] = vector.shuffle %[[R2]], %[[R3]] [0, 4, 1, 5]
// CHECK: %[[H23:.*]] = vector.shuffle %[[R2]], %[[R3]] [2, 6, 3, 7]
// CHECK: %[[C0:.*]] = vector.shuffle %[[L01]], %[[L23]] [0, 1, 4, 5]
// CHECK: %[[C1:.*]] = vector.shuffle %[[L01]], %[[L23]] [2, 3, 6, 7]
// CHECK: %[[C2:.*]] = vector.shuffle %[[H01]], %[[H23]] [0, 1, 4, 5]
// CHECK: %[[C3:.*]] = vector.shuffle %[[H01]], %[[H23]] [2, 3, 6, 7]
// CHECK: vector.store %[[C0]]
// CHECK: vector.store %[[C1]]
// CHECK: vector.store %[[C2]]
// CHECK: vector.store %[[C3]]
module attributes {dlti.target_system_spec = #dlti.target_system_spec<
    "CPU" = #dlti.target_device_spec<"vector_size_in_bytes" = 16 : i64>>} {
  func.func @square(%x: memref<12x8xf32>, %y: memref<8x12xf32>) {
    linalg.transpose ins(%x : memref<12x8xf32>) outs(%y : memref<8x12xf32>)
      permutation = [1, 0]
    return
  }
}

// -----

// One channel needs no shuffle; a part of a larger buffer has an offset.
// CHECK-LABEL: @copy
// CHECK: memref.reinterpret_cast %{{.*}} to offset: [%{{.*}}], sizes: [20], strides: [1]
// CHECK: %[[V:.*]] = vector.load
// CHECK-NEXT: vector.store %[[V]]
// CHECK: %[[W:.*]] = vector.load
// CHECK-NEXT: vector.store %[[W]]
// CHECK-NOT: linalg
func.func @copy(%x: memref<1x4x5xf32, strided<[20, 5, 1], offset: ?>>,
                %y: memref<4x5x1xf32>) {
  linalg.transpose ins(%x : memref<1x4x5xf32, strided<[20, 5, 1], offset: ?>>)
    outs(%y : memref<4x5x1xf32>) permutation = [1, 2, 0]
  return
}

// -----

// Left alone: what computes, and what is contiguous in one of the two only.
// CHECK-LABEL: @left_alone
// CHECK: linalg.generic
// CHECK: linalg.transpose
#there = affine_map<(d0, d1) -> (d0, d1)>
#back = affine_map<(d0, d1) -> (d1, d0)>
func.func @left_alone(%x: memref<4x5xf32>, %y: memref<5x4xf32>,
                      %z: memref<5x4xf32, strided<[8, 2]>>) {
  linalg.generic {indexing_maps = [#there, #back],
                  iterator_types = ["parallel", "parallel"]}
      ins(%x : memref<4x5xf32>) outs(%y : memref<5x4xf32>) {
  ^bb0(%a: f32, %o: f32):
    %0 = arith.addf %a, %a : f32
    linalg.yield %0 : f32
  }
  linalg.transpose ins(%x : memref<4x5xf32>)
    outs(%z : memref<5x4xf32, strided<[8, 2]>>) permutation = [1, 0]
  return
}
