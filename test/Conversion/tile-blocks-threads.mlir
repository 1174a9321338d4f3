// RUN: lf-opt %s --split-input-file --lf-tile-blocks --cse | FileCheck %s

// Two threads have four of seven rows at most, and a ring each, with a page of 37
// rows between the rings. What they add to the pooling lies two lines apart and
// is put together in the end.
func.func @rows(%x: memref<1x7x5x4xf32>, %w: memref<3x3x4xf32>,
                %y: memref<1x7x5x4xf32>, %z: memref<1x4xf32>) {
  lf.fused_block ins(%in = %x : memref<1x7x5x4xf32>,
                     %f = %w : memref<3x3x4xf32>)
      outs(%y, %z : memref<1x7x5x4xf32>, memref<1x4xf32>)
      schedule <row_sliding, threads = 2> {
    %0 = lf.depthwise_conv2d %in, %f pads [2, 2, 2, 2] dilations [2, 2]
        : (tensor<1x7x5x4xf32>, tensor<3x3x4xf32>) -> tensor<1x7x5x4xf32>
    %1 = lf.global_pool sum %0 : tensor<1x7x5x4xf32> -> tensor<1x4xf32>
    lf.yield %0, %1 : tensor<1x7x5x4xf32>, tensor<1x4xf32>
  }
  return
}
// CHECK-DAG:   #[[$FIRST:.*]] = affine_map<(d0) -> (d0 * 4)>
// CHECK-DAG:   #[[$END:.*]] = affine_map<(d0) -> (d0 * 4 + 4, 7)>
// CHECK-LABEL: func.func @rows(
// CHECK-SAME:    %[[Z:[^ ]*]]: memref<1x4xf32>)
// CHECK:         %[[ALL:.*]] = memref.alloc() : memref<2x32xf32>
// CHECK:         %[[RINGS:.*]] = memref.alloc() : memref<2x34x9x4xf32>
// CHECK:         memref.subview %[[RINGS]][0, 0, 0, 0] [2, 34, 2, 4]
// CHECK:         linalg.fill
// CHECK:         scf.parallel (%[[T:.*]]) = (%{{.*}}) to (%{{.*}}) step
// CHECK:           %[[FROM:.*]] = affine.apply #[[$FIRST]](%[[T]])
// CHECK:           %[[TO:.*]] = affine.min #[[$END]](%[[T]])
// CHECK:           %[[RING:.*]] = memref.subview %[[RINGS]][%[[T]], 0, 0, 0] [1, 5, 9, 4]
// CHECK:           %[[PART:.*]] = memref.subview %[[ALL]][%[[T]], 0] [1, 4]
// CHECK:           linalg.fill ins(%{{.*}}) outs(%[[PART]] :
// CHECK:           scf.for %[[R:.*]] = %[[FROM]] to %[[TO]]
// CHECK:             lf.tile depthwise
// CHECK:             linalg.generic {{.*}} outs(%[[PART]] :
// CHECK:         %[[PARTS:.*]] = memref.subview %[[ALL]][0, 0] [2, 4]
// CHECK:         linalg.generic {{.*}} iterator_types = ["reduction", "parallel"]} ins(%[[PARTS]] :

// -----

// 40 channels are two panels of 16 for the first thread and eight channels for
// the second, which makes the depthwise layer of those it expanded, with their
// padding. All wait before the last layer, which has two panels for each.
func.func @channels(
    %x: memref<1x7x7x4xf32>, %w0: memref<1x1x4x40xf32>,
    %w1: memref<3x3x40xf32>, %w2: memref<1x1x40x64xf32>,
    %y: memref<1x7x7x64xf32>) {
  lf.fused_block ins(%in = %x : memref<1x7x7x4xf32>,
                     %f0 = %w0 : memref<1x1x4x40xf32>,
                     %f1 = %w1 : memref<3x3x40xf32>,
                     %f2 = %w2 : memref<1x1x40x64xf32>)
      outs(%y : memref<1x7x7x64xf32>)
      schedule <whole_tile, threads = 2, parallel = channels> {
    %0 = lf.conv2d %in, %f0
        : (tensor<1x7x7x4xf32>, tensor<1x1x4x40xf32>) -> tensor<1x7x7x40xf32>
    %1 = lf.depthwise_conv2d %0, %f1 pads [1, 1, 1, 1]
        : (tensor<1x7x7x40xf32>, tensor<3x3x40xf32>) -> tensor<1x7x7x40xf32>
    %2 = lf.conv2d %1, %f2
        : (tensor<1x7x7x40xf32>, tensor<1x1x40x64xf32>) -> tensor<1x7x7x64xf32>
    lf.yield %2 : tensor<1x7x7x64xf32>
  }
  return
}
// CHECK-DAG:   #[[$HALF:.*]] = affine_map<(d0) -> (d0 * 32)>
// CHECK-LABEL: func.func @channels(
// CHECK:         %[[PADDED:.*]] = memref.alloc() : memref<9x9x40xf32>
// CHECK-NOT:     linalg.fill
// CHECK:         scf.parallel (%[[T:.*]]) =
// CHECK:           scf.if
// CHECK:             memref.subview %[[PADDED]][0, 0, %{{.*}}] [1, 9, 8]
// CHECK:             linalg.fill
// CHECK:             memref.subview %[[PADDED]][1, 0, %{{.*}}] [7, 1, 8]
// CHECK:             linalg.fill
// CHECK:             memref.subview %[[PADDED]][1, 8, %{{.*}}] [7, 1, 8]
// CHECK:             linalg.fill
// CHECK:             memref.subview %[[PADDED]][8, 0, %{{.*}}] [1, 9, 8]
// CHECK:             linalg.fill
// CHECK:             lf.tile conv {{.*}} filter(%{{.*}} : memref<1x1x4x8xf32,
// CHECK:             lf.tile depthwise {{.*}} filter(%{{.*}} : memref<3x3x8xf32,
// CHECK:           } else {
// CHECK:             lf.tile conv {{.*}} filter(%{{.*}} : memref<1x1x4x32xf32,
// CHECK:             lf.tile depthwise {{.*}} filter(%{{.*}} : memref<3x3x32xf32,
// CHECK:         scf.parallel (%[[T:.*]]) =
// CHECK-NOT:       scf.if
// CHECK:           %[[C:.*]] = affine.apply #[[$HALF]](%[[T]])
// CHECK:           memref.subview %{{.*}}[0, 0, 0, %[[C]]] [1, 1, 40, 32]
// CHECK:           lf.tile conv

// -----

// Images of a batch; a third thread would find nothing to do.
func.func @images(%x: memref<2x7x5x4xf32>, %y: memref<2x7x5x4xf32>) {
  lf.fused_block ins(%in = %x : memref<2x7x5x4xf32>)
      outs(%y : memref<2x7x5x4xf32>)
      schedule <whole_tile, threads = 3, parallel = images> {
    %0 = lf.pool2d max %in kernel [3, 3] pads [1, 1, 1, 1]
        : tensor<2x7x5x4xf32> -> tensor<2x7x5x4xf32>
    lf.yield %0 : tensor<2x7x5x4xf32>
  }
  return
}
// CHECK-LABEL: func.func @images(
// CHECK-SAME:    %[[X:[^ ]*]]: memref<2x7x5x4xf32>
// CHECK-DAG:     %[[TWO:.*]] = arith.constant 2 : index
// CHECK:         scf.parallel (%[[T:.*]]) = (%{{.*}}) to (%[[TWO]]) step
// CHECK:           memref.subview %[[X]][%{{.*}}, 0, 0, 0] [1, 7, 5, 4]
// CHECK:           lf.tile max

// -----

// A value that is yielded and read row for row is shared with the rows …
func.func @yielded(%x: memref<1x8x5x4xf32>, %w0: memref<1x1x4x4xf32>,
                   %w1: memref<1x1x4x4xf32>, %y: memref<1x8x5x4xf32>,
                   %z: memref<1x8x5x4xf32>) {
  lf.fused_block ins(%in = %x : memref<1x8x5x4xf32>,
                     %f0 = %w0 : memref<1x1x4x4xf32>,
                     %f1 = %w1 : memref<1x1x4x4xf32>)
      outs(%y, %z : memref<1x8x5x4xf32>, memref<1x8x5x4xf32>)
      schedule <row_sliding, threads = 2> {
    %0 = lf.conv2d %in, %f0
        : (tensor<1x8x5x4xf32>, tensor<1x1x4x4xf32>) -> tensor<1x8x5x4xf32>
    %1 = lf.conv2d %0, %f1
        : (tensor<1x8x5x4xf32>, tensor<1x1x4x4xf32>) -> tensor<1x8x5x4xf32>
    lf.yield %0, %1 : tensor<1x8x5x4xf32>, tensor<1x8x5x4xf32>
  }
  return
}
// CHECK-LABEL: func.func @yielded(
// CHECK-SAME:    %[[Y:[^ ]*]]: memref<1x8x5x4xf32>, %[[Z:[^ ]*]]: memref<1x8x5x4xf32>)
// CHECK:         scf.parallel
// CHECK:           scf.for %[[R:.*]] =
// CHECK:             %[[ROW:.*]] = memref.subview %[[Y]][0, %[[R]], 0, 0] [1, 1, 5, 4]
// CHECK:             lf.tile conv {{.*}} outs(%[[ROW]] :
// CHECK:             memref.subview %[[Z]][0, %[[R]], 0, 0]
// CHECK:             lf.tile conv

// -----

// … but two threads would both write a row that both read.
func.func @met(%x: memref<1x8x5x4xf32>, %w0: memref<1x1x4x4xf32>,
               %w1: memref<3x3x4xf32>, %y: memref<1x8x5x4xf32>,
               %z: memref<1x8x5x4xf32>) {
  lf.fused_block ins(%in = %x : memref<1x8x5x4xf32>,
                     %f0 = %w0 : memref<1x1x4x4xf32>,
                     %f1 = %w1 : memref<3x3x4xf32>)
      outs(%y, %z : memref<1x8x5x4xf32>, memref<1x8x5x4xf32>)
      schedule <row_sliding, threads = 2> {
    %0 = lf.conv2d %in, %f0
        : (tensor<1x8x5x4xf32>, tensor<1x1x4x4xf32>) -> tensor<1x8x5x4xf32>
    %1 = lf.depthwise_conv2d %0, %f1 pads [1, 1, 1, 1]
        : (tensor<1x8x5x4xf32>, tensor<3x3x4xf32>) -> tensor<1x8x5x4xf32>
    lf.yield %0, %1 : tensor<1x8x5x4xf32>, tensor<1x8x5x4xf32>
  }
  return
}
// CHECK-LABEL: func.func @met(
// CHECK-NOT:     scf.parallel

// -----

// Rows of each layer: after the first one all wait, as the second reads three
// rows; the third reads the rows that the same thread made, as does the pooling,
// whose parts are put together in the end. Rows of padding are the first
// thread's and the last one's, columns of it those of each.
func.func @rows_of_layers(
    %x: memref<1x8x5x4xf32>, %w0: memref<1x1x4x16xf32>,
    %w1: memref<3x3x16xf32>, %w2: memref<1x1x16x16xf32>,
    %y: memref<1x8x5x16xf32>, %p: memref<1x16xf32>) {
  lf.fused_block ins(%in = %x : memref<1x8x5x4xf32>,
                     %f0 = %w0 : memref<1x1x4x16xf32>,
                     %f1 = %w1 : memref<3x3x16xf32>,
                     %f2 = %w2 : memref<1x1x16x16xf32>)
      outs(%y, %p : memref<1x8x5x16xf32>, memref<1x16xf32>)
      schedule <whole_tile, threads = 2> {
    %0 = lf.conv2d %in, %f0
        : (tensor<1x8x5x4xf32>, tensor<1x1x4x16xf32>) -> tensor<1x8x5x16xf32>
    %1 = lf.depthwise_conv2d %0, %f1 pads [1, 1, 1, 1]
        : (tensor<1x8x5x16xf32>, tensor<3x3x16xf32>) -> tensor<1x8x5x16xf32>
    %2 = lf.conv2d %1, %f2
        : (tensor<1x8x5x16xf32>, tensor<1x1x16x16xf32>) -> tensor<1x8x5x16xf32>
    %3 = lf.global_pool sum %2 : tensor<1x8x5x16xf32> -> tensor<1x16xf32>
    lf.yield %2, %3 : tensor<1x8x5x16xf32>, tensor<1x16xf32>
  }
  return
}
// CHECK-LABEL: func.func @rows_of_layers(
// CHECK:         %[[ALL:.*]] = memref.alloc() : memref<2x32xf32>
// CHECK:         %[[PADDED:.*]] = memref.alloc() : memref<10x7x16xf32>
// CHECK:         scf.parallel (%[[T:.*]]) =
// CHECK:           %[[FIRST:.*]] = affine.apply #[[$FOUR:.*]](%[[T]])
// CHECK:           %[[IS_FIRST:.*]] = arith.cmpi eq, %[[FIRST]], %c0
// CHECK:           %[[FROM:.*]] = arith.select %[[IS_FIRST]], %c0, %{{.*}} : index
// CHECK:           %[[TO:.*]] = arith.select %{{.*}}, %c10, %{{.*}} : index
// CHECK:           scf.for %[[P:.*]] = %[[FROM]] to
// CHECK:             memref.subview %[[PADDED]][%[[P]], 0, 0] [1, 7, 16]
// CHECK:             linalg.fill
// CHECK:           memref.subview %[[PADDED]][%{{.*}}, 0, 0] [%{{.*}}, 1, 16]
// CHECK:           linalg.fill
// CHECK:           memref.subview %[[PADDED]][%{{.*}}, 6, 0] [%{{.*}}, 1, 16]
// CHECK:           linalg.fill
// CHECK:           scf.for %[[P:.*]] = %{{.*}} to %[[TO]]
// CHECK:             linalg.fill
// CHECK:           lf.tile conv
// CHECK-NOT:       lf.tile
// CHECK:           scf.reduce
// CHECK:         scf.parallel (%[[T:.*]]) =
// CHECK:           lf.tile depthwise
// CHECK:           lf.tile conv
// CHECK:           %[[PART:.*]] = memref.subview %[[ALL]][%[[T]], 0] [1, 16]
// CHECK:           linalg.fill ins(%{{.*}}) outs(%[[PART]] :
// CHECK:           scf.for
// CHECK:             linalg.generic {{.*}} outs(%[[PART]] :
// CHECK:           scf.reduce
// CHECK-NOT:     scf.parallel
// CHECK:         linalg.generic {{.*}} iterator_types = ["reduction", "parallel"]}
