// RUN: lf-opt %s --lf-fuse-blocks=policy=all | FileCheck %s

// The basic block of a ResNet with a projection. The sum belongs to the branch
// with more layers, though the projection is written later.
// CHECK-LABEL: func @projection
// CHECK-SAME: (%[[X:.*]]: tensor<1x8x8x4xf32>, %[[W0:.*]]: tensor<3x3x4x8xf32>, %[[W1:.*]]: tensor<3x3x8x8xf32>, %[[WP:.*]]: tensor<1x1x4x8xf32>)
// CHECK: %[[P:.*]] = lf.fused_block ins(%{{.*}} = %[[X]] : {{.*}}, %{{.*}} = %[[WP]] : {{[^,]*}}) outs
// CHECK: %[[Y:.*]] = lf.fused_block ins(%{{.*}} = %[[X]] : {{.*}}, %{{.*}} = %[[W0]] : {{.*}}, %{{.*}} = %[[W1]] : {{.*}}, %[[OTHER:.*]] = %[[P]] : {{.*}}) outs
// CHECK: lf.conv2d
// CHECK: %[[C:.*]] = lf.conv2d
// CHECK: lf.add %[[C]], %[[OTHER]] activation relu
// CHECK: return %[[Y]]
func.func @projection(%x: tensor<1x8x8x4xf32>, %w0: tensor<3x3x4x8xf32>,
                      %w1: tensor<3x3x8x8xf32>, %wp: tensor<1x1x4x8xf32>)
    -> tensor<1x4x4x8xf32> {
  %0 = lf.conv2d %x, %w0 strides [2, 2] pads [1, 1, 1, 1] activation relu
      : (tensor<1x8x8x4xf32>, tensor<3x3x4x8xf32>) -> tensor<1x4x4x8xf32>
  %1 = lf.conv2d %0, %w1 pads [1, 1, 1, 1]
      : (tensor<1x4x4x8xf32>, tensor<3x3x8x8xf32>) -> tensor<1x4x4x8xf32>
  %2 = lf.conv2d %x, %wp strides [2, 2]
      : (tensor<1x8x8x4xf32>, tensor<1x1x4x8xf32>) -> tensor<1x4x4x8xf32>
  %3 = arith.addf %2, %1 : tensor<1x4x4x8xf32>
  %4 = lf.activate %3 relu : tensor<1x4x4x8xf32>
  return %4 : tensor<1x4x4x8xf32>
}

// A value that goes on in the block and past it is a second result; the sum
// behind the block reads it there.
// CHECK-LABEL: func @identity
// CHECK: %[[B:.*]]:2 = lf.fused_block
// CHECK: %[[S:.*]] = lf.add {{.*}} activation relu
// CHECK: %[[C:.*]] = lf.conv2d %[[S]]
// CHECK: lf.yield %[[S]], %[[C]]
// CHECK: return %[[B]]#1, %[[B]]#0
func.func @identity(%x: tensor<1x4x4x8xf32>, %w: tensor<3x3x8x8xf32>)
    -> (tensor<1x4x4x8xf32>, tensor<1x4x4x8xf32>) {
  %0 = lf.conv2d %x, %w pads [1, 1, 1, 1]
      : (tensor<1x4x4x8xf32>, tensor<3x3x8x8xf32>) -> tensor<1x4x4x8xf32>
  %1 = arith.addf %0, %x : tensor<1x4x4x8xf32>
  %2 = lf.activate %1 relu : tensor<1x4x4x8xf32>
  %3 = lf.conv2d %2, %w pads [1, 1, 1, 1]
      : (tensor<1x4x4x8xf32>, tensor<3x3x8x8xf32>) -> tensor<1x4x4x8xf32>
  return %3, %2 : tensor<1x4x4x8xf32>, tensor<1x4x4x8xf32>
}

// A residual inside one block would have to keep its rows: the sum stays apart.
// CHECK-LABEL: func @inner_residual
// CHECK: %[[B:.*]]:2 = lf.fused_block
// CHECK: lf.conv2d
// CHECK: lf.depthwise_conv2d
// CHECK: lf.yield
// CHECK: arith.addf %[[B]]#1, %[[B]]#0
func.func @inner_residual(%x: tensor<1x4x4x8xf32>, %w: tensor<3x3x8x8xf32>,
                          %d: tensor<3x3x8xf32>) -> tensor<1x4x4x8xf32> {
  %0 = lf.conv2d %x, %w pads [1, 1, 1, 1]
      : (tensor<1x4x4x8xf32>, tensor<3x3x8x8xf32>) -> tensor<1x4x4x8xf32>
  %1 = lf.depthwise_conv2d %0, %d pads [1, 1, 1, 1]
      : (tensor<1x4x4x8xf32>, tensor<3x3x8xf32>) -> tensor<1x4x4x8xf32>
  %2 = arith.addf %1, %0 : tensor<1x4x4x8xf32>
  return %2 : tensor<1x4x4x8xf32>
}

// The unit of ShuffleNetV2: half of the channels go past the layers.
// CHECK-LABEL: func @shuffle_unit
// CHECK: %[[LEFT:.*]] = tensor.extract_slice %arg0[0, 0, 0, 0]
// CHECK: %[[RIGHT:.*]] = tensor.extract_slice %arg0[0, 0, 0, 8]
// CHECK: %[[Y:.*]] = lf.fused_block ins(%{{.*}} = %[[RIGHT]] :
// CHECK: lf.conv2d
// CHECK: lf.depthwise_conv2d
// CHECK: lf.conv2d
// CHECK: tensor.concat dim(3) %[[LEFT]], %[[Y]]
func.func @shuffle_unit(%x: tensor<1x4x4x16xf32>, %w: tensor<1x1x8x8xf32>,
                        %d: tensor<3x3x8xf32>) -> tensor<1x4x4x16xf32> {
  %left = tensor.extract_slice %x[0, 0, 0, 0] [1, 4, 4, 8] [1, 1, 1, 1]
      : tensor<1x4x4x16xf32> to tensor<1x4x4x8xf32>
  %right = tensor.extract_slice %x[0, 0, 0, 8] [1, 4, 4, 8] [1, 1, 1, 1]
      : tensor<1x4x4x16xf32> to tensor<1x4x4x8xf32>
  %0 = lf.conv2d %right, %w activation relu
      : (tensor<1x4x4x8xf32>, tensor<1x1x8x8xf32>) -> tensor<1x4x4x8xf32>
  %1 = lf.depthwise_conv2d %0, %d pads [1, 1, 1, 1]
      : (tensor<1x4x4x8xf32>, tensor<3x3x8xf32>) -> tensor<1x4x4x8xf32>
  %2 = lf.conv2d %1, %w activation relu
      : (tensor<1x4x4x8xf32>, tensor<1x1x8x8xf32>) -> tensor<1x4x4x8xf32>
  %3 = tensor.concat dim(3) %left, %2
      : (tensor<1x4x4x8xf32>, tensor<1x4x4x8xf32>) -> tensor<1x4x4x16xf32>
  return %3 : tensor<1x4x4x16xf32>
}

// Squeeze-and-excite: up to the barrier, with the sums as a second result, and
// from there on.
// CHECK-LABEL: func @squeeze_excite
// CHECK: %[[D:.*]]:2 = lf.fused_block
// CHECK: lf.conv2d
// CHECK: %[[V:.*]] = lf.depthwise_conv2d
// CHECK: %[[SUM:.*]] = lf.global_pool sum %[[V]]
// CHECK: lf.yield %[[V]], %[[SUM]]
// CHECK: %[[GATE:.*]] = lf.activate %[[D]]#1 sigmoid
// CHECK: lf.fused_block ins(%[[IN:.*]] = %[[D]]#0 : {{.*}}, %[[G:.*]] = %[[GATE]] : {{.*}})
// CHECK: %[[S:.*]] = lf.scale %[[IN]], %[[G]]
// CHECK: %[[P:.*]] = lf.conv2d %[[S]]
// CHECK: lf.add %[[P]], %{{.*}} :
func.func @squeeze_excite(%x: tensor<1x4x4x8xf32>, %w: tensor<1x1x8x8xf32>,
                          %d: tensor<3x3x8xf32>) -> tensor<1x4x4x8xf32> {
  %0 = lf.conv2d %x, %w activation relu
      : (tensor<1x4x4x8xf32>, tensor<1x1x8x8xf32>) -> tensor<1x4x4x8xf32>
  %1 = lf.depthwise_conv2d %0, %d pads [1, 1, 1, 1]
      : (tensor<1x4x4x8xf32>, tensor<3x3x8xf32>) -> tensor<1x4x4x8xf32>
  %sums = lf.global_pool sum %1 : tensor<1x4x4x8xf32> -> tensor<1x8xf32>
  %gate = lf.activate %sums sigmoid : tensor<1x8xf32>
  %2 = lf.scale %1, %gate : tensor<1x4x4x8xf32>, tensor<1x8xf32>
  %3 = lf.conv2d %2, %w
      : (tensor<1x4x4x8xf32>, tensor<1x1x8x8xf32>) -> tensor<1x4x4x8xf32>
  %4 = arith.addf %x, %3 : tensor<1x4x4x8xf32>
  return %4 : tensor<1x4x4x8xf32>
}

// A pooling ends a block, and begins none with the layers behind it.
// CHECK-LABEL: func @pooling
// CHECK: %[[A:.*]] = lf.fused_block
// CHECK: lf.conv2d
// CHECK: lf.pool2d
// CHECK: lf.yield
// CHECK: lf.fused_block ins(%{{.*}} = %[[A]] :
// CHECK: lf.depthwise_conv2d
func.func @pooling(%x: tensor<1x8x8x4xf32>, %w: tensor<3x3x4x8xf32>,
                   %d: tensor<3x3x8xf32>) -> tensor<1x4x4x8xf32> {
  %0 = lf.conv2d %x, %w pads [1, 1, 1, 1]
      : (tensor<1x8x8x4xf32>, tensor<3x3x4x8xf32>) -> tensor<1x8x8x8xf32>
  %1 = lf.pool2d max %0 kernel [3, 3] strides [2, 2] pads [1, 1, 0, 0]
      : tensor<1x8x8x8xf32> -> tensor<1x4x4x8xf32>
  %2 = lf.depthwise_conv2d %1, %d pads [1, 1, 1, 1]
      : (tensor<1x4x4x8xf32>, tensor<3x3x8xf32>) -> tensor<1x4x4x8xf32>
  return %2 : tensor<1x4x4x8xf32>
}

// What reads the first layer and stands between the two comes after the block.
// CHECK-LABEL: func @reader_between
// CHECK: %[[B:.*]]:2 = lf.fused_block
// CHECK: lf.conv2d
// CHECK: lf.depthwise_conv2d
// CHECK: lf.yield
// CHECK: %[[N:.*]] = arith.negf %[[B]]#0
// CHECK: %[[E:.*]] = math.exp %[[N]]
// CHECK: return %[[B]]#1, %[[E]]
func.func @reader_between(%x: tensor<1x4x4x8xf32>, %w: tensor<1x1x8x8xf32>,
                          %d: tensor<3x3x8xf32>)
    -> (tensor<1x4x4x8xf32>, tensor<1x4x4x8xf32>) {
  %0 = lf.conv2d %x, %w
      : (tensor<1x4x4x8xf32>, tensor<1x1x8x8xf32>) -> tensor<1x4x4x8xf32>
  %1 = arith.negf %0 : tensor<1x4x4x8xf32>
  %2 = math.exp %1 : tensor<1x4x4x8xf32>
  %3 = lf.depthwise_conv2d %0, %d pads [1, 1, 1, 1]
      : (tensor<1x4x4x8xf32>, tensor<3x3x8xf32>) -> tensor<1x4x4x8xf32>
  return %3, %2 : tensor<1x4x4x8xf32>, tensor<1x4x4x8xf32>
}

// Each of two chains alone may be a block, but not both: they would need each
// other. The second is cut; its sum stays.
// CHECK-LABEL: func @crossing
// CHECK: %[[B:.*]] = lf.fused_block
// CHECK: lf.conv2d
// CHECK: lf.yield
// CHECK: %[[A:.*]]:2 = lf.fused_block ins({{.*}} = %[[B]] :
// CHECK: lf.conv2d
// CHECK: lf.add
// CHECK: lf.yield
// CHECK: arith.addf %[[B]], %[[A]]#0
func.func @crossing(%x: tensor<1x4x4x8xf32>, %w: tensor<1x1x8x8xf32>,
                    %v: tensor<1x1x8x8xf32>)
    -> (tensor<1x4x4x8xf32>, tensor<1x4x4x8xf32>) {
  %a = lf.conv2d %x, %w
      : (tensor<1x4x4x8xf32>, tensor<1x1x8x8xf32>) -> tensor<1x4x4x8xf32>
  %b = lf.conv2d %x, %v
      : (tensor<1x4x4x8xf32>, tensor<1x1x8x8xf32>) -> tensor<1x4x4x8xf32>
  %0 = arith.addf %a, %b : tensor<1x4x4x8xf32>
  %1 = arith.addf %b, %a : tensor<1x4x4x8xf32>
  return %0, %1 : tensor<1x4x4x8xf32>, tensor<1x4x4x8xf32>
}

// Two poolings of one value go with it.
// CHECK-LABEL: func @two_poolings
// CHECK: lf.fused_block
// CHECK: lf.conv2d
// CHECK: lf.global_pool sum
// CHECK: lf.global_pool max
// CHECK: lf.yield
func.func @two_poolings(%x: tensor<1x4x4x8xf32>, %w: tensor<1x1x8x8xf32>)
    -> (tensor<1x8xf32>, tensor<1x8xf32>) {
  %0 = lf.conv2d %x, %w
      : (tensor<1x4x4x8xf32>, tensor<1x1x8x8xf32>) -> tensor<1x4x4x8xf32>
  %1 = lf.global_pool sum %0 : tensor<1x4x4x8xf32> -> tensor<1x8xf32>
  %2 = lf.global_pool max %0 : tensor<1x4x4x8xf32> -> tensor<1x8xf32>
  return %1, %2 : tensor<1x8xf32>, tensor<1x8xf32>
}
