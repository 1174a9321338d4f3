// RUN: lf-opt %s --lf-raise-bottlenecks | FileCheck %s --check-prefixes=CHECK,RAISED
// RUN: lf-opt %s --lf-raise-bottlenecks --lf-fuse-blocks=policy=all \
// RUN:   --lf-raise-bottlenecks | FileCheck %s --check-prefix=RAISED

// There and back, and there again.
// RAISED-LABEL: func @residual
// RAISED-SAME: (%[[X:.*]]: tensor<1x8x8x4xf32>, %[[WE:.*]]: tensor<1x1x4x8xf32>, %[[BE:.*]]: tensor<8xf32>, %[[WD:.*]]: tensor<3x3x8xf32>, %[[WP:.*]]: tensor<1x1x8x4xf32>)
// RAISED-NEXT: %[[Y:.*]] = lf.bottleneck %[[X]] expand(%[[WE]], %[[BE]]) depthwise(%[[WD]]) project(%[[WP]]) pads [1, 1, 1, 1] activations relu6, relu, none residual
// RAISED-NEXT: return %[[Y]]
func.func @residual(%x: tensor<1x8x8x4xf32>, %we: tensor<1x1x4x8xf32>,
                    %be: tensor<8xf32>, %wd: tensor<3x3x8xf32>,
                    %wp: tensor<1x1x8x4xf32>) -> tensor<1x8x8x4xf32> {
  %init = tensor.empty() : tensor<1x8x8x4xf32>
  %y = lf.fused_block ins(%in = %x : tensor<1x8x8x4xf32>,
                          %w0 = %we : tensor<1x1x4x8xf32>,
                          %b0 = %be : tensor<8xf32>,
                          %w1 = %wd : tensor<3x3x8xf32>,
                          %w2 = %wp : tensor<1x1x8x4xf32>)
      outs(%init : tensor<1x8x8x4xf32>) {
    %0 = lf.conv2d %in, %w0 bias %b0 activation relu6
        : (tensor<1x8x8x4xf32>, tensor<1x1x4x8xf32>, tensor<8xf32>)
          -> tensor<1x8x8x8xf32>
    %1 = lf.depthwise_conv2d %0, %w1 pads [1, 1, 1, 1] activation relu
        : (tensor<1x8x8x8xf32>, tensor<3x3x8xf32>) -> tensor<1x8x8x8xf32>
    %2 = lf.conv2d %1, %w2
        : (tensor<1x8x8x8xf32>, tensor<1x1x8x4xf32>) -> tensor<1x8x8x4xf32>
    %3 = lf.add %2, %in : tensor<1x8x8x4xf32>
    lf.yield %3 : tensor<1x8x8x4xf32>
  }
  return %y : tensor<1x8x8x4xf32>
}

// RAISED-LABEL: func @strided
// RAISED-NEXT: lf.bottleneck %{{.*}} expand(%{{.*}}) depthwise(%{{.*}}) project(%{{.*}}) strides [2, 2] pads [0, 0, 1, 1] activations none, relu6, relu :
func.func @strided(%x: tensor<1x8x8x4xf32>, %we: tensor<1x1x4x8xf32>,
                   %wd: tensor<3x3x8xf32>, %wp: tensor<1x1x8x6xf32>)
    -> tensor<1x4x4x6xf32> {
  %init = tensor.empty() : tensor<1x4x4x6xf32>
  %y = lf.fused_block ins(%in = %x : tensor<1x8x8x4xf32>,
                          %w0 = %we : tensor<1x1x4x8xf32>,
                          %w1 = %wd : tensor<3x3x8xf32>,
                          %w2 = %wp : tensor<1x1x8x6xf32>)
      outs(%init : tensor<1x4x4x6xf32>) {
    %0 = lf.conv2d %in, %w0
        : (tensor<1x8x8x4xf32>, tensor<1x1x4x8xf32>) -> tensor<1x8x8x8xf32>
    %1 = lf.depthwise_conv2d %0, %w1 strides [2, 2] pads [0, 0, 1, 1]
        activation relu6
        : (tensor<1x8x8x8xf32>, tensor<3x3x8xf32>) -> tensor<1x4x4x8xf32>
    %2 = lf.conv2d %1, %w2 activation relu
        : (tensor<1x4x4x8xf32>, tensor<1x1x8x6xf32>) -> tensor<1x4x4x6xf32>
    lf.yield %2 : tensor<1x4x4x6xf32>
  }
  return %y : tensor<1x4x4x6xf32>
}

// Left alone: a schedule, which a bottleneck could not keep; another sum than
// with the input; a second result.
// CHECK-LABEL: func @others
// CHECK-NOT: lf.bottleneck
// CHECK-COUNT-3: lf.fused_block
// CHECK: return
func.func @others(%x: tensor<1x8x8x4xf32>, %we: tensor<1x1x4x4xf32>,
                  %wd: tensor<3x3x4xf32>, %z: tensor<1x8x8x4xf32>)
    -> (tensor<1x8x8x4xf32>, tensor<1x8x8x4xf32>, tensor<1x8x8x4xf32>,
        tensor<1x8x8x4xf32>) {
  %init = tensor.empty() : tensor<1x8x8x4xf32>
  %scheduled = lf.fused_block ins(%in = %x : tensor<1x8x8x4xf32>,
                                  %w0 = %we : tensor<1x1x4x4xf32>,
                                  %w1 = %wd : tensor<3x3x4xf32>)
      outs(%init : tensor<1x8x8x4xf32>) schedule <row_sliding, row_band = 2> {
    %0 = lf.conv2d %in, %w0
        : (tensor<1x8x8x4xf32>, tensor<1x1x4x4xf32>) -> tensor<1x8x8x4xf32>
    %1 = lf.depthwise_conv2d %0, %w1 pads [1, 1, 1, 1]
        : (tensor<1x8x8x4xf32>, tensor<3x3x4xf32>) -> tensor<1x8x8x4xf32>
    %2 = lf.conv2d %1, %w0
        : (tensor<1x8x8x4xf32>, tensor<1x1x4x4xf32>) -> tensor<1x8x8x4xf32>
    lf.yield %2 : tensor<1x8x8x4xf32>
  }
  %other = lf.fused_block ins(%in = %x : tensor<1x8x8x4xf32>,
                              %w0 = %we : tensor<1x1x4x4xf32>,
                              %w1 = %wd : tensor<3x3x4xf32>,
                              %side = %z : tensor<1x8x8x4xf32>)
      outs(%init : tensor<1x8x8x4xf32>) {
    %0 = lf.conv2d %in, %w0
        : (tensor<1x8x8x4xf32>, tensor<1x1x4x4xf32>) -> tensor<1x8x8x4xf32>
    %1 = lf.depthwise_conv2d %0, %w1 pads [1, 1, 1, 1]
        : (tensor<1x8x8x4xf32>, tensor<3x3x4xf32>) -> tensor<1x8x8x4xf32>
    %2 = lf.conv2d %1, %w0
        : (tensor<1x8x8x4xf32>, tensor<1x1x4x4xf32>) -> tensor<1x8x8x4xf32>
    %3 = lf.add %2, %side : tensor<1x8x8x4xf32>
    lf.yield %3 : tensor<1x8x8x4xf32>
  }
  %two:2 = lf.fused_block ins(%in = %x : tensor<1x8x8x4xf32>,
                              %w0 = %we : tensor<1x1x4x4xf32>,
                              %w1 = %wd : tensor<3x3x4xf32>)
      outs(%init, %init : tensor<1x8x8x4xf32>, tensor<1x8x8x4xf32>) {
    %0 = lf.conv2d %in, %w0
        : (tensor<1x8x8x4xf32>, tensor<1x1x4x4xf32>) -> tensor<1x8x8x4xf32>
    %1 = lf.depthwise_conv2d %0, %w1 pads [1, 1, 1, 1]
        : (tensor<1x8x8x4xf32>, tensor<3x3x4xf32>) -> tensor<1x8x8x4xf32>
    %2 = lf.conv2d %1, %w0
        : (tensor<1x8x8x4xf32>, tensor<1x1x4x4xf32>) -> tensor<1x8x8x4xf32>
    lf.yield %0, %2 : tensor<1x8x8x4xf32>, tensor<1x8x8x4xf32>
  }
  return %scheduled, %other, %two#0, %two#1
      : tensor<1x8x8x4xf32>, tensor<1x8x8x4xf32>, tensor<1x8x8x4xf32>,
        tensor<1x8x8x4xf32>
}
