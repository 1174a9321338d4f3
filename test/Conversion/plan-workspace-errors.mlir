// RUN: lf-opt %s --split-input-file --verify-diagnostics --lf-plan-workspace

// expected-error @+1 {{'builtin.module' op must hold one function that carries 'lf.inputs', as lf-bufferize leaves it}}
module {
  func.func @main(%x: memref<4xf32>) {
    return
  }
}

// -----

// expected-error @+1 {{'func.func' op has a workspace already}}
func.func @main(%x: memref<4xf32>)
    attributes {lf.inputs = [], lf.workspace_size = 0 : i64} {
  return
}

// -----

func.func @main(%x: memref<4xf32>) attributes {lf.inputs = []} {
  %c4 = arith.constant 4 : index
  // expected-error @+1 {{'memref.alloc' op has dynamic size: a run must not allocate, so every buffer needs a static shape}}
  %a = memref.alloc(%c4) : memref<?xf32>
  return
}

// -----

func.func @main(%x: memref<4xf32>) attributes {lf.inputs = []} {
  // expected-error @+1 {{'memref.alloc' op has the layout strided<[2]>, a buffer in the workspace must be contiguous}}
  %a = memref.alloc() : memref<4xf32, strided<[2]>>
  return
}

// -----

func.func @main(%x: memref<4xf32>) attributes {lf.inputs = []} {
  // expected-error @+1 {{'memref.alloc' op lies in memory space 3 : i64, the workspace in the default one}}
  %a = memref.alloc() : memref<4xf32, 3>
  return
}

// -----

func.func @main(%x: memref<4xf32>) attributes {lf.inputs = []} {
  // expected-error @+1 {{'memref.alloc' op wants an alignment of 4096 bytes, the workspace gives 64}}
  %a = memref.alloc() {alignment = 4096 : i64} : memref<4xf32>
  return
}

// -----

func.func @main(%x: memref<4xf32>) -> memref<4xf32>
    attributes {lf.inputs = []} {
  // expected-error @+1 {{'memref.alloc' op is returned: a result must be an argument of the function}}
  %a = memref.alloc() : memref<4xf32>
  return %a : memref<4xf32>
}

// -----

func.func @main(%x: memref<4xf32>) attributes {lf.inputs = []} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %last = scf.for %i = %c0 to %c4 step %c1 iter_args(%p = %x)
      -> (memref<4xf32>) {
    // expected-error @+1 {{'memref.alloc' op leaves the region it is in: it cannot be given one place}}
    %t = memref.alloc() : memref<4xf32>
    memref.copy %p, %t : memref<4xf32> to memref<4xf32>
    scf.yield %t : memref<4xf32>
  }
  return
}

// -----

func.func @main(%x: memref<4xf32>) attributes {lf.inputs = []} {
  // expected-error @+1 {{'memref.alloc' op has more than 2^37 elements: 'memref<9999999999x999999999xf32>'}}
  %a = memref.alloc() : memref<9999999999x999999999xf32>
  return
}

// -----

func.func @main(%x: memref<4xf32>) attributes {lf.inputs = []} {
  return
}
// expected-error @+1 {{'func.func' op must be private: callers outside of the module would not give it a workspace}}
func.func @other(%x: memref<4xf32>) {
  return
}

// -----

func.func @main(%x: memref<4xf32>) attributes {lf.inputs = []} {
  call @even(%x) : (memref<4xf32>) -> ()
  return
}
// expected-error @+1 {{'func.func' op calls itself: its buffers cannot be given one place}}
func.func private @even(%x: memref<4xf32>) {
  call @odd(%x) : (memref<4xf32>) -> ()
  return
}
func.func private @odd(%x: memref<4xf32>) {
  call @even(%x) : (memref<4xf32>) -> ()
  return
}
