// Functions after a layer's sums are computed on vectors: nothing is called.
//
// RUN: sed 's/KIND/silu/' %s | lf-translate --lf-to-assembly \
// RUN:   --mtriple=x86_64-linux-gnu --mcpu=znver4 | FileCheck %s
// RUN: sed 's/KIND/sigmoid/' %s | lf-translate --lf-to-assembly \
// RUN:   --mtriple=x86_64-linux-gnu --mcpu=x86-64 | FileCheck %s
// RUN: sed 's/KIND/tanh/' %s | lf-translate --lf-to-assembly \
// RUN:   --mtriple=aarch64-linux-gnu --mcpu=generic | FileCheck %s

// CHECK: net:
// CHECK-NOT: {{expf|tanhf|fmaf|roundevenf}}
// CHECK: net_packed:
// CHECK-NOT: {{expf|tanhf|fmaf|roundevenf}}
module @net {
  func.func @main(%x: tensor<1x5x5x24xf32>) -> tensor<1x5x5x20xf32> {
    %f = arith.constant dense<0.5> : tensor<1x1x24x20xf32>
    %0 = lf.conv2d %x, %f activation KIND
      : (tensor<1x5x5x24xf32>, tensor<1x1x24x20xf32>) -> tensor<1x5x5x20xf32>
    %y = math.exp %0 : tensor<1x5x5x20xf32>
    return %y : tensor<1x5x5x20xf32>
  }
}
