// Small rows for fused-pairs, as benchmarks/workloads/generate.py writes them.
module @tiny_pair {
  func.func @main(%x: tensor<1x8x8x16xf32>,
                  %w0: tensor<3x3x16xf32>, %b0: tensor<16xf32>,
                  %w1: tensor<1x1x16x16xf32>, %b1: tensor<16xf32>)
      -> tensor<1x8x8x16xf32> {
    %0 = lf.depthwise_conv2d %x, %w0 bias %b0 pads [1, 1, 1, 1] activation relu
        : (tensor<1x8x8x16xf32>, tensor<3x3x16xf32>, tensor<16xf32>)
          -> tensor<1x8x8x16xf32>
    %1 = lf.conv2d %0, %w1 bias %b1 activation relu
        : (tensor<1x8x8x16xf32>, tensor<1x1x16x16xf32>, tensor<16xf32>)
          -> tensor<1x8x8x16xf32>
    return %1 : tensor<1x8x8x16xf32>
  }
}
module @tiny_residual {
  func.func @main(%x: tensor<1x8x8x16xf32>,
                  %w0: tensor<1x1x16x32xf32>, %b0: tensor<32xf32>,
                  %w1: tensor<3x3x32xf32>, %b1: tensor<32xf32>,
                  %w2: tensor<1x1x32x16xf32>, %b2: tensor<16xf32>)
      -> tensor<1x8x8x16xf32> {
    %0 = lf.conv2d %x, %w0 bias %b0 activation relu6
        : (tensor<1x8x8x16xf32>, tensor<1x1x16x32xf32>, tensor<32xf32>)
          -> tensor<1x8x8x32xf32>
    %1 = lf.depthwise_conv2d %0, %w1 bias %b1 pads [1, 1, 1, 1] activation relu6
        : (tensor<1x8x8x32xf32>, tensor<3x3x32xf32>, tensor<32xf32>)
          -> tensor<1x8x8x32xf32>
    %2 = lf.conv2d %1, %w2 bias %b2
        : (tensor<1x8x8x32xf32>, tensor<1x1x32x16xf32>, tensor<16xf32>)
          -> tensor<1x8x8x16xf32>
    %sum = arith.addf %2, %x : tensor<1x8x8x16xf32>
    return %sum : tensor<1x8x8x16xf32>
  }
}
module @tiny_stride {
  func.func @main(%x: tensor<1x9x9x12xf32>,
                  %w0: tensor<1x1x12x24xf32>, %b0: tensor<24xf32>,
                  %w1: tensor<5x5x24xf32>, %b1: tensor<24xf32>,
                  %w2: tensor<1x1x24x20xf32>, %b2: tensor<20xf32>)
      -> tensor<1x5x5x20xf32> {
    %0 = lf.conv2d %x, %w0 bias %b0 activation relu
        : (tensor<1x9x9x12xf32>, tensor<1x1x12x24xf32>, tensor<24xf32>)
          -> tensor<1x9x9x24xf32>
    %1 = lf.depthwise_conv2d %0, %w1 bias %b1 strides [2, 2] pads [2, 2, 2, 2] activation relu
        : (tensor<1x9x9x24xf32>, tensor<5x5x24xf32>, tensor<24xf32>)
          -> tensor<1x5x5x24xf32>
    %2 = lf.conv2d %1, %w2 bias %b2
        : (tensor<1x5x5x24xf32>, tensor<1x1x24x20xf32>, tensor<20xf32>)
          -> tensor<1x5x5x20xf32>
    return %2 : tensor<1x5x5x20xf32>
  }
}
