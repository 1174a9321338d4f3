// RUN: lf-opt %s --lf-lower-to-linalg | FileCheck %s

// A source for each row of the window, a filter in panels of 16 of 24 channels,
// the epilogue in place.
func.func @ring(%r0: memref<1x8x4xf32>, %r1: memref<1x8x4xf32>,
                %w: memref<2x2x1x4x16xf32>, %b: memref<24xf32>,
                %x: memref<1x8x24xf32>, %y: memref<1x8x24xf32>) {
  lf.tile conv ins(%r0, %r1 : memref<1x8x4xf32>, memref<1x8x4xf32>)
      filter(%w : memref<2x2x1x4x16xf32>) bias(%b : memref<24xf32>)
      sides(%x : memref<1x8x24xf32>) outs(%y : memref<1x8x24xf32>)
      kernel [2, 1] register_tile <pixels = 8, vectors = [16]> epilogue {
  ^bb0(%s: f32, %other: f32):
    %0 = arith.subf %s, %other : f32
    lf.yield %0 : f32
  }
  return
}
// CHECK-LABEL: func.func @ring(
// CHECK-SAME:    %[[R0:[^ ]*]]: memref<1x8x4xf32>, %[[R1:[^ ]*]]: memref<1x8x4xf32>, %[[W:[^ ]*]]: memref<2x2x1x4x16xf32>, %[[B:[^ ]*]]: memref<24xf32>, %[[X:[^ ]*]]: memref<1x8x24xf32>, %[[Y:[^ ]*]]: memref<1x8x24xf32>)
// CHECK:         linalg.broadcast ins(%[[B]] : {{.*}}) outs(%[[Y]] : {{.*}}) dimensions = [0, 1]
// CHECK:         %[[W00:.*]] = memref.subview %[[W]][0, 0, 0, 0, 0] [1, 1, 1, 4, 16]
// CHECK:         %[[Y0:.*]] = memref.subview %[[Y]][0, 0, 0] [1, 8, 16]
// CHECK:         linalg.conv_1d_nwc_wcf {{.*}} ins(%[[R0]], %[[W00]] : {{.*}}) outs(%[[Y0]] :
// CHECK:         %[[W10:.*]] = memref.subview %[[W]][1, 0, 0, 0, 0] [1, 1, 1, 4, 8]
// CHECK:         %[[Y1:.*]] = memref.subview %[[Y]][0, 0, 16] [1, 8, 8]
// CHECK:         linalg.conv_1d_nwc_wcf {{.*}} ins(%[[R0]], %[[W10]] : {{.*}}) outs(%[[Y1]] :
// CHECK:         memref.subview %[[W]][0, 1, 0, 0, 0] [1, 1, 1, 4, 16]
// CHECK:         linalg.conv_1d_nwc_wcf {{.*}} ins(%[[R1]],
// CHECK:         linalg.generic {{.*}} ins(%[[X]] : {{.*}}) outs(%[[Y]] :
// CHECK-NEXT:    ^bb0(%[[OTHER:.*]]: f32, %[[S:.*]]: f32):
// CHECK-NEXT:      arith.subf %[[S]], %[[OTHER]]

// Rows of a number that is known at run time, two rows of the source apart.
func.func @rows(%x: memref<?x15x8xf32>, %w: memref<3x3x8xf32>,
                %y: memref<?x7x8xf32>) {
  lf.tile depthwise ins(%x : memref<?x15x8xf32>) filter(%w : memref<3x3x8xf32>)
      outs(%y : memref<?x7x8xf32>) accumulate kernel [3, 3] strides [2, 2]
  return
}
// CHECK-LABEL: func.func @rows(
// CHECK-SAME:    %[[X:[^ ]*]]: memref<?x15x8xf32>, %[[W:[^ ]*]]: memref<3x3x8xf32>, %[[Y:[^ ]*]]: memref<?x7x8xf32>)
// CHECK-NOT:     linalg.fill
// CHECK:         scf.for %[[KY:.*]] =
// CHECK:           %[[COUNT:.*]] = memref.dim %[[Y]]
// CHECK:           %[[IN:.*]] = memref.subview %[[X]][%[[KY]], 0, 0] [%[[COUNT]], 15, 8] [2, 1, 1]
// CHECK:           %[[TAPS:.*]] = memref.subview %[[W]][%[[KY]], 0, 0] [1, 3, 8]
// CHECK:           linalg.depthwise_conv_1d_nwc_wc {{.*}} ins(%[[IN]], %[[TAPS]] : {{.*}}) outs(%[[Y]] :

// A place of a pooling's window after the other, in the order of its rows.
func.func @pool(%x: memref<5x9x8xf32>, %y: memref<3x4x8xf32>) {
  lf.tile max ins(%x : memref<5x9x8xf32>) outs(%y : memref<3x4x8xf32>)
      kernel [3, 3] strides [1, 2]
  return
}
// CHECK-LABEL: func.func @pool(
// CHECK:         %[[LOW:.*]] = arith.constant 0xFF800000 : f32
// CHECK:         linalg.fill ins(%[[LOW]] :
// CHECK:         scf.for %[[KY:.*]] =
// CHECK:           scf.for %[[KX:.*]] =
// CHECK:             memref.subview %{{.*}}[%[[KY]], %[[KX]], 0] [3, 4, 8] [1, 2, 1]
// CHECK:             linalg.generic
// CHECK:               arith.maximumf %{{out.*}}, %{{in.*}}

func.func @groups(%x: memref<?x9x6xf32>, %w: memref<1x1x3x4xf32>,
                  %y: memref<?x9x4xf32>) {
  lf.tile conv ins(%x : memref<?x9x6xf32>) filter(%w : memref<1x1x3x4xf32>)
      outs(%y : memref<?x9x4xf32>) groups 2
  return
}
// CHECK-LABEL: func.func @groups(
// CHECK:         linalg.generic {{.*}} outs(%{{.*}} : memref<?x9x2x2xf32>)

// Elementwise tiles, from elsewhere and in place; without an epilogue a copy.
func.func @elementwise(%x: memref<2x4x8xf32>, %g: memref<8xf32>,
                       %y: memref<2x4x8xf32>) {
  lf.tile elementwise ins(%x : memref<2x4x8xf32>) outs(%y : memref<2x4x8xf32>)
  lf.tile elementwise ins(%x : memref<2x4x8xf32>) sides(%g : memref<8xf32>)
      outs(%y : memref<2x4x8xf32>) epilogue {
  ^bb0(%s: f32, %gate: f32):
    %0 = arith.mulf %s, %gate : f32
    lf.yield %0 : f32
  }
  lf.tile elementwise ins(%y : memref<2x4x8xf32>) outs(%y : memref<2x4x8xf32>)
      epilogue {
  ^bb0(%s: f32):
    %0 = math.tanh %s : f32
    lf.yield %0 : f32
  }
  return
}
// CHECK-LABEL: func.func @elementwise(
// CHECK-SAME:    %[[X:[^ ]*]]: memref<2x4x8xf32>, %[[G:[^ ]*]]: memref<8xf32>, %[[Y:[^ ]*]]: memref<2x4x8xf32>)
// CHECK:         linalg.copy ins(%[[X]] : {{.*}}) outs(%[[Y]] :
// CHECK:         linalg.generic {{.*}} ins(%[[X]], %[[G]] : {{.*}}) outs(%[[Y]] :
// CHECK-NEXT:    ^bb0(%[[S:.*]]: f32, %[[GATE:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:      arith.mulf %[[S]], %[[GATE]]
// CHECK:         linalg.generic {{.*}}{{"parallel"\]}}} outs(%[[Y]] :
// CHECK-NEXT:    ^bb0(%[[S:.*]]: f32):
// CHECK-NEXT:      math.tanh %[[S]]
