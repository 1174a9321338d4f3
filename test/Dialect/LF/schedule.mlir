// RUN: lf-opt %s --verify-roundtrip | FileCheck %s

// What stands for "all" is not printed.
// CHECK-LABEL: func private @schedules() attributes {
func.func private @schedules() attributes {
  // CHECK-SAME: a = #lf.schedule<row_sliding>
  a = #lf.schedule<row_sliding>,
  // CHECK-SAME: b = #lf.schedule<row_sliding, row_band = 8>
  b = #lf.schedule<row_sliding, row_band = 8>,
  // CHECK-SAME: c = #lf.schedule<channel_blocked>
  c = #lf.schedule<channel_blocked, row_band = 0, channel_block = 0>,
  // CHECK-SAME: d = #lf.schedule<channel_blocked, channel_block = 48>
  d = #lf.schedule<channel_blocked, channel_block = 48>,
  // CHECK-SAME: e = #lf.schedule<channel_blocked, row_band = 7, channel_block = 48>
  e = #lf.schedule<channel_blocked, row_band = 7, channel_block = 48>,
  // CHECK-SAME: e0 = #lf.schedule<row_sliding, threads = 2>
  e0 = #lf.schedule<row_sliding, threads = 2, parallel = rows>,
  // CHECK-SAME: e1 = #lf.schedule<whole_tile, threads = 4, parallel = channels>
  e1 = #lf.schedule<whole_tile, threads = 4, parallel = channels>,
  // CHECK-SAME: e2 = #lf.schedule<row_sliding, row_band = 2, threads = 3, parallel = images>
  e2 = #lf.schedule<row_sliding, row_band = 2, threads = 3, parallel = images>,
  // CHECK-SAME: f = #lf.schedule<row_sliding, channel_block = 16>
  f = #lf.schedule<row_sliding, channel_block = 16>,
  // CHECK-SAME: g = #lf.schedule<whole_tile>
  g = #lf.schedule<whole_tile, tiles = []>,
  // CHECK-SAME: h = #lf.schedule<whole_tile, row_band = 4, tiles = [<pixels = 14, vectors = [16, 16]>, <pixels = 8, vectors = [8, 8, 8], unroll = 2>]>
  h = #lf.schedule<whole_tile, tiles = [
        #lf.register_tile<pixels = 14, vectors = [16, 16]>,
        <pixels = 8, vectors = [8, 8, 8], unroll = 2>], row_band = 4>,
  // CHECK-SAME: i = #lf.schedule<whole_tile, row_band = 4, algorithms = [direct, winograd(2), winograd(4), winograd(4, 3)]>
  i = #lf.schedule<whole_tile, row_band = 4,
        algorithms = [direct, winograd(2), winograd(4, 0), winograd(4, 3)]>,
  // CHECK-SAME: j = #lf.algorithm<direct>
  j = #lf.algorithm<direct>,
  // CHECK-SAME: k = #lf.algorithm<winograd(2, 1)>
  k = #lf.algorithm<winograd(2, 1)>
}

// A schedule has a tile for each layer, the poolings have none. All channels may
// be one block, whatever the panel of the layer that makes them.
// CHECK-LABEL: func @tiles
func.func @tiles(%x: tensor<1x8x8x4xf32>, %w0: tensor<1x1x4x40xf32>,
                 %w1: tensor<3x3x40xf32>, %y: tensor<1x40xf32>)
    -> tensor<1x40xf32> {
  // CHECK: schedule <row_sliding, channel_block = 40, tiles = [<pixels = 8, vectors = [16, 16]>, <pixels = 7, vectors = [16]>]> {
  %0 = lf.fused_block ins(%in = %x : tensor<1x8x8x4xf32>,
                          %f0 = %w0 : tensor<1x1x4x40xf32>,
                          %f1 = %w1 : tensor<3x3x40xf32>)
      outs(%y : tensor<1x40xf32>)
      schedule <row_sliding, channel_block = 40,
                tiles = [<pixels = 8, vectors = [16, 16]>,
                         <pixels = 7, vectors = [16]>]> {
    %1 = lf.conv2d %in, %f0
        : (tensor<1x8x8x4xf32>, tensor<1x1x4x40xf32>) -> tensor<1x8x8x40xf32>
    %2 = lf.depthwise_conv2d %1, %f1 pads [1, 1, 1, 1]
        : (tensor<1x8x8x40xf32>, tensor<3x3x40xf32>) -> tensor<1x8x8x40xf32>
    %3 = lf.global_pool max %2 : tensor<1x8x8x40xf32> -> tensor<1x40xf32>
    lf.yield %3 : tensor<1x40xf32>
  }
  return %0 : tensor<1x40xf32>
}

// Canonicalization and CSE keep a block's schedule.
// CHECK-LABEL: func @kept
func.func @kept(%x: tensor<1x8x8x4xf32>, %w: tensor<3x3x4xf32>)
    -> tensor<1x8x8x4xf32> {
  %init = tensor.empty() : tensor<1x8x8x4xf32>
  // CHECK: schedule <channel_blocked, row_band = 4, channel_block = 3> {
  %y = lf.fused_block ins(%in = %x : tensor<1x8x8x4xf32>,
                          %f = %w : tensor<3x3x4xf32>)
      outs(%init : tensor<1x8x8x4xf32>)
      schedule <channel_blocked, row_band = 4, channel_block = 3> {
    %0 = lf.depthwise_conv2d %in, %f pads [1, 1, 1, 1]
        : (tensor<1x8x8x4xf32>, tensor<3x3x4xf32>) -> tensor<1x8x8x4xf32>
    lf.yield %0 : tensor<1x8x8x4xf32>
  }
  return %y : tensor<1x8x8x4xf32>
}
