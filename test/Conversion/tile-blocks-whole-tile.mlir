// RUN: lf-opt %s --split-input-file --lf-tile-blocks --cse | FileCheck %s

// In one band all rows are known: a tile a layer, and no loop.
func.func @all(
    %x: memref<1x7x7x4xf32>, %w0: memref<1x1x4x24xf32>,
    %w1: memref<3x3x24xf32>, %w2: memref<1x1x24x6xf32>, %y: memref<1x7x7x6xf32>,
    %z: memref<1x6xf32>) {
  lf.fused_block ins(%in = %x : memref<1x7x7x4xf32>,
                     %f0 = %w0 : memref<1x1x4x24xf32>,
                     %f1 = %w1 : memref<3x3x24xf32>,
                     %f2 = %w2 : memref<1x1x24x6xf32>)
      outs(%y, %z : memref<1x7x7x6xf32>, memref<1x6xf32>)
      schedule <whole_tile> {
    %0 = lf.conv2d %in, %f0 activation relu
        : (tensor<1x7x7x4xf32>, tensor<1x1x4x24xf32>) -> tensor<1x7x7x24xf32>
    %1 = lf.depthwise_conv2d %0, %f1 pads [1, 1, 1, 1]
        : (tensor<1x7x7x24xf32>, tensor<3x3x24xf32>) -> tensor<1x7x7x24xf32>
    %2 = lf.conv2d %1, %f2
        : (tensor<1x7x7x24xf32>, tensor<1x1x24x6xf32>) -> tensor<1x7x7x6xf32>
    %3 = lf.global_pool max %2 : tensor<1x7x7x6xf32> -> tensor<1x6xf32>
    lf.yield %2, %3 : tensor<1x7x7x6xf32>, tensor<1x6xf32>
  }
  return
}
// CHECK-LABEL: func.func @all(
// CHECK:         %[[EXPANDED:.*]] = memref.alloc() : memref<9x9x24xf32>
// CHECK:         %[[FILTERED:.*]] = memref.alloc() : memref<7x7x24xf32>
// CHECK:         %[[INNER:.*]] = memref.subview %[[EXPANDED]][1, 1, 0] [7, 7, 24]
// CHECK:         lf.tile conv {{.*}} outs(%[[INNER]] :
// CHECK:         lf.tile depthwise ins(%[[EXPANDED]] : {{.*}}) {{.*}} outs(%[[FILTERED]] :
// CHECK:         lf.tile conv ins(%[[FILTERED]] : memref<7x7x24xf32>) {{.*}} outs(%{{.*}} : memref<7x7x6xf32,
// CHECK:         scf.for
// CHECK-NEXT:      memref.subview
// CHECK-NEXT:      linalg.generic
// CHECK:         return

// -----

// A single layer in bands of two rows: nothing in between, no memory.
func.func @one(%x: memref<1x8x8x4xf32>, %w: memref<1x1x4x16xf32>,
               %y: memref<1x8x8x16xf32>) {
  lf.fused_block ins(%in = %x : memref<1x8x8x4xf32>,
                     %f = %w : memref<1x1x4x16xf32>)
      outs(%y : memref<1x8x8x16xf32>) schedule <whole_tile, row_band = 2> {
    %0 = lf.conv2d %in, %f
        : (tensor<1x8x8x4xf32>, tensor<1x1x4x16xf32>) -> tensor<1x8x8x16xf32>
    lf.yield %0 : tensor<1x8x8x16xf32>
  }
  return
}
// CHECK-LABEL: func.func @one(
// CHECK-SAME:    %[[X:[^ ]*]]: memref<1x8x8x4xf32>,
// CHECK-NOT:     alloc
// CHECK:         scf.for %[[BAND:.*]] =
// CHECK:           %[[IN:.*]] = memref.subview %[[X]][0, %[[BAND]], 0, 0] [1, 2, 8, 4]
// CHECK:           lf.tile conv ins(%[[IN]] :
// CHECK-NOT:     scf.for
