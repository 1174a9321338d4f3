// RUN: lf-opt %s --split-input-file --lf-tile-blocks --cse | FileCheck %s
// RUN: lf-opt %s --split-input-file --lf-tile-blocks -o /dev/null \
// RUN:   --remarks-filter=lf-tile-blocks 2>&1 | FileCheck %s --check-prefix=REMARK

// An inverted residual. Three rows of the expanded image are kept, with a column
// of zeros on each side, and one row of the depthwise layer.
func.func @bottleneck(
    %x: memref<1x14x14x4xf32>, %w0: memref<1x1x4x24xf32>, %b0: memref<24xf32>,
    %w1: memref<3x3x24xf32>, %w2: memref<1x1x24x4xf32>,
    %y: memref<1x14x14x4xf32>) {
  lf.fused_block ins(%in = %x : memref<1x14x14x4xf32>,
                     %f0 = %w0 : memref<1x1x4x24xf32>,
                     %c0 = %b0 : memref<24xf32>,
                     %f1 = %w1 : memref<3x3x24xf32>,
                     %f2 = %w2 : memref<1x1x24x4xf32>)
      outs(%y : memref<1x14x14x4xf32>) {
    %0 = lf.conv2d %in, %f0 bias %c0 activation relu
        : (tensor<1x14x14x4xf32>, tensor<1x1x4x24xf32>, tensor<24xf32>)
          -> tensor<1x14x14x24xf32>
    %1 = lf.depthwise_conv2d %0, %f1 pads [1, 1, 1, 1] activation relu6
        : (tensor<1x14x14x24xf32>, tensor<3x3x24xf32>)
          -> tensor<1x14x14x24xf32>
    %2 = lf.conv2d %1, %f2
        : (tensor<1x14x14x24xf32>, tensor<1x1x24x4xf32>) -> tensor<1x14x14x4xf32>
    %3 = lf.add %2, %in : tensor<1x14x14x4xf32>
    lf.yield %3 : tensor<1x14x14x4xf32>
  }
  return
}
// The two intermediate tensors have 14 * 14 * 24 * 4 bytes each.
// REMARK: remark: [Analysis] block | Category:lf-tile-blocks | intermediateBytes=37632, rowBufferBytes=5952, structure=row_sliding

// CHECK:       #[[$HI:.*]] = affine_map<(d0) -> (d0 + 2)>
// CHECK-LABEL: func.func @bottleneck(
// CHECK-SAME:    %[[X:[^ ]*]]: memref<1x14x14x4xf32>, %[[W0:[^ ]*]]: memref<1x1x4x24xf32>, %[[B0:[^ ]*]]: memref<24xf32>, %[[W1:[^ ]*]]: memref<3x3x24xf32>, %[[W2:[^ ]*]]: memref<1x1x24x4xf32>, %[[Y:[^ ]*]]: memref<1x14x14x4xf32>)
// CHECK:         %[[RING:.*]] = memref.alloc() : memref<3x16x24xf32>
// CHECK:         %[[LEFT:.*]] = memref.subview %[[RING]][0, 0, 0] [3, 1, 24]
// CHECK:         linalg.fill ins(%{{.*}}) outs(%[[LEFT]]
// CHECK:         %[[RIGHT:.*]] = memref.subview %[[RING]][0, 15, 0] [3, 1, 24]
// CHECK:         linalg.fill ins(%{{.*}}) outs(%[[RIGHT]]
// CHECK:         %[[ROW:.*]] = memref.alloc() : memref<1x14x24xf32>
// CHECK-NOT:     alloc
// CHECK:         scf.for %[[R:.*]] = %{{.*}} to %{{.*}} step

// Rows r to r + 2 for the first one, then just row r + 2.
// CHECK:           %[[DONE:.*]] = affine.apply #[[$HI]](%[[R]])
// CHECK:           %[[FIRST:.*]] = arith.cmpi eq, %[[R]], %{{.*}} : index
// CHECK:           %[[START:.*]] = arith.select %[[FIRST]], %[[R]], %[[DONE]] : index

// Zeros above, expanded rows, zeros below.
// CHECK:           scf.for %{{.*}} = %[[START]] to
// CHECK:             linalg.fill
// CHECK:           scf.for %[[P:.*]] = %{{.*}} to
// CHECK:             %[[E:.*]] = memref.subview %[[RING]][%{{.*}}, 1, 0] [1, 14, 24]
// CHECK:             %[[IN:.*]] = memref.subview %[[X]][0, %{{.*}}, 0, 0] [1, 1, 14, 4]
// CHECK:             lf.tile conv ins(%[[IN]] : {{.*}}) filter(%[[W0]] : {{.*}}) bias(%[[B0]] : {{.*}}) outs(%[[E]] : {{.*}}) epilogue {
// CHECK:               arith.maximumf
// CHECK:               lf.yield
// CHECK:           scf.for
// CHECK:             linalg.fill

// The depthwise row, from the three rows of the ring.
// CHECK:           %[[R0:.*]] = memref.subview %[[RING]][%{{.*}}, 0, 0] [1, 16, 24]
// CHECK:           %[[R1:.*]] = memref.subview %[[RING]][%{{.*}}, 0, 0] [1, 16, 24]
// CHECK:           %[[R2:.*]] = memref.subview %[[RING]][%{{.*}}, 0, 0] [1, 16, 24]
// CHECK:           lf.tile depthwise ins(%[[R0]], %[[R1]], %[[R2]] : {{.*}}) filter(%[[W1]] : {{.*}}) outs(%[[ROW]] : {{.*}}) kernel [3, 3] epilogue {
// CHECK:             arith.maximumf
// CHECK:             arith.minimumf

// The projected row and the residual, in place in the output.
// CHECK:           %[[O:.*]] = memref.subview %[[Y]][0, %[[R]], 0, 0] [1, 1, 14, 4]
// CHECK:           %[[RESIDUAL:.*]] = memref.subview %[[X]][0, %[[R]], 0, 0] [1, 1, 14, 4]
// CHECK:           lf.tile conv ins(%[[ROW]] : {{.*}}) filter(%[[W2]] : {{.*}}) sides(%[[RESIDUAL]] : {{.*}}) outs(%[[O]] : {{.*}}) epilogue {
// CHECK:           ^bb0(%[[S:.*]]: f32, %[[SIDE:.*]]: f32):
// CHECK:             arith.addf %[[S]], %[[SIDE]] : f32
// CHECK:         return

// -----

// Bands of five rows, the last of three; images one after the other. The input
// is padded, so its rows go through a ring of five rows, dilated by two.
func.func @bands(%x: memref<2x13x9x8xf32>, %w: memref<3x3x8xf32>,
                 %y: memref<2x13x9x8xf32>) {
  lf.fused_block ins(%in = %x : memref<2x13x9x8xf32>,
                     %f = %w : memref<3x3x8xf32>)
      outs(%y : memref<2x13x9x8xf32>) schedule <row_sliding, row_band = 5> {
    %0 = lf.depthwise_conv2d %in, %f pads [2, 2, 2, 2] dilations [2, 2]
        : (tensor<2x13x9x8xf32>, tensor<3x3x8xf32>) -> tensor<2x13x9x8xf32>
    lf.yield %0 : tensor<2x13x9x8xf32>
  }
  return
}
// CHECK-DAG:   #[[$END:.*]] = affine_map<(d0) -> (d0 + 5, 13)>
// CHECK-DAG:   #[[$PLACE:.*]] = affine_map<(d0) -> (d0 - ((d0 + 2) floordiv 5) * 5 + 2)>
// CHECK-LABEL: func.func @bands(
// CHECK-SAME:    %[[X:[^ ]*]]: memref<2x13x9x8xf32>,
// CHECK:         %[[RING:.*]] = memref.alloc() : memref<5x13x8xf32>
// CHECK:         scf.for %[[N:.*]] =
// CHECK:           scf.for %[[BAND:.*]] =
// CHECK:             %[[BANDEND:.*]] = affine.min #[[$END]](%[[BAND]])
// CHECK:             scf.for %[[R:.*]] = %[[BAND]] to %[[BANDEND]]
// CHECK:               arith.cmpi eq, %[[R]], %[[BAND]] : index
// CHECK:               %[[FROM:.*]] = memref.subview %[[X]][%[[N]], %{{.*}}, 0, 0] [1, 1, 9, 8]
// CHECK:               lf.tile elementwise ins(%[[FROM]] :
// CHECK:               %[[P:.*]] = affine.apply #[[$PLACE]](%[[R]])
// CHECK:               %[[SECOND:.*]] = memref.subview %[[RING]][%[[P]], 0, 0] [1, 13, 8]
// CHECK:               lf.tile depthwise ins(%{{.*}}, %[[SECOND]], %{{.*}} : {{.*}}) {{.*}} kernel [3, 3] dilations [2, 2]

// -----

// A maximum is padded with minus infinity. Its rows are yielded and read there
// by the layer after it, which has no padding; the sum goes over each row once.
func.func @pools(%x: memref<1x8x8x4xf32>, %w: memref<1x1x4x6xf32>,
                 %y: memref<1x8x8x4xf32>, %z: memref<1x6xf32>) {
  lf.fused_block ins(%in = %x : memref<1x8x8x4xf32>,
                     %f = %w : memref<1x1x4x6xf32>)
      outs(%y, %z : memref<1x8x8x4xf32>, memref<1x6xf32>) {
    %0 = lf.pool2d max %in kernel [3, 3] pads [2, 2, 2, 2] dilations [2, 2]
        : tensor<1x8x8x4xf32> -> tensor<1x8x8x4xf32>
    %1 = lf.conv2d %0, %f
        : (tensor<1x8x8x4xf32>, tensor<1x1x4x6xf32>) -> tensor<1x8x8x6xf32>
    %2 = lf.global_pool sum %1 : tensor<1x8x8x6xf32> -> tensor<1x6xf32>
    lf.yield %0, %2 : tensor<1x8x8x4xf32>, tensor<1x6xf32>
  }
  return
}
// CHECK-LABEL: func.func @pools(
// CHECK-SAME:    %[[Y:[^ ]*]]: memref<1x8x8x4xf32>, %[[Z:[^ ]*]]: memref<1x6xf32>)
// CHECK:         %[[RING:.*]] = memref.alloc() : memref<5x12x4xf32>
// CHECK:         %[[LOW:.*]] = arith.constant 0xFF800000 : f32
// CHECK:         linalg.fill ins(%[[LOW]] : f32)
// CHECK:         %[[ROW:.*]] = memref.alloc() : memref<1x8x6xf32>
// CHECK:         %[[SUM:.*]] = memref.subview %[[Z]][0, 0] [1, 6]
// CHECK:         linalg.fill ins(%{{.*}}) outs(%[[SUM]] :
// CHECK:         scf.for %[[R:.*]] =
// CHECK:           %[[P:.*]] = memref.subview %[[Y]][0, %[[R]], 0, 0] [1, 1, 8, 4]
// CHECK:           lf.tile max ins(%{{.*}}, %{{.*}}, %{{.*}} : {{.*}}) outs(%[[P]] : {{.*}}) kernel [3, 3] dilations [2, 2]
// CHECK:           lf.tile conv ins(%[[P]] : {{.*}}) {{.*}} outs(%[[ROW]] :
// CHECK:           linalg.generic {{.*}} iterator_types = ["reduction", "reduction", "parallel"]} ins(%{{.*}}) outs(

// -----

// The second layer makes every other row only. The first such row of a band is
// known from the band's first row, and the row before another is two above it.
func.func @strides(%x: memref<1x30x4x4xf32>, %w: memref<3x1x4xf32>,
                   %y: memref<1x14x4x4xf32>) {
  lf.fused_block ins(%in = %x : memref<1x30x4x4xf32>,
                     %f = %w : memref<3x1x4xf32>)
      outs(%y : memref<1x14x4x4xf32>) schedule <row_sliding, row_band = 7> {
    %0 = lf.activate %in tanh : tensor<1x30x4x4xf32>
    %1 = lf.depthwise_conv2d %0, %f
        : (tensor<1x30x4x4xf32>, tensor<3x1x4xf32>) -> tensor<1x28x4x4xf32>
    %2 = lf.pool2d max %1 kernel [1, 1] strides [2, 1]
        : tensor<1x28x4x4xf32> -> tensor<1x14x4x4xf32>
    lf.yield %2 : tensor<1x14x4x4xf32>
  }
  return
}
// CHECK-DAG:   #[[$TWICE:.*]] = affine_map<(d0) -> (d0 * 2)>
// CHECK-DAG:   #[[$FROM:.*]] = affine_map<(d0) -> (d0 * 2, d0 * 2 + 1)>
// CHECK-LABEL: func.func @strides(
// CHECK:         scf.for %[[BAND:.*]] =
// CHECK:           %[[FIRST:.*]] = affine.apply #[[$TWICE]](%[[BAND]])
// CHECK:           scf.for %[[R:.*]] = %[[BAND]]
// CHECK:             %[[Q:.*]] = affine.apply #[[$TWICE]](%[[R]])
// CHECK:             %[[NEW:.*]] = affine.max #[[$FROM]](%[[R]])
// CHECK:             %[[ISFIRST:.*]] = arith.cmpi eq, %[[Q]], %[[FIRST]] : index
// CHECK:             %[[START:.*]] = arith.select %[[ISFIRST]], %[[Q]], %[[NEW]]
// CHECK:             scf.for %{{.*}} = %[[START]] to
// CHECK:               math.tanh

// -----

// A value that is yielded in between ends a tile, and the next one starts from
// there.
func.func @between(%x: memref<1x5x5x4xf32>, %w: memref<1x1x4x8xf32>,
                   %o: memref<1x5x5x8xf32>, %g: memref<1x8xf32>,
                   %y: memref<1x5x5x8xf32>, %z: memref<1x5x5x8xf32>) {
  lf.fused_block ins(%in = %x : memref<1x5x5x4xf32>,
                     %f = %w : memref<1x1x4x8xf32>,
                     %other = %o : memref<1x5x5x8xf32>,
                     %gate = %g : memref<1x8xf32>)
      outs(%y, %z : memref<1x5x5x8xf32>, memref<1x5x5x8xf32>) {
    %0 = lf.conv2d %in, %f
        : (tensor<1x5x5x4xf32>, tensor<1x1x4x8xf32>) -> tensor<1x5x5x8xf32>
    %1 = lf.scale %0, %gate : tensor<1x5x5x8xf32>, tensor<1x8xf32>
    %2 = lf.add %1, %other activation relu : tensor<1x5x5x8xf32>
    lf.yield %1, %2 : tensor<1x5x5x8xf32>, tensor<1x5x5x8xf32>
  }
  return
}
// CHECK-LABEL: func.func @between(
// CHECK-SAME:    %[[O:[^ ]*]]: memref<1x5x5x8xf32>, %[[G:[^ ]*]]: memref<1x8xf32>, %[[Y:[^ ]*]]: memref<1x5x5x8xf32>, %[[Z:[^ ]*]]: memref<1x5x5x8xf32>)
// CHECK-NOT:     alloc
// CHECK:         %[[FIRST:.*]] = memref.subview %[[Y]]
// CHECK:         %[[GATE:.*]] = memref.subview %[[G]][0, 0] [1, 8]
// CHECK:         lf.tile conv {{.*}} sides(%[[GATE]] : {{.*}}) outs(%[[FIRST]] : {{.*}}) epilogue {
// CHECK:           arith.mulf
// CHECK:         %[[SECOND:.*]] = memref.subview %[[Z]]
// CHECK:         %[[OTHER:.*]] = memref.subview %[[O]]
// CHECK:         lf.tile elementwise ins(%[[FIRST]] : {{.*}}) sides(%[[OTHER]] : {{.*}}) outs(%[[SECOND]] : {{.*}}) epilogue {
// CHECK:           arith.addf
// CHECK:           arith.maximumf

// -----

// Blocks on tensors are for others.
// CHECK-LABEL: func.func @tensors(
// CHECK:         lf.fused_block
func.func @tensors(%x: tensor<1x2x2x4xf32>) -> tensor<1x2x2x4xf32> {
  %y = lf.fused_block ins(%in = %x : tensor<1x2x2x4xf32>)
      outs(%x : tensor<1x2x2x4xf32>) {
    %0 = lf.activate %in relu : tensor<1x2x2x4xf32>
    lf.yield %0 : tensor<1x2x2x4xf32>
  }
  return %y : tensor<1x2x2x4xf32>
}

// -----

// Blocks of 16 of 40 expanded channels: the ring has a part for each, the row
// of the depthwise layer has them side by side for the last layer.
func.func @channels(
    %x: memref<1x8x8x4xf32>, %w0: memref<1x1x4x40xf32>,
    %w1: memref<3x3x40xf32>, %w2: memref<1x1x40x8xf32>,
    %y: memref<1x4x4x8xf32>) {
  lf.fused_block ins(%in = %x : memref<1x8x8x4xf32>,
                     %f0 = %w0 : memref<1x1x4x40xf32>,
                     %f1 = %w1 : memref<3x3x40xf32>,
                     %f2 = %w2 : memref<1x1x40x8xf32>)
      outs(%y : memref<1x4x4x8xf32>)
      schedule <row_sliding, channel_block = 16,
                tiles = [<pixels = 8, vectors = [16]>,
                         <pixels = 4, vectors = [16]>,
                         <pixels = 4, vectors = [8]>]> {
    %0 = lf.conv2d %in, %f0
        : (tensor<1x8x8x4xf32>, tensor<1x1x4x40xf32>) -> tensor<1x8x8x40xf32>
    %1 = lf.depthwise_conv2d %0, %f1 strides [2, 2] pads [0, 0, 1, 1]
        : (tensor<1x8x8x40xf32>, tensor<3x3x40xf32>) -> tensor<1x4x4x40xf32>
    %2 = lf.conv2d %1, %f2
        : (tensor<1x4x4x40xf32>, tensor<1x1x40x8xf32>) -> tensor<1x4x4x8xf32>
    lf.yield %2 : tensor<1x4x4x8xf32>
  }
  return
}
// CHECK-DAG:   #[[$BLOCK:.*]] = affine_map<(d0) -> (d0 floordiv 16)>
// CHECK-LABEL: func.func @channels(
// CHECK-SAME:    %[[W0:[^ ]*]]: memref<1x1x4x40xf32>, %[[W1:[^ ]*]]: memref<3x3x40xf32>, %[[W2:[^ ]*]]: memref<1x1x40x8xf32>
// CHECK:         %[[RING:.*]] = memref.alloc() : memref<3x3x9x16xf32>
// CHECK:         %[[ROW:.*]] = memref.alloc() : memref<1x4x40xf32>
// CHECK:         scf.for %[[R:.*]] =
// CHECK:           scf.for %[[C:.*]] =
// CHECK:             scf.for
// CHECK:               %[[PART:.*]] = affine.apply #[[$BLOCK]](%[[C]])
// CHECK:               %[[E:.*]] = memref.subview %[[RING]][%[[PART]], %{{.*}}, 0, 0] [1, 1, 8, 16]
// CHECK:               %[[PANEL:.*]] = memref.subview %[[W0]][0, 0, 0, %[[C]]] [1, 1, 4, 16]
// CHECK:               lf.tile conv {{.*}} filter(%[[PANEL]] : {{.*}}) outs(%[[E]] : {{.*}}) register_tile <pixels = 8, vectors = [16]>
// CHECK:             %[[D:.*]] = memref.subview %[[ROW]][0, 0, %[[C]]] [1, 4, 16]
// CHECK:             memref.subview %[[RING]][%{{.*}}, %{{.*}}, 0, 0] [1, 1, 9, 16]
// CHECK:             memref.subview %[[W1]][0, 0, %[[C]]] [3, 3, 16]
// CHECK:             lf.tile depthwise {{.*}} outs(%[[D]] :
// The last eight.
// CHECK:           memref.subview %[[RING]][2, %{{.*}}, 0, 0] [1, 1, 8, 8]
// CHECK:           lf.tile depthwise
// CHECK:           lf.tile conv ins(%[[ROW]] : {{.*}}) filter(%[[W2]] :

// -----

// Each block of channels reads the padded rows anew: seven, which a row of the
// pooling needs of it, are kept.
func.func @channels_of_padded_input(
    %x: memref<1x16x16x3xf32>, %w: memref<3x3x3x24xf32>,
    %y: memref<1x4x4x24xf32>) {
  lf.fused_block ins(%in = %x : memref<1x16x16x3xf32>,
                     %f = %w : memref<3x3x3x24xf32>)
      outs(%y : memref<1x4x4x24xf32>)
      schedule <row_sliding, channel_block = 8> {
    %0 = lf.conv2d %in, %f strides [2, 2] pads [1, 1, 0, 0]
        : (tensor<1x16x16x3xf32>, tensor<3x3x3x24xf32>) -> tensor<1x8x8x24xf32>
    %1 = lf.pool2d max %0 kernel [3, 3] strides [2, 2] pads [1, 1, 0, 0]
        : tensor<1x8x8x24xf32> -> tensor<1x4x4x24xf32>
    lf.yield %1 : tensor<1x4x4x24xf32>
  }
  return
}
// CHECK-LABEL: func.func @channels_of_padded_input(
// CHECK-SAME:    %[[X:[^ ]*]]: memref<1x16x16x3xf32>
// CHECK:         %[[IN:.*]] = memref.alloc() : memref<7x17x3xf32>
// CHECK:         %[[RING:.*]] = memref.alloc() : memref<3x3x9x8xf32>
// CHECK:         scf.for %[[R:.*]] =
// CHECK:           scf.for %[[C:.*]] =
// CHECK:             memref.subview %[[X]]
// CHECK:             lf.tile elementwise {{.*}} outs(%{{.*}} : memref<1x16x3xf32
// CHECK:             memref.subview %[[IN]]
// CHECK:             lf.tile conv {{.*}} outs(%{{.*}} : memref<1x8x8xf32
// CHECK:             lf.tile max
