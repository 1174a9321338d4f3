// RUN: lf-opt %s --lf-instrument-blocks --mlir-print-local-scope | FileCheck %s
// RUN: lf-opt %s --lf-instrument-blocks=counter=llvm.readsteadycounter | FileCheck %s --check-prefix=STEADY

// The steps of the network: the arithmetic between blocks, the block with its
// layers, and the copy. What makes addresses is none. The layers' names are from
// the places they come from.
// CHECK: func.func @main(%[[X:.*]]: memref<1x8x8x4xf32>, %[[F:.*]]: memref<3x3x4xf32>, %[[P:.*]]: memref<1x1x4x16xf32>, %[[Y:.*]]: memref<1x8x8x16xf32>, %[[TICKS:.*]]: memref<3xi64>)
// CHECK-SAME: lf.outputs = [#lf.io<name = "ticks", type = tensor<3xi64>>]
// CHECK-SAME: lf.steps = [
// CHECK-SAME: {bytes = 1024 : i64, flops = 512 : i64, kind = "mulf-addf", name = ""},
// CHECK-SAME: {bytes = 5520 : i64, flops = 12800 : i64, kind = "dw-pw", name = "first ... second"},
// CHECK-SAME: {bytes = 8192 : i64, flops = 0 : i64, kind = "copy", name = "third"}]
// CHECK: memref.alloc
// CHECK-NEXT: %[[T0:.*]] = llvm.call_intrinsic "llvm.readcyclecounter"() : () -> i64
// CHECK-NEXT: linalg.generic
// CHECK: %[[T1:.*]] = llvm.call_intrinsic "llvm.readcyclecounter"() : () -> i64
// CHECK-NEXT: %[[D:.*]] = arith.subi %[[T1]], %[[T0]] : i64
// CHECK-NEXT: %[[C:.*]] = arith.constant 0 : index
// CHECK-NEXT: memref.store %[[D]], %[[TICKS]][%[[C]]] : memref<3xi64>
// CHECK-NEXT: memref.alloc
// CHECK-NEXT: call @block0.dw_pw
// CHECK-NEXT: %[[T2:.*]] = llvm.call_intrinsic "llvm.readcyclecounter"() : () -> i64
// CHECK-NEXT: arith.subi %[[T2]], %[[T1]] : i64
// CHECK: memref.copy
// CHECK: arith.subi %{{.*}}, %[[T2]] : i64
// CHECK: return
// CHECK: func.func private @block0.dw_pw
// CHECK-NOT: llvm.call_intrinsic

// STEADY-COUNT-4: llvm.call_intrinsic "llvm.readsteadycounter"
func.func @main(%x: memref<1x8x8x4xf32>, %f: memref<3x3x4xf32>,
                %p: memref<1x1x4x16xf32>, %y: memref<1x8x8x16xf32>)
    attributes {lf.inputs = [], lf.outputs = []} {
  %a = memref.alloc() : memref<1x8x8x4xf32>
  linalg.generic {
      indexing_maps = [affine_map<(n, h, w, c) -> (n, h, w, c)>],
      iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      outs(%x : memref<1x8x8x4xf32>) {
  ^bb0(%e: f32):
    %m = arith.mulf %e, %e : f32
    %s = arith.addf %m, %e : f32
    linalg.yield %s : f32
  }
  %b = memref.alloc() : memref<1x8x8x16xf32>
  call @block0.dw_pw(%x, %f, %p, %b)
    : (memref<1x8x8x4xf32>, memref<3x3x4xf32>, memref<1x1x4x16xf32>,
       memref<1x8x8x16xf32>) -> () loc(fused["first"("net.onnx":0:0), "between"("net.onnx":0:0), "second"("net.onnx":0:0)])
  %v = memref.cast %b : memref<1x8x8x16xf32> to memref<?x8x8x16xf32>
  memref.copy %b, %y : memref<1x8x8x16xf32> to memref<1x8x8x16xf32> loc("third")
  return
}
func.func private @block0.dw_pw(
    %x: memref<1x8x8x4xf32>, %f: memref<3x3x4xf32>, %p: memref<1x1x4x16xf32>,
    %y: memref<1x8x8x16xf32>) {
  lf.fused_block ins(%i = %x : memref<1x8x8x4xf32>,
                     %w = %f : memref<3x3x4xf32>,
                     %v = %p : memref<1x1x4x16xf32>)
      outs(%y : memref<1x8x8x16xf32>) {
    %0 = lf.depthwise_conv2d %i, %w pads [1, 1, 1, 1]
      : (tensor<1x8x8x4xf32>, tensor<3x3x4xf32>) -> tensor<1x8x8x4xf32>
    %1 = lf.conv2d %0, %v
      : (tensor<1x8x8x4xf32>, tensor<1x1x4x16xf32>) -> tensor<1x8x8x16xf32>
    lf.yield %1 : tensor<1x8x8x16xf32>
  }
  return
}
