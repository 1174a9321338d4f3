// RUN: lf-opt %s --split-input-file --lf-emit-entry-point | FileCheck %s
// RUN: lf-opt %s --split-input-file --lf-emit-entry-point=name=other \
// RUN:   | FileCheck %s --check-prefix=NAME

// NAME: llvm.mlir.global internal @other_busy
// NAME: llvm.mlir.global internal @other_workspace
// NAME: llvm.func internal @other_run
// NAME: llvm.func @other(
// NAME: llvm.func @other_packed(

// CHECK-LABEL: module @net
module @net {
  // CHECK-DAG: llvm.mlir.global internal @net_busy(#llvm.zero) {{.*}} : i8
  // CHECK-DAG: llvm.mlir.global internal @net_workspace(#llvm.zero) {{.*}}alignment = 64 : i64} : !llvm.array<128 x i8>
  // CHECK-DAG: llvm.mlir.global internal constant @weight(
  llvm.mlir.global external constant @weight(1.0 : f32) : f32

  // What comes from elsewhere stays external.
  // CHECK: llvm.func @expf(f32) -> f32
  llvm.func @expf(f32) -> f32

  // CHECK: llvm.func internal @helper()
  llvm.func @helper() {
    llvm.return
  }

  // CHECK: llvm.func internal @net_run(%{{.*}}: !llvm.ptr {llvm.noalias}, %{{.*}}: !llvm.ptr {llvm.noalias}, %{{.*}}: !llvm.ptr {llvm.noalias})
  // CHECK-NOT: lf.
  // CHECK-SAME: {
  llvm.func @main(%in: !llvm.ptr, %out: !llvm.ptr, %workspace: !llvm.ptr)
      attributes {lf.inputs = [#lf.io<name = "x", type = tensor<4xf32>>],
                  lf.outputs = [#lf.io<name = "y", type = tensor<4xf32>>],
                  lf.workspace_size = 128 : i64} {
    llvm.call @helper() : () -> ()
    llvm.return
  }
}

// CHECK: llvm.func @net(%[[IN:.*]]: !llvm.ptr, %[[OUT:.*]]: !llvm.ptr, %[[WS:.*]]: !llvm.ptr) -> i32
// CHECK-SAME: lf.inputs = [#lf.io<name = "x", type = tensor<4xf32>>], lf.outputs = [#lf.io<name = "y", type = tensor<4xf32>>], lf.workspace_size = 128 : i64
// CHECK: %[[NULL:.*]] = llvm.mlir.zero : !llvm.ptr
// CHECK: %[[OWN:.*]] = llvm.icmp "eq" %[[WS]], %[[NULL]]
// CHECK: llvm.cond_br %[[OWN]], ^[[ACQUIRE:.*]], ^[[BODY:.*]](%[[WS]] : !llvm.ptr)
// CHECK: ^[[ACQUIRE]]:
// CHECK: %[[FLAG:.*]] = llvm.mlir.addressof @net_busy
// CHECK: %[[OLD:.*]] = llvm.atomicrmw xchg %[[FLAG]], %{{.*}} acquire
// CHECK: %[[TAKEN:.*]] = llvm.icmp "ne" %[[OLD]]
// CHECK: %[[STATIC:.*]] = llvm.mlir.addressof @net_workspace
// CHECK: llvm.cond_br %[[TAKEN]], ^[[BUSY:.*]], ^[[BODY]](%[[STATIC]] : !llvm.ptr)
// CHECK: ^[[BUSY]]:
// CHECK: %[[ONE:.*]] = llvm.mlir.constant(1 : i32)
// CHECK: llvm.return %[[ONE]]
// CHECK: ^[[BODY]](%[[CHOSEN:.*]]: !llvm.ptr):
// CHECK: llvm.call @net_run(%[[IN]], %[[OUT]], %[[CHOSEN]])
// CHECK: llvm.cond_br %[[OWN]], ^[[RELEASE:.*]], ^[[DONE:.*]]
// CHECK: ^[[RELEASE]]:
// CHECK: llvm.store %{{.*}}, %{{.*}} atomic release
// CHECK: ^[[DONE]]:
// CHECK: %[[ZERO:.*]] = llvm.mlir.constant(0 : i32)
// CHECK: llvm.return %[[ZERO]]

// CHECK: llvm.func @net_packed(%[[ARGS:.*]]: !llvm.ptr) -> i32
// CHECK: %[[S0:.*]] = llvm.getelementptr %[[ARGS]][0]
// CHECK: %[[P0:.*]] = llvm.load %[[S0]]
// CHECK: %[[S1:.*]] = llvm.getelementptr %[[ARGS]][1]
// CHECK: %[[P1:.*]] = llvm.load %[[S1]]
// CHECK: %[[S2:.*]] = llvm.getelementptr %[[ARGS]][2]
// CHECK: %[[P2:.*]] = llvm.load %[[S2]]
// CHECK: %[[STATUS:.*]] = llvm.call @net(%[[P0]], %[[P1]], %[[P2]])
// CHECK: llvm.return %[[STATUS]]

// -----

// Without a name the network is called network; without buffers there is no
// workspace to guard.
// CHECK-NOT: llvm.mlir.global
// CHECK-LABEL: llvm.func internal @network_run
// CHECK-LABEL: llvm.func @network(
// CHECK: llvm.call @network_run
// CHECK-NEXT: %[[ZERO:.*]] = llvm.mlir.constant(0 : i32)
// CHECK-NEXT: llvm.return %[[ZERO]]
llvm.func @main(%workspace: !llvm.ptr)
    attributes {lf.inputs = [], lf.outputs = [], lf.workspace_size = 0 : i64} {
  llvm.return
}
