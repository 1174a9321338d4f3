// RUN: lf-opt %s --lf-schedule \
// RUN:   --remarks-filter=lf-schedule 2>%t.remarks \
// RUN:   | FileCheck %s
// RUN: FileCheck %s --check-prefix=REMARK --input-file=%t.remarks

// A block without a schedule gets one, with a register tile for each layer.
// CHECK-LABEL: func @chosen
// CHECK: lf.fused_block {{.*}} schedule <{{.*}}tiles = [<pixels = 7, vectors = [16]>, <pixels = {{[0-9]+}}, vectors = [16{{.*}}]{{.*}}>]> {
// REMARK: remark: [Analysis] schedule | Category:lf-schedule | Function=chosen | {{.*}}schedule="#lf.schedule<{{.*}}>", seconds={{[0-9.e+-]+}}
func.func @chosen(%x: tensor<1x14x14x64xf32>, %w0: tensor<3x3x64xf32>,
                  %w1: tensor<1x1x64x64xf32>) -> tensor<1x14x14x64xf32> {
  %init = tensor.empty() : tensor<1x14x14x64xf32>
  %y = lf.fused_block ins(%in = %x : tensor<1x14x14x64xf32>,
                          %f0 = %w0 : tensor<3x3x64xf32>,
                          %f1 = %w1 : tensor<1x1x64x64xf32>)
      outs(%init : tensor<1x14x14x64xf32>) {
    %0 = lf.depthwise_conv2d %in, %f0 pads [1, 1, 1, 1]
        : (tensor<1x14x14x64xf32>, tensor<3x3x64xf32>) -> tensor<1x14x14x64xf32>
    %1 = lf.conv2d %0, %f1
        : (tensor<1x14x14x64xf32>, tensor<1x1x64x64xf32>)
          -> tensor<1x14x14x64xf32>
    lf.yield %1 : tensor<1x14x14x64xf32>
  }
  return %y : tensor<1x14x14x64xf32>
}

// Groups cannot be blocked; a group of four channels takes vectors of four.
// CHECK-LABEL: func @grouped
// CHECK-NOT: channel_block
// CHECK: lf.fused_block {{.*}} schedule <{{.*}}tiles = [<pixels = {{[0-9]+}}, vectors = [4]{{.*}}>, <
func.func @grouped(%x: tensor<1x14x14x8xf32>, %w: tensor<1x1x4x8xf32>)
    -> tensor<1x7x7x8xf32> {
  %init = tensor.empty() : tensor<1x7x7x8xf32>
  %y = lf.fused_block ins(%in = %x : tensor<1x14x14x8xf32>,
                          %f = %w : tensor<1x1x4x8xf32>)
      outs(%init : tensor<1x7x7x8xf32>) {
    %0 = lf.conv2d %in, %f groups 2
        : (tensor<1x14x14x8xf32>, tensor<1x1x4x8xf32>) -> tensor<1x14x14x8xf32>
    %1 = lf.pool2d max %0 kernel [2, 2] strides [2, 2]
        : tensor<1x14x14x8xf32> -> tensor<1x7x7x8xf32>
    lf.yield %1 : tensor<1x7x7x8xf32>
  }
  return %y : tensor<1x7x7x8xf32>
}

// Rows of so many channels fit L1 a vector of channels at a time.
// CHECK-LABEL: func @inverted_residual
// CHECK: lf.fused_block {{.*}} schedule <row_sliding, channel_block = 16, tiles = [<pixels = {{[0-9]+}}, vectors = [16]
func.func @inverted_residual(
    %x: tensor<1x112x112x16xf32>, %w0: tensor<1x1x16x96xf32>,
    %w1: tensor<3x3x96xf32>, %w2: tensor<1x1x96x24xf32>)
    -> tensor<1x56x56x24xf32> {
  %init = tensor.empty() : tensor<1x56x56x24xf32>
  %y = lf.fused_block ins(%in = %x : tensor<1x112x112x16xf32>,
                          %f0 = %w0 : tensor<1x1x16x96xf32>,
                          %f1 = %w1 : tensor<3x3x96xf32>,
                          %f2 = %w2 : tensor<1x1x96x24xf32>)
      outs(%init : tensor<1x56x56x24xf32>) {
    %0 = lf.conv2d %in, %f0
        : (tensor<1x112x112x16xf32>, tensor<1x1x16x96xf32>)
          -> tensor<1x112x112x96xf32>
    %1 = lf.depthwise_conv2d %0, %f1 strides [2, 2] pads [1, 1, 1, 1]
        : (tensor<1x112x112x96xf32>, tensor<3x3x96xf32>)
          -> tensor<1x56x56x96xf32>
    %2 = lf.conv2d %1, %f2
        : (tensor<1x56x56x96xf32>, tensor<1x1x96x24xf32>)
          -> tensor<1x56x56x24xf32>
    lf.yield %2 : tensor<1x56x56x24xf32>
  }
  return %y : tensor<1x56x56x24xf32>
}

// A schedule that is there stays.
// CHECK-LABEL: func @kept
// CHECK: lf.fused_block {{.*}} schedule <channel_blocked, row_band = 3, channel_block = 5> {
func.func @kept(%x: tensor<1x14x14x8xf32>, %w: tensor<3x3x8xf32>,
                %init: tensor<1x14x14x8xf32>) -> tensor<1x14x14x8xf32> {
  %y = lf.fused_block ins(%in = %x : tensor<1x14x14x8xf32>,
                          %f = %w : tensor<3x3x8xf32>)
      outs(%init : tensor<1x14x14x8xf32>)
      schedule <channel_blocked, row_band = 3, channel_block = 5> {
    %0 = lf.depthwise_conv2d %in, %f pads [1, 1, 1, 1]
        : (tensor<1x14x14x8xf32>, tensor<3x3x8xf32>) -> tensor<1x14x14x8xf32>
    lf.yield %0 : tensor<1x14x14x8xf32>
  }
  return %y : tensor<1x14x14x8xf32>
}
