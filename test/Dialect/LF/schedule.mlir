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
  e = #lf.schedule<channel_blocked, row_band = 7, channel_block = 48>
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
