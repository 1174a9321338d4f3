func.func @main(%x: tensor<1x4x4x2xf32>, %w: tensor<1x1x2x3xf32>)
    -> tensor<1x4x4x3xf32> {
  %y = lf.conv2d %x, %w
      : (tensor<1x4x4x2xf32>, tensor<1x1x2x3xf32>) -> tensor<1x4x4x3xf32>
  %z = lf.activate %y relu : tensor<1x4x4x3xf32>
  return %z : tensor<1x4x4x3xf32>
}
