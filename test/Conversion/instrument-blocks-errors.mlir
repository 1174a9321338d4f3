// RUN: lf-opt %s --split-input-file --verify-diagnostics --lf-instrument-blocks

// expected-error @+1 {{'builtin.module' op must hold one entry function without 'lf.steps', as lf-bufferize leaves it}}
module {
  func.func @main(%x: memref<4xf32>) {
    return
  }
}

// -----

// expected-error @+1 {{'builtin.module' op must hold one entry function without 'lf.steps', as lf-bufferize leaves it}}
module {
  func.func @main(%x: memref<4xf32>)
      attributes {lf.inputs = [], lf.outputs = [], lf.steps = []} {
    return
  }
}
