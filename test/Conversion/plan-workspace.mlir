// RUN: lf-opt %s --split-input-file --lf-plan-workspace | FileCheck %s
// RUN: lf-opt %s --split-input-file --lf-plan-workspace -o /dev/null \
// RUN:   --remarks-filter=lf-plan-workspace 2>&1 | FileCheck %s --check-prefix=REMARK

// The first and the third buffer are never alive together.
// REMARK: remark: [Analysis] workspace | Category:lf-plan-workspace | Function=main | buffers=3, lowerBoundBytes=768, sideBySideBytes=1024, workspaceBytes=768
// CHECK-LABEL: func.func @main
// CHECK-SAME: (%[[X:.*]]: memref<64xf32>, %[[OUT:.*]]: memref<64xf32>, %[[WS:.*]]: memref<768xi8>)
// CHECK-SAME: lf.workspace_size = 768 : i64
// CHECK-DAG: %[[C0:.*]] = arith.constant 512 : index
// CHECK-DAG: %[[A:.*]] = memref.view %[[WS]][%[[C0]]][] : memref<768xi8> to memref<64xf32>
// CHECK-DAG: %[[C1:.*]] = arith.constant 0 : index
// CHECK-DAG: %[[B:.*]] = memref.view %[[WS]][%[[C1]]][] : memref<768xi8> to memref<128xf32>
// CHECK-DAG: %[[C:.*]] = memref.view %[[WS]][%[[C2:.*]]][] : memref<768xi8> to memref<64xf32>
// CHECK-NOT: alloc
func.func @main(%x: memref<64xf32>, %out: memref<64xf32>)
    attributes {lf.inputs = [], lf.outputs = []} {
  %f = arith.constant 0.0 : f32
  %a = memref.alloc() {alignment = 64 : i64} : memref<64xf32>
  linalg.exp ins(%x : memref<64xf32>) outs(%a : memref<64xf32>)
  %b = memref.alloc() : memref<128xf32>
  linalg.fill ins(%f : f32) outs(%b : memref<128xf32>)
  %left = memref.subview %b[0] [64] [1] : memref<128xf32> to memref<64xf32>
  linalg.exp ins(%a : memref<64xf32>) outs(%left : memref<64xf32>)
  memref.dealloc %a : memref<64xf32>
  %c = memref.alloc() : memref<64xf32>
  linalg.exp ins(%left : memref<64xf32>) outs(%c : memref<64xf32>)
  linalg.exp ins(%c : memref<64xf32>) outs(%out : memref<64xf32>)
  return
}

// -----

// A buffer lives as long as a view of it: %a is read through %v at the end.
// REMARK: buffers=2, lowerBoundBytes=128, sideBySideBytes=128, workspaceBytes=128
// CHECK-LABEL: func.func @main
// CHECK-SAME: %[[WS:[^ ]*]]: memref<128xi8>
func.func @main(%x: memref<16xf32>, %out: memref<4x4xf32>)
    attributes {lf.inputs = [], lf.outputs = []} {
  %a = memref.alloc() : memref<16xf32>
  linalg.exp ins(%x : memref<16xf32>) outs(%a : memref<16xf32>)
  %v = memref.expand_shape %a [[0, 1]] output_shape [4, 4]
    : memref<16xf32> into memref<4x4xf32>
  %b = memref.alloc() : memref<16xf32>
  linalg.exp ins(%x : memref<16xf32>) outs(%b : memref<16xf32>)
  linalg.exp ins(%v : memref<4x4xf32>) outs(%out : memref<4x4xf32>)
  return
}

// -----

// One in a loop is alive for the whole loop, as %carried needs it to be.
// REMARK: buffers=3, lowerBoundBytes=192, sideBySideBytes=192, workspaceBytes=192
// CHECK-LABEL: func.func @main
// CHECK: scf.for
// CHECK: memref.view
// CHECK-NOT: alloc
func.func @main(%x: memref<16xf32>, %out: memref<16xf32>)
    attributes {lf.inputs = [], lf.outputs = []} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %a = memref.alloc() : memref<16xf32>
  %b = memref.alloc() : memref<16xf32>
  %carried:2 = scf.for %i = %c0 to %c4 step %c1 iter_args(%p = %a, %q = %b)
      -> (memref<16xf32>, memref<16xf32>) {
    %t = memref.alloc() : memref<16xf32>
    linalg.exp ins(%x : memref<16xf32>) outs(%t : memref<16xf32>)
    linalg.exp ins(%t : memref<16xf32>) outs(%p : memref<16xf32>)
    scf.yield %q, %p : memref<16xf32>, memref<16xf32>
  }
  linalg.exp ins(%carried#0 : memref<16xf32>) outs(%out : memref<16xf32>)
  return
}

// -----

// Nothing to place: the workspace is still an argument.
// CHECK-LABEL: func.func @main
// CHECK-SAME: (%{{.*}}: memref<4xi8>, %{{.*}}: memref<0xi8>)
// CHECK-SAME: lf.workspace_size = 0 : i64
func.func @main(%out: memref<4xi8>)
    attributes {lf.inputs = [], lf.outputs = []} {
  return
}

// -----

// Elements take the bytes they take in memory: an i1 a byte.
// CHECK-LABEL: func.func @main
// CHECK-SAME: memref<128xi8>
func.func @main(%out: memref<65xi1>)
    attributes {lf.inputs = [], lf.outputs = []} {
  %a = memref.alloca() : memref<65xi1>
  memref.copy %a, %out : memref<65xi1> to memref<65xi1>
  return
}

// -----

// A call takes of the caller's workspace what the function needs, for as long
// as it lasts: both calls the same bytes, and those of %a once it is read. A
// function without buffers takes nothing.
// REMARK: Function=outer | buffers=1, lowerBoundBytes=192, sideBySideBytes=192, workspaceBytes=192
// REMARK: Function=main | buffers=3, lowerBoundBytes=448, sideBySideBytes=640, workspaceBytes=448
// CHECK-LABEL: func.func @main
// CHECK-SAME: (%[[X:.*]]: memref<64xf32>, %[[OUT:.*]]: memref<64xf32>, %[[WS:.*]]: memref<448xi8>)
// CHECK-SAME: lf.workspace_size = 448 : i64
// CHECK: %[[A:.*]] = memref.view %[[WS]][%{{.*}}][] : memref<448xi8> to memref<64xf32>
// CHECK: %[[S0:.*]] = memref.view %[[WS]][%[[C0:.*]]][] : memref<448xi8> to memref<192xi8>
// CHECK: call @outer(%[[X]], %[[A]], %[[S0]]) : (memref<64xf32>, memref<64xf32>, memref<192xi8>) -> ()
// CHECK: %[[S1:.*]] = memref.view %[[WS]][%{{.*}}][] : memref<448xi8> to memref<192xi8>
// CHECK: call @outer(%[[A]], %[[OUT]], %[[S1]])
// CHECK: call @inPlace(%[[OUT]]) : (memref<64xf32>) -> ()
func.func @main(%x: memref<64xf32>, %out: memref<64xf32>)
    attributes {lf.inputs = [], lf.outputs = []} {
  %a = memref.alloc() : memref<64xf32>
  call @outer(%x, %a) : (memref<64xf32>, memref<64xf32>) -> ()
  call @outer(%a, %out) : (memref<64xf32>, memref<64xf32>) -> ()
  call @inPlace(%out) : (memref<64xf32>) -> ()
  return
}
// CHECK-LABEL: func.func private @outer
// CHECK-SAME: %[[SCRATCH:[^ ]*]]: memref<192xi8>)
// CHECK: %[[V:.*]] = memref.view %[[SCRATCH]][%{{.*}}][] : memref<192xi8> to memref<192xi8>
// CHECK: call @inner({{.*}}, %[[V]])
func.func private @outer(%x: memref<64xf32>, %y: memref<64xf32>) {
  call @inner(%x, %y) : (memref<64xf32>, memref<64xf32>) -> ()
  return
}
// CHECK-LABEL: func.func private @inner
// CHECK: memref.view %{{.*}} : memref<192xi8> to memref<3x16xf32>
func.func private @inner(%x: memref<64xf32>, %y: memref<64xf32>) {
  %f = arith.constant 0.0 : f32
  %a = memref.alloc() : memref<3x16xf32>
  linalg.fill ins(%f : f32) outs(%a : memref<3x16xf32>)
  linalg.exp ins(%x : memref<64xf32>) outs(%y : memref<64xf32>)
  return
}
func.func private @inPlace(%x: memref<64xf32>) {
  linalg.exp ins(%x : memref<64xf32>) outs(%x : memref<64xf32>)
  return
}
