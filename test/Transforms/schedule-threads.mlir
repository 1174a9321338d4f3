// What two threads share, and how. --lf-fuse-blocks puts each chain into one
// block.
//
// RUN: lf-opt %s --lf-fuse-blocks=policy=all --lf-schedule=threads=2 \
// RUN:   | FileCheck %s

// A large image: rows.
// CHECK-LABEL: func @large
// CHECK: schedule <{{.*}}], threads = 2> {
func.func @large(%x: tensor<1x56x56x64xf32>, %w0: tensor<3x3x64xf32>,
                 %w1: tensor<1x1x64x64xf32>) -> tensor<1x56x56x64xf32> {
  %0 = lf.depthwise_conv2d %x, %w0 pads [1, 1, 1, 1]
      : (tensor<1x56x56x64xf32>, tensor<3x3x64xf32>) -> tensor<1x56x56x64xf32>
  %1 = lf.conv2d %0, %w1
      : (tensor<1x56x56x64xf32>, tensor<1x1x64x64xf32>)
        -> tensor<1x56x56x64xf32>
  return %1 : tensor<1x56x56x64xf32>
}

// Seven rows are four and three; channels can be shared evenly. Panels of three
// vectors would be eleven: six and five.
// CHECK-LABEL: func @small
// CHECK: schedule <whole_tile, tiles = [<pixels = 7, vectors = [16], unroll = 2>], threads = 2, parallel = channels> {
func.func @small(%x: tensor<1x7x7x512xf32>, %w: tensor<3x3x512x512xf32>)
    -> tensor<1x7x7x512xf32> {
  %0 = lf.conv2d %x, %w pads [1, 1, 1, 1]
      : (tensor<1x7x7x512xf32>, tensor<3x3x512x512xf32>)
        -> tensor<1x7x7x512xf32>
  return %0 : tensor<1x7x7x512xf32>
}

// One thread has bands of eight rows; of 28 rows for each of two threads that
// would leave four over.
// CHECK-LABEL: func @even_bands
// CHECK: schedule <whole_tile, row_band = 4, algorithms = [winograd(4)], tiles = [<{{.*}}>], threads = 2> {
func.func @even_bands(%x: tensor<1x56x56x128xf32>) -> tensor<1x56x56x256xf32> {
  %w = arith.constant dense<0.5> : tensor<3x3x128x256xf32>
  %0 = lf.conv2d %x, %w pads [1, 1, 1, 1]
      : (tensor<1x56x56x128xf32>, tensor<3x3x128x256xf32>)
        -> tensor<1x56x56x256xf32>
  return %0 : tensor<1x56x56x256xf32>
}

// The first result is yielded, and the layer after it reads three rows of it:
// threads cannot have bands of their own, but rows of each layer.
// CHECK-LABEL: func @yielded
// CHECK: schedule <whole_tile, tiles = [<{{.*}}>], threads = 2> {
func.func @yielded(%x: tensor<1x56x56x64xf32>, %w0: tensor<3x3x64x64xf32>,
                   %w1: tensor<3x3x64x64xf32>)
    -> (tensor<1x56x56x64xf32>, tensor<1x56x56x64xf32>) {
  %0 = lf.conv2d %x, %w0 pads [1, 1, 1, 1]
      : (tensor<1x56x56x64xf32>, tensor<3x3x64x64xf32>)
        -> tensor<1x56x56x64xf32>
  %1 = lf.conv2d %0, %w1 pads [1, 1, 1, 1]
      : (tensor<1x56x56x64xf32>, tensor<3x3x64x64xf32>)
        -> tensor<1x56x56x64xf32>
  return %0, %1 : tensor<1x56x56x64xf32>, tensor<1x56x56x64xf32>
}

// Where a layer of single pixels reads it, rows.
// CHECK-LABEL: func @row_for_row
// CHECK: schedule <{{.*}}], threads = 2> {
func.func @row_for_row(%x: tensor<1x28x28x64xf32>, %w0: tensor<3x3x64xf32>,
                       %w1: tensor<1x1x64x64xf32>, %w2: tensor<1x1x64x64xf32>)
    -> (tensor<1x28x28x64xf32>, tensor<1x28x28x64xf32>) {
  %0 = lf.depthwise_conv2d %x, %w0 pads [1, 1, 1, 1]
      : (tensor<1x28x28x64xf32>, tensor<3x3x64xf32>) -> tensor<1x28x28x64xf32>
  %1 = lf.conv2d %0, %w1
      : (tensor<1x28x28x64xf32>, tensor<1x1x64x64xf32>)
        -> tensor<1x28x28x64xf32>
  %2 = lf.conv2d %1, %w2
      : (tensor<1x28x28x64xf32>, tensor<1x1x64x64xf32>)
        -> tensor<1x28x28x64xf32>
  return %1, %2 : tensor<1x28x28x64xf32>, tensor<1x28x28x64xf32>
}

// One image a thread.
// CHECK-LABEL: func @batch
// CHECK: threads = 2, parallel = images> {
func.func @batch(%x: tensor<16x56x56x64xf32>, %w: tensor<3x3x64xf32>)
    -> tensor<16x56x56x64xf32> {
  %0 = lf.depthwise_conv2d %x, %w pads [1, 1, 1, 1]
      : (tensor<16x56x56x64xf32>, tensor<3x3x64xf32>) -> tensor<16x56x56x64xf32>
  return %0 : tensor<16x56x56x64xf32>
}
