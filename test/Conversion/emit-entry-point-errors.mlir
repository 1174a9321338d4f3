// RUN: lf-opt %s --split-input-file --verify-diagnostics --lf-emit-entry-point

// expected-error @+1 {{'builtin.module' op must hold one llvm.func that carries 'lf.inputs', got 0}}
module {
  llvm.func @main(%workspace: !llvm.ptr) {
    llvm.return
  }
}

// -----

// expected-error @+1 {{'llvm.func' op carries no 'lf.outputs' or no 'lf.workspace_size'}}
llvm.func @main(%workspace: !llvm.ptr) attributes {lf.inputs = []} {
  llvm.return
}

// -----

// expected-error @+1 {{'llvm.func' op must take a pointer for each of 0 inputs, 0 outputs and the workspace, and return nothing, got '!llvm.func<void (ptr, i64)>'}}
llvm.func @main(%workspace: !llvm.ptr, %size: i64)
    attributes {lf.inputs = [], lf.outputs = [], lf.workspace_size = 0 : i64} {
  llvm.return
}

// -----

// A second entry point.
// expected-error @+1 {{'llvm.func' op must take a pointer for each of 0 inputs, 0 outputs and the workspace, and return nothing, got '!llvm.func<i32 (ptr)>'}}
llvm.func @main(%workspace: !llvm.ptr) -> i32
    attributes {lf.inputs = [], lf.outputs = [], lf.workspace_size = 0 : i64} {
  %0 = llvm.mlir.constant(0 : i32) : i32
  llvm.return %0 : i32
}

// -----

// expected-error @+1 {{'builtin.module' op cannot name its C function '2nd-net': expected letters, digits and _, no digit first}}
module @"2nd-net" {
  llvm.func @main(%workspace: !llvm.ptr)
      attributes {lf.inputs = [], lf.outputs = [], lf.workspace_size = 0 : i64} {
    llvm.return
  }
}

// -----

// expected-error @+1 {{'builtin.module' op cannot name its C function 'main': the name has a meaning in C or C++}}
module @main {
  llvm.func @entry(%workspace: !llvm.ptr)
      attributes {lf.inputs = [], lf.outputs = [], lf.workspace_size = 0 : i64} {
    llvm.return
  }
}

// -----

module @expf {
  // expected-error @+1 {{'llvm.func' op has the name 'expf', which the C function of the network needs}}
  llvm.func @expf(f32) -> f32
  llvm.func @main(%workspace: !llvm.ptr)
      attributes {lf.inputs = [], lf.outputs = [], lf.workspace_size = 0 : i64} {
    llvm.return
  }
}

// -----

module @net {
  // expected-error @+1 {{'llvm.func' op has the name 'net_run', which the C function of the network needs}}
  llvm.func @net_run() {
    llvm.return
  }
  llvm.func @main(%workspace: !llvm.ptr)
      attributes {lf.inputs = [], lf.outputs = [], lf.workspace_size = 0 : i64} {
    llvm.return
  }
}
