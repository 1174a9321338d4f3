// RUN: lf-opt %s --split-input-file --lf-bufferize | FileCheck %s

// The result's buffer is the output argument, and inputs are not written even
// where their last use is.
// CHECK-LABEL: func.func @main
// CHECK-SAME: (%[[X:.*]]: memref<2x8xf32>, %[[Y:.*]]: memref<8xf32>, %[[OUT:.*]]: memref<2x8xf32>)
// CHECK-SAME: lf.inputs = [#lf.io<name = "data", type = tensor<2x8xf32>, layout = "NC">, #lf.io<name = "input1", type = tensor<8xf32>>]
// CHECK-SAME: lf.outputs = [#lf.io<name = "probabilities", type = tensor<2x8xf32>>]
// CHECK-NOT: memref.alloc
// CHECK: linalg.exp ins(%[[X]] : memref<2x8xf32>) outs(%[[OUT]] : memref<2x8xf32>)
// CHECK-NEXT: return
func.func @main(%x: tensor<2x8xf32> {lf.name = "data", lf.layout = "NC"},
                %y: tensor<8xf32>)
    -> (tensor<2x8xf32> {lf.name = "probabilities"}) {
  %0 = linalg.exp ins(%x : tensor<2x8xf32>) outs(%x : tensor<2x8xf32>)
    -> tensor<2x8xf32>
  return %0 : tensor<2x8xf32>
}

// -----

// The same result twice, an input, a constant: copies.
// CHECK-DAG: memref.global "private" constant @[[$C:.*]] : memref<4xf32> = dense<{{.*}}> {alignment = 64 : i64}
// CHECK-LABEL: func.func @main
// CHECK-SAME: (%[[X:.*]]: memref<4xf32>, %[[O0:.*]]: memref<4xf32>, %[[O1:.*]]: memref<4xf32>, %[[O2:.*]]: memref<4xf32>, %[[O3:.*]]: memref<4xf32>)
// CHECK-SAME: #lf.io<name = "output3", type = tensor<4xf32>>
// CHECK: %[[G:.*]] = memref.get_global @[[$C]]
// CHECK: linalg.exp ins(%[[X]] : memref<4xf32>) outs(%[[O0]] : memref<4xf32>)
// CHECK-DAG: memref.copy %[[O0]], %[[O1]]
// CHECK-DAG: memref.copy %[[X]], %[[O2]]
// CHECK-DAG: memref.copy %[[G]], %[[O3]]
// CHECK: return
func.func @main(%x: tensor<4xf32>)
    -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) {
  %c = arith.constant dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf32>
  %e = tensor.empty() : tensor<4xf32>
  %0 = linalg.exp ins(%x : tensor<4xf32>) outs(%e : tensor<4xf32>)
    -> tensor<4xf32>
  return %0, %0, %x, %c
    : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
}

// -----

// A copy into a part of a buffer would call MLIR's runtime: it becomes linalg.
// CHECK-LABEL: func.func @main
// CHECK-SAME: (%[[X:.*]]: memref<2x4xf32>, %[[OUT:.*]]: memref<2x8xf32>)
// CHECK: %[[LEFT:.*]] = memref.subview %[[OUT]][0, 0] [2, 4] [1, 1]
// CHECK: linalg.copy ins(%[[X]] : memref<2x4xf32>) outs(%[[LEFT]]
// CHECK: %[[RIGHT:.*]] = memref.subview %[[OUT]][0, 4] [2, 4] [1, 1]
// CHECK: linalg.copy ins(%[[X]] : memref<2x4xf32>) outs(%[[RIGHT]]
// CHECK-NOT: memref.copy
func.func @main(%x: tensor<2x4xf32>) -> tensor<2x8xf32> {
  %y = tensor.concat dim(1) %x, %x
    : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x8xf32>
  return %y : tensor<2x8xf32>
}

// -----

// An elementwise op takes the place of an operand that nothing else uses. The
// first one cannot: inputs are not written.
// CHECK-LABEL: func.func @main
// CHECK-SAME: (%[[X:.*]]: memref<4xf32>, %[[OUT:.*]]: memref<4xf32>)
// CHECK-NOT: memref.alloc
// CHECK: linalg.generic {{.*}} ins(%[[X]] : memref<4xf32>) outs(%[[OUT]] : memref<4xf32>)
// CHECK: linalg.generic {{.*}} ins(%[[OUT]], %[[X]] : {{.*}}) outs(%[[OUT]] : memref<4xf32>)
#id = affine_map<(d0) -> (d0)>
func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
  %e = tensor.empty() : tensor<4xf32>
  %0 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%x : tensor<4xf32>) outs(%e : tensor<4xf32>) {
  ^bb0(%a: f32, %o: f32):
    %t = math.tanh %a : f32
    linalg.yield %t : f32
  } -> tensor<4xf32>
  %1 = linalg.generic {indexing_maps = [#id, #id, #id],
                       iterator_types = ["parallel"]}
      ins(%0, %x : tensor<4xf32>, tensor<4xf32>) outs(%e : tensor<4xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %t = arith.mulf %a, %b : f32
    linalg.yield %t : f32
  } -> tensor<4xf32>
  return %1 : tensor<4xf32>
}

// -----

// Weights stay resources: nothing reads or copies them.
// CHECK: memref.global "private" constant @{{.*}} : memref<2xf32> = dense_resource<weights> {alignment = 64 : i64}
// CHECK-LABEL: func.func @main
func.func @main(%x: tensor<2xf32>) -> tensor<2xf32> {
  %w = arith.constant dense_resource<weights> : tensor<2xf32>
  %e = tensor.empty() : tensor<2xf32>
  %y = linalg.add ins(%x, %w : tensor<2xf32>, tensor<2xf32>)
    outs(%e : tensor<2xf32>) -> tensor<2xf32>
  return %y : tensor<2xf32>
}

{-# dialect_resources: { builtin: {
  weights: "0x040000000000803F00000040"
} } #-}

// -----

// Tensors without elements keep their place among the arguments, but not their
// shape: nothing reads or writes them.
// CHECK-LABEL: func.func @empty(
// CHECK-SAME:    %{{.*}}: memref<0xf32>, %{{.*}}: memref<0xf32>)
// CHECK-SAME:    lf.inputs = [#lf.io<name = "input0", type = tensor<2x0x3xf32>>]
// CHECK-SAME:    lf.outputs = [#lf.io<name = "output0", type = tensor<4x0x5xf32>>]
// CHECK-NOT:     memref.copy
func.func @empty(%x: tensor<2x0x3xf32>) -> tensor<4x0x5xf32> {
  %c = arith.constant dense<> : tensor<4x0x5xf32>
  return %c : tensor<4x0x5xf32>
}

// -----

// A block writes to the buffers of its outputs and keeps its body. What the
// outputs were before is not read, so an input stands in without a copy.
// CHECK-LABEL: func.func @block(
// CHECK-SAME:    %[[X:[^ ]*]]: memref<1x4x4x8xf32>, %[[F:[^ ]*]]: memref<1x1x8x8xf32>
// CHECK-SAME:    %[[Y:[^ ]*]]: memref<1x4x4x8xf32>)
// CHECK-NEXT:    lf.fused_block ins(%{{.*}} = %[[X]] : memref<1x4x4x8xf32>, %{{.*}} = %[[F]] : memref<1x1x8x8xf32>) outs(%[[Y]] : memref<1x4x4x8xf32>) schedule <row_sliding, row_band = 2> attributes {note = "kept"} {
// CHECK-NEXT:      %[[C:.*]] = lf.conv2d {{.*}} -> tensor<1x4x4x8xf32>
// CHECK-NEXT:      lf.yield %[[C]]
// CHECK:         return
func.func @block(%x: tensor<1x4x4x8xf32>, %f: tensor<1x1x8x8xf32>)
    -> tensor<1x4x4x8xf32> {
  %y = lf.fused_block ins(%in = %x : tensor<1x4x4x8xf32>,
                          %w = %f : tensor<1x1x8x8xf32>)
      outs(%x : tensor<1x4x4x8xf32>)
      schedule <row_sliding, row_band = 2> attributes {note = "kept"} {
    %0 = lf.conv2d %in, %w
        : (tensor<1x4x4x8xf32>, tensor<1x1x8x8xf32>) -> tensor<1x4x4x8xf32>
    lf.yield %0 : tensor<1x4x4x8xf32>
  }
  return %y : tensor<1x4x4x8xf32>
}

// -----

// No output shares a buffer with another, nor with an input: both are alive
// while the block runs.
// CHECK-LABEL: func.func @noSharing(
// CHECK-SAME:    %[[X:[^ ]*]]: memref<1x4x4x8xf32>, %[[Y:[^ ]*]]: memref<1x4x4x8xf32>, %[[Z:[^ ]*]]: memref<1x4x4x8xf32>)
// CHECK:         %[[A:.*]] = memref.alloc()
// CHECK:         lf.fused_block {{.*}} outs(%[[A]], %[[Z]] :
// CHECK:         lf.fused_block ins(%{{.*}} = %[[A]] : memref<1x4x4x8xf32>) outs(%[[Y]] :
func.func @noSharing(%x: tensor<1x4x4x8xf32>)
    -> (tensor<1x4x4x8xf32>, tensor<1x4x4x8xf32>) {
  %e = tensor.empty() : tensor<1x4x4x8xf32>
  %y, %z = lf.fused_block ins(%in = %x : tensor<1x4x4x8xf32>)
      outs(%e, %e : tensor<1x4x4x8xf32>, tensor<1x4x4x8xf32>) {
    %0 = lf.activate %in tanh : tensor<1x4x4x8xf32>
    %1 = lf.activate %0 relu : tensor<1x4x4x8xf32>
    lf.yield %0, %1 : tensor<1x4x4x8xf32>, tensor<1x4x4x8xf32>
  }
  %u = lf.fused_block ins(%in = %y : tensor<1x4x4x8xf32>)
      outs(%y : tensor<1x4x4x8xf32>) {
    %0 = lf.pool2d max %in kernel [3, 3] pads [1, 1, 1, 1]
        : tensor<1x4x4x8xf32> -> tensor<1x4x4x8xf32>
    lf.yield %0 : tensor<1x4x4x8xf32>
  }
  return %u, %z : tensor<1x4x4x8xf32>, tensor<1x4x4x8xf32>
}
