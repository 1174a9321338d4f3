// RUN: lf-opt %s --lf-tile-blocks --split-input-file --verify-diagnostics

func.func @plain(%x: memref<1x6x6x4xf32>, %w: memref<3x3x4x4xf32>,
                 %y: memref<1x6x6x4xf32>) {
  // expected-error @+1 {{'lf.fused_block' op layer 0 is to be computed by winograd, and its filter (operand 1) is not transformed: it must be a constant for no other use, and --lf-pack-filters run before}}
  lf.fused_block ins(%in = %x : memref<1x6x6x4xf32>,
                     %f = %w : memref<3x3x4x4xf32>)
      outs(%y : memref<1x6x6x4xf32>)
      schedule <whole_tile, algorithms = [winograd(2)],
                tiles = [<pixels = 4, vectors = [4]>]> {
    %0 = lf.conv2d %in, %f pads [1, 1, 1, 1]
        : (tensor<1x6x6x4xf32>, tensor<3x3x4x4xf32>) -> tensor<1x6x6x4xf32>
    lf.yield %0 : tensor<1x6x6x4xf32>
  }
  return
}

// -----

func.func @tiles(%x: memref<1x6x6x4xf32>, %w: memref<1x4x4x4x4xf32>,
                 %y: memref<1x6x6x4xf32>) {
  // expected-error @+1 {{'lf.fused_block' op has a layer to be computed by winograd, and no register tiles}}
  lf.fused_block ins(%in = %x : memref<1x6x6x4xf32>,
                     %f = %w : memref<1x4x4x4x4xf32> as tensor<3x3x4x4xf32>)
      outs(%y : memref<1x6x6x4xf32>)
      schedule <whole_tile, algorithms = [winograd(2)]> {
    %0 = lf.conv2d %in, %f pads [1, 1, 1, 1]
        : (tensor<1x6x6x4xf32>, tensor<3x3x4x4xf32>) -> tensor<1x6x6x4xf32>
    lf.yield %0 : tensor<1x6x6x4xf32>
  }
  return
}
