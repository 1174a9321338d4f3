// RUN: lf-opt %s --verify-roundtrip --cse | FileCheck %s

// The thread is the same on both sides of a barrier.

// CHECK-LABEL: func @team
func.func @team() -> (index, index, index) {
  // CHECK: %[[T:.*]] = lf.thread_id : index
  %t = lf.thread_id : index
  // CHECK: lf.barrier
  lf.barrier
  // CHECK-NOT: lf.thread_id
  %u = lf.thread_id : index
  // CHECK: %[[N:.*]] = lf.num_threads : index
  %n = lf.num_threads : index
  // CHECK: memref.alloc() {lf.shared} : memref<4xf32>
  %0 = memref.alloc() {lf.shared} : memref<4xf32>
  memref.dealloc %0 : memref<4xf32>
  // CHECK: return %[[T]], %[[T]], %[[N]]
  return %t, %u, %n : index, index, index
}
