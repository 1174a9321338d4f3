// RUN: lf-opt %s --lf-fold-transposes --split-input-file | FileCheck %s
// RUN: lf-opt %s --lf-fold-transposes --lf-tile-blocks --split-input-file \
// RUN:   | FileCheck %s --check-prefix=TILED

// Rows of the network's input are transposed into the padded row buffer.
// CHECK-LABEL: @stem
// CHECK-SAME: (%[[X:.*]]: memref<1x3x8x8xf32>
// CHECK-NOT: memref.alloc
// CHECK: %[[T:.*]] = memref.reinterpret_cast %[[X]] to offset: [0], sizes: [1, 8, 8, 3], strides: [192, 8, 1, 64]
// CHECK-NOT: linalg.transpose
// CHECK: lf.fused_block ins(%{{.*}} = %[[T]] : memref<1x8x8x3xf32, strided<[192, 8, 1, 64]>>
// TILED-LABEL: @stem
// TILED: %[[ROWS:.*]] = memref.alloc() : memref<3x10x3xf32>
// TILED: linalg.copy ins(%{{.*}} : memref<1x8x3xf32, strided<[{{[0-9]+}}, 1, 64], offset: ?>>)
#x = #lf.io<name = "x", type = tensor<1x3x8x8xf32>>
func.func @stem(%x: memref<1x3x8x8xf32>, %w: memref<3x3x3x4xf32>,
                %y: memref<1x8x8x4xf32>) attributes {lf.inputs = [#x]} {
  %t = memref.alloc() : memref<1x8x8x3xf32>
  linalg.transpose ins(%x : memref<1x3x8x8xf32>)
    outs(%t : memref<1x8x8x3xf32>) permutation = [0, 2, 3, 1]
  lf.fused_block ins(%in = %t : memref<1x8x8x3xf32>,
                     %f = %w : memref<3x3x3x4xf32>)
      outs(%y : memref<1x8x8x4xf32>) schedule <row_sliding> {
    %0 = lf.conv2d %in, %f pads [1, 1, 1, 1]
      : (tensor<1x8x8x3xf32>, tensor<3x3x3x4xf32>) -> tensor<1x8x8x4xf32>
    lf.yield %0 : tensor<1x8x8x4xf32>
  }
  return
}

// -----

// A layer without pads reads rows where they are, other loops copy more than a
// row at a time, and a buffer may be written to before it is read.
// CHECK-LABEL: @not_copied
// CHECK-COUNT-3: linalg.transpose
#x = #lf.io<name = "x", type = tensor<1x3x8x8xf32>>
func.func @not_copied(%x: memref<1x3x8x8xf32>, %w: memref<3x3x3x4xf32>,
                      %u: memref<1x3x8x8xf32>, %y: memref<1x6x6x4xf32>,
                      %z: memref<1x8x8x4xf32>) attributes {lf.inputs = [#x]} {
  %t = memref.alloc() : memref<1x8x8x3xf32>
  linalg.transpose ins(%x : memref<1x3x8x8xf32>)
    outs(%t : memref<1x8x8x3xf32>) permutation = [0, 2, 3, 1]
  lf.fused_block ins(%in = %t : memref<1x8x8x3xf32>,
                     %f = %w : memref<3x3x3x4xf32>)
      outs(%y : memref<1x6x6x4xf32>) schedule <row_sliding> {
    %0 = lf.conv2d %in, %f
      : (tensor<1x8x8x3xf32>, tensor<3x3x3x4xf32>) -> tensor<1x6x6x4xf32>
    lf.yield %0 : tensor<1x6x6x4xf32>
  }
  %t2 = memref.alloc() : memref<1x8x8x3xf32>
  linalg.transpose ins(%x : memref<1x3x8x8xf32>)
    outs(%t2 : memref<1x8x8x3xf32>) permutation = [0, 2, 3, 1]
  lf.fused_block ins(%in = %t2 : memref<1x8x8x3xf32>,
                     %f = %w : memref<3x3x3x4xf32>)
      outs(%z : memref<1x8x8x4xf32>) schedule <whole_tile, row_band = 3> {
    %0 = lf.conv2d %in, %f pads [1, 1, 1, 1]
      : (tensor<1x8x8x3xf32>, tensor<3x3x3x4xf32>) -> tensor<1x8x8x4xf32>
    lf.yield %0 : tensor<1x8x8x4xf32>
  }
  %t3 = memref.alloc() : memref<1x8x8x3xf32>
  linalg.transpose ins(%u : memref<1x3x8x8xf32>)
    outs(%t3 : memref<1x8x8x3xf32>) permutation = [0, 2, 3, 1]
  lf.fused_block ins(%in = %t3 : memref<1x8x8x3xf32>,
                     %f = %w : memref<3x3x3x4xf32>)
      outs(%z : memref<1x8x8x4xf32>) schedule <row_sliding> {
    %0 = lf.conv2d %in, %f pads [1, 1, 1, 1]
      : (tensor<1x8x8x3xf32>, tensor<3x3x3x4xf32>) -> tensor<1x8x8x4xf32>
    lf.yield %0 : tensor<1x8x8x4xf32>
  }
  return
}
