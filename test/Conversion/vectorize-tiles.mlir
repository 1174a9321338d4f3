// RUN: lf-opt %s --lf-vectorize-tiles --canonicalize --cse | FileCheck %s

// CHECK-DAG: #[[$NEXT:.*]] = affine_map<(d0) -> (2, d0 + 1)>
// CHECK-DAG: #[[$START:.*]] = affine_map<(d0) -> (2400, d0 * 480)>
// CHECK-DAG: #[[$NEXT_CHANNEL:.*]] = affine_map<(d0) -> (19, d0 * 8 + 8)>
// CHECK-DAG: #[[$PLACE:.*]] = affine_map<(d0, d1, d2) -> (d0 * 2 + d1 + d2 * 4800)>

// Two pixels times two vectors: one load a vector, one element a pixel, four
// sums that start as the bias. Five pixels are two groups of two and a rest;
// six channels a panel of four vectors' lanes and one of two.

// CHECK-LABEL: func @pointwise
// CHECK-SAME: (%[[X:.*]]: memref<1x5x3xf32>, %[[W:.*]]: memref<2x1x1x3x4xf32>, %[[B:.*]]: memref<6xf32>, %[[Y:.*]]: memref<1x5x6xf32>)
func.func @pointwise(%x: memref<1x5x3xf32>, %w: memref<2x1x1x3x4xf32>,
                     %b: memref<6xf32>, %y: memref<1x5x6xf32>) {
  // CHECK: scf.for %[[COLUMN:.*]] = %c0 to %c4 step %c2 {
  // CHECK:   %[[B0:.*]] = vector.load %{{.*}}[%c0] : {{.*}}, vector<2xf32>
  // CHECK:   %[[B1:.*]] = vector.load %{{.*}}[%c2] : {{.*}}, vector<2xf32>
  // CHECK:   %[[PIXELS:.*]] = memref.reinterpret_cast {{.*}} sizes: [2, 3], strides: [3, 1]
  // CHECK:   %[[SUMS:.*]]:4 = scf.for %[[K:.*]] = %c0 to %c3 step %c1
  // CHECK-SAME: iter_args(%[[S0:.*]] = %[[B0]], %[[S1:.*]] = %[[B1]], %[[S2:.*]] = %[[B0]], %[[S3:.*]] = %[[B1]])
  // CHECK:     %[[W0:.*]] = vector.load %{{.*}}[%[[K]], %c0] : {{.*}}, vector<2xf32>
  // CHECK:     %[[W1:.*]] = vector.load %{{.*}}[%[[K]], %c2] : {{.*}}, vector<2xf32>
  // CHECK:     %[[X0:.*]] = memref.load %[[PIXELS]][%c0, %[[K]]]
  // CHECK:     %[[V0:.*]] = vector.broadcast %[[X0]] : f32 to vector<2xf32>
  // CHECK:     %[[N0:.*]] = vector.fma %[[V0]], %[[W0]], %[[S0]]
  // CHECK:     %[[N1:.*]] = vector.fma %[[V0]], %[[W1]], %[[S1]]
  // CHECK:     %[[X1:.*]] = memref.load %[[PIXELS]][%c1, %[[K]]]
  // CHECK:     %[[V1:.*]] = vector.broadcast %[[X1]] : f32 to vector<2xf32>
  // CHECK:     %[[N2:.*]] = vector.fma %[[V1]], %[[W0]], %[[S2]]
  // CHECK:     %[[N3:.*]] = vector.fma %[[V1]], %[[W1]], %[[S3]]
  // CHECK:     scf.yield %[[N0]], %[[N1]], %[[N2]], %[[N3]]
  // CHECK:   vector.store %[[SUMS]]#0, %[[PLACE:.*]][%c0, %c0]
  // CHECK:   vector.store %[[SUMS]]#1, %[[PLACE]][%c0, %c2]
  // CHECK:   vector.store %[[SUMS]]#2, %[[PLACE]][%c1, %c0]
  // CHECK:   vector.store %[[SUMS]]#3, %[[PLACE]][%c1, %c2]
  // CHECK: }
  // CHECK: memref.subview %[[Y]][0, 4, 0] [1, 1, 4]
  // CHECK: memref.subview %[[Y]][0, %{{.*}}, 4] [1, 2, 2]
  // CHECK: memref.subview %[[Y]][0, 4, 4] [1, 1, 2]
  lf.tile conv ins(%x : memref<1x5x3xf32>) filter(%w : memref<2x1x1x3x4xf32>)
      bias(%b : memref<6xf32>) outs(%y : memref<1x5x6xf32>)
      register_tile <pixels = 2, vectors = [2, 2]>
  return
}

// While one panel of 1x3 * 400 * 4 elements is used, the next is fetched: 480 for
// each of ten pixels, and so two with each of the 1200 terms of five pixels. The
// third panel has none behind it, and is asked for again.

// CHECK-LABEL: func @prefetch
// CHECK-SAME: (%{{.*}}: memref<1x12x400xf32>, %[[W:.*]]: memref<3x1x3x400x4xf32>
func.func @prefetch(%x: memref<1x12x400xf32>, %w: memref<3x1x3x400x4xf32>,
                    %y: memref<1x10x12xf32>) {
  // CHECK: %[[ALL:.*]] = memref.collapse_shape %[[W]] {{\[\[}}0, 1, 2, 3, 4]] : {{.*}} into memref<14400xf32>
  // CHECK: scf.for %[[PANEL:.*]] = %c0 to %c3
  // CHECK:   scf.for %[[COLUMN:.*]] = %c0 to %c10 step %c5
  // CHECK-DAG: %[[NEXT:.*]] = affine.min #[[$NEXT]](%[[PANEL]])
  // CHECK-DAG: %[[START:.*]] = affine.min #[[$START]](%[[COLUMN]])
  // CHECK:     scf.for %[[K:.*]] = %c0 to %c1200
  // CHECK:       %[[PLACE:.*]] = affine.apply #[[$PLACE]](%[[K]], %[[START]], %[[NEXT]])
  // CHECK:       memref.prefetch %[[ALL]][%[[PLACE]]], read, locality<2>, data
  // CHECK:       vector.load
  lf.tile conv ins(%x : memref<1x12x400xf32>)
      filter(%w : memref<3x1x3x400x4xf32>) outs(%y : memref<1x10x12xf32>)
      kernel [1, 3] register_tile <pixels = 5, vectors = [4]>
  return
}

// Another filter that is read next is fetched in one go, two lines a term.

// CHECK-LABEL: func @next
// CHECK-SAME: %[[OTHER:[a-z0-9]*]]: memref<1x1x1x128x32xf32, strided<[9, 9, 9, 32, 1], offset: ?>>
func.func @next(%x: memref<1x4x128xf32>, %w: memref<1x1x1x128x32xf32>,
                %next: memref<1x1x1x128x32xf32, strided<[9, 9, 9, 32, 1], offset: ?>>,
                %y: memref<1x4x32xf32>) {
  // CHECK: %[[ALL:.*]] = memref.collapse_shape %[[OTHER]] {{.*}} into memref<4096xf32, strided<[1], offset: ?>>
  // CHECK: scf.for %[[K:.*]] = %c0 to %c128
  // CHECK:   %[[FIRST:.*]] = affine.apply #{{.*}}(%[[K]])
  // CHECK:   memref.prefetch %[[ALL]][%[[FIRST]]], read, locality<2>, data
  // CHECK:   %[[SECOND:.*]] = affine.apply #{{.*}}(%[[K]])
  // CHECK:   memref.prefetch %[[ALL]][%[[SECOND]]], read, locality<2>, data
  // CHECK-NOT: memref.prefetch
  lf.tile conv ins(%x : memref<1x4x128xf32>)
      filter(%w : memref<1x1x1x128x32xf32>)
      next(%next : memref<1x1x1x128x32xf32, strided<[9, 9, 9, 32, 1], offset: ?>>)
      outs(%y : memref<1x4x32xf32>)
      register_tile <pixels = 4, vectors = [16, 16]>
  return
}

// Nothing to compute, and nothing to fetch for it.

// CHECK-LABEL: func @empty
func.func @empty(%x: memref<1x0x128xf32>, %w: memref<2x1x1x128x16xf32>,
                 %y: memref<1x0x32xf32>) {
  // CHECK-NOT: memref.prefetch
  // CHECK-NOT: lf.tile
  lf.tile conv ins(%x : memref<1x0x128xf32>)
      filter(%w : memref<2x1x1x128x16xf32>) outs(%y : memref<1x0x32xf32>)
      register_tile <pixels = 4, vectors = [16]>
  return
}

// Seven channels of a filter that is not packed: lanes beyond are masked.

// CHECK-LABEL: func @masked
func.func @masked(%x: memref<1x2x3xf32>, %w: memref<1x1x3x7xf32>,
                  %y: memref<1x2x7xf32>) {
  // CHECK-DAG: %[[MASK:.*]] = arith.constant dense<[true, true, true, true, true, true, true, false]>
  // CHECK-DAG: %[[ZERO:.*]] = arith.constant dense<0.000000e+00> : vector<8xf32>
  // CHECK: scf.for %{{.*}} iter_args(%{{.*}} = %[[ZERO]], %{{.*}} = %[[ZERO]])
  // CHECK:   vector.maskedload %{{.*}}, %[[MASK]], %[[ZERO]]
  // CHECK: vector.maskedstore %{{.*}}[%c0, %c0], %[[MASK]]
  // CHECK: vector.maskedstore %{{.*}}[%c1, %c0], %[[MASK]]
  lf.tile conv ins(%x : memref<1x2x3xf32>) filter(%w : memref<1x1x3x7xf32>)
      outs(%y : memref<1x2x7xf32>) register_tile <pixels = 2, vectors = [16]>
  return
}

// The columns of the window are one sum of 3 * 4 terms, as source and filter
// are dense; the window's rows are those of a ring.

// CHECK-LABEL: func @ring
// CHECK-SAME: (%[[R0:.*]]: memref<1x6x4xf32>, %[[R1:.*]]: memref<1x6x4xf32>, %[[R2:.*]]: memref<1x6x4xf32>
func.func @ring(%r0: memref<1x6x4xf32>, %r1: memref<1x6x4xf32>,
                %r2: memref<1x6x4xf32>, %w: memref<1x3x3x4x8xf32>,
                %y: memref<1x4x8xf32>) {
  // CHECK: memref.subview %[[R0]]
  // CHECK: %[[FIRST:.*]]:2 = scf.for %{{.*}} = %c0 to %c12 step %c1 iter_args
  // CHECK: memref.subview %[[R1]]
  // CHECK: %[[SECOND:.*]]:2 = scf.for %{{.*}} = %c0 to %c12 step %c1 iter_args(%{{.*}} = %[[FIRST]]#0, %{{.*}} = %[[FIRST]]#1)
  // CHECK: memref.subview %[[R2]]
  // CHECK: scf.for %{{.*}} = %c0 to %c12 step %c1 iter_args(%{{.*}} = %[[SECOND]]#0, %{{.*}} = %[[SECOND]]#1)
  lf.tile conv ins(%r0, %r1, %r2 : memref<1x6x4xf32>, memref<1x6x4xf32>,
                                   memref<1x6x4xf32>)
      filter(%w : memref<1x3x3x4x8xf32>) outs(%y : memref<1x4x8xf32>)
      kernel [3, 3] register_tile <pixels = 2, vectors = [8]>
  return
}

// Several rows and a dilated window: loops over rows, and over the window.

// CHECK-LABEL: func @dilated
func.func @dilated(%x: memref<?x8x4xf32>, %w: memref<1x3x3x4x8xf32>,
                   %y: memref<?x4x8xf32>) {
  // CHECK: %[[ROWS:.*]] = memref.dim
  // CHECK: scf.for %[[ROW:.*]] = %c0 to %[[ROWS]] step %c1 {
  // CHECK:   scf.for %{{.*}} = %c0 to %c4 step %c2 {
  // CHECK:     scf.for %[[KY:.*]] = %c0 to %c3
  // CHECK:       scf.for %{{.*}} = %c0 to %c3
  // CHECK:         scf.for %{{.*}} = %c0 to %c4
  lf.tile conv ins(%x : memref<?x8x4xf32>) filter(%w : memref<1x3x3x4x8xf32>)
      outs(%y : memref<?x4x8xf32>) accumulate kernel [3, 3] strides [2, 1]
      dilations [1, 2] register_tile <pixels = 2, vectors = [8]>
  return
}

// Groups of channels, each with its own part of source and output.

// CHECK-LABEL: func @grouped
func.func @grouped(%x: memref<1x2x6xf32>, %w: memref<1x1x3x8xf32>,
                   %y: memref<1x2x8xf32>) {
  // CHECK: scf.for %[[GROUP:.*]] = %c0 to %c2
  // CHECK-DAG: affine.apply #[[$BY4:.*]](%[[GROUP]])
  // CHECK-DAG: affine.apply #[[$BY3:.*]](%[[GROUP]])
  lf.tile conv ins(%x : memref<1x2x6xf32>) filter(%w : memref<1x1x3x8xf32>)
      outs(%y : memref<1x2x8xf32>) groups 2
      register_tile <pixels = 2, vectors = [4]>
  return
}

// Nine vectors of the filter are loaded before the loop over pixels; the two
// pixels of a group share the columns that both read.

// CHECK-LABEL: func @depthwise
func.func @depthwise(%x: memref<3x6x8xf32>, %w: memref<3x3x8xf32>,
                     %y: memref<1x4x8xf32>) {
  // CHECK-NOT: memref.prefetch
  // CHECK-COUNT-9: vector.load %{{.*}} vector<8xf32>
  // CHECK: scf.for
  // CHECK: vector.load %{{.*}}[%c0, %c0]
  // CHECK: vector.load %{{.*}}[%c1, %c0]
  // CHECK-NOT: [%c1, %c0]
  // CHECK: vector.load %{{.*}}[%c2, %c0]
  // CHECK-NOT: [%c2, %c0]
  // CHECK: vector.load %{{.*}}[%c3, %c0]
  // CHECK-COUNT-12: vector.fma
  // CHECK-COUNT-2: vector.store
  lf.tile depthwise ins(%x : memref<3x6x8xf32>) filter(%w : memref<3x3x8xf32>)
      outs(%y : memref<1x4x8xf32>) kernel [3, 3]
      register_tile <pixels = 2, vectors = [8]>
  return
}

// Where each panel of channels is used for several rows, the filter's vectors of
// the next one are fetched; behind the last one is the last channel.

// CHECK-LABEL: func @depthwise_rows
// CHECK-SAME: %[[W:[a-z0-9]*]]: memref<3x3x20xf32>
func.func @depthwise_rows(%x: memref<4x6x20xf32>, %w: memref<3x3x20xf32>,
                          %y: memref<2x4x20xf32>) {
  // CHECK: scf.for %[[PANEL:.*]] = %c0 to %c2
  // CHECK:   %[[NEXT:.*]] = affine.min #[[$NEXT_CHANNEL]](%[[PANEL]])
  // CHECK-COUNT-9: memref.prefetch %[[W]][%{{.*}}, %{{.*}}, %[[NEXT]]], read, locality<2>, data
  // CHECK: vector.load
  lf.tile depthwise ins(%x : memref<4x6x20xf32>)
      filter(%w : memref<3x3x20xf32>) outs(%y : memref<2x4x20xf32>)
      kernel [3, 3] register_tile <pixels = 4, vectors = [8]>
  return
}

// A filter too large for the registers: a row of it, and the columns one by one,
// each for the windows that it is in.

// CHECK-LABEL: func @depthwise_5x5
func.func @depthwise_5x5(%x: memref<5x10x8xf32>, %w: memref<5x5x8xf32>,
                         %y: memref<1x6x8xf32>) {
  // CHECK-COUNT-5: vector.load %{{.*}} : memref<8xf32
  // CHECK-NEXT: %[[X0:.*]] = vector.load %{{.*}}[%c0, %c0]
  // CHECK-NEXT: vector.fma %[[X0]]
  // CHECK-NEXT: %[[X1:.*]] = vector.load %{{.*}}[%c1, %c0]
  // CHECK-NEXT: vector.fma %[[X1]]
  // CHECK-NEXT: vector.fma %[[X1]]
  // CHECK-NEXT: vector.load %{{.*}}[%c2, %c0]
  // CHECK-NEXT: vector.fma
  // CHECK-NEXT: vector.fma
  // CHECK-NEXT: vector.fma
  // CHECK: vector.load %{{.*}}[%c9, %c0]
  // CHECK-NEXT: vector.fma
  // CHECK-NEXT: memref.subview
  lf.tile depthwise ins(%x : memref<5x10x8xf32>) filter(%w : memref<5x5x8xf32>)
      outs(%y : memref<1x6x8xf32>) kernel [5, 5]
      register_tile <pixels = 6, vectors = [8]>
  return
}

// CHECK-LABEL: func @max
func.func @max(%x: memref<2x4x8xf32>, %y: memref<1x2x8xf32>) {
  // CHECK: %[[X0:.*]] = vector.load %{{.*}}[%c0, %c0]
  // CHECK: %[[X1:.*]] = vector.load %{{.*}}[%c1, %c0]
  // CHECK: arith.maximumf %[[X0]], %[[X1]] : vector<8xf32>
  // CHECK: %[[X2:.*]] = vector.load %{{.*}}[%c2, %c0]
  // CHECK: %[[X3:.*]] = vector.load %{{.*}}[%c3, %c0]
  // CHECK: arith.maximumf %[[X2]], %[[X3]] : vector<8xf32>
  // CHECK-COUNT-4: arith.maximumf
  lf.tile max ins(%x : memref<2x4x8xf32>) outs(%y : memref<1x2x8xf32>)
      kernel [2, 2] strides [2, 2] register_tile <pixels = 2, vectors = [8]>
  return
}

// A window of 64 places is a loop.

// CHECK-LABEL: func @large_window
func.func @large_window(%x: memref<8x8x4xf32>, %y: memref<1x1x4xf32>) {
  // CHECK: scf.for %{{.*}} = %c0 to %c8 step %c1 iter_args
  // CHECK:   scf.for %{{.*}} = %c0 to %c8 step %c1 iter_args
  // CHECK:     arith.addf %{{.*}} : vector<4xf32>
  lf.tile sum ins(%x : memref<8x8x4xf32>) outs(%y : memref<1x1x4xf32>)
      kernel [8, 8] register_tile <pixels = 1, vectors = [4]>
  return
}

// The epilogue on vectors. A clamp is a comparison, which lets a NaN through.
// The two rows are one of eight pixels.

// CHECK-LABEL: func @epilogue
func.func @epilogue(%x: memref<2x4x8xf32>, %s: memref<2x4x8xf32>,
                    %g: memref<8xf32>, %y: memref<2x4x8xf32>) {
  // CHECK: %[[ZERO:.*]] = arith.constant dense<0.000000e+00> : vector<8xf32>
  // CHECK: scf.for %{{.*}} = %c0 to %c8 step %c2
  // CHECK-COUNT-2: vector.load
  // CHECK: %[[OTHER:.*]] = vector.load %{{.*}} vector<8xf32>
  // CHECK: %[[GATE:.*]] = vector.load %{{.*}} vector<8xf32>
  // CHECK: %[[SUM:.*]] = arith.addf %{{.*}}, %[[OTHER]]
  // CHECK: %[[BELOW:.*]] = arith.cmpf olt, %[[SUM]], %[[ZERO]]
  // CHECK: %[[RELU:.*]] = arith.select %[[BELOW]], %[[ZERO]], %[[SUM]]
  // CHECK: %[[SCALED:.*]] = arith.mulf %[[RELU]], %[[GATE]]
  // CHECK: vector.store %[[SCALED]]
  lf.tile elementwise ins(%x : memref<2x4x8xf32>)
      sides(%s, %g : memref<2x4x8xf32>, memref<8xf32>)
      outs(%y : memref<2x4x8xf32>)
      register_tile <pixels = 2, vectors = [8]> epilogue {
  ^bb0(%a: f32, %other: f32, %gate: f32):
    %zero = arith.constant 0.0 : f32
    %0 = arith.addf %a, %other : f32
    %1 = arith.maximumf %0, %zero : f32
    %2 = arith.mulf %1, %gate : f32
    lf.yield %2 : f32
  }
  return
}

// Half floats have no multiply-add everywhere.

// CHECK-LABEL: func @half
func.func @half(%x: memref<1x2x3xf16>, %y: memref<1x2x3xf16>) {
  // CHECK: lf.tile elementwise
  lf.tile elementwise ins(%x : memref<1x2x3xf16>) outs(%y : memref<1x2x3xf16>)
  return
}
