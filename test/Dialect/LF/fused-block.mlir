// RUN: lf-opt %s --verify-roundtrip | FileCheck %s

// A block reads as the network does: layers in order, the schedule on one line.
// CHECK-LABEL: func @depthwise_pointwise
// CHECK-SAME:    (%[[X:.*]]: tensor<1x56x56x24xf32>, %[[F0:.*]]: tensor<3x3x24xf32>, %[[F1:.*]]: tensor<1x1x24x64xf32>)
func.func @depthwise_pointwise(%x: tensor<1x56x56x24xf32>,
                               %f0: tensor<3x3x24xf32>,
                               %f1: tensor<1x1x24x64xf32>)
    -> tensor<1x56x56x64xf32> {
  // CHECK: %[[INIT:.*]] = tensor.empty
  %init = tensor.empty() : tensor<1x56x56x64xf32>
  // CHECK: %[[Y:.*]] = lf.fused_block ins(%in = %[[X]] : tensor<1x56x56x24xf32>, %filter = %[[F0]] : tensor<3x3x24xf32>, %filter_0 = %[[F1]] : tensor<1x1x24x64xf32>) outs(%[[INIT]] : tensor<1x56x56x64xf32>) schedule <row_sliding, row_band = 8> {
  // CHECK-NEXT: %[[D:.*]] = lf.depthwise_conv2d %in, %filter pads [1, 1, 1, 1] activation relu6
  // CHECK-NEXT: %[[P:.*]] = lf.conv2d %[[D]], %filter_0
  // CHECK-NEXT: lf.yield %[[P]] : tensor<1x56x56x64xf32>
  // CHECK-NEXT: }
  // CHECK-NEXT: return %[[Y]]
  %y = lf.fused_block ins(%in = %x : tensor<1x56x56x24xf32>,
                          %w0 = %f0 : tensor<3x3x24xf32>,
                          %w1 = %f1 : tensor<1x1x24x64xf32>)
      outs(%init : tensor<1x56x56x64xf32>)
      schedule <row_sliding, row_band = 8> {
    %0 = lf.depthwise_conv2d %in, %w0 pads [1, 1, 1, 1] activation relu6
        : (tensor<1x56x56x24xf32>, tensor<3x3x24xf32>)
          -> tensor<1x56x56x24xf32>
    %1 = lf.conv2d %0, %w1
        : (tensor<1x56x56x24xf32>, tensor<1x1x24x64xf32>)
          -> tensor<1x56x56x64xf32>
    lf.yield %1 : tensor<1x56x56x64xf32>
  }
  return %y : tensor<1x56x56x64xf32>
}

// All that can stand in a block, two results, and an attribute of the user's.
// CHECK-LABEL: func @every_layer
func.func @every_layer(%x: tensor<2x9x9x4xf16>, %f: tensor<1x1x4x8xf16>,
                       %b: tensor<8xf16>, %s: tensor<2x4x4x8xf16>,
                       %g: tensor<2x4xf16>)
    -> (tensor<2x9x9x4xf16>, tensor<2x4x4x8xf16>, tensor<2x8xf16>) {
  %i0 = tensor.empty() : tensor<2x9x9x4xf16>
  %i1 = tensor.empty() : tensor<2x4x4x8xf16>
  %i2 = tensor.empty() : tensor<2x8xf16>
  // CHECK: lf.fused_block ins(%in = %{{.*}}, %gate = %{{.*}}, %filter = %{{.*}}, %bias = %{{.*}}, %other = %{{.*}}) outs(
  // CHECK-SAME: attributes {tag = "unit"} {
  // CHECK-NEXT: lf.scale %in, %gate : tensor<2x9x9x4xf16>, tensor<2x4xf16>
  // CHECK-NEXT: lf.conv2d
  // CHECK-NEXT: lf.pool2d max %{{.*}} kernel [3, 3] strides [2, 2] pads [0, 0, 2, 2] dilations [2, 2] : tensor<2x9x9x8xf16> -> tensor<2x4x4x8xf16>
  %y:3 = lf.fused_block ins(%in = %x : tensor<2x9x9x4xf16>,
                            %gate = %g : tensor<2x4xf16>,
                            %w = %f : tensor<1x1x4x8xf16>,
                            %bias = %b : tensor<8xf16>,
                            %other = %s : tensor<2x4x4x8xf16>)
      outs(%i0, %i1, %i2
           : tensor<2x9x9x4xf16>, tensor<2x4x4x8xf16>, tensor<2x8xf16>)
      attributes {tag = "unit"} {
    %0 = lf.scale %in, %gate : tensor<2x9x9x4xf16>, tensor<2x4xf16>
    %1 = lf.conv2d %0, %w bias %bias
        : (tensor<2x9x9x4xf16>, tensor<1x1x4x8xf16>, tensor<8xf16>)
          -> tensor<2x9x9x8xf16>
    %2 = lf.pool2d max %1 kernel [3, 3] strides [2, 2] pads [0, 0, 2, 2]
        dilations [2, 2] : tensor<2x9x9x8xf16> -> tensor<2x4x4x8xf16>
    // CHECK-NEXT: lf.activate %{{.*}} hardswish : tensor<2x4x4x8xf16>
    %3 = lf.activate %2 hardswish : tensor<2x4x4x8xf16>
    // CHECK-NEXT: lf.add %{{.*}}, %other activation relu : tensor<2x4x4x8xf16>
    %4 = lf.add %3, %other activation relu : tensor<2x4x4x8xf16>
    // CHECK-NEXT: lf.global_pool sum %{{.*}} : tensor<2x4x4x8xf16> -> tensor<2x8xf16>
    %5 = lf.global_pool sum %4 : tensor<2x4x4x8xf16> -> tensor<2x8xf16>
    lf.yield %0, %4, %5
        : tensor<2x9x9x4xf16>, tensor<2x4x4x8xf16>, tensor<2x8xf16>
  }
  return %y#0, %y#1, %y#2
      : tensor<2x9x9x4xf16>, tensor<2x4x4x8xf16>, tensor<2x8xf16>
}

// In buffers: no results, the same body. Buffers may be strided.
// CHECK-LABEL: func @buffers
func.func @buffers(%x: memref<1x8x8x4xf32, strided<[1024, 64, 8, 1]>>,
                   %y: memref<1x4x4x4xf32>) {
  // CHECK: lf.fused_block ins(%in = %{{.*}} : memref<1x8x8x4xf32, strided<[1024, 64, 8, 1]>>) outs(%{{.*}} : memref<1x4x4x4xf32>) {
  // CHECK-NEXT: lf.pool2d sum %in kernel [2, 2] strides [2, 2] : tensor<1x8x8x4xf32> -> tensor<1x4x4x4xf32>
  lf.fused_block
      ins(%in = %x : memref<1x8x8x4xf32, strided<[1024, 64, 8, 1]>>)
      outs(%y : memref<1x4x4x4xf32>) {
    %0 = lf.pool2d sum %in kernel [2, 2] strides [2, 2]
        : tensor<1x8x8x4xf32> -> tensor<1x4x4x4xf32>
    lf.yield %0 : tensor<1x4x4x4xf32>
  }
  return
}

// A pooling over all places may stand alone.
// CHECK-LABEL: func @global_pool
func.func @global_pool(%x: tensor<1x7x7x8xf32>, %init: tensor<1x8xf32>)
    -> tensor<1x8xf32> {
  // CHECK: lf.global_pool max %in
  %y = lf.fused_block ins(%in = %x : tensor<1x7x7x8xf32>)
      outs(%init : tensor<1x8xf32>) {
    %0 = lf.global_pool max %in : tensor<1x7x7x8xf32> -> tensor<1x8xf32>
    lf.yield %0 : tensor<1x8xf32>
  }
  return %y : tensor<1x8xf32>
}

// A filter may come packed, on tensors and in buffers; the body does not see it.
// CHECK-LABEL: func @packed
func.func @packed(%x: tensor<1x8x8x4xf32>, %w: tensor<2x1x1x4x4xf32>,
                  %init: tensor<1x8x8x6xf32>) -> tensor<1x8x8x6xf32> {
  // CHECK: %{{.*}} = %{{.*}} : tensor<2x1x1x4x4xf32> as tensor<1x1x4x6xf32>) outs
  %y = lf.fused_block ins(%in = %x : tensor<1x8x8x4xf32>,
                          %f = %w : tensor<2x1x1x4x4xf32> as tensor<1x1x4x6xf32>)
      outs(%init : tensor<1x8x8x6xf32>) {
    %0 = lf.conv2d %in, %f
        : (tensor<1x8x8x4xf32>, tensor<1x1x4x6xf32>) -> tensor<1x8x8x6xf32>
    lf.yield %0 : tensor<1x8x8x6xf32>
  }
  return %y : tensor<1x8x8x6xf32>
}

// CHECK-LABEL: func @packed_buffers
func.func @packed_buffers(%x: memref<1x8x8x4xf32>, %w: memref<2x1x1x4x4xf32>,
                          %y: memref<1x8x8x6xf32>) {
  // CHECK: %{{.*}} = %{{.*}} : memref<2x1x1x4x4xf32> as tensor<1x1x4x6xf32>) outs
  lf.fused_block ins(%in = %x : memref<1x8x8x4xf32>,
                     %f = %w : memref<2x1x1x4x4xf32> as tensor<1x1x4x6xf32>)
      outs(%y : memref<1x8x8x6xf32>)
      schedule <whole_tile, tiles = [<pixels = 8, vectors = [4]>]> {
    %0 = lf.conv2d %in, %f
        : (tensor<1x8x8x4xf32>, tensor<1x1x4x6xf32>) -> tensor<1x8x8x6xf32>
    lf.yield %0 : tensor<1x8x8x6xf32>
  }
  return
}
