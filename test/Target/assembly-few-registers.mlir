// With 16 registers, the tiles that the compiler chooses leave all sums in them:
// layers of few and many channels, and of so few that they are one vector.
//
// RUN: lf-translate --lf-to-assembly --mtriple=x86_64-linux-gnu --mcpu=znver3 %s > %t.s
// RUN: %python %S/Inputs/inner-loops.py < %t.s \
// RUN:   | FileCheck %s --implicit-check-not='{{[1-9]0*}} spills'
// RUN: lf-translate --lf-to-assembly --mtriple=x86_64-linux-gnu --mcpu=x86-64-v3 %s > %t.s
// RUN: %python %S/Inputs/inner-loops.py < %t.s \
// RUN:   | FileCheck %s --implicit-check-not='{{[1-9]0*}} spills'

// The depthwise layer, 4 pixels and 16 channels at a time.
// CHECK: {{^}}72 multiply-adds
// Two terms of 4 pixels and 24 channels, one of 2 and 32, and of 7 and 8.
// CHECK: {{^}}24 multiply-adds
// CHECK: {{^}}8 multiply-adds

module @net {
  func.func @main(%x: tensor<1x28x28x16xf32>) -> tensor<1x28x28x8xf32> {
    %w0 = arith.constant dense<0.5> : tensor<1x1x16x96xf32>
    %w1 = arith.constant dense<0.5> : tensor<3x3x96xf32>
    %w2 = arith.constant dense<0.5> : tensor<1x1x96x24xf32>
    %w3 = arith.constant dense<0.5> : tensor<1x1x24x8xf32>
    %0 = lf.conv2d %x, %w0 activation relu6
      : (tensor<1x28x28x16xf32>, tensor<1x1x16x96xf32>) -> tensor<1x28x28x96xf32>
    %1 = lf.depthwise_conv2d %0, %w1 pads [1, 1, 1, 1] activation relu6
      : (tensor<1x28x28x96xf32>, tensor<3x3x96xf32>) -> tensor<1x28x28x96xf32>
    %2 = lf.conv2d %1, %w2
      : (tensor<1x28x28x96xf32>, tensor<1x1x96x24xf32>) -> tensor<1x28x28x24xf32>
    %3 = lf.conv2d %2, %w3 activation relu
      : (tensor<1x28x28x24xf32>, tensor<1x1x24x8xf32>) -> tensor<1x28x28x8xf32>
    return %3 : tensor<1x28x28x8xf32>
  }
}
