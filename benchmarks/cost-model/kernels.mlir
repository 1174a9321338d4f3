// Kernels on data in L1, for the numbers of lib/Schedule/Generator.h: 1x1 layers
// by their output channels.
func.func @pointwise_8(
    %x: tensor<1x8x8x32xf32>,
    %filter0: tensor<1x1x32x8xf32>,
    %bias0: tensor<8xf32>) -> tensor<1x8x8x8xf32> {
  %init = tensor.empty() : tensor<1x8x8x8xf32>
  %y = lf.fused_block ins(%in = %x : tensor<1x8x8x32xf32>,
                          %w0 = %filter0 : tensor<1x1x32x8xf32>,
                          %b0 = %bias0 : tensor<8xf32>)
      outs(%init : tensor<1x8x8x8xf32>)
      schedule <row_sliding> {
    %0 = lf.conv2d %in, %w0 bias %b0 activation relu6
        : (tensor<1x8x8x32xf32>, tensor<1x1x32x8xf32>, tensor<8xf32>)
          -> tensor<1x8x8x8xf32>
    lf.yield %0 : tensor<1x8x8x8xf32>
  }
  return %y : tensor<1x8x8x8xf32>
}

// -----

func.func @pointwise_16(
    %x: tensor<1x8x8x32xf32>,
    %filter0: tensor<1x1x32x16xf32>,
    %bias0: tensor<16xf32>) -> tensor<1x8x8x16xf32> {
  %init = tensor.empty() : tensor<1x8x8x16xf32>
  %y = lf.fused_block ins(%in = %x : tensor<1x8x8x32xf32>,
                          %w0 = %filter0 : tensor<1x1x32x16xf32>,
                          %b0 = %bias0 : tensor<16xf32>)
      outs(%init : tensor<1x8x8x16xf32>)
      schedule <row_sliding> {
    %0 = lf.conv2d %in, %w0 bias %b0 activation relu6
        : (tensor<1x8x8x32xf32>, tensor<1x1x32x16xf32>, tensor<16xf32>)
          -> tensor<1x8x8x16xf32>
    lf.yield %0 : tensor<1x8x8x16xf32>
  }
  return %y : tensor<1x8x8x16xf32>
}

// -----

func.func @pointwise_24(
    %x: tensor<1x8x8x32xf32>,
    %filter0: tensor<1x1x32x24xf32>,
    %bias0: tensor<24xf32>) -> tensor<1x8x8x24xf32> {
  %init = tensor.empty() : tensor<1x8x8x24xf32>
  %y = lf.fused_block ins(%in = %x : tensor<1x8x8x32xf32>,
                          %w0 = %filter0 : tensor<1x1x32x24xf32>,
                          %b0 = %bias0 : tensor<24xf32>)
      outs(%init : tensor<1x8x8x24xf32>)
      schedule <row_sliding> {
    %0 = lf.conv2d %in, %w0 bias %b0 activation relu6
        : (tensor<1x8x8x32xf32>, tensor<1x1x32x24xf32>, tensor<24xf32>)
          -> tensor<1x8x8x24xf32>
    lf.yield %0 : tensor<1x8x8x24xf32>
  }
  return %y : tensor<1x8x8x24xf32>
}

// -----

func.func @pointwise_32(
    %x: tensor<1x8x8x32xf32>,
    %filter0: tensor<1x1x32x32xf32>,
    %bias0: tensor<32xf32>) -> tensor<1x8x8x32xf32> {
  %init = tensor.empty() : tensor<1x8x8x32xf32>
  %y = lf.fused_block ins(%in = %x : tensor<1x8x8x32xf32>,
                          %w0 = %filter0 : tensor<1x1x32x32xf32>,
                          %b0 = %bias0 : tensor<32xf32>)
      outs(%init : tensor<1x8x8x32xf32>)
      schedule <row_sliding> {
    %0 = lf.conv2d %in, %w0 bias %b0 activation relu6
        : (tensor<1x8x8x32xf32>, tensor<1x1x32x32xf32>, tensor<32xf32>)
          -> tensor<1x8x8x32xf32>
    lf.yield %0 : tensor<1x8x8x32xf32>
  }
  return %y : tensor<1x8x8x32xf32>
}

// -----

func.func @pointwise_48(
    %x: tensor<1x8x8x32xf32>,
    %filter0: tensor<1x1x32x48xf32>,
    %bias0: tensor<48xf32>) -> tensor<1x8x8x48xf32> {
  %init = tensor.empty() : tensor<1x8x8x48xf32>
  %y = lf.fused_block ins(%in = %x : tensor<1x8x8x32xf32>,
                          %w0 = %filter0 : tensor<1x1x32x48xf32>,
                          %b0 = %bias0 : tensor<48xf32>)
      outs(%init : tensor<1x8x8x48xf32>)
      schedule <row_sliding> {
    %0 = lf.conv2d %in, %w0 bias %b0 activation relu6
        : (tensor<1x8x8x32xf32>, tensor<1x1x32x48xf32>, tensor<48xf32>)
          -> tensor<1x8x8x48xf32>
    lf.yield %0 : tensor<1x8x8x48xf32>
  }
  return %y : tensor<1x8x8x48xf32>
}

// -----

func.func @pointwise_64(
    %x: tensor<1x8x8x32xf32>,
    %filter0: tensor<1x1x32x64xf32>,
    %bias0: tensor<64xf32>) -> tensor<1x8x8x64xf32> {
  %init = tensor.empty() : tensor<1x8x8x64xf32>
  %y = lf.fused_block ins(%in = %x : tensor<1x8x8x32xf32>,
                          %w0 = %filter0 : tensor<1x1x32x64xf32>,
                          %b0 = %bias0 : tensor<64xf32>)
      outs(%init : tensor<1x8x8x64xf32>)
      schedule <row_sliding> {
    %0 = lf.conv2d %in, %w0 bias %b0 activation relu6
        : (tensor<1x8x8x32xf32>, tensor<1x1x32x64xf32>, tensor<64xf32>)
          -> tensor<1x8x8x64xf32>
    lf.yield %0 : tensor<1x8x8x64xf32>
  }
  return %y : tensor<1x8x8x64xf32>
}

// -----

func.func @pointwise_96(
    %x: tensor<1x8x8x32xf32>,
    %filter0: tensor<1x1x32x96xf32>,
    %bias0: tensor<96xf32>) -> tensor<1x8x8x96xf32> {
  %init = tensor.empty() : tensor<1x8x8x96xf32>
  %y = lf.fused_block ins(%in = %x : tensor<1x8x8x32xf32>,
                          %w0 = %filter0 : tensor<1x1x32x96xf32>,
                          %b0 = %bias0 : tensor<96xf32>)
      outs(%init : tensor<1x8x8x96xf32>)
      schedule <row_sliding> {
    %0 = lf.conv2d %in, %w0 bias %b0 activation relu6
        : (tensor<1x8x8x32xf32>, tensor<1x1x32x96xf32>, tensor<96xf32>)
          -> tensor<1x8x8x96xf32>
    lf.yield %0 : tensor<1x8x8x96xf32>
  }
  return %y : tensor<1x8x8x96xf32>
}

// -----

func.func @pointwise_128(
    %x: tensor<1x8x8x32xf32>,
    %filter0: tensor<1x1x32x128xf32>,
    %bias0: tensor<128xf32>) -> tensor<1x8x8x128xf32> {
  %init = tensor.empty() : tensor<1x8x8x128xf32>
  %y = lf.fused_block ins(%in = %x : tensor<1x8x8x32xf32>,
                          %w0 = %filter0 : tensor<1x1x32x128xf32>,
                          %b0 = %bias0 : tensor<128xf32>)
      outs(%init : tensor<1x8x8x128xf32>)
      schedule <row_sliding> {
    %0 = lf.conv2d %in, %w0 bias %b0 activation relu6
        : (tensor<1x8x8x32xf32>, tensor<1x1x32x128xf32>, tensor<128xf32>)
          -> tensor<1x8x8x128xf32>
    lf.yield %0 : tensor<1x8x8x128xf32>
  }
  return %y : tensor<1x8x8x128xf32>
}

// -----

// With windows, without padding.
func.func @spatial_64(
    %x: tensor<1x4x10x16xf32>,
    %filter: tensor<3x3x16x64xf32>,
    %bias: tensor<64xf32>) -> tensor<1x2x8x64xf32> {
  %init = tensor.empty() : tensor<1x2x8x64xf32>
  %y = lf.fused_block ins(%in = %x : tensor<1x4x10x16xf32>,
                          %w = %filter : tensor<3x3x16x64xf32>,
                          %b = %bias : tensor<64xf32>)
      outs(%init : tensor<1x2x8x64xf32>) {
    %0 = lf.conv2d %in, %w bias %b
        : (tensor<1x4x10x16xf32>, tensor<3x3x16x64xf32>, tensor<64xf32>)
          -> tensor<1x2x8x64xf32>
    lf.yield %0 : tensor<1x2x8x64xf32>
  }
  return %y : tensor<1x2x8x64xf32>
}

// -----

func.func @depthwise_3(
    %x: tensor<1x6x10x64xf32>,
    %filter: tensor<3x3x64xf32>,
    %bias: tensor<64xf32>) -> tensor<1x4x8x64xf32> {
  %init = tensor.empty() : tensor<1x4x8x64xf32>
  %y = lf.fused_block ins(%in = %x : tensor<1x6x10x64xf32>,
                          %w = %filter : tensor<3x3x64xf32>,
                          %b = %bias : tensor<64xf32>)
      outs(%init : tensor<1x4x8x64xf32>) {
    %0 = lf.depthwise_conv2d %in, %w bias %b
        : (tensor<1x6x10x64xf32>, tensor<3x3x64xf32>, tensor<64xf32>)
          -> tensor<1x4x8x64xf32>
    lf.yield %0 : tensor<1x4x8x64xf32>
  }
  return %y : tensor<1x4x8x64xf32>
}

// -----

func.func @depthwise_5(
    %x: tensor<1x8x12x32xf32>,
    %filter: tensor<5x5x32xf32>,
    %bias: tensor<32xf32>) -> tensor<1x4x8x32xf32> {
  %init = tensor.empty() : tensor<1x4x8x32xf32>
  %y = lf.fused_block ins(%in = %x : tensor<1x8x12x32xf32>,
                          %w = %filter : tensor<5x5x32xf32>,
                          %b = %bias : tensor<32xf32>)
      outs(%init : tensor<1x4x8x32xf32>) {
    %0 = lf.depthwise_conv2d %in, %w bias %b
        : (tensor<1x8x12x32xf32>, tensor<5x5x32xf32>, tensor<32xf32>)
          -> tensor<1x4x8x32xf32>
    lf.yield %0 : tensor<1x4x8x32xf32>
  }
  return %y : tensor<1x4x8x32xf32>
}

// -----

// An operation an element.
func.func @add(
    %x: tensor<1x4x8x64xf32>,
    %side: tensor<1x4x8x64xf32>) -> tensor<1x4x8x64xf32> {
  %init = tensor.empty() : tensor<1x4x8x64xf32>
  %y = lf.fused_block ins(%in = %x : tensor<1x4x8x64xf32>,
                          %s = %side : tensor<1x4x8x64xf32>)
      outs(%init : tensor<1x4x8x64xf32>) {
    %0 = lf.add %in, %s activation relu : tensor<1x4x8x64xf32>
    lf.yield %0 : tensor<1x4x8x64xf32>
  }
  return %y : tensor<1x4x8x64xf32>
}

// -----

func.func @max_pool(
    %x: tensor<1x9x17x32xf32>) -> tensor<1x4x8x32xf32> {
  %init = tensor.empty() : tensor<1x4x8x32xf32>
  %y = lf.fused_block ins(%in = %x : tensor<1x9x17x32xf32>)
      outs(%init : tensor<1x4x8x32xf32>) {
    %0 = lf.pool2d max %in kernel [3, 3] strides [2, 2]
        : tensor<1x9x17x32xf32> -> tensor<1x4x8x32xf32>
    lf.yield %0 : tensor<1x4x8x32xf32>
  }
  return %y : tensor<1x4x8x32xf32>
}
