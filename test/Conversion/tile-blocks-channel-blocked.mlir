// RUN: lf-opt %s --split-input-file --lf-tile-blocks --cse | FileCheck %s
// RUN: lf-opt %s --split-input-file --lf-tile-blocks -o /dev/null \
// RUN:   --remarks-filter=lf-tile-blocks 2>&1 | FileCheck %s --check-prefix=REMARK

// An inverted residual in bands of five rows and blocks of ten of the 24
// expanded channels: twice ten and then four. A band needs seven padded rows.
func.func @bottleneck(
    %x: memref<1x7x7x4xf32>, %w0: memref<1x1x4x24xf32>, %b0: memref<24xf32>,
    %w1: memref<3x3x24xf32>, %w2: memref<1x1x24x6xf32>, %b2: memref<6xf32>,
    %y: memref<1x7x7x6xf32>) {
  lf.fused_block ins(%in = %x : memref<1x7x7x4xf32>,
                     %f0 = %w0 : memref<1x1x4x24xf32>,
                     %c0 = %b0 : memref<24xf32>,
                     %f1 = %w1 : memref<3x3x24xf32>,
                     %f2 = %w2 : memref<1x1x24x6xf32>, %c2 = %b2 : memref<6xf32>)
      outs(%y : memref<1x7x7x6xf32>)
      schedule <channel_blocked, row_band = 5, channel_block = 10> {
    %0 = lf.conv2d %in, %f0 bias %c0 activation relu
        : (tensor<1x7x7x4xf32>, tensor<1x1x4x24xf32>, tensor<24xf32>)
          -> tensor<1x7x7x24xf32>
    %1 = lf.depthwise_conv2d %0, %f1 pads [1, 1, 1, 1]
        : (tensor<1x7x7x24xf32>, tensor<3x3x24xf32>) -> tensor<1x7x7x24xf32>
    %2 = lf.conv2d %1, %f2 bias %c2 activation tanh
        : (tensor<1x7x7x24xf32>, tensor<1x1x24x6xf32>, tensor<6xf32>)
          -> tensor<1x7x7x6xf32>
    lf.yield %2 : tensor<1x7x7x6xf32>
  }
  return
}
// REMARK: remark: [Analysis] block | Category:lf-tile-blocks | intermediateBytes=9408, rowBufferBytes=3920, structure=channel_blocked

// CHECK-LABEL: func.func @bottleneck(
// CHECK-SAME:    %[[X:[^ ]*]]: memref<1x7x7x4xf32>, %[[W0:[^ ]*]]: memref<1x1x4x24xf32>, %[[B0:[^ ]*]]: memref<24xf32>, %[[W1:[^ ]*]]: memref<3x3x24xf32>, %[[W2:[^ ]*]]: memref<1x1x24x6xf32>, %[[B2:[^ ]*]]: memref<6xf32>, %[[Y:[^ ]*]]: memref<1x7x7x6xf32>)
// CHECK:         %[[EXPANDED:.*]] = memref.alloc() : memref<7x9x10xf32>
// CHECK:         %[[FILTERED:.*]] = memref.alloc() : memref<5x7x10xf32>
// CHECK-NOT:     alloc
// CHECK:         scf.for %[[BAND:.*]] =

// The sums start as the bias.
// CHECK:           %[[OUT:.*]] = memref.subview %[[Y]][0, %[[BAND]], 0, 0] [1, %[[ROWS:.*]], 7, 6]
// CHECK:           lf.tile elementwise ins(%[[OUT]] : {{.*}}) sides(%[[B2]] : {{.*}}) outs(%[[OUT]] :

// A block of ten channels: the producer's part of bias and filter, …
// CHECK:           scf.for %[[C:.*]] =
// CHECK:             scf.for
// CHECK:               linalg.fill
// CHECK:             %[[E:.*]] = memref.subview %[[EXPANDED]][%{{.*}}, 1, 0] [%[[HALO:.*]], 7, 10]
// CHECK:             memref.subview %[[B0]][%[[C]]] [10]
// CHECK:             memref.subview %[[X]][0, %{{.*}}, 0, 0] [1, %[[HALO]], 7, 4]
// CHECK:             memref.subview %[[W0]][0, 0, 0, %[[C]]] [1, 1, 4, 10]
// CHECK:             lf.tile conv {{.*}} outs(%[[E]] : memref<?x7x10xf32,
// … the depthwise layer's, …
// CHECK:             %[[F:.*]] = memref.subview %[[FILTERED]][0, 0, 0] [%[[ROWS]], 7, 10]
// CHECK:             %[[WINDOW:.*]] = memref.subview %[[EXPANDED]][0, 0, 0] [%{{.*}}, 9, 10]
// CHECK:             memref.subview %[[W1]][0, 0, %[[C]]] [3, 3, 10]
// CHECK:             lf.tile depthwise ins(%[[WINDOW]] : {{.*}}) {{.*}} outs(%[[F]] :
// … and what the consumer adds of it to each sum.
// CHECK:             memref.subview %[[W2]][0, 0, %[[C]], 0] [1, 1, 10, 6]
// CHECK:             lf.tile conv ins(%[[F]] : {{.*}}) {{.*}} outs(%[[OUT]] : {{.*}}) accumulate{{$}}

// The last four channels, in the same buffers.
// CHECK:           memref.subview %[[EXPANDED]][%{{.*}}, 1, 0] [%[[HALO]], 7, 4]
// CHECK:           memref.subview %[[W0]][0, 0, 0, 20] [1, 1, 4, 4]
// CHECK:           memref.subview %[[W2]][0, 0, 20, 0] [1, 1, 4, 6]

// The activation waits for the last block.
// CHECK:           lf.tile elementwise ins(%[[OUT]] : {{.*}}) outs(%[[OUT]] :
// CHECK:             math.tanh
// CHECK:         return

// -----

// A first layer that mixes channels takes the padded input with all of them,
// once a band; without a layer that sums over its results the blocks are
// channels of the output, and of what is pooled.
func.func @noConsumer(%x: memref<1x8x8x3xf32>, %w: memref<3x3x3x16xf32>,
                      %y: memref<1x4x4x16xf32>, %z: memref<1x16xf32>) {
  lf.fused_block ins(%in = %x : memref<1x8x8x3xf32>,
                     %f = %w : memref<3x3x3x16xf32>)
      outs(%y, %z : memref<1x4x4x16xf32>, memref<1x16xf32>)
      schedule <channel_blocked, channel_block = 8> {
    %0 = lf.conv2d %in, %f strides [2, 2] pads [0, 0, 1, 1]
        : (tensor<1x8x8x3xf32>, tensor<3x3x3x16xf32>) -> tensor<1x4x4x16xf32>
    %1 = lf.global_pool max %0 : tensor<1x4x4x16xf32> -> tensor<1x16xf32>
    lf.yield %0, %1 : tensor<1x4x4x16xf32>, tensor<1x16xf32>
  }
  return
}
// REMARK: intermediateBytes=0, rowBufferBytes=972, structure=channel_blocked
// CHECK-LABEL: func.func @noConsumer(
// CHECK-SAME:    %[[X:[^ ]*]]: memref<1x8x8x3xf32>, %[[W:[^ ]*]]: memref<3x3x3x16xf32>, %[[Y:[^ ]*]]: memref<1x4x4x16xf32>, %[[Z:[^ ]*]]: memref<1x16xf32>)
// CHECK:         %[[PADDED:.*]] = memref.alloc() : memref<9x9x3xf32>
// CHECK:         lf.tile elementwise
// CHECK:         scf.for %[[C:.*]] =
// CHECK:           %[[OUT:.*]] = memref.subview %[[Y]][0, 0, 0, %[[C]]] [1, 4, 4, 8]
// CHECK:           %[[TAPS:.*]] = memref.subview %[[W]][0, 0, 0, %[[C]]] [3, 3, 3, 8]
// CHECK:           lf.tile conv ins(%[[PADDED]] : {{.*}}) filter(%[[TAPS]] : {{.*}}) outs(%[[OUT]] : {{.*}}) kernel [3, 3] strides [2, 2]
// CHECK:           scf.for
// CHECK:             memref.subview %[[Z]][0, %[[C]]] [1, 8]
// CHECK:             linalg.generic
// CHECK:         return

// -----

// Without a producer the channels are those of the input, and of the gate that
// scales it.
func.func @noProducer(%x: memref<2x4x4x12xf32>, %g: memref<2x12xf32>,
                      %w: memref<1x1x12x5xf32>, %y: memref<2x4x4x5xf32>) {
  lf.fused_block ins(%in = %x : memref<2x4x4x12xf32>,
                     %gate = %g : memref<2x12xf32>,
                     %f = %w : memref<1x1x12x5xf32>)
      outs(%y : memref<2x4x4x5xf32>)
      schedule <channel_blocked, channel_block = 6> {
    %0 = lf.scale %in, %gate : tensor<2x4x4x12xf32>, tensor<2x12xf32>
    %1 = lf.conv2d %0, %f
        : (tensor<2x4x4x12xf32>, tensor<1x1x12x5xf32>) -> tensor<2x4x4x5xf32>
    lf.yield %1 : tensor<2x4x4x5xf32>
  }
  return
}
// CHECK-LABEL: func.func @noProducer(
// CHECK-SAME:    %[[X:[^ ]*]]: memref<2x4x4x12xf32>, %[[G:[^ ]*]]: memref<2x12xf32>,
// CHECK:         %[[SCALED:.*]] = memref.alloc() : memref<4x4x6xf32>
// CHECK:         scf.for %[[N:.*]] =
// CHECK:           lf.tile elementwise
// CHECK:             arith.constant 0.000000e+00
// CHECK:           scf.for %[[C:.*]] =
// CHECK:             memref.subview %[[X]][%[[N]], 0, 0, %[[C]]] [1, 4, 4, 6]
// CHECK:             memref.subview %[[G]][%[[N]], %[[C]]] [1, 6]
// CHECK:             lf.tile elementwise {{.*}} outs(%[[SCALED]] :
// CHECK:               arith.mulf
// CHECK:             lf.tile conv ins(%[[SCALED]] : {{.*}}) accumulate
