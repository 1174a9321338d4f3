// A dense 3x3 layer: as a 1x1 layer, for each place of the window.
//
// RUN: sed 's/TILE/<pixels = 14, vectors = [16, 16]>/' %s | lf-translate --lf-to-assembly \
// RUN:   --mtriple=x86_64-linux-gnu --mcpu=znver4 > %t.s
// RUN: %python %S/Inputs/inner-loops.py < %t.s | FileCheck %s --check-prefixes=CHECK,ZNVER4
// RUN: sed 's/TILE/<pixels = 6, vectors = [8, 8]>/' %s | lf-translate --lf-to-assembly \
// RUN:   --mtriple=x86_64-linux-gnu --mcpu=x86-64-v3 > %t.s
// RUN: %python %S/Inputs/inner-loops.py < %t.s | FileCheck %s --check-prefixes=CHECK,AVX2
// RUN: sed 's/TILE/<pixels = 6, vectors = [4, 4, 4, 4]>/' %s | lf-translate --lf-to-assembly \
// RUN:   --mtriple=aarch64-linux-gnu --mcpu=generic > %t.s
// RUN: %python %S/Inputs/inner-loops.py < %t.s | FileCheck %s --check-prefixes=CHECK,NEON

// ZNVER4: {{^}}28 multiply-adds of {{4[0-9]}} instructions, 0 spills
// AVX2: {{^}}12 multiply-adds of {{2[0-9]}} instructions, 0 spills
// NEON: {{^}}24 multiply-adds of {{3[0-9]}} instructions, 0 spills
// CHECK-NOT: {{[1-9]0*}} spills

module @net {
  func.func @main(%x: tensor<1x14x14x64xf32>) -> tensor<1x14x14x64xf32> {
    %f = arith.constant dense<0.5> : tensor<3x3x64x64xf32>
    %init = tensor.empty() : tensor<1x14x14x64xf32>
    %y = lf.fused_block ins(%i = %x : tensor<1x14x14x64xf32>,
                            %w = %f : tensor<3x3x64x64xf32>)
        outs(%init : tensor<1x14x14x64xf32>)
        schedule <whole_tile, tiles = [TILE]> {
      %0 = lf.conv2d %i, %w pads [1, 1, 1, 1] activation relu
        : (tensor<1x14x14x64xf32>, tensor<3x3x64x64xf32>)
          -> tensor<1x14x14x64xf32>
      lf.yield %0 : tensor<1x14x14x64xf32>
    }
    return %y : tensor<1x14x14x64xf32>
  }
}
