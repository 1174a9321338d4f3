// A depthwise 3x3 layer and a 1x1 layer after it, scheduled by the compiler: the zero
// of their ReLU is kept in a register throughout, and still all sums are in others.
//
// RUN: lf-translate --lf-to-assembly --mtriple=x86_64-linux-gnu --mcpu=znver4 %s > %t.s
// RUN: %python %S/Inputs/inner-loops.py < %t.s \
// RUN:   | FileCheck %s --implicit-check-not='{{[1-9]0*}} spills'

// CHECK: {{^}}63 multiply-adds
// Two terms of each sum.
// CHECK: {{^}}48 multiply-adds

func.func @pair(%x: tensor<1x112x112x96xf32>) -> tensor<1x56x56x24xf32> {
  %dw = arith.constant dense<0.5> : tensor<3x3x96xf32>
  %pw = arith.constant dense<0.5> : tensor<1x1x96x24xf32>
  %0 = lf.depthwise_conv2d %x, %dw strides [2, 2] pads [1, 1, 1, 1] activation relu
    : (tensor<1x112x112x96xf32>, tensor<3x3x96xf32>) -> tensor<1x56x56x96xf32>
  %1 = lf.conv2d %0, %pw activation relu
    : (tensor<1x56x56x96xf32>, tensor<1x1x96x24xf32>) -> tensor<1x56x56x24xf32>
  return %1 : tensor<1x56x56x24xf32>
}
