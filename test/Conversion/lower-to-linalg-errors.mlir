// RUN: lf-opt %s --lf-lower-to-linalg --split-input-file --verify-diagnostics
// RUN: lf-opt %s --lf-lower-to-linalg=keep-blocks --split-input-file -o /dev/null 2>/dev/null

func.func @buffers(%x: memref<1x8x8x4xf32>, %y: memref<1x8x8x4xf32>) {
  // expected-error @+1 {{'lf.fused_block' op is in buffers already: lf-tile-blocks lowers it}}
  lf.fused_block ins(%in = %x : memref<1x8x8x4xf32>)
      outs(%y : memref<1x8x8x4xf32>) {
    %0 = lf.activate %in relu : tensor<1x8x8x4xf32>
    lf.yield %0 : tensor<1x8x8x4xf32>
  }
  return
}

// -----

func.func @transformed(%x: tensor<1x8x8x4xf32>, %w: tensor<1x4x4x4x4xf32>,
                       %y: tensor<1x8x8x4xf32>) -> tensor<1x8x8x4xf32> {
  // expected-error @+1 {{'lf.fused_block' op has a filter that is transformed for winograd (operand 1): lf-tile-blocks lowers it}}
  %0 = lf.fused_block ins(%in = %x : tensor<1x8x8x4xf32>,
                          %f = %w : tensor<1x4x4x4x4xf32> as tensor<3x3x4x4xf32>)
      outs(%y : tensor<1x8x8x4xf32>)
      schedule <whole_tile, algorithms = [winograd(2)],
                tiles = [<pixels = 4, vectors = [4]>]> {
    %1 = lf.conv2d %in, %f pads [1, 1, 1, 1]
        : (tensor<1x8x8x4xf32>, tensor<3x3x4x4xf32>) -> tensor<1x8x8x4xf32>
    lf.yield %1 : tensor<1x8x8x4xf32>
  }
  return %0 : tensor<1x8x8x4xf32>
}
