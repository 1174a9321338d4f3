// Two 3x3 convolutions, for c-program.c, which brings the filters.
module @two_convs {
  func.func @main(
      %x: tensor<1x24x24x8xf32> {lf.name = "data", lf.layout = "NHWC"},
      %v: tensor<3x3x8x16xf32> {lf.name = "filter.0"},
      %w: tensor<3x3x16x12xf32> {lf.name = "filter.1"})
      -> (tensor<1x12x12x12xf32> {lf.name = "result", lf.layout = "NHWC"}) {
    %h = lf.conv2d %x, %v pads [1, 1, 1, 1] activation relu
        : (tensor<1x24x24x8xf32>, tensor<3x3x8x16xf32>)
          -> tensor<1x24x24x16xf32>
    %y = lf.conv2d %h, %w strides [2, 2] pads [1, 1, 1, 1]
        : (tensor<1x24x24x16xf32>, tensor<3x3x16x12xf32>)
          -> tensor<1x12x12x12xf32>
    return %y : tensor<1x12x12x12xf32>
  }
}
