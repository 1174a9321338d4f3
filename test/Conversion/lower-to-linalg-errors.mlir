// RUN: lf-opt %s --lf-lower-to-linalg --verify-diagnostics
// RUN: lf-opt %s --lf-lower-to-linalg=keep-blocks -o /dev/null 2>/dev/null

func.func @buffers(%x: memref<1x8x8x4xf32>, %y: memref<1x8x8x4xf32>) {
  // expected-error @+1 {{'lf.fused_block' op is in buffers already: lf-tile-blocks lowers it}}
  lf.fused_block ins(%in = %x : memref<1x8x8x4xf32>)
      outs(%y : memref<1x8x8x4xf32>) {
    %0 = lf.activate %in relu : tensor<1x8x8x4xf32>
    lf.yield %0 : tensor<1x8x8x4xf32>
  }
  return
}
