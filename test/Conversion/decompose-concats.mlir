// RUN: lf-opt %s --lf-decompose-concats --split-input-file | FileCheck %s
// RUN: lf-opt %s --lf-decompose-concats --lf-bufferize --split-input-file \
// RUN:   | FileCheck %s --check-prefix=BUFFERS

// Each part goes into the whole when it is made, in whatever order. The ops
// that make them write there.
// CHECK-LABEL: @parts
// CHECK-SAME: (%[[X:.*]]: tensor<4x3xf32>
// CHECK: %[[W0:.*]] = tensor.empty() : tensor<4x8xf32>
// CHECK: %[[B:.*]] = linalg.exp
// CHECK: %[[W1:.*]] = tensor.insert_slice %[[B]] into %[[W0]][0, 3] [4, 5] [1, 1]
// CHECK: %[[A:.*]] = linalg.abs
// CHECK: %[[W2:.*]] = tensor.insert_slice %[[A]] into %[[W1]][0, 0] [4, 3] [1, 1]
// CHECK: return %[[W2]]
// BUFFERS-LABEL: @parts
// BUFFERS-SAME: (%{{.*}}: memref<4x3xf32>, %{{.*}}: memref<4x5xf32>, %[[Y:.*]]: memref<4x8xf32>)
// BUFFERS: %[[RIGHT:.*]] = memref.subview %[[Y]][0, 3] [4, 5] [1, 1]
// BUFFERS: linalg.exp ins(%{{.*}}) outs(%[[RIGHT]]
// BUFFERS: %[[LEFT:.*]] = memref.subview %[[Y]][0, 0] [4, 3] [1, 1]
// BUFFERS: linalg.abs ins(%{{.*}}) outs(%[[LEFT]]
// BUFFERS-NOT: copy
func.func @parts(%x: tensor<4x3xf32>, %z: tensor<4x5xf32>) -> tensor<4x8xf32> {
  %be = tensor.empty() : tensor<4x5xf32>
  %b = linalg.exp ins(%z : tensor<4x5xf32>) outs(%be : tensor<4x5xf32>)
    -> tensor<4x5xf32>
  %ae = tensor.empty() : tensor<4x3xf32>
  %a = linalg.abs ins(%x : tensor<4x3xf32>) outs(%ae : tensor<4x3xf32>)
    -> tensor<4x3xf32>
  %y = tensor.concat dim(1) %a, %b
    : (tensor<4x3xf32>, tensor<4x5xf32>) -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

// -----

// Inputs are copied; so is a part that is there twice.
// CHECK-LABEL: @inputs
// CHECK: %[[W0:.*]] = tensor.empty() : tensor<9xf32>
// CHECK: %[[W1:.*]] = tensor.insert_slice %arg0 into %[[W0]][3] [3] [1]
// CHECK: linalg.exp
// CHECK: %[[W2:.*]] = tensor.insert_slice %{{.*}} into %[[W1]][0] [3] [1]
// CHECK: %[[W3:.*]] = tensor.insert_slice %{{.*}} into %[[W2]][6] [3] [1]
// CHECK: return %[[W3]]
// BUFFERS-LABEL: @inputs
// BUFFERS: linalg.exp
func.func @inputs(%x: tensor<3xf32>) -> tensor<9xf32> {
  %ae = tensor.empty() : tensor<3xf32>
  %a = linalg.exp ins(%x : tensor<3xf32>) outs(%ae : tensor<3xf32>)
    -> tensor<3xf32>
  %y = tensor.concat dim(0) %a, %x, %a
    : (tensor<3xf32>, tensor<3xf32>, tensor<3xf32>) -> tensor<9xf32>
  return %y : tensor<9xf32>
}

// -----

// CHECK-LABEL: @dynamic
// CHECK: tensor.concat
// BUFFERS-LABEL: @dynamic
func.func @dynamic(%x: tensor<3xf32>) -> tensor<3xf32> {
  %c0 = arith.constant 0 : index
  %e = tensor.empty(%c0) : tensor<?xf32>
  %y = tensor.concat dim(0) %x, %e
    : (tensor<3xf32>, tensor<?xf32>) -> tensor<?xf32>
  %s = tensor.extract_slice %y[0] [3] [1] : tensor<?xf32> to tensor<3xf32>
  return %s : tensor<3xf32>
}
