// RUN: lf-opt %s --split-input-file --lf-tile-blocks --cse | FileCheck %s

// A depthwise layer reads the block's input where it lies. Its window is 3x3 in
// the middle and cropped in the first and last row and column: three tiles a
// row, in three places of which each row takes one.
func.func @row_sliding(%x: memref<1x8x8x4xf32>, %w: memref<3x3x4xf32>,
                       %w1: memref<1x1x4x6xf32>, %y: memref<1x8x8x6xf32>) {
  lf.fused_block ins(%in = %x : memref<1x8x8x4xf32>,
                     %f = %w : memref<3x3x4xf32>,
                     %f1 = %w1 : memref<1x1x4x6xf32>)
      outs(%y : memref<1x8x8x6xf32>) {
    %0 = lf.depthwise_conv2d %in, %f pads [1, 1, 1, 1]
        : (tensor<1x8x8x4xf32>, tensor<3x3x4xf32>) -> tensor<1x8x8x4xf32>
    %1 = lf.conv2d %0, %f1
        : (tensor<1x8x8x4xf32>, tensor<1x1x4x6xf32>) -> tensor<1x8x8x6xf32>
    lf.yield %1 : tensor<1x8x8x6xf32>
  }
  return
}
// CHECK-DAG:   #[[$ABOVE:.*]] = affine_map<(d0) -> (d0 - 1)>
// CHECK-LABEL: func.func @row_sliding(
// CHECK-SAME:    %[[X:[^ ]*]]: memref<1x8x8x4xf32>, %[[W:[^ ]*]]: memref<3x3x4xf32>
// CHECK:         %[[ROW:.*]] = memref.alloc() : memref<1x8x4xf32>
// CHECK-NOT:     alloc
// CHECK:         scf.for %[[R:.*]] =

// The first row: two rows of the input from row r on, two rows of the filter.
// CHECK:             %[[IN:.*]] = memref.subview %[[X]][0, %[[R]], 0, 0] [1, 2, 8, 4]
// CHECK:             memref.subview %[[IN]][0, 0, 0] [2, 2, 4]
// CHECK:             memref.subview %[[W]][1, 1, 0] [2, 2, 4]
// CHECK:             lf.tile depthwise {{.*}} kernel [2, 2]
// CHECK:             memref.subview %[[W]][1, 0, 0] [2, 3, 4]
// CHECK:             lf.tile depthwise {{.*}} kernel [2, 3]
// CHECK:             memref.subview %[[W]][1, 0, 0] [2, 2, 4]
// CHECK:             lf.tile depthwise {{.*}} kernel [2, 2]

// Rows in the middle: three rows of the input from row r - 1 on.
// CHECK:             %[[FIRST:.*]] = affine.apply #[[$ABOVE]](%[[R]])
// CHECK:             %[[IN:.*]] = memref.subview %[[X]][0, %[[FIRST]], 0, 0] [1, 3, 8, 4]
// CHECK:             memref.subview %[[ROW]][0, 0, 0] [1, 1, 4]
// CHECK:             lf.tile depthwise {{.*}} kernel [3, 2]
// CHECK:             %[[MIDDLE:.*]] = memref.subview %[[ROW]][0, 1, 0] [1, 6, 4]
// CHECK:             lf.tile depthwise ins(%[[IN]] : {{.*}}) filter(%[[W]] : {{.*}}) outs(%[[MIDDLE]] : {{.*}}) kernel [3, 3]
// CHECK:             memref.subview %[[ROW]][0, 7, 0] [1, 1, 4]
// CHECK:             lf.tile depthwise {{.*}} kernel [3, 2]

// CHECK:             memref.subview %[[W]][0, 1, 0] [2, 2, 4]
// CHECK:             lf.tile depthwise {{.*}} kernel [2, 2]
// CHECK:             lf.tile depthwise {{.*}} kernel [2, 3]
// CHECK:             lf.tile depthwise {{.*}} kernel [2, 2]
// CHECK:           lf.tile conv ins(%[[ROW]] :

// -----

// All rows at once: those in the middle are one tile. With a stride of 2 and
// even sizes nothing lies below or to the right. The residual is divided as the
// result is.
func.func @whole_tile(%x: memref<1x8x8x4xf32>, %z: memref<1x4x4x4xf32>,
                      %y: memref<1x4x4x4xf32>) {
  lf.fused_block ins(%in = %x : memref<1x8x8x4xf32>,
                     %other = %z : memref<1x4x4x4xf32>)
      outs(%y : memref<1x4x4x4xf32>) schedule <whole_tile> {
    %0 = lf.pool2d max %in kernel [3, 3] strides [2, 2] pads [1, 1, 0, 0]
        : tensor<1x8x8x4xf32> -> tensor<1x4x4x4xf32>
    %1 = lf.add %0, %other : tensor<1x4x4x4xf32>
    lf.yield %1 : tensor<1x4x4x4xf32>
  }
  return
}
// CHECK-LABEL: func.func @whole_tile(
// CHECK-SAME:    %[[X:[^ ]*]]: memref<1x8x8x4xf32>, %[[Z:[^ ]*]]: memref<1x4x4x4xf32>, %[[Y:[^ ]*]]: memref<1x4x4x4xf32>)
// CHECK-NOT:     alloc
// CHECK-NOT:     scf.
// CHECK:         memref.subview %[[X]][0, 0, 0, 0] [1, 2, 8, 4]
// CHECK:         lf.tile max {{.*}} kernel [2, 2] strides [2, 2]
// CHECK:         lf.tile max {{.*}} kernel [2, 3] strides [2, 2]
// CHECK:         %[[ROWS:.*]] = memref.subview %[[Y]][0, 1, 0, 0] [1, 3, 4, 4]
// CHECK:         %[[SIDE:.*]] = memref.subview %[[Z]][0, 1, 0, 0] [1, 3, 4, 4]
// CHECK:         memref.subview %[[X]][0, 1, 0, 0] [1, 7, 8, 4]
// CHECK:         lf.tile max {{.*}} kernel [3, 2] strides [2, 2]
// CHECK:         memref.subview %[[SIDE]][0, 1, 0] [3, 3, 4]
// CHECK:         memref.subview %[[ROWS]][0, 1, 0] [3, 3, 4]
// CHECK:         lf.tile max {{.*}} kernel [3, 3] strides [2, 2]
// CHECK-NOT:     lf.tile

// -----

// Bands take what each way of cropping has of their rows. A window of which
// nothing may be left at an edge keeps its padded copy.
func.func @bands(%x: memref<1x9x6x4xf32>, %w: memref<5x5x4xf32>,
                 %y: memref<1x9x6x4xf32>, %z: memref<1x11x8x4xf32>) {
  lf.fused_block ins(%in = %x : memref<1x9x6x4xf32>,
                     %f = %w : memref<5x5x4xf32>)
      outs(%y : memref<1x9x6x4xf32>) schedule <whole_tile, row_band = 4> {
    %0 = lf.depthwise_conv2d %in, %f pads [2, 2, 2, 2]
        : (tensor<1x9x6x4xf32>, tensor<5x5x4xf32>) -> tensor<1x9x6x4xf32>
    lf.yield %0 : tensor<1x9x6x4xf32>
  }
  lf.fused_block ins(%in = %x : memref<1x9x6x4xf32>)
      outs(%z : memref<1x11x8x4xf32>) schedule <whole_tile> {
    %0 = lf.pool2d sum %in kernel [1, 1] pads [1, 1, 1, 1]
        : tensor<1x9x6x4xf32> -> tensor<1x11x8x4xf32>
    lf.yield %0 : tensor<1x11x8x4xf32>
  }
  return
}
// CHECK-DAG:   #[[$FROM:.*]] = affine_map<(d0) -> (d0, 2)>
// CHECK-LABEL: func.func @bands(
// CHECK:         scf.for %[[BAND:.*]] =
// CHECK:           scf.if
// CHECK:             lf.tile depthwise {{.*}} kernel [3, 3]
// CHECK:           scf.if
// CHECK:             lf.tile depthwise {{.*}} kernel [4, 3]
// CHECK:           affine.max #[[$FROM]](%[[BAND]])
// CHECK:           scf.if
// CHECK:             lf.tile depthwise {{.*}} kernel [5, 3]
// CHECK:             lf.tile depthwise {{.*}} kernel [5, 4]
// CHECK:             lf.tile depthwise {{.*}} kernel [5, 5]
// CHECK:             lf.tile depthwise {{.*}} kernel [5, 4]
// CHECK:             lf.tile depthwise {{.*}} kernel [5, 3]
// CHECK:         memref.alloc() : memref<11x8x4xf32>
// CHECK:         lf.tile elementwise
// CHECK:         lf.tile sum
