// How layers are computed is chosen, allowed and bounded on the command line: a
// filter of 3x3x64x64 is 36 points of 64x64 for Winograd's algorithm.
//
// RUN: lf-translate %s --lf-to-llvmir --mtriple=x86_64-linux-gnu \
// RUN:   --mcpu=znver4 | FileCheck %s --check-prefix=WINOGRAD
// RUN: lf-translate %s --lf-to-llvmir --mtriple=x86_64-linux-gnu \
// RUN:   --mcpu=znver4 --algorithms=direct | FileCheck %s --check-prefix=DIRECT
// RUN: lf-translate %s --lf-to-llvmir --mtriple=x86_64-linux-gnu \
// RUN:   --mcpu=znver4 --max-filter-growth=0 \
// RUN:   | FileCheck %s --check-prefix=DIRECT
// RUN: lf-translate %s --lf-to-llvmir --mtriple=x86_64-linux-gnu \
// RUN:   --mcpu=znver4 --max-filter-growth=1 \
// RUN:   | FileCheck %s --check-prefix=WINOGRAD

// The same of the pipeline.
// RUN: lf-opt %s --lf-attach-target=mcpu=znver4 --lf-cpu-pipeline \
// RUN:   | FileCheck %s --check-prefix=PIPELINE
// RUN: lf-opt %s --lf-attach-target=mcpu=znver4 \
// RUN:   --lf-cpu-pipeline="algorithms=direct" \
// RUN:   | FileCheck %s --check-prefix=PIPELINE-DIRECT
// RUN: lf-opt %s --lf-attach-target=mcpu=znver4 \
// RUN:   --lf-cpu-pipeline="max-filter-growth=0" \
// RUN:   | FileCheck %s --check-prefix=PIPELINE-DIRECT

// WINOGRAD: constant [589824 x i8]
// DIRECT-NOT: 589824
// PIPELINE: llvm.mlir.global {{.*}}x6x6x64x{{.*}}xf32
// PIPELINE-DIRECT-NOT: x6x6x64x

func.func @main(%x: tensor<1x56x56x64xf32>) -> tensor<1x56x56x64xf32> {
  %w = arith.constant dense<0.1> : tensor<3x3x64x64xf32>
  %y = lf.conv2d %x, %w pads [1, 1, 1, 1] activation relu
      : (tensor<1x56x56x64xf32>, tensor<3x3x64x64xf32>)
        -> tensor<1x56x56x64xf32>
  return %y : tensor<1x56x56x64xf32>
}
