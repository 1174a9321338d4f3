// RUN: lf-opt %s --split-input-file --verify-diagnostics

func.func @element(%x: memref<4x4x8xf16>, %i: index, %v: memref<4x4x4x8xf16>) {
  // expected-error @+1 {{'lf.winograd_input' op expected f32 or f64, got 'f16'}}
  lf.winograd_input ins(%x : memref<4x4x8xf16>) at(%i, 0)
      outs(%v : memref<4x4x4x8xf16>) <winograd(2)> of 4 x 4
  return
}

// -----

func.func @direct(%x: memref<4x4x8xf32>, %i: index, %v: memref<4x4x4x8xf32>) {
  // expected-error @+1 {{'lf.winograd_input' op expected algorithm 'winograd'}}
  lf.winograd_input ins(%x : memref<4x4x8xf32>) at(%i, 0)
      outs(%v : memref<4x4x4x8xf32>) <direct> of 4 x 4
  return
}

// -----

func.func @none(%x: memref<4x4x8xf32>, %i: index, %v: memref<4x4x4x8xf32>) {
  // expected-error @+1 {{'lf.winograd_input' op expected 1 to 1048576 rows and columns, got 0 x 4}}
  lf.winograd_input ins(%x : memref<4x4x8xf32>) at(%i, 0)
      outs(%v : memref<4x4x4x8xf32>) <winograd(2)> of 0 x 4
  return
}

// -----

func.func @column(%x: memref<4x4x8xf32>, %i: index, %v: memref<4x4x4x8xf32>) {
  // expected-error @+1 {{'lf.winograd_input' op expected a column from -1048576 to 1048576, got -1048577}}
  lf.winograd_input ins(%x : memref<4x4x8xf32>) at(%i, -1048577)
      outs(%v : memref<4x4x4x8xf32>) <winograd(2)> of 4 x 4
  return
}

// -----

func.func @planes(%x: memref<4x4x8xf32>, %i: index, %v: memref<4x4x3x8xf32>) {
  // expected-error @+1 {{'lf.winograd_input' op expected planes of 4x4x4x8, got 'memref<4x4x3x8xf32>'}}
  lf.winograd_input ins(%x : memref<4x4x8xf32>) at(%i, 0)
      outs(%v : memref<4x4x3x8xf32>) <winograd(2)> of 4 x 4
  return
}

// -----

func.func @source(%x: memref<4x8xf32>, %i: index, %v: memref<4x4x4x8xf32>) {
  // expected-error @+1 {{'lf.winograd_input' op expected rows x width x channels, got 'memref<4x8xf32>'}}
  lf.winograd_input ins(%x : memref<4x8xf32>) at(%i, 0)
      outs(%v : memref<4x4x4x8xf32>) <winograd(2)> of 4 x 4
  return
}

// -----

func.func @channels(%m: memref<4x4x4x8xf32>, %y: memref<4x4x9xf32>) {
  // expected-error @+1 {{'lf.winograd_output' op expected planes of 4x4x4x9, got 'memref<4x4x4x8xf32>'}}
  lf.winograd_output ins(%m : memref<4x4x4x8xf32>) outs(%y : memref<4x4x9xf32>)
      <winograd(2)> of 4
  return
}

// -----

func.func @rows(%m: memref<4x4x2x8xf32>, %y: memref<4x4x8xf32>) {
  // expected-error @+1 {{'lf.winograd_output' op expected an output of at most 2 rows, got 'memref<4x4x8xf32>'}}
  lf.winograd_output ins(%m : memref<4x4x2x8xf32>) outs(%y : memref<4x4x8xf32>)
      <winograd(2)> of 2
  return
}

// -----

func.func @bias(%m: memref<4x4x4x8xf32>, %b: memref<7xf32>,
                %y: memref<4x4x8xf32>) {
  // expected-error @+1 {{'lf.winograd_output' op expected a bias of 8 channels, got 'memref<7xf32>'}}
  lf.winograd_output ins(%m : memref<4x4x4x8xf32>) bias(%b : memref<7xf32>)
      outs(%y : memref<4x4x8xf32>) <winograd(2)> of 4
  return
}

// -----

func.func @side(%m: memref<4x4x4x8xf32>, %s: memref<3x4x8xf32>,
                %y: memref<4x4x8xf32>) {
  // expected-error @+1 {{'lf.winograd_output' op expected sides like the output or of 8 channels, got 'memref<3x4x8xf32>'}}
  lf.winograd_output ins(%m : memref<4x4x4x8xf32>) sides(%s : memref<3x4x8xf32>)
      outs(%y : memref<4x4x8xf32>) <winograd(2)> of 4 epilogue {
  ^bb0(%x: f32, %z: f32):
    lf.yield %x : f32
  }
  return
}

// -----

func.func @epilogue(%m: memref<4x4x4x8xf32>, %y: memref<4x4x8xf32>) {
  // expected-error @+1 {{'lf.winograd_output' op expected an epilogue of 1 arguments of type 'f32'}}
  lf.winograd_output ins(%m : memref<4x4x4x8xf32>) outs(%y : memref<4x4x8xf32>)
      <winograd(2)> of 4 epilogue {
  ^bb0(%x: f32, %z: f32):
    lf.yield %x : f32
  }
  return
}
