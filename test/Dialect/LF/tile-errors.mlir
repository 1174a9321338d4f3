// RUN: lf-opt %s --split-input-file --verify-diagnostics --allow-unregistered-dialect

// Labels are those of the constraints of lf.tile.

// (C1)
func.func @f(%x: memref<4x10x8xi32>, %y: memref<4x10x8xi32>) {
  // expected-error @+1 {{'lf.tile' op expected floats, got 'i32'}}
  lf.tile max ins(%x : memref<4x10x8xi32>) outs(%y : memref<4x10x8xi32>)
  return
}

// -----

// (C1)
func.func @f(%x: memref<4x10x8xf64>, %y: memref<4x10x8xf32>) {
  // expected-error @+1 {{'lf.tile' op expected operands of one element type, got 'f32' and 'f64'}}
  lf.tile max ins(%x : memref<4x10x8xf64>) outs(%y : memref<4x10x8xf32>)
  return
}

// -----

// (C1)
func.func @f(%x: memref<4x10x8xf32, strided<[160, 16, 2]>>, %y: memref<4x10x8xf32>) {
  // expected-error @+1 {{'lf.tile' op expected memrefs that are contiguous along the last dimension, got 'memref<4x10x8xf32, strided<[160, 16, 2]>>'}}
  lf.tile max ins(%x : memref<4x10x8xf32, strided<[160, 16, 2]>>) outs(%y : memref<4x10x8xf32>)
  return
}

// -----

// (C1)
func.func @f(%x: memref<1x4x10x8xf32>, %y: memref<4x10x8xf32>) {
  // expected-error @+1 {{'lf.tile' op expected rows x width x channels, got 'memref<1x4x10x8xf32>'}}
  lf.tile max ins(%x : memref<1x4x10x8xf32>) outs(%y : memref<4x10x8xf32>)
  return
}

// -----

// (C1)
func.func @f(%x: memref<4x?x8xf32>, %y: memref<4x10x8xf32>) {
  // expected-error @+1 {{'lf.tile' op expected a static shape, got 'memref<4x?x8xf32>'}}
  lf.tile max ins(%x : memref<4x?x8xf32>) outs(%y : memref<4x10x8xf32>)
  return
}

// -----

// A window is small enough to be multiplied with.
func.func @f(%x: memref<4x10x8xf32>, %y: memref<4x10x8xf32>) {
  // expected-error @+1 {{'lf.tile' op expected 2 sizes of the kernel, each from 1 to 65536}}
  lf.tile max ins(%x : memref<4x10x8xf32>) outs(%y : memref<4x10x8xf32>) kernel [0, 3]
  return
}

// -----

func.func @f(%x: memref<4x10x8xf32>, %y: memref<4x10x8xf32>) {
  // expected-error @+1 {{'lf.tile' op expected 2 strides, each from 1 to 65536}}
  lf.tile max ins(%x : memref<4x10x8xf32>) outs(%y : memref<4x10x8xf32>) strides [1, 65537]
  return
}

// -----

func.func @f(%x: memref<4x10x8xf32>, %y: memref<4x10x8xf32>) {
  // expected-error @+1 {{'lf.tile' op expected 2 dilations, each from 1 to 65536}}
  lf.tile max ins(%x : memref<4x10x8xf32>) outs(%y : memref<4x10x8xf32>) dilations [1]
  return
}

// -----

// (C2)
func.func @f(%x: memref<1x10x8xf32>, %y: memref<1x8x8xf32>) {
  // expected-error @+1 {{'lf.tile' op expected 1 or 3 sources, got 2}}
  lf.tile max ins(%x, %x : memref<1x10x8xf32>, memref<1x10x8xf32>)
      outs(%y : memref<1x8x8xf32>) kernel [3, 3]
  return
}

// -----

// (C2)
func.func @f(%x: memref<1x10x8xf32>, %y: memref<2x8x8xf32>) {
  // expected-error @+1 {{'lf.tile' op has a source for each row of the window and an output of more than one row: 'memref<2x8x8xf32>'}}
  lf.tile max ins(%x, %x : memref<1x10x8xf32>, memref<1x10x8xf32>)
      outs(%y : memref<2x8x8xf32>) kernel [2, 3]
  return
}

// -----

// (C3)
func.func @f(%x: memref<1x10x8xf32>, %z: memref<1x11x8xf32>, %y: memref<1x8x8xf32>) {
  // expected-error @+1 {{'lf.tile' op expected sources of one width and number of channels, got 'memref<1x10x8xf32>' and 'memref<1x11x8xf32>'}}
  lf.tile max ins(%x, %z : memref<1x10x8xf32>, memref<1x11x8xf32>)
      outs(%y : memref<1x8x8xf32>) kernel [2, 3]
  return
}

// -----

// (C3)
func.func @f(%x: memref<4x10x8xf32>, %y: memref<4x10x8xf32>) {
  // expected-error @+1 {{'lf.tile' op reads 12 columns of 'memref<4x10x8xf32>'}}
  lf.tile max ins(%x : memref<4x10x8xf32>) outs(%y : memref<4x10x8xf32>) kernel [1, 3]
  return
}

// -----

// (C3)
func.func @f(%x: memref<4x10x8xf32>, %y: memref<4x10x8xf32>) {
  // expected-error @+1 {{'lf.tile' op reads 6 rows of 'memref<4x10x8xf32>'}}
  lf.tile max ins(%x : memref<4x10x8xf32>) outs(%y : memref<4x10x8xf32>) kernel [3, 1]
  return
}

// -----

// (C4)
func.func @f(%x: memref<4x10x8xf32>, %w: memref<1x1x8x6xf32>, %y: memref<4x10x6xf32>) {
  // expected-error @+1 {{'lf.tile' op has 4 groups for 8 channels of the source and 6 of the output}}
  lf.tile conv ins(%x : memref<4x10x8xf32>) filter(%w : memref<1x1x8x6xf32>)
      outs(%y : memref<4x10x6xf32>) groups 4
  return
}

// -----

// (C4)
func.func @f(%x: memref<4x10x8xf32>, %w: memref<2x1x1x4x3xf32>, %y: memref<4x10x6xf32>) {
  // expected-error @+1 {{'lf.tile' op has a packed filter for more than one group}}
  lf.tile conv ins(%x : memref<4x10x8xf32>) filter(%w : memref<2x1x1x4x3xf32>)
      outs(%y : memref<4x10x6xf32>) groups 2
      register_tile <pixels = 4, vectors = [3]>
  return
}

// -----

// (C4)
func.func @f(%x: memref<4x10x8xf32>, %w: memref<2x1x1x8x3xf32>, %y: memref<4x10x6xf32>) {
  // expected-error @+1 {{'lf.tile' op expected a register_tile with a panel of 3 channels, as the filter has}}
  lf.tile conv ins(%x : memref<4x10x8xf32>) filter(%w : memref<2x1x1x8x3xf32>)
      outs(%y : memref<4x10x6xf32>)
      register_tile <pixels = 4, vectors = [4]>
  return
}

// -----

// (C4)
func.func @f(%x: memref<4x10x8xf32>, %w: memref<3x1x1x8x3xf32>, %y: memref<4x10x6xf32>) {
  // expected-error @+1 {{'lf.tile' op expected a filter of 2x1x1x8x3, got 'memref<3x1x1x8x3xf32>'}}
  lf.tile conv ins(%x : memref<4x10x8xf32>) filter(%w : memref<3x1x1x8x3xf32>)
      outs(%y : memref<4x10x6xf32>)
      register_tile <pixels = 4, vectors = [3]>
  return
}

// -----

// (C5)
func.func @f(%x: memref<4x10x8xf32>, %w: memref<3x1x8x6xf32>, %y: memref<4x10x6xf32>) {
  // expected-error @+1 {{'lf.tile' op expected a filter of 1x1x8x6, got 'memref<3x1x8x6xf32>'}}
  lf.tile conv ins(%x : memref<4x10x8xf32>) filter(%w : memref<3x1x8x6xf32>)
      outs(%y : memref<4x10x6xf32>)
  return
}

// -----

// (C5)
func.func @f(%x: memref<4x10x8xf32>, %y: memref<4x10x8xf32>) {
  // expected-error @+1 {{'lf.tile' op needs a filter}}
  lf.tile conv ins(%x : memref<4x10x8xf32>) outs(%y : memref<4x10x8xf32>)
  return
}

// -----

// (C5)
func.func @f(%x: memref<4x10x8xf32>, %w: memref<1x1x8xf32>, %y: memref<4x10x8xf32>) {
  // expected-error @+1 {{'lf.tile' op takes no filter}}
  lf.tile sum ins(%x : memref<4x10x8xf32>) filter(%w : memref<1x1x8xf32>)
      outs(%y : memref<4x10x8xf32>)
  return
}

// -----

// (C4)
func.func @f(%x: memref<4x10x8xf32>, %y: memref<4x10x6xf32>) {
  // expected-error @+1 {{'lf.tile' op expected one group and as many channels in the source as in the output, got 1, 8 and 6}}
  lf.tile max ins(%x : memref<4x10x8xf32>) outs(%y : memref<4x10x6xf32>)
  return
}

// -----

// (C5)
func.func @f(%x: memref<4x10x8xf32>, %w: memref<1x1x7xf32>, %y: memref<4x10x8xf32>) {
  // expected-error @+1 {{'lf.tile' op expected a filter of 1x1x8, got 'memref<1x1x7xf32>'}}
  lf.tile depthwise ins(%x : memref<4x10x8xf32>) filter(%w : memref<1x1x7xf32>)
      outs(%y : memref<4x10x8xf32>)
  return
}

// -----

// (C5)
func.func @f(%x: memref<4x10x8xf32>, %w: memref<1x1x8x6xf32>, %b: memref<8xf32>, %y: memref<4x10x6xf32>) {
  // expected-error @+1 {{'lf.tile' op expected a bias of 6 channels, got 'memref<8xf32>'}}
  lf.tile conv ins(%x : memref<4x10x8xf32>) filter(%w : memref<1x1x8x6xf32>) bias(%b : memref<8xf32>)
      outs(%y : memref<4x10x6xf32>)
  return
}

// -----

// (C5)
func.func @f(%x: memref<4x10x8xf32>, %w: memref<1x1x8x6xf32>, %s: memref<8xf32>, %y: memref<4x10x6xf32>) {
  // expected-error @+1 {{'lf.tile' op expected sides like the output or of 6 channels, got 'memref<8xf32>'}}
  lf.tile conv ins(%x : memref<4x10x8xf32>) filter(%w : memref<1x1x8x6xf32>) sides(%s : memref<8xf32>)
      outs(%y : memref<4x10x6xf32>)
  return
}

// -----

// (C6)
func.func @f(%x: memref<4x10x8xf32>, %w: memref<1x1x8x6xf32>, %b: memref<6xf32>, %y: memref<4x10x6xf32>) {
  // expected-error @+1 {{'lf.tile' op has a bias and accumulates}}
  lf.tile conv ins(%x : memref<4x10x8xf32>) filter(%w : memref<1x1x8x6xf32>) bias(%b : memref<6xf32>)
      outs(%y : memref<4x10x6xf32>) accumulate
  return
}

// -----

// (C6)
func.func @f(%x: memref<4x10x8xf32>, %y: memref<4x10x8xf32>) {
  // expected-error @+1 {{'lf.tile' op is elementwise: it takes no window, no bias and does not accumulate}}
  lf.tile elementwise ins(%x : memref<4x10x8xf32>) outs(%y : memref<4x10x8xf32>) accumulate
  return
}

// -----

// (C7)
func.func @f(%x: memref<4x10x8xf32>, %y: memref<4x10x8xf32>) {
  // expected-error @+1 {{'lf.tile' op expected an epilogue of one block}}
  lf.tile max ins(%x : memref<4x10x8xf32>) outs(%y : memref<4x10x8xf32>) epilogue {
  ^bb0(%s: f32):
    cf.br ^bb1(%s : f32)
  ^bb1(%t: f32):
    lf.yield %t : f32
  }
  return
}

// -----

// (C7)
func.func @f(%x: memref<4x10x8xf32>, %y: memref<4x10x8xf32>) {
  // expected-error @+1 {{'lf.tile' op expected an epilogue of 1 arguments of type 'f32'}}
  lf.tile max ins(%x : memref<4x10x8xf32>) outs(%y : memref<4x10x8xf32>) epilogue {
  ^bb0(%s: f32, %t: f32):
    lf.yield %s : f32
  }
  return
}

// -----

// (C7)
func.func @f(%x: memref<4x10x8xf32>, %y: memref<4x10x8xf32>) {
  lf.tile max ins(%x : memref<4x10x8xf32>) outs(%y : memref<4x10x8xf32>) epilogue {
  ^bb0(%s: f32):
    // expected-error @+1 {{'vector.print' op is not elementwise and may not stand in the epilogue of a tile}}
    vector.print %s : f32
    lf.yield %s : f32
  }
  return
}

// -----

// (C7)
func.func @f(%x: memref<4x10x8xf32>, %y: memref<4x10x8xf32>) {
  // expected-error @+1 {{'lf.tile' op expected its epilogue to yield one 'f32'}}
  lf.tile max ins(%x : memref<4x10x8xf32>) outs(%y : memref<4x10x8xf32>) epilogue {
  ^bb0(%s: f32):
    lf.yield %s, %s : f32, f32
  }
  return
}

// -----

// #lf.register_tile (C1)
// expected-error @+1 {{expected 1 to 64 pixels, got 0}}
func.func private @f() attributes {test.tile = #lf.register_tile<pixels = 0, vectors = [16]>}

// -----

// (C1)
// expected-error @+1 {{expected unroll of 1 to 64, got 65}}
func.func private @f() attributes {test.tile = #lf.register_tile<pixels = 1, vectors = [16], unroll = 65>}

// -----

// (C2)
// expected-error @+1 {{expected 1 to 16 vectors, got 17}}
func.func private @f() attributes {test.tile = #lf.register_tile<pixels = 1, vectors = [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]>}

// -----

// (C2)
// expected-error @+1 {{expected vectors of 1 to 64 channels, got 128}}
func.func private @f() attributes {test.tile = #lf.register_tile<pixels = 1, vectors = [128]>}

// -----

func.func @next(%x: memref<4x10x8xf32>, %w: memref<2x1x1x8x3xf32>,
                %n: memref<1x1x1x8x3xf32>, %y: memref<4x10x6xf32>) {
  // expected-error @+1 {{'lf.tile' op expected next to be like a packed filter, got 'memref<1x1x1x8x3xf32>'}}
  lf.tile conv ins(%x : memref<4x10x8xf32>) filter(%w : memref<2x1x1x8x3xf32>)
      next(%n : memref<1x1x1x8x3xf32>) outs(%y : memref<4x10x6xf32>)
      register_tile <pixels = 4, vectors = [3]>
  return
}
