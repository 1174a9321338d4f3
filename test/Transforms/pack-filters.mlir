// RUN: lf-opt %s --lf-pack-filters --verify-roundtrip --split-input-file | FileCheck %s
// RUN: lf-opt %s --lf-pack-filters --lf-pack-filters --split-input-file | FileCheck %s

// Four channels become two panels of three. What a block does not read packed
// stays as it is: biases, filters of one channel each.

// CHECK-LABEL: func @constant
// CHECK-DAG: %[[PACKED:.*]] = arith.constant dense_resource<[[NAME:.*_packed]]> : tensor<2x1x1x2x3xf32>
// CHECK-DAG: %[[DEPTHWISE:.*]] = arith.constant dense<3.0{{.*}}> : tensor<3x3x4xf32>
// CHECK-NOT: tensor<1x1x2x4xf32>
// CHECK: lf.fused_block
// CHECK-SAME: %[[FILTER:[a-z0-9_]+]] = %[[PACKED]] : tensor<2x1x1x2x3xf32> as tensor<1x1x2x4xf32>
// CHECK-SAME: = %[[DEPTHWISE]] : tensor<3x3x4xf32>
// CHECK: lf.conv2d %{{.*}}, %[[FILTER]] : (tensor<1x8x8x2xf32>, tensor<1x1x2x4xf32>)
func.func @constant(%x: tensor<1x8x8x2xf32>, %init: tensor<1x8x8x4xf32>)
    -> tensor<1x8x8x4xf32> {
  %w = arith.constant dense<[[[[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0]]]]>
      : tensor<1x1x2x4xf32>
  %dw = arith.constant dense<3.0> : tensor<3x3x4xf32>
  %y = lf.fused_block ins(%in = %x : tensor<1x8x8x2xf32>,
                          %f0 = %w : tensor<1x1x2x4xf32>,
                          %f1 = %dw : tensor<3x3x4xf32>)
      outs(%init : tensor<1x8x8x4xf32>)
      schedule <row_sliding, tiles = [<pixels = 8, vectors = [3]>,
                                      <pixels = 7, vectors = [4]>]> {
    %0 = lf.conv2d %in, %f0
        : (tensor<1x8x8x2xf32>, tensor<1x1x2x4xf32>) -> tensor<1x8x8x4xf32>
    %1 = lf.depthwise_conv2d %0, %f1 pads [1, 1, 1, 1]
        : (tensor<1x8x8x4xf32>, tensor<3x3x4xf32>) -> tensor<1x8x8x4xf32>
    lf.yield %1 : tensor<1x8x8x4xf32>
  }
  return %y : tensor<1x8x8x4xf32>
}

// Panel by panel, row by row; zeros beyond the last channel.
// CHECK: [[NAME]]: "0x04000000
// CHECK-SAME: 0000803F00000040000040400000A0400000C0400000E040
// CHECK-SAME: 00008040000000000000000000000041{{0*}}"

// -----

// Blocks with panels of one size share a filter; one with others has its own;
// what stands outside of blocks keeps the original. Splats stay splats if
// nothing is added.

// CHECK-LABEL: func @shared
// CHECK-DAG: %[[ORIGINAL:.*]] = arith.constant dense<2.0{{.*}}> : tensor<1x1x2x4xf32>
// CHECK-DAG: %[[TWO:.*]] = arith.constant dense<2.0{{.*}}> : tensor<2x1x1x2x2xf32>
// CHECK-DAG: %[[FOUR:.*]] = arith.constant dense<2.0{{.*}}> : tensor<1x1x1x2x4xf32>
// CHECK: lf.fused_block
// CHECK-SAME: %[[TWO]] : tensor<2x1x1x2x2xf32> as tensor<1x1x2x4xf32>
// CHECK: lf.fused_block
// CHECK-SAME: %[[TWO]] : tensor<2x1x1x2x2xf32> as tensor<1x1x2x4xf32>
// CHECK: lf.fused_block
// CHECK-SAME: %[[FOUR]] : tensor<1x1x1x2x4xf32> as tensor<1x1x2x4xf32>
// CHECK: lf.conv2d %{{.*}}, %[[ORIGINAL]]
func.func @shared(%x: tensor<1x8x8x2xf32>, %init: tensor<1x8x8x4xf32>)
    -> (tensor<1x8x8x4xf32>, tensor<1x8x8x4xf32>, tensor<1x8x8x4xf32>,
        tensor<1x8x8x4xf32>) {
  %w = arith.constant dense<2.0> : tensor<1x1x2x4xf32>
  %a = lf.fused_block ins(%in = %x : tensor<1x8x8x2xf32>,
                          %f = %w : tensor<1x1x2x4xf32>)
      outs(%init : tensor<1x8x8x4xf32>)
      schedule <whole_tile, tiles = [<pixels = 8, vectors = [2]>]> {
    %0 = lf.conv2d %in, %f
        : (tensor<1x8x8x2xf32>, tensor<1x1x2x4xf32>) -> tensor<1x8x8x4xf32>
    lf.yield %0 : tensor<1x8x8x4xf32>
  }
  %b = lf.fused_block ins(%in = %x : tensor<1x8x8x2xf32>,
                          %f = %w : tensor<1x1x2x4xf32>)
      outs(%init : tensor<1x8x8x4xf32>)
      schedule <whole_tile, tiles = [<pixels = 2, vectors = [1, 1]>]> {
    %0 = lf.conv2d %in, %f
        : (tensor<1x8x8x2xf32>, tensor<1x1x2x4xf32>) -> tensor<1x8x8x4xf32>
    lf.yield %0 : tensor<1x8x8x4xf32>
  }
  %c = lf.fused_block ins(%in = %x : tensor<1x8x8x2xf32>,
                          %f = %w : tensor<1x1x2x4xf32>)
      outs(%init : tensor<1x8x8x4xf32>)
      schedule <whole_tile, tiles = [<pixels = 2, vectors = [4]>]> {
    %0 = lf.conv2d %in, %f
        : (tensor<1x8x8x2xf32>, tensor<1x1x2x4xf32>) -> tensor<1x8x8x4xf32>
    lf.yield %0 : tensor<1x8x8x4xf32>
  }
  %d = lf.conv2d %x, %w
      : (tensor<1x8x8x2xf32>, tensor<1x1x2x4xf32>) -> tensor<1x8x8x4xf32>
  return %a, %b, %c, %d : tensor<1x8x8x4xf32>, tensor<1x8x8x4xf32>,
                          tensor<1x8x8x4xf32>, tensor<1x8x8x4xf32>
}

// -----

// Any float, from resources too.

// CHECK-LABEL: func @half
// CHECK: arith.constant dense_resource<[[HALVES:.*_packed]]> : tensor<2x1x1x1x2xf16>
func.func @half(%x: tensor<1x1x4x1xf16>, %init: tensor<1x1x4x3xf16>)
    -> tensor<1x1x4x3xf16> {
  %w = arith.constant dense_resource<halves> : tensor<1x1x1x3xf16>
  %y = lf.fused_block ins(%in = %x : tensor<1x1x4x1xf16>,
                          %f = %w : tensor<1x1x1x3xf16>)
      outs(%init : tensor<1x1x4x3xf16>)
      schedule <whole_tile, tiles = [<pixels = 4, vectors = [2]>]> {
    %0 = lf.conv2d %in, %f
        : (tensor<1x1x4x1xf16>, tensor<1x1x1x3xf16>) -> tensor<1x1x4x3xf16>
    lf.yield %0 : tensor<1x1x4x3xf16>
  }
  return %y : tensor<1x1x4x3xf16>
}
// CHECK: [[HALVES]]: "0x02000000010002000300{{0*}}"

{-#
  dialect_resources: { builtin: { halves: "0x02000000010002000300" } }
#-}

// -----

// Left alone: filters that are not constant, of several groups, read in panels
// of two sizes, and blocks without register tiles.

// CHECK-LABEL: func @unpacked
// CHECK-NOT: as tensor
func.func @unpacked(%x: tensor<1x8x8x4xf32>, %w: tensor<1x1x4x4xf32>,
                    %init: tensor<1x8x8x4xf32>)
    -> (tensor<1x8x8x4xf32>, tensor<1x8x8x4xf32>, tensor<1x8x8x4xf32>,
        tensor<1x8x8x4xf32>) {
  %c = arith.constant dense<1.0> : tensor<1x1x4x4xf32>
  %g = arith.constant dense<1.0> : tensor<1x1x2x4xf32>
  %0 = lf.fused_block ins(%in = %x : tensor<1x8x8x4xf32>,
                          %f = %w : tensor<1x1x4x4xf32>)
      outs(%init : tensor<1x8x8x4xf32>)
      schedule <whole_tile, tiles = [<pixels = 8, vectors = [4]>]> {
    %y = lf.conv2d %in, %f
        : (tensor<1x8x8x4xf32>, tensor<1x1x4x4xf32>) -> tensor<1x8x8x4xf32>
    lf.yield %y : tensor<1x8x8x4xf32>
  }
  %1 = lf.fused_block ins(%in = %x : tensor<1x8x8x4xf32>,
                          %f = %g : tensor<1x1x2x4xf32>)
      outs(%init : tensor<1x8x8x4xf32>)
      schedule <whole_tile, tiles = [<pixels = 8, vectors = [2]>]> {
    %y = lf.conv2d %in, %f groups 2
        : (tensor<1x8x8x4xf32>, tensor<1x1x2x4xf32>) -> tensor<1x8x8x4xf32>
    lf.yield %y : tensor<1x8x8x4xf32>
  }
  %2 = lf.fused_block ins(%in = %x : tensor<1x8x8x4xf32>,
                          %f = %c : tensor<1x1x4x4xf32>)
      outs(%init : tensor<1x8x8x4xf32>)
      schedule <whole_tile, tiles = [<pixels = 8, vectors = [4]>,
                                     <pixels = 8, vectors = [2]>]> {
    %y = lf.conv2d %in, %f
        : (tensor<1x8x8x4xf32>, tensor<1x1x4x4xf32>) -> tensor<1x8x8x4xf32>
    %z = lf.conv2d %y, %f
        : (tensor<1x8x8x4xf32>, tensor<1x1x4x4xf32>) -> tensor<1x8x8x4xf32>
    lf.yield %z : tensor<1x8x8x4xf32>
  }
  %3 = lf.fused_block ins(%in = %x : tensor<1x8x8x4xf32>,
                          %f = %c : tensor<1x1x4x4xf32>)
      outs(%init : tensor<1x8x8x4xf32>) schedule <whole_tile> {
    %y = lf.conv2d %in, %f
        : (tensor<1x8x8x4xf32>, tensor<1x1x4x4xf32>) -> tensor<1x8x8x4xf32>
    lf.yield %y : tensor<1x8x8x4xf32>
  }
  return %0, %1, %2, %3 : tensor<1x8x8x4xf32>, tensor<1x8x8x4xf32>,
                          tensor<1x8x8x4xf32>, tensor<1x8x8x4xf32>
}

// -----

// A filter of ones with Winograd tiles of 2: the rows of G, for the points 0, 1,
// infinity and -1, add up to -1, 3/2, 1 and 1/2, and the filter becomes their
// products. The channel beyond the last is zero.

// CHECK-LABEL: func @winograd
// CHECK: %[[FILTER:.*]] = arith.constant dense_resource<[[POINTS:.*_packed]]> : tensor<1x4x4x1x2xf32>
// CHECK: lf.fused_block
// CHECK-SAME: %[[FILTER]] : tensor<1x4x4x1x2xf32> as tensor<3x3x1x1xf32>
func.func @winograd(%x: tensor<1x8x8x1xf32>, %init: tensor<1x8x8x1xf32>)
    -> tensor<1x8x8x1xf32> {
  %w = arith.constant dense<1.0> : tensor<3x3x1x1xf32>
  %y = lf.fused_block ins(%in = %x : tensor<1x8x8x1xf32>,
                          %f0 = %w : tensor<3x3x1x1xf32>)
      outs(%init : tensor<1x8x8x1xf32>)
      schedule <whole_tile, algorithms = [winograd(2)],
                tiles = [<pixels = 8, vectors = [2]>]> {
    %0 = lf.conv2d %in, %f0 pads [1, 1, 1, 1]
        : (tensor<1x8x8x1xf32>, tensor<3x3x1x1xf32>) -> tensor<1x8x8x1xf32>
    lf.yield %0 : tensor<1x8x8x1xf32>
  }
  return %y : tensor<1x8x8x1xf32>
}

// CHECK: [[POINTS]]: "0x04000000
// CHECK-SAME: 0000803F000000000000C0BF00000000000080BF00000000000000BF00000000
// CHECK-SAME: 0000C0BF0000000000001040000000000000C03F000000000000403F00000000
// CHECK-SAME: 000080BF000000000000C03F000000000000803F000000000000003F00000000
// CHECK-SAME: 000000BF000000000000403F000000000000003F000000000000803E00000000"
