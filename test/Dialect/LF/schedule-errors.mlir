// RUN: lf-opt %s --split-input-file --verify-diagnostics

// (C1)
// expected-error @+1 {{expected row_band of at least 0, got -1}}
func.func private @f() attributes {s = #lf.schedule<row_sliding, row_band = -1>}

// -----

// (C2)
// expected-error @+1 {{expected channel_block of at least 0, got -8}}
func.func private @f() attributes {s = #lf.schedule<channel_blocked, channel_block = -8>}

// -----

// (C2)
// expected-error @+1 {{whole_tile takes no channel_block, got 8}}
func.func private @f() attributes {s = #lf.schedule<whole_tile, channel_block = 8>}

// -----

// fused_block (C10)
func.func @f(%x: tensor<1x8x8x4xf32>, %y: tensor<1x4x8x4xf32>) {
  // expected-error @+1 {{'lf.fused_block' op row_band 5 is more than the 4 rows there are}}
  %0 = lf.fused_block ins(%in = %x : tensor<1x8x8x4xf32>)
      outs(%y : tensor<1x4x8x4xf32>) schedule <row_sliding, row_band = 5> {
    %1 = lf.pool2d max %in kernel [2, 1] strides [2, 1]
        : tensor<1x8x8x4xf32> -> tensor<1x4x8x4xf32>
    lf.yield %1 : tensor<1x4x8x4xf32>
  }
  return
}

// -----

// fused_block (C11)
func.func @f(%x: tensor<1x8x8x4xf32>, %w: tensor<1x1x4x6xf32>,
             %y: tensor<1x8x8x6xf32>) {
  // expected-error @+1 {{'lf.fused_block' op channel_block 7 is more than the 6 channels there are}}
  %0 = lf.fused_block ins(%in = %x : tensor<1x8x8x4xf32>,
                          %f = %w : tensor<1x1x4x6xf32>)
      outs(%y : tensor<1x8x8x6xf32>)
      schedule <channel_blocked, channel_block = 7> {
    %1 = lf.conv2d %in, %f
        : (tensor<1x8x8x4xf32>, tensor<1x1x4x6xf32>) -> tensor<1x8x8x6xf32>
    lf.yield %1 : tensor<1x8x8x6xf32>
  }
  return
}

// -----

// fused_block (C11)
func.func @f(%x: tensor<1x8x8x4xf32>, %w: tensor<1x1x2x4xf32>,
             %y: tensor<1x8x8x4xf32>) {
  // expected-error @+1 {{'lf.fused_block' op has no channels to be blocked: layer 0 is grouped}}
  %0 = lf.fused_block ins(%in = %x : tensor<1x8x8x4xf32>,
                          %f = %w : tensor<1x1x2x4xf32>)
      outs(%y : tensor<1x8x8x4xf32>) schedule <channel_blocked> {
    %1 = lf.conv2d %in, %f groups 2
        : (tensor<1x8x8x4xf32>, tensor<1x1x2x4xf32>) -> tensor<1x8x8x4xf32>
    lf.yield %1 : tensor<1x8x8x4xf32>
  }
  return
}

// -----

// fused_block (C11)
func.func @f(%x: tensor<1x8x8x4xf32>, %w: tensor<1x1x4x4xf32>,
             %y: tensor<1x8x8x4xf32>) {
  // expected-error @+1 {{'lf.fused_block' op has no channels to be blocked: layer 2 is not elementwise and comes after the one that sums over the blocked channels}}
  %0 = lf.fused_block ins(%in = %x : tensor<1x8x8x4xf32>,
                          %f = %w : tensor<1x1x4x4xf32>)
      outs(%y : tensor<1x8x8x4xf32>) schedule <channel_blocked> {
    %1 = lf.conv2d %in, %f
        : (tensor<1x8x8x4xf32>, tensor<1x1x4x4xf32>) -> tensor<1x8x8x4xf32>
    %2 = lf.conv2d %1, %f
        : (tensor<1x8x8x4xf32>, tensor<1x1x4x4xf32>) -> tensor<1x8x8x4xf32>
    %3 = lf.conv2d %2, %f
        : (tensor<1x8x8x4xf32>, tensor<1x1x4x4xf32>) -> tensor<1x8x8x4xf32>
    lf.yield %3 : tensor<1x8x8x4xf32>
  }
  return
}

// -----

// fused_block (C11)
func.func @f(%x: tensor<1x7x7x8xf32>, %y: tensor<1x8xf32>) {
  // expected-error @+1 {{'lf.fused_block' op has no channels to be blocked: there are no layers}}
  %0 = lf.fused_block ins(%in = %x : tensor<1x7x7x8xf32>)
      outs(%y : tensor<1x8xf32>) schedule <channel_blocked> {
    %1 = lf.global_pool max %in : tensor<1x7x7x8xf32> -> tensor<1x8xf32>
    lf.yield %1 : tensor<1x8xf32>
  }
  return
}

// -----

// fused_block (C11), with a channel_block
func.func @f(%x: tensor<1x8x8x4xf32>, %w: tensor<1x1x2x4xf32>,
             %y: tensor<1x8x8x4xf32>) {
  // expected-error @+1 {{'lf.fused_block' op has no channels to be blocked: layer 0 is grouped}}
  %0 = lf.fused_block ins(%in = %x : tensor<1x8x8x4xf32>,
                          %f = %w : tensor<1x1x2x4xf32>)
      outs(%y : tensor<1x8x8x4xf32>) schedule <row_sliding, channel_block = 2> {
    %1 = lf.conv2d %in, %f groups 2
        : (tensor<1x8x8x4xf32>, tensor<1x1x2x4xf32>) -> tensor<1x8x8x4xf32>
    lf.yield %1 : tensor<1x8x8x4xf32>
  }
  return
}

// -----

// fused_block (C12)
func.func @f(%x: tensor<1x8x8x4xf32>, %w: tensor<1x1x4x6xf32>,
             %y: tensor<1x8x8x6xf32>) {
  // expected-error @+1 {{'lf.fused_block' op expected a register tile for each of 1 layers, got 2}}
  %0 = lf.fused_block ins(%in = %x : tensor<1x8x8x4xf32>,
                          %f = %w : tensor<1x1x4x6xf32>)
      outs(%y : tensor<1x8x8x6xf32>)
      schedule <whole_tile, tiles = [<pixels = 8, vectors = [6]>,
                                     <pixels = 8, vectors = [6]>]> {
    %1 = lf.conv2d %in, %f
        : (tensor<1x8x8x4xf32>, tensor<1x1x4x6xf32>) -> tensor<1x8x8x6xf32>
    lf.yield %1 : tensor<1x8x8x6xf32>
  }
  return
}

// -----

// fused_block (C12)
func.func @f(%x: tensor<1x8x8x4xf32>, %w0: tensor<1x1x4x40xf32>,
             %w1: tensor<3x3x40xf32>, %y: tensor<1x8x8x40xf32>) {
  // expected-error @+1 {{'lf.fused_block' op channel_block 24 is not a multiple of the panel of 16 channels in which layer 0 makes them}}
  %0 = lf.fused_block ins(%in = %x : tensor<1x8x8x4xf32>,
                          %f0 = %w0 : tensor<1x1x4x40xf32>,
                          %f1 = %w1 : tensor<3x3x40xf32>)
      outs(%y : tensor<1x8x8x40xf32>)
      schedule <row_sliding, channel_block = 24,
                tiles = [<pixels = 8, vectors = [8, 8]>,
                         <pixels = 7, vectors = [8]>]> {
    %1 = lf.conv2d %in, %f0
        : (tensor<1x8x8x4xf32>, tensor<1x1x4x40xf32>) -> tensor<1x8x8x40xf32>
    %2 = lf.depthwise_conv2d %1, %f1 pads [1, 1, 1, 1]
        : (tensor<1x8x8x40xf32>, tensor<3x3x40xf32>) -> tensor<1x8x8x40xf32>
    lf.yield %2 : tensor<1x8x8x40xf32>
  }
  return
}

// -----

func.func @f(%x: tensor<1x7x7x8xf32>, %y: tensor<1x8xf32>) {
  // expected-error @+3 {{expected ::mlir::lf::LoopStructure to be one of: row_sliding, channel_blocked, whole_tile}}
  // expected-error @+2 {{failed to parse LF_ScheduleAttr parameter 'structure'}}
  %0 = lf.fused_block ins(%in = %x : tensor<1x7x7x8xf32>)
      outs(%y : tensor<1x8xf32>) schedule <diagonal> {
    %1 = lf.global_pool max %in : tensor<1x7x7x8xf32> -> tensor<1x8xf32>
    lf.yield %1 : tensor<1x8xf32>
  }
  return
}

// -----

// What a tile itself has to be: #lf.register_tile (C1).
// expected-error @+2 {{expected 1 to 64 pixels, got 0}}
// expected-error @+1 {{failed to parse LF_ScheduleAttr parameter 'tiles'}}
func.func private @f() attributes {s = #lf.schedule<whole_tile, tiles = [<pixels = 0, vectors = [8]>]>}

// -----

// (C3)
// expected-error @+1 {{expected 1 to 1024 threads, got 0}}
func.func private @f() attributes {s = #lf.schedule<row_sliding, threads = 0>}

// -----

// expected-error @+1 {{threads of row_sliding share rows or images, not channels}}
func.func private @f() attributes {s = #lf.schedule<row_sliding, threads = 2, parallel = channels>}

// -----

// expected-error @+2 {{unknown algorithm 'fft'}}
// expected-error @+1 {{failed to parse LF_ScheduleAttr parameter 'algorithms'}}
func.func private @f() attributes {s = #lf.schedule<whole_tile, algorithms = [fft]>}

// -----

// expected-error @+1 {{expected a winograd tile of 2 or 4, got 3}}
func.func private @f() attributes {s = #lf.algorithm<winograd(3)>}

// -----

// expected-error @+1 {{expected a winograd tile of 2 or 4, got 0}}
func.func private @f() attributes {s = #lf.algorithm<winograd>}

// -----

// expected-error @+1 {{expected a winograd edge below the tile of 4, got 4}}
func.func private @f() attributes {s = #lf.algorithm<winograd(4, 4)>}

// -----

// expected-error @+1 {{expected a winograd edge below the tile of 2, got -1}}
func.func private @f() attributes {s = #lf.algorithm<winograd(2, -1)>}

// -----

// expected-error @+1 {{algorithm 'direct' takes no tile}}
func.func private @f() attributes {s = #lf.algorithm<direct(2)>}

// -----

// expected-error @+1 {{layers are computed by winograd in whole_tile only, got row_sliding}}
func.func private @f() attributes {s = #lf.schedule<row_sliding, algorithms = [winograd(2)]>}

// -----

func.func @f(%x: tensor<1x8x8x4xf32>, %w: tensor<3x3x4x4xf32>, %y: tensor<1x8x8x4xf32>) {
  // expected-error @+1 {{'lf.fused_block' op expected an algorithm for each of 1 layers, got 2}}
  lf.fused_block ins(%in = %x : tensor<1x8x8x4xf32>, %f = %w : tensor<3x3x4x4xf32>)
      outs(%y : tensor<1x8x8x4xf32>) schedule <whole_tile, algorithms = [direct, direct]> {
    %0 = lf.conv2d %in, %f pads [1, 1, 1, 1] : (tensor<1x8x8x4xf32>, tensor<3x3x4x4xf32>) -> tensor<1x8x8x4xf32>
    lf.yield %0 : tensor<1x8x8x4xf32>
  }
  return
}

// -----

func.func @f(%x: tensor<1x8x8x4xf32>, %w: tensor<3x3x4x4xf32>, %y: tensor<1x4x4x4xf32>) {
  // expected-error @+1 {{'lf.fused_block' op layer 0 cannot be computed by winograd: it has strides or dilations other than 1}}
  lf.fused_block ins(%in = %x : tensor<1x8x8x4xf32>, %f = %w : tensor<3x3x4x4xf32>)
      outs(%y : tensor<1x4x4x4xf32>) schedule <whole_tile, algorithms = [winograd(2)]> {
    %0 = lf.conv2d %in, %f strides [2, 2] pads [1, 1, 1, 1] : (tensor<1x8x8x4xf32>, tensor<3x3x4x4xf32>) -> tensor<1x4x4x4xf32>
    lf.yield %0 : tensor<1x4x4x4xf32>
  }
  return
}

// -----

func.func @f(%x: tensor<1x8x8x4xf32>, %w: tensor<1x1x4x4xf32>, %y: tensor<1x8x8x4xf32>) {
  // expected-error @+1 {{'lf.fused_block' op layer 0 cannot be computed by winograd: its window is 1x1, not 3x3}}
  lf.fused_block ins(%in = %x : tensor<1x8x8x4xf32>, %f = %w : tensor<1x1x4x4xf32>)
      outs(%y : tensor<1x8x8x4xf32>) schedule <whole_tile, algorithms = [winograd(2)]> {
    %0 = lf.conv2d %in, %f : (tensor<1x8x8x4xf32>, tensor<1x1x4x4xf32>) -> tensor<1x8x8x4xf32>
    lf.yield %0 : tensor<1x8x8x4xf32>
  }
  return
}

// -----

func.func @f(%x: tensor<1x8x8x4xf16>, %w: tensor<3x3x4x4xf16>, %y: tensor<1x8x8x4xf16>) {
  // expected-error @+1 {{'lf.fused_block' op layer 0 cannot be computed by winograd: its elements are neither f32 nor f64}}
  lf.fused_block ins(%in = %x : tensor<1x8x8x4xf16>, %f = %w : tensor<3x3x4x4xf16>)
      outs(%y : tensor<1x8x8x4xf16>) schedule <whole_tile, algorithms = [winograd(2)]> {
    %0 = lf.conv2d %in, %f pads [1, 1, 1, 1] : (tensor<1x8x8x4xf16>, tensor<3x3x4x4xf16>) -> tensor<1x8x8x4xf16>
    lf.yield %0 : tensor<1x8x8x4xf16>
  }
  return
}

// -----

func.func @f(%x: tensor<1x8x8x4xf32>, %w: tensor<1x6x6x4x4xf32>, %y: tensor<1x8x8x4xf32>) {
  // expected-error @+1 {{'lf.fused_block' op operand 1 is transformed for tiles of 4 (0: not at all), the algorithm of layer 0 is #lf.algorithm<winograd(2)>}}
  lf.fused_block ins(%in = %x : tensor<1x8x8x4xf32>, %f = %w : tensor<1x6x6x4x4xf32> as tensor<3x3x4x4xf32>)
      outs(%y : tensor<1x8x8x4xf32>) schedule <whole_tile, algorithms = [winograd(2)], tiles = [<pixels = 4, vectors = [4]>]> {
    %0 = lf.conv2d %in, %f pads [1, 1, 1, 1] : (tensor<1x8x8x4xf32>, tensor<3x3x4x4xf32>) -> tensor<1x8x8x4xf32>
    lf.yield %0 : tensor<1x8x8x4xf32>
  }
  return
}

// -----

func.func @f(%x: tensor<1x8x8x4xf32>, %w: tensor<3x3x4xf32>, %y: tensor<1x8x8x4xf32>) {
  // expected-error @+1 {{'lf.fused_block' op layer 0 cannot be computed by winograd: it is no 'lf.conv2d'}}
  lf.fused_block ins(%in = %x : tensor<1x8x8x4xf32>, %f = %w : tensor<3x3x4xf32>)
      outs(%y : tensor<1x8x8x4xf32>) schedule <whole_tile, algorithms = [winograd(2)]> {
    %0 = lf.depthwise_conv2d %in, %f pads [1, 1, 1, 1] : (tensor<1x8x8x4xf32>, tensor<3x3x4xf32>) -> tensor<1x8x8x4xf32>
    lf.yield %0 : tensor<1x8x8x4xf32>
  }
  return
}

// -----

func.func @f(%x: tensor<1x8x8x4xf32>, %w: tensor<3x3x2x4xf32>, %y: tensor<1x8x8x4xf32>) {
  // expected-error @+1 {{'lf.fused_block' op layer 0 cannot be computed by winograd: it has 2 groups}}
  lf.fused_block ins(%in = %x : tensor<1x8x8x4xf32>, %f = %w : tensor<3x3x2x4xf32>)
      outs(%y : tensor<1x8x8x4xf32>) schedule <whole_tile, algorithms = [winograd(2)]> {
    %0 = lf.conv2d %in, %f pads [1, 1, 1, 1] groups 2 : (tensor<1x8x8x4xf32>, tensor<3x3x2x4xf32>) -> tensor<1x8x8x4xf32>
    lf.yield %0 : tensor<1x8x8x4xf32>
  }
  return
}
