// Small layers for kernels, as benchmarks/workloads/generate.py writes them.
module @tiny_even {
  func.func @main(%x: tensor<1x8x8x16xf32>,
                  %w0: tensor<3x3x16x16xf32>, %b0: tensor<16xf32>)
      -> tensor<1x8x8x16xf32> {
    %0 = lf.conv2d %x, %w0 bias %b0 pads [1, 1, 1, 1] activation relu
        : (tensor<1x8x8x16xf32>, tensor<3x3x16x16xf32>, tensor<16xf32>)
          -> tensor<1x8x8x16xf32>
    return %0 : tensor<1x8x8x16xf32>
  }
}
module @tiny_odd {
  func.func @main(%x: tensor<2x5x7x3xf32>,
                  %w0: tensor<3x3x3x20xf32>, %b0: tensor<20xf32>)
      -> tensor<2x5x7x20xf32> {
    %0 = lf.conv2d %x, %w0 bias %b0 pads [1, 1, 1, 1] activation relu6
        : (tensor<2x5x7x3xf32>, tensor<3x3x3x20xf32>, tensor<20xf32>)
          -> tensor<2x5x7x20xf32>
    return %0 : tensor<2x5x7x20xf32>
  }
}
