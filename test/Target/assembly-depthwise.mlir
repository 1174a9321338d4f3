// A depthwise 3x3 layer: the nine vectors of the filter stay in registers, too; each
// multiply-add takes an input vector from memory.
//
// RUN: sed 's/TILE/<pixels = 7, vectors = [16]>/' %s | lf-translate --lf-to-assembly \
// RUN:   --mtriple=x86_64-linux-gnu --mcpu=znver4 > %t.s
// RUN: %python %S/Inputs/inner-loops.py < %t.s | FileCheck %s --check-prefixes=CHECK,ZNVER4
// RUN: sed 's/TILE/<pixels = 4, vectors = [8]>/' %s | lf-translate --lf-to-assembly \
// RUN:   --mtriple=x86_64-linux-gnu --mcpu=x86-64-v3 > %t.s
// RUN: %python %S/Inputs/inner-loops.py < %t.s | FileCheck %s --check-prefixes=CHECK,AVX2
// RUN: sed 's/TILE/<pixels = 7, vectors = [4]>/' %s | lf-translate --lf-to-assembly \
// RUN:   --mtriple=aarch64-linux-gnu --mcpu=generic > %t.s
// RUN: %python %S/Inputs/inner-loops.py < %t.s | FileCheck %s --check-prefixes=CHECK,NEON

// ZNVER4: {{^}}63 multiply-adds
// AVX2: {{^}}36 multiply-adds
// NEON: {{^}}63 multiply-adds
// CHECK-SAME: , 0 spills
// CHECK-NOT: {{[1-9]0*}} spills

module @net {
  func.func @main(%x: tensor<1x56x56x64xf32>) -> tensor<1x56x56x64xf32> {
    %f = arith.constant dense<0.5> : tensor<3x3x64xf32>
    %init = tensor.empty() : tensor<1x56x56x64xf32>
    %y = lf.fused_block ins(%i = %x : tensor<1x56x56x64xf32>,
                            %w = %f : tensor<3x3x64xf32>)
        outs(%init : tensor<1x56x56x64xf32>)
        schedule <row_sliding, tiles = [TILE]> {
      %0 = lf.depthwise_conv2d %i, %w pads [1, 1, 1, 1] activation relu6
        : (tensor<1x56x56x64xf32>, tensor<3x3x64xf32>)
          -> tensor<1x56x56x64xf32>
      lf.yield %0 : tensor<1x56x56x64xf32>
    }
    return %y : tensor<1x56x56x64xf32>
  }
}
