// RUN: lf-opt %s --split-input-file --lf-fuse-blocks=policy=none \
// RUN:   | FileCheck %s --check-prefixes=CHECK,NONE
// RUN: lf-opt %s --split-input-file --lf-fuse-blocks=policy=all \
// RUN:   | FileCheck %s --check-prefixes=CHECK,ALL

// An inverted residual: one block, into which its input comes once, for the
// first layer and for the sum. Alone, a sum is no block.
// CHECK-LABEL: func @inverted_residual
// CHECK-SAME: (%[[X:.*]]: tensor<1x28x28x16xf32>, %[[W0:[^:]*]]: {{.*}}, %[[W1:[^:]*]]: {{.*}}, %[[W2:[^:]*]]: {{.*}})
// ALL: %[[INIT:.*]] = tensor.empty() : tensor<1x28x28x16xf32>
// ALL-NEXT: %[[Y:.*]] = lf.fused_block ins(%[[IN:.*]] = %[[X]] : tensor<1x28x28x16xf32>, %[[F0:.*]] = %[[W0]] : {{.*}}, %[[F1:.*]] = %[[W1]] : {{.*}}, %[[F2:.*]] = %[[W2]] : {{.*}}) outs(%[[INIT]] : tensor<1x28x28x16xf32>) {
// ALL-NEXT: %[[E:.*]] = lf.conv2d %[[IN]], %[[F0]] activation relu6
// ALL-NEXT: %[[D:.*]] = lf.depthwise_conv2d %[[E]], %[[F1]] pads [1, 1, 1, 1] activation relu6
// ALL-NEXT: %[[P:.*]] = lf.conv2d %[[D]], %[[F2]] :
// ALL-NEXT: %[[S:.*]] = lf.add %[[P]], %[[IN]] :
// ALL-NEXT: lf.yield %[[S]]
// ALL: return %[[Y]]
// NONE-COUNT-3: lf.fused_block
// NONE-NOT: lf.fused_block
// NONE: arith.addf %[[X]], %{{.*}}
func.func @inverted_residual(
    %x: tensor<1x28x28x16xf32>, %w0: tensor<1x1x16x96xf32>,
    %w1: tensor<3x3x96xf32>, %w2: tensor<1x1x96x16xf32>)
    -> tensor<1x28x28x16xf32> {
  %0 = lf.conv2d %x, %w0 activation relu6
      : (tensor<1x28x28x16xf32>, tensor<1x1x16x96xf32>)
        -> tensor<1x28x28x96xf32>
  %1 = lf.depthwise_conv2d %0, %w1 pads [1, 1, 1, 1] activation relu6
      : (tensor<1x28x28x96xf32>, tensor<3x3x96xf32>) -> tensor<1x28x28x96xf32>
  %2 = lf.conv2d %1, %w2
      : (tensor<1x28x28x96xf32>, tensor<1x1x96x16xf32>)
        -> tensor<1x28x28x16xf32>
  %3 = arith.addf %x, %2 : tensor<1x28x28x16xf32>
  return %3 : tensor<1x28x28x16xf32>
}

// -----

// A fully connected layer is a convolution over an image of one row; its
// constants keep their data.
// CHECK-LABEL: func @fully_connected
// CHECK-DAG: %[[W:.*]] = arith.constant dense_resource<weights> : tensor<1x1x2x3xf32>
// CHECK-DAG: %[[B:.*]] = arith.constant dense<1.000000e+00> : tensor<3xf32>
// CHECK-DAG: %[[X:.*]] = tensor.expand_shape %arg0 {{\[}}[0, 1, 2], [3]] output_shape [1, 1, 4, 2]
// CHECK: %[[Y:.*]] = lf.fused_block ins({{.*}} = %[[X]] : {{.*}}, {{.*}} = %[[W]] : {{.*}}, {{.*}} = %[[B]] : {{.*}})
// CHECK-NEXT: lf.conv2d %{{.*}}, %{{.*}} bias %{{.*}} activation relu
// CHECK: tensor.collapse_shape %[[Y]] {{\[}}[0, 1, 2], [3]]
func.func @fully_connected(%x: tensor<4x2xf32>) -> tensor<4x3xf32> {
  %w = arith.constant dense_resource<weights> : tensor<2x3xf32>
  %b = arith.constant dense<1.0> : tensor<3xf32>
  %e = tensor.empty() : tensor<4x3xf32>
  %init = linalg.broadcast ins(%b : tensor<3xf32>)
      outs(%e : tensor<4x3xf32>) dimensions = [0]
  %0 = linalg.matmul ins(%x, %w : tensor<4x2xf32>, tensor<2x3xf32>)
      outs(%init : tensor<4x3xf32>) -> tensor<4x3xf32>
  %1 = lf.activate %0 relu : tensor<4x3xf32>
  return %1 : tensor<4x3xf32>
}

{-#
  dialect_resources: {
    builtin: {
      weights: "0x04000000000080BF000000400000803F000000C00000003F0000803F"
    }
  }
#-}

// -----

// The product starts from other numbers: it is no convolution.
// CHECK-LABEL: func @product_and_sum
// CHECK: linalg.matmul
// CHECK-NOT: lf.fused_block
func.func @product_and_sum(%x: tensor<4x2xf32>, %w: tensor<2x3xf32>,
                           %init: tensor<4x3xf32>) -> tensor<4x3xf32> {
  %0 = linalg.matmul ins(%x, %w : tensor<4x2xf32>, tensor<2x3xf32>)
      outs(%init : tensor<4x3xf32>) -> tensor<4x3xf32>
  return %0 : tensor<4x3xf32>
}

// -----

// Neither a sum of arguments nor one of other things is a layer.
// CHECK-LABEL: func @no_layers
// CHECK-NEXT: %[[S:.*]] = arith.addf %arg0, %arg1
// CHECK-NEXT: %[[R:.*]] = lf.activate %[[S]] relu
// CHECK-NEXT: return %[[R]]
func.func @no_layers(%x: tensor<1x4x4x2xf32>, %y: tensor<1x4x4x2xf32>)
    -> tensor<1x4x4x2xf32> {
  %0 = arith.addf %x, %y : tensor<1x4x4x2xf32>
  %1 = lf.activate %0 relu : tensor<1x4x4x2xf32>
  return %1 : tensor<1x4x4x2xf32>
}

// -----

// Blocks there are stay; what stands in other regions is fused as well.
// CHECK-LABEL: func @again
// CHECK: lf.fused_block {{.*}} schedule <row_sliding, row_band = 2>
// CHECK-NOT: lf.fused_block
// CHECK: scf.if
// CHECK-NEXT: tensor.empty
// CHECK-NEXT: lf.fused_block
func.func @again(%x: tensor<1x4x4x2xf32>, %w: tensor<3x3x2xf32>, %c: i1)
    -> tensor<1x4x4x2xf32> {
  %init = tensor.empty() : tensor<1x4x4x2xf32>
  %0 = lf.fused_block ins(%in = %x : tensor<1x4x4x2xf32>,
                          %f = %w : tensor<3x3x2xf32>)
      outs(%init : tensor<1x4x4x2xf32>) schedule <row_sliding, row_band = 2> {
    %1 = lf.depthwise_conv2d %in, %f pads [1, 1, 1, 1]
        : (tensor<1x4x4x2xf32>, tensor<3x3x2xf32>) -> tensor<1x4x4x2xf32>
    lf.yield %1 : tensor<1x4x4x2xf32>
  }
  %2 = scf.if %c -> tensor<1x4x4x2xf32> {
    %3 = lf.depthwise_conv2d %0, %w pads [1, 1, 1, 1]
        : (tensor<1x4x4x2xf32>, tensor<3x3x2xf32>) -> tensor<1x4x4x2xf32>
    scf.yield %3 : tensor<1x4x4x2xf32>
  } else {
    scf.yield %0 : tensor<1x4x4x2xf32>
  }
  return %2 : tensor<1x4x4x2xf32>
}

// -----

// CHECK-LABEL: func @bottleneck
// CHECK-NOT: lf.bottleneck
// CHECK: lf.fused_block
// NONE: arith.addf
// ALL: lf.add
func.func @bottleneck(%x: tensor<1x8x8x4xf32>, %we: tensor<1x1x4x8xf32>,
                      %wd: tensor<3x3x8xf32>, %wp: tensor<1x1x8x4xf32>)
    -> tensor<1x8x8x4xf32> {
  %y = lf.bottleneck %x expand(%we) depthwise(%wd) project(%wp)
      pads [1, 1, 1, 1] activations relu6, relu6, none residual
      : (tensor<1x8x8x4xf32>, tensor<1x1x4x8xf32>, tensor<3x3x8xf32>,
         tensor<1x1x8x4xf32>) -> tensor<1x8x8x4xf32>
  return %y : tensor<1x8x8x4xf32>
}

// -----

// Left alone: what a block cannot hold, an empty image and a tensor with an
// encoding.
// CHECK-LABEL: func @no_block
// CHECK-NEXT: lf.global_pool
// CHECK-NEXT: lf.conv2d
// CHECK-NEXT: return
func.func @no_block(%x: tensor<1x0x4x8xf32>, %y: tensor<1x4x4x8xf32, "hidden">,
                    %w: tensor<1x1x8x8xf32>)
    -> (tensor<1x8xf32>, tensor<1x4x4x8xf32>) {
  %0 = lf.global_pool sum %x : tensor<1x0x4x8xf32> -> tensor<1x8xf32>
  %1 = lf.conv2d %y, %w
      : (tensor<1x4x4x8xf32, "hidden">, tensor<1x1x8x8xf32>)
        -> tensor<1x4x4x8xf32>
  return %0, %1 : tensor<1x8xf32>, tensor<1x4x4x8xf32>
}

// -----

// An image of that many columns is more than a convolution takes.
// CHECK-LABEL: func @tall_product
// CHECK: linalg.matmul
func.func @tall_product(%x: tensor<4294967296x2xf32>, %w: tensor<2x3xf32>,
                        %b: tensor<3xf32>) -> tensor<4294967296x3xf32> {
  %e = tensor.empty() : tensor<4294967296x3xf32>
  %i = linalg.broadcast ins(%b : tensor<3xf32>)
      outs(%e : tensor<4294967296x3xf32>) dimensions = [0]
  %0 = linalg.matmul ins(%x, %w : tensor<4294967296x2xf32>, tensor<2x3xf32>)
      outs(%i : tensor<4294967296x3xf32>) -> tensor<4294967296x3xf32>
  return %0 : tensor<4294967296x3xf32>
}

// -----

// A pooling that two read is computed once.
// CHECK-LABEL: func @pooled_twice
// CHECK: %[[P:.*]] = lf.fused_block
// CHECK: lf.global_pool sum
// CHECK-NOT: lf.global_pool
// CHECK: return %[[P]], %[[P]] :
func.func @pooled_twice(%x: tensor<1x8x8x4xf32>)
    -> (tensor<1x4xf32>, tensor<1x4xf32>) {
  %0 = lf.global_pool sum %x : tensor<1x8x8x4xf32> -> tensor<1x4xf32>
  %1 = lf.global_pool sum %x : tensor<1x8x8x4xf32> -> tensor<1x4xf32>
  return %0, %1 : tensor<1x4xf32>, tensor<1x4xf32>
}
