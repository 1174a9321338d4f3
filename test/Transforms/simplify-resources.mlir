// Folded weights keep their name, and the bytes of the old ones are not written
// to the file, neither as text nor as bytecode.
// RUN: lf-opt %s --lf-simplify | FileCheck %s
// RUN: lf-opt %s --lf-simplify --emit-bytecode | lf-opt | FileCheck %s

// CHECK: arith.constant dense_resource<[[NAME:conv1.weight_[0-9]+]]> : tensor<1x1x5x4xf32>
// CHECK: dialect_resources
// CHECK-NEXT: builtin: {
// CHECK-NEXT: [[NAME]]: "0x04000000000000400000004000000040
// CHECK-NEXT: }
func.func @main(%x: tensor<1x2x2x5xf32>) -> tensor<1x2x2x4xf32> {
  %w = arith.constant dense_resource<conv1.weight> : tensor<1x1x5x4xf32>
  %two = arith.constant dense<2.0> : tensor<1x2x2x4xf32>
  %0 = lf.conv2d %x, %w
      : (tensor<1x2x2x5xf32>, tensor<1x1x5x4xf32>) -> tensor<1x2x2x4xf32>
  %y = arith.mulf %0, %two : tensor<1x2x2x4xf32>
  return %y : tensor<1x2x2x4xf32>
}

{-#
  dialect_resources: {
    builtin: {
      conv1.weight: "0x040000000000803F0000803F0000803F0000803F0000803F0000803F0000803F0000803F0000803F0000803F0000803F0000803F0000803F0000803F0000803F0000803F0000803F0000803F0000803F00000000"
    }
  }
#-}
