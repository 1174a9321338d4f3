// RUN: lf-opt %s --lf-pack-filters --lf-bufferize --lf-tile-blocks --canonicalize --cse --split-input-file | FileCheck %s

// The image is read in place, from one row and column before it. Three rows and
// columns of tiles of 4 and one of 2 are 16 tiles: planes of 16 x 8 elements,
// rows a line apart, are 17 lines apart. Points 4 and 5 are those of full tiles
// alone, which are number 3 to 11; the last row of tiles follows. 20 channels
// are a panel of 16 and one of 4.

// CHECK-DAG: #[[$FIRST:.*]] = affine_map<(d0, d1) -> (d0 + d1 * 6)>
// CHECK-LABEL: func @one
// CHECK-SAME: (%[[X:.*]]: memref<1x14x14x16xf32>, %[[Y:.*]]: memref<1x14x14x20xf32>)
// CHECK-DAG: %[[BELOW:.*]] = arith.constant -1 : index
// CHECK-DAG: %[[INPUTS:.*]] = memref.alloc() : memref<9792xf32>
// CHECK-DAG: %[[PRODUCTS:.*]] = memref.alloc() : memref<9792xf32>
// CHECK: %[[IMAGE:.*]] = memref.subview %[[X]]
// CHECK: %[[V:.*]] = memref.reinterpret_cast %[[INPUTS]] to offset: [0], sizes: [6, 6, 16, 16], strides: [1632, 272, 16, 1]
// CHECK: lf.winograd_input ins(%[[IMAGE]] : {{.*}}) at(%[[BELOW]], -1) outs(%[[V]] : {{.*}}) <winograd(4, 2)> of 14 x 14
// CHECK: %[[M:.*]] = memref.reinterpret_cast %[[PRODUCTS]] to offset: [0], sizes: [6, 6, 16, 16]
// CHECK: %[[W:.*]] = memref.collapse_shape %{{.*}} : memref<2x6x6x16x16xf32> into memref<72x16x16xf32>
// CHECK: scf.for %[[I:.*]] = %c0 to %c4 step %c1
// CHECK:   scf.for %[[J:.*]] = %c0 to %c4 step %c1
// CHECK:     %[[NUMBER:.*]] = affine.apply #[[$FIRST]](%[[J]], %[[I]])
// CHECK:     %[[BEHIND:.*]] = affine.min
// CHECK:     %[[NEXT:.*]] = memref.subview %[[W]][%[[BEHIND]], 0, 0]
// CHECK:     %[[NEXT5:.*]] = memref.expand_shape %[[NEXT]]
// CHECK:     %[[VIJ:.*]] = memref.subview %[[V]][%[[I]], %[[J]], 0, 0] [1, 1, 16, 16]
// CHECK:     %[[WIJ:.*]] = memref.subview %[[W]][%[[NUMBER]], 0, 0]
// CHECK:     %[[WIJ5:.*]] = memref.expand_shape %[[WIJ]]
// CHECK:     %[[MIJ:.*]] = memref.subview %[[M]][%[[I]], %[[J]], 0, 0] [1, 1, 16, 16]
// CHECK:     lf.tile conv ins(%[[VIJ]] : {{.*}}) filter(%[[WIJ5]] : {{.*}}) next(%[[NEXT5]] : {{.*}}) outs(%[[MIJ]] : {{.*}}) register_tile <pixels = 8, vectors = [16]>
// CHECK:   scf.for %{{.*}} = %c4 to %c6 step %c1
// CHECK:     lf.tile conv ins(%{{.*}} : memref<1x12x16xf32{{.*}}register_tile <pixels = 12, vectors = [16]>
// CHECK: scf.for %{{.*}} = %c4 to %c6 step %c1
// CHECK:   scf.for %{{.*}} = %c0 to %c4 step %c1
// CHECK:     lf.tile conv ins(%{{.*}} : memref<1x12x16xf32
// CHECK:   scf.for %{{.*}} = %c4 to %c6 step %c1
// CHECK:     lf.tile conv ins(%{{.*}} : memref<1x9x16xf32
// CHECK: lf.winograd_output ins(%[[M]] : {{.*}}) outs(%{{.*}} : memref<14x14x16xf32{{.*}}) <winograd(4, 2)> of 14 epilogue {
// CHECK:   arith.maximumf
// CHECK: lf.winograd_output ins(%{{.*}} : memref<6x6x16x4xf32{{.*}}) outs(%{{.*}} : memref<14x14x4xf32
func.func @one(%x: tensor<1x14x14x16xf32>) -> tensor<1x14x14x20xf32> {
  %w = arith.constant dense<1.0> : tensor<3x3x16x20xf32>
  %init = tensor.empty() : tensor<1x14x14x20xf32>
  %y = lf.fused_block ins(%in = %x : tensor<1x14x14x16xf32>,
                          %f = %w : tensor<3x3x16x20xf32>)
      outs(%init : tensor<1x14x14x20xf32>)
      schedule <whole_tile, algorithms = [winograd(4, 2)],
                tiles = [<pixels = 14, vectors = [16]>]> {
    %0 = lf.conv2d %in, %f pads [1, 1, 1, 1] activation relu
        : (tensor<1x14x14x16xf32>, tensor<3x3x16x20xf32>)
          -> tensor<1x14x14x20xf32>
    lf.yield %0 : tensor<1x14x14x20xf32>
  }
  return %y : tensor<1x14x14x20xf32>
}

// -----

// Behind a 1x1 layer the rows are those of a band with their padding. The last
// band has fewer rows than four; what is computed of the others is dropped.

// CHECK-LABEL: func @band
// CHECK: scf.for %{{.*}} = %c0 to %c6 step %c4
// CHECK:   lf.tile conv
// CHECK:   lf.winograd_input ins(%{{.*}} : memref<?x8x4xf32{{.*}}) at(%c0, 0) outs(%{{.*}}) <winograd(2)> of 4 x 6
// CHECK:   lf.winograd_output ins(%{{.*}}) sides(%{{.*}} : memref<?x6x4xf32{{.*}}) outs(%{{.*}} : memref<?x6x4xf32{{.*}}) <winograd(2)> of 4 epilogue {
// CHECK:     arith.addf
func.func @band(%x: tensor<1x6x6x4xf32>) -> tensor<1x6x6x4xf32> {
  %w0 = arith.constant dense<1.0> : tensor<1x1x4x4xf32>
  %w1 = arith.constant dense<1.0> : tensor<3x3x4x4xf32>
  %init = tensor.empty() : tensor<1x6x6x4xf32>
  %y = lf.fused_block ins(%in = %x : tensor<1x6x6x4xf32>,
                          %f0 = %w0 : tensor<1x1x4x4xf32>,
                          %f1 = %w1 : tensor<3x3x4x4xf32>,
                          %other = %x : tensor<1x6x6x4xf32>)
      outs(%init : tensor<1x6x6x4xf32>)
      schedule <whole_tile, row_band = 4,
                algorithms = [direct, winograd(2), direct],
                tiles = [<pixels = 4, vectors = [4]>,
                         <pixels = 4, vectors = [4]>,
                         <pixels = 4, vectors = [4]>]> {
    %0 = lf.conv2d %in, %f0
        : (tensor<1x6x6x4xf32>, tensor<1x1x4x4xf32>) -> tensor<1x6x6x4xf32>
    %1 = lf.conv2d %0, %f1 pads [1, 1, 1, 1]
        : (tensor<1x6x6x4xf32>, tensor<3x3x4x4xf32>) -> tensor<1x6x6x4xf32>
    %2 = lf.add %1, %other : tensor<1x6x6x4xf32>
    lf.yield %2 : tensor<1x6x6x4xf32>
  }
  return %y : tensor<1x6x6x4xf32>
}

// -----

// Threads that share channels transform the input together, and have memory for
// products of their own.

// CHECK-LABEL: func @threads
// CHECK-DAG: memref.alloc() : memref<2x3328xf32>
// CHECK-DAG: memref.alloc() : memref<4864xf32>
// CHECK: scf.parallel
// CHECK:   lf.winograd_input
// CHECK-SAME: memref<4x4x9x16xf32
// CHECK: scf.parallel
// CHECK:   lf.tile conv
// CHECK:   lf.winograd_output
func.func @threads(%x: tensor<1x6x6x32xf32>) -> tensor<1x6x6x32xf32> {
  %w = arith.constant dense<1.0> : tensor<3x3x32x32xf32>
  %init = tensor.empty() : tensor<1x6x6x32xf32>
  %y = lf.fused_block ins(%in = %x : tensor<1x6x6x32xf32>,
                          %f = %w : tensor<3x3x32x32xf32>)
      outs(%init : tensor<1x6x6x32xf32>)
      schedule <whole_tile, algorithms = [winograd(2)],
                tiles = [<pixels = 9, vectors = [16]>], threads = 2,
                parallel = channels> {
    %0 = lf.conv2d %in, %f pads [1, 1, 1, 1]
        : (tensor<1x6x6x32xf32>, tensor<3x3x32x32xf32>)
          -> tensor<1x6x6x32xf32>
    lf.yield %0 : tensor<1x6x6x32xf32>
  }
  return %y : tensor<1x6x6x32xf32>
}
