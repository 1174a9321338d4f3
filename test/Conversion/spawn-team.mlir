// RUN: lf-opt %s --lf-spawn-team --split-input-file | FileCheck %s

// Both threads run @main.team: blocks that share their work together, all else
// by the first thread, and each waits for the other before it goes on.

module attributes {dlti.target_system_spec = #dlti.target_system_spec<
    "CPU" = #dlti.target_device_spec<"threads" = 2 : i64>>} {
  // CHECK-LABEL: func.func @main
  // CHECK-SAME: (%[[IN:.*]]: memref<8xf32>, %[[OUT:.*]]: memref<8xf32>, %[[W:.*]]: memref<64xi8>)
  // CHECK: %[[TWO:.*]] = arith.constant 2 : i32
  // CHECK: omp.parallel num_threads(%[[TWO]] : i32) {
  // CHECK:   func.call @main.team(%[[IN]], %[[OUT]], %[[W]])
  // CHECK:   omp.terminator
  // CHECK: }
  // CHECK-NEXT: return
  func.func @main(%in: memref<8xf32>, %out: memref<8xf32>,
                  %w: memref<64xi8>) attributes {lf.inputs = [],
                  lf.outputs = [], lf.workspace_size = 64 : i64} {
    %c0 = arith.constant 0 : index
    %a = memref.view %w[%c0][] : memref<64xi8> to memref<8xf32>
    %zero = arith.constant 0.0 : f32
    linalg.fill ins(%zero : f32) outs(%a : memref<8xf32>)
    %c32 = arith.constant 32 : index
    %b = memref.view %w[%c32][] : memref<64xi8> to memref<8xf32>
    linalg.copy ins(%in : memref<8xf32>) outs(%b : memref<8xf32>)
    call @shared(%a, %b) : (memref<8xf32>, memref<8xf32>) -> ()
    call @shared(%b, %a) : (memref<8xf32>, memref<8xf32>) -> ()
    call @alone(%a, %b) : (memref<8xf32>, memref<8xf32>) -> ()
    %x = memref.load %b[%c0] : memref<8xf32>
    linalg.fill ins(%x : f32) outs(%out : memref<8xf32>)
    return
  }

  // CHECK-LABEL: func.func private @main.team
  // CHECK: call @omp_get_thread_num() : () -> i32
  // CHECK: %[[FIRST:.*]] = arith.cmpi eq
  // CHECK: %[[A:.*]] = memref.view %{{.*}}[%c0
  // CHECK: %[[B:.*]] = memref.view %{{.*}}[%c32]
  // CHECK: scf.if %[[FIRST]] {
  // CHECK-NEXT: linalg.fill ins(%{{.*}}) outs(%[[A]]
  // CHECK-NEXT: linalg.copy ins(%{{.*}}) outs(%[[B]]
  // CHECK-NEXT: }
  // CHECK-NEXT: omp.barrier
  // CHECK-NEXT: call @shared(%[[A]], %[[B]])
  // CHECK-NEXT: omp.barrier
  // CHECK-NEXT: call @shared(%[[B]], %[[A]])
  // CHECK-NEXT: omp.barrier
  // CHECK-NEXT: scf.if %[[FIRST]] {
  // CHECK-NEXT: call @alone(%[[A]], %[[B]])
  // CHECK-NEXT: }
  // CHECK-NEXT: omp.barrier
  // CHECK-NEXT: %[[X:.*]] = memref.load %[[B]]
  // CHECK-NEXT: scf.if %[[FIRST]] {
  // CHECK-NEXT: linalg.fill ins(%[[X]]
  // CHECK-NEXT: }
  // CHECK-NEXT: return

  // CHECK-LABEL: func.func private @shared
  func.func private @shared(%a: memref<8xf32>, %b: memref<8xf32>) {
    // CHECK: %[[T:.*]] = call @omp_get_thread_num
    // CHECK: arith.index_cast %[[T]] : i32 to index
    %t = lf.thread_id : index
    // CHECK: call @omp_get_num_threads
    %n = lf.num_threads : index
    // CHECK: omp.barrier
    lf.barrier
    %x = memref.load %a[%t] : memref<8xf32>
    memref.store %x, %b[%n] : memref<8xf32>
    return
  }
  func.func private @alone(%a: memref<8xf32>, %b: memref<8xf32>) {
    linalg.copy ins(%a : memref<8xf32>) outs(%b : memref<8xf32>)
    return
  }
}

// -----

// One thread is a team of its own, without OpenMP.

// CHECK: // -----
// CHECK-NOT: omp
// CHECK: func.func @main
// CHECK: call @shared
func.func @main(%a: memref<8xf32>, %b: memref<8xf32>) attributes {
    lf.inputs = [], lf.outputs = [], lf.workspace_size = 0 : i64} {
  call @shared(%a, %b) : (memref<8xf32>, memref<8xf32>) -> ()
  return
}
// CHECK: func.func private @shared
func.func private @shared(%a: memref<8xf32>, %b: memref<8xf32>) {
  // CHECK-DAG: %[[T:.*]] = arith.constant 0 : index
  // CHECK-DAG: %[[N:.*]] = arith.constant 1 : index
  %t = lf.thread_id : index
  %n = lf.num_threads : index
  lf.barrier
  // CHECK: memref.load %{{.*}}[%[[T]]]
  %x = memref.load %a[%t] : memref<8xf32>
  // CHECK: memref.store %{{.*}}[%[[N]]]
  memref.store %x, %b[%n] : memref<8xf32>
  return
}
