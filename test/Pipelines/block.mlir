// One block on its way from layers to the LLVM dialect: what it looks like after
// each pass of ours. (docs/pipeline.md shows such a walk in full.)
//
// RUN: lf-opt %s --lf-lower-to-linalg -o %t.linalg.mlir
// RUN: FileCheck %s --check-prefix=LINALG --input-file=%t.linalg.mlir
// RUN: lf-opt %t.linalg.mlir --convert-elementwise-to-linalg --lf-bufferize \
// RUN:   -o %t.buffers.mlir
// RUN: FileCheck %s --check-prefix=BUFFERS --input-file=%t.buffers.mlir
// RUN: lf-opt %t.buffers.mlir --lf-plan-workspace -o %t.workspace.mlir
// RUN: FileCheck %s --check-prefix=WORKSPACE --input-file=%t.workspace.mlir
// RUN: lf-opt %t.workspace.mlir --lf-order-loops -o %t.ordered.mlir
// RUN: FileCheck %s --check-prefix=ORDERED --input-file=%t.ordered.mlir
// RUN: lf-opt %t.workspace.mlir --lf-vectorize-loops --canonicalize \
// RUN:   -o %t.vectors.mlir
// RUN: FileCheck %s --check-prefix=VECTORS --input-file=%t.vectors.mlir
//
// The same fused: three layers and the addition are one block.
// RUN: lf-opt %s --lf-fuse-blocks --lf-lower-to-linalg=keep-blocks \
// RUN:   -o %t.fused.mlir
// RUN: FileCheck %s --check-prefix=FUSED --input-file=%t.fused.mlir
// RUN: lf-opt %t.fused.mlir --lf-bufferize --lf-tile-blocks --lf-plan-workspace \
// RUN:   -o %t.tiled.mlir
// RUN: FileCheck %s --check-prefix=TILED --input-file=%t.tiled.mlir
//
// The pipelines, whole; from a flag and from text. Both end in one dialect.
// RUN: lf-opt %s --lf-reference-pipeline -o %t.reference.mlir
// RUN: FileCheck %s --check-prefixes=LLVM,REFERENCE --input-file=%t.reference.mlir
// RUN: lf-opt %s --pass-pipeline='builtin.module(lf-cpu-pipeline{name=block})' \
// RUN:   -o %t.cpu.mlir
// RUN: FileCheck %s --check-prefixes=LLVM,CPU --input-file=%t.cpu.mlir
// RUN: lf-opt %s --lf-cpu-pipeline=name=other \
// RUN:   | FileCheck %s --check-prefix=OTHER

module @block {
  func.func @main(
      %x: tensor<1x14x14x8xf32> {lf.name = "x", lf.layout = "NHWC"})
      -> (tensor<1x14x14x8xf32> {lf.name = "y"}) {
    %we = arith.constant dense<1.0> : tensor<1x1x8x32xf32>
    %be = arith.constant dense<2.0> : tensor<32xf32>
    %wd = arith.constant dense<3.0> : tensor<3x3x32xf32>
    %wp = arith.constant dense<4.0> : tensor<1x1x32x8xf32>
    %e = lf.conv2d %x, %we bias %be activation relu6
      : (tensor<1x14x14x8xf32>, tensor<1x1x8x32xf32>, tensor<32xf32>)
        -> tensor<1x14x14x32xf32>
    %d = lf.depthwise_conv2d %e, %wd pads [1, 1, 1, 1] activation silu
      : (tensor<1x14x14x32xf32>, tensor<3x3x32xf32>) -> tensor<1x14x14x32xf32>
    %p = lf.conv2d %d, %wp
      : (tensor<1x14x14x32xf32>, tensor<1x1x32x8xf32>) -> tensor<1x14x14x8xf32>
    %y = arith.addf %x, %p : tensor<1x14x14x8xf32>
    return %y : tensor<1x14x14x8xf32>
  }
}

// LINALG: linalg.broadcast
// LINALG: %[[E:.*]] = linalg.conv_2d_nhwc_hwcf
// LINALG: %[[EA:.*]] = linalg.generic {{.*}} ins(%[[E]]
// LINALG: arith.maximumf
// LINALG: arith.minimumf
// LINALG: tensor.pad %[[EA]]
// LINALG: linalg.depthwise_conv_2d_nhwc_hwc
// LINALG: math.exp
// LINALG: %[[P:.*]] = linalg.conv_2d_nhwc_hwcf
// LINALG: arith.addf %{{.*}}, %[[P]] : tensor<1x14x14x8xf32>
// LINALG-NOT: lf.{{conv2d|depthwise}}

// BUFFERS: memref.global "private" constant {{.*}} : memref<1x1x32x8xf32>
// BUFFERS: func.func @main(%[[X:.*]]: memref<1x14x14x8xf32>, %[[Y:.*]]: memref<1x14x14x8xf32>)
// BUFFERS-SAME: lf.inputs = [#lf.io<name = "x", type = tensor<1x14x14x8xf32>, layout = "NHWC">], lf.outputs = [#lf.io<name = "y", type = tensor<1x14x14x8xf32>>]
// BUFFERS: memref.alloc() {alignment = 64 : i64} : memref<1x14x14x32xf32>
// BUFFERS: linalg.generic {{.*}} ins(%[[X]], %{{.*}} outs(%[[Y]]
// BUFFERS-NOT: tensor.

// 14*14*32 floats for the expanded layer, 16*16*32 for it with zeros around:
// the other two buffers find room in these.
// WORKSPACE: func.func @main(%{{.*}}: memref<1x14x14x8xf32>, %{{.*}}: memref<1x14x14x8xf32>, %[[WS:.*]]: memref<57856xi8>)
// WORKSPACE-SAME: lf.workspace_size = 57856 : i64
// WORKSPACE: memref.view %[[WS]][%{{.*}}][] : memref<57856xi8> to memref<1x14x14x32xf32>
// WORKSPACE-NOT: memref.alloc

// ORDERED: linalg.generic {{.*}} iterator_types = ["parallel", "parallel", "parallel", "reduction", "reduction", "reduction", "parallel"]
// ORDERED-NOT: linalg.conv_2d

// VECTORS: scf.for
// VECTORS: scf.for {{.*}} iter_args({{.*}}) -> (vector<32xf32>)
// VECTORS: vector.store
// VECTORS-NOT: linalg

// FUSED: lf.fused_block
// FUSED-COUNT-2: lf.{{.*}}conv2d
// FUSED: lf.conv2d
// FUSED-NEXT: lf.add
// FUSED-NOT: linalg

// Instead of the two images of 32 channels, three rows of the first with zeros
// around, and one row of the second.
// TILED: func.func @main(%{{.*}}: memref<1x14x14x8xf32>, %[[Y:.*]]: memref<1x14x14x8xf32>, %[[WS:.*]]: memref<7936xi8>)
// TILED: memref.view %[[WS]][%{{.*}}][] : memref<7936xi8> to memref<3x16x32xf32>
// TILED: memref.view %[[WS]][%{{.*}}][] : memref<7936xi8> to memref<1x14x32xf32>
// TILED: scf.for
// TILED: lf.tile conv
// TILED: lf.tile depthwise
// TILED: lf.tile conv
// TILED-NOT: lf.{{fused_block|conv2d|add}}

// The constants come before the functions, aligned, and nothing but the two C
// functions can be seen from outside.
// LLVM: llvm.mlir.global private constant {{.*}}alignment = 64 : i64
// LLVM: llvm.func internal @block_run
// CPU: vector<32xf32>
// REFERENCE-NOT: vector<
// LLVM: llvm.func @block(%{{.*}}: !llvm.ptr, %{{.*}}: !llvm.ptr, %{{.*}}: !llvm.ptr) -> i32
// CPU-SAME: lf.workspace_size = 7936 : i64
// REFERENCE-SAME: lf.workspace_size = 57856 : i64
// LLVM: llvm.func @block_packed(%{{.*}}: !llvm.ptr) -> i32
// LLVM-NOT: {{ (func|scf|cf|memref|arith|math|builtin)\.}}

// OTHER: llvm.func @other(
