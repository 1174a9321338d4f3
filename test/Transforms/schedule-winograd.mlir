// Which layers Winograd's algorithm computes, with which tiles.
//
// RUN: lf-opt %s --lf-attach-target=mcpu=znver4 --lf-fuse-blocks --lf-schedule \
// RUN:   --remarks-filter=lf-schedule 2>%t.remarks \
// RUN:   | FileCheck %s
// RUN: FileCheck %s --check-prefix=REMARK --input-file=%t.remarks
// RUN: lf-opt %s --lf-attach-target=mcpu=znver4 --lf-fuse-blocks \
// RUN:   --lf-schedule=algorithms=direct | FileCheck %s --check-prefix=DIRECT
// RUN: lf-opt %s --lf-attach-target=mcpu=znver4 --lf-fuse-blocks \
// RUN:   --lf-schedule=max-filter-growth=0 | FileCheck %s --check-prefix=DIRECT
// RUN: lf-opt %s --lf-attach-target=mcpu=znver4 --lf-fuse-blocks \
// RUN:   --lf-schedule=max-filter-growth=5 | FileCheck %s --check-prefix=BOUND
// RUN: lf-opt %s --lf-attach-target=mcpu=znver4 --lf-fuse-blocks \
// RUN:   --lf-schedule=threads=2 | FileCheck %s --check-prefix=THREADS
// DIRECT-NOT: winograd

// A band of one row of tiles stays in L2. Two threads have 28 rows each.
// CHECK-LABEL: func @layer_56
// CHECK: schedule <whole_tile, row_band = 4, algorithms = [winograd(4)], tiles = [<pixels = {{[0-9]+}}, vectors = [16{{.*}}]{{.*}}>]>
// REMARK: remark: [Analysis] schedule | Category:lf-schedule | Function=layer_56 | filterGrowthBytes=442368, schedule=
// BOUND-LABEL: func @layer_56
// BOUND: algorithms = [winograd(4)]
// THREADS-LABEL: func @layer_56
// THREADS: row_band = 4, algorithms = [winograd(4)], {{.*}}, threads = 2>
func.func @layer_56(%x: tensor<1x56x56x64xf32>) -> tensor<1x56x56x64xf32> {
  %w = arith.constant dense<0.1> : tensor<3x3x64x64xf32>
  %0 = lf.conv2d %x, %w pads [1, 1, 1, 1] activation relu
      : (tensor<1x56x56x64xf32>, tensor<3x3x64x64xf32>)
        -> tensor<1x56x56x64xf32>
  return %0 : tensor<1x56x56x64xf32>
}

// Seven rows of tiles.
// CHECK-LABEL: func @layer_28
// CHECK: schedule <whole_tile{{.*}}, algorithms = [winograd(4)],
// BOUND-LABEL: func @layer_28
// BOUND: algorithms = [winograd(4)]
// THREADS-LABEL: func @layer_28
// THREADS: algorithms = [winograd(4)], {{.*}}, threads = 2
func.func @layer_28(%x: tensor<1x28x28x128xf32>) -> tensor<1x28x28x128xf32> {
  %w = arith.constant dense<0.1> : tensor<3x3x128x128xf32>
  %0 = lf.conv2d %x, %w pads [1, 1, 1, 1] activation relu
      : (tensor<1x28x28x128xf32>, tensor<3x3x128x128xf32>)
        -> tensor<1x28x28x128xf32>
  return %0 : tensor<1x28x28x128xf32>
}

// 14 = 3 * 4 + 2. The filter is read once, so all rows are computed together, and
// threads share channels: each reads its part of the filter.
// With 5 MiB for all, 3 are left: enough for tiles of 2 alone.
// CHECK-LABEL: func @layer_14
// CHECK: schedule <whole_tile, algorithms = [winograd(4, 2)],
// BOUND-LABEL: func @layer_14
// BOUND: algorithms = [winograd(2)]
// THREADS-LABEL: func @layer_14
// THREADS: algorithms = [winograd(4, 2)], {{.*}}, threads = 2, parallel = channels>
func.func @layer_14(%x: tensor<1x14x14x256xf32>) -> tensor<1x14x14x256xf32> {
  %w = arith.constant dense<0.1> : tensor<3x3x256x256xf32>
  %0 = lf.conv2d %x, %w pads [1, 1, 1, 1] activation relu
      : (tensor<1x14x14x256xf32>, tensor<3x3x256x256xf32>)
        -> tensor<1x14x14x256xf32>
  return %0 : tensor<1x14x14x256xf32>
}

// The filters of tiles of 4 would be 36 MiB: they take longer to read than the
// products.
// CHECK-LABEL: func @layer_7
// CHECK: schedule <whole_tile, algorithms = [winograd(2, 1)],
// BOUND-LABEL: func @layer_7
// BOUND-NOT: winograd
// THREADS-LABEL: func @layer_7
// THREADS: algorithms = [winograd(2, 1)], {{.*}}, threads = 2, parallel = channels>
func.func @layer_7(%x: tensor<1x7x7x512xf32>) -> tensor<1x7x7x512xf32> {
  %w = arith.constant dense<0.1> : tensor<3x3x512x512xf32>
  %0 = lf.conv2d %x, %w pads [1, 1, 1, 1] activation relu
      : (tensor<1x7x7x512xf32>, tensor<3x3x512x512xf32>)
        -> tensor<1x7x7x512xf32>
  return %0 : tensor<1x7x7x512xf32>
}

// With the layers around it in one block.
// CHECK-LABEL: func @residual
// CHECK: algorithms = [winograd(4, 2), direct, direct],
func.func @residual(%x: tensor<1x14x14x256xf32>,
                    %side: tensor<1x14x14x1024xf32>)
    -> tensor<1x14x14x1024xf32> {
  %w0 = arith.constant dense<0.1> : tensor<3x3x256x256xf32>
  %w1 = arith.constant dense<0.1> : tensor<1x1x256x1024xf32>
  %0 = lf.conv2d %x, %w0 pads [1, 1, 1, 1] activation relu
      : (tensor<1x14x14x256xf32>, tensor<3x3x256x256xf32>)
        -> tensor<1x14x14x256xf32>
  %1 = lf.conv2d %0, %w1
      : (tensor<1x14x14x256xf32>, tensor<1x1x256x1024xf32>)
        -> tensor<1x14x14x1024xf32>
  %2 = lf.add %1, %side activation relu : tensor<1x14x14x1024xf32>
  return %2 : tensor<1x14x14x1024xf32>
}

// The layer of 28x28, but a filter that comes in cannot be transformed.
// CHECK-LABEL: func @computed
// CHECK-NOT: winograd
func.func @computed(%x: tensor<1x28x28x128xf32>, %w: tensor<3x3x128x128xf32>)
    -> tensor<1x28x28x128xf32> {
  %0 = lf.conv2d %x, %w pads [1, 1, 1, 1] activation relu
      : (tensor<1x28x28x128xf32>, tensor<3x3x128x128xf32>)
        -> tensor<1x28x28x128xf32>
  return %0 : tensor<1x28x28x128xf32>
}

// Three channels and as many results: the transforms would take longer than
// they save.
// CHECK-LABEL: func @few_channels
// CHECK-NOT: winograd
func.func @few_channels(%x: tensor<1x56x56x3xf32>) -> tensor<1x56x56x3xf32> {
  %w = arith.constant dense<0.1> : tensor<3x3x3x3xf32>
  %0 = lf.conv2d %x, %w pads [1, 1, 1, 1]
      : (tensor<1x56x56x3xf32>, tensor<3x3x3x3xf32>) -> tensor<1x56x56x3xf32>
  return %0 : tensor<1x56x56x3xf32>
}

// The bytes for all blocks.
// REMARK: remark: [Analysis] filterGrowth | Category:lf-schedule | filterGrowthBytes=23707648
