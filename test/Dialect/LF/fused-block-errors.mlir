// RUN: lf-opt %s --split-input-file --verify-diagnostics

// fused_block (C1)
func.func @f(%x: tensor<1x8x8x4xf32>, %y: memref<1x8x8x4xf32>) {
  // expected-error @+1 {{'lf.fused_block' op mixes tensors and memrefs}}
  lf.fused_block ins(%in = %x : tensor<1x8x8x4xf32>)
      outs(%y : memref<1x8x8x4xf32>) {
    %1 = lf.activate %in relu : tensor<1x8x8x4xf32>
    lf.yield %1 : tensor<1x8x8x4xf32>
  }
  return
}

// -----

// fused_block (C1)
func.func @f(%x: memref<?x8x8x4xf32>, %y: memref<1x8x8x4xf32>) {
  // expected-error @+1 {{'lf.fused_block' op expected tensors or memrefs of static shape, got 'memref<?x8x8x4xf32>'}}
  lf.fused_block ins(%in = %x : memref<?x8x8x4xf32>)
      outs(%y : memref<1x8x8x4xf32>) {
    lf.yield %in : tensor<?x8x8x4xf32>
  }
  return
}

// -----

// fused_block (C1)
func.func @f(%x: tensor<1x0x8x4xf32>) {
  // expected-error @+1 {{'lf.fused_block' op has an operand with a dimension of size 0: 'tensor<1x0x8x4xf32>'}}
  %y = lf.fused_block ins(%in = %x : tensor<1x0x8x4xf32>)
      outs(%x : tensor<1x0x8x4xf32>) {
    %1 = lf.activate %in relu : tensor<1x0x8x4xf32>
    lf.yield %1 : tensor<1x0x8x4xf32>
  }
  return
}

// -----

// fused_block (C1)
func.func @f(%x: tensor<1x8x8x4xf32>) {
  // expected-error @+1 {{'lf.fused_block' op expected 1 results, got 0}}
  "lf.fused_block"(%x, %x) <{operandSegmentSizes = array<i32: 1, 1>}> ({
  ^bb0(%in: tensor<1x8x8x4xf32>):
    %1 = lf.activate %in relu : tensor<1x8x8x4xf32>
    lf.yield %1 : tensor<1x8x8x4xf32>
  }) : (tensor<1x8x8x4xf32>, tensor<1x8x8x4xf32>) -> ()
  return
}

// -----

// fused_block (C1)
func.func @f(%x: tensor<1x8x8x4xf32>) {
  // expected-error @+1 {{'lf.fused_block' op has no outputs}}
  "lf.fused_block"(%x) <{operandSegmentSizes = array<i32: 1, 0>}> ({
  ^bb0(%in: tensor<1x8x8x4xf32>):
    "lf.yield"() : () -> ()
  }) : (tensor<1x8x8x4xf32>) -> ()
  return
}

// -----

// fused_block (C1)
func.func @f(%x: i32) {
  // expected-error @+1 {{expected a ranked tensor or memref, got 'i32'}}
  lf.fused_block ins(%in = %x : i32)
  return
}

// -----

// fused_block (C2)
func.func @f(%x: tensor<1x8x8x4xf32>) {
  // expected-error @+1 {{'lf.fused_block' op expected 1 body arguments, got 0}}
  %y = "lf.fused_block"(%x, %x) <{operandSegmentSizes = array<i32: 1, 1>}> ({
    %0 = tensor.empty() : tensor<1x8x8x4xf32>
    lf.yield %0 : tensor<1x8x8x4xf32>
  }) : (tensor<1x8x8x4xf32>, tensor<1x8x8x4xf32>) -> tensor<1x8x8x4xf32>
  return
}

// -----

// fused_block (C2)
func.func @f(%x: tensor<1x8x8x4xf32>) {
  // expected-error @+1 {{'lf.fused_block' op expected body arguments 0 to be 'tensor<1x8x8x4xf32>', got 'tensor<1x8x8x5xf32>'}}
  %y = "lf.fused_block"(%x, %x) <{operandSegmentSizes = array<i32: 1, 1>}> ({
  ^bb0(%in: tensor<1x8x8x5xf32>):
    %1 = lf.activate %in relu : tensor<1x8x8x5xf32>
    lf.yield %1 : tensor<1x8x8x5xf32>
  }) : (tensor<1x8x8x4xf32>, tensor<1x8x8x4xf32>) -> tensor<1x8x8x4xf32>
  return
}

// -----

// fused_block (C2)
func.func @f(%x: tensor<1x8x8x4xf32>, %y: tensor<1x8x8x5xf32>) {
  // expected-error @+1 {{'lf.fused_block' op expected yielded values 0 to be 'tensor<1x8x8x5xf32>', got 'tensor<1x8x8x4xf32>'}}
  %0 = lf.fused_block ins(%in = %x : tensor<1x8x8x4xf32>)
      outs(%y : tensor<1x8x8x5xf32>) {
    %1 = lf.activate %in relu : tensor<1x8x8x4xf32>
    lf.yield %1 : tensor<1x8x8x4xf32>
  }
  return
}

// -----

// fused_block (C3)
func.func @f(%x: tensor<1x8x8x4xf32>) {
  %y = lf.fused_block ins(%in = %x : tensor<1x8x8x4xf32>)
      outs(%x : tensor<1x8x8x4xf32>) {
    // expected-error @+1 {{'math.exp' op is not a layer and may not stand in a block}}
    %1 = math.exp %in : tensor<1x8x8x4xf32>
    lf.yield %1 : tensor<1x8x8x4xf32>
  }
  return
}

// -----

// fused_block (C3): a layer, but not of activations.
func.func @f(%x: tensor<8x4xf32>) {
  %y = lf.fused_block ins(%in = %x : tensor<8x4xf32>)
      outs(%x : tensor<8x4xf32>) {
    // expected-error @+1 {{'lf.activate' op is not a layer and may not stand in a block}}
    %1 = lf.activate %in relu : tensor<8x4xf32>
    lf.yield %1 : tensor<8x4xf32>
  }
  return
}

// -----

// fused_block (C3)
func.func @f(%x: tensor<1x8x8x4xf32>) {
  // expected-error @+1 {{'lf.fused_block' op holds no layers}}
  %y = lf.fused_block ins(%in = %x : tensor<1x8x8x4xf32>)
      outs(%x : tensor<1x8x8x4xf32>) {
    lf.yield %in : tensor<1x8x8x4xf32>
  }
  return
}

// -----

// fused_block (C3)
func.func @f(%x: tensor<1x8x8x4xf32>) {
  // expected-error @+1 {{'lf.fused_block' op expected its body to end in 'lf.yield'}}
  %y = lf.fused_block ins(%in = %x : tensor<1x8x8x4xf32>)
      outs(%x : tensor<1x8x8x4xf32>) {
    func.return %in : tensor<1x8x8x4xf32>
  }
  return
}

// -----

// fused_block (C4)
func.func @f(%x: tensor<1x8x8x4xf32>) {
  %y = lf.fused_block ins(%in = %x : tensor<1x8x8x4xf32>)
      outs(%x : tensor<1x8x8x4xf32>) {
    %1 = lf.activate %in relu : tensor<1x8x8x4xf32>
    // expected-error @+1 {{'lf.activate' op breaks the chain: expected as input the result of 'lf.activate', got argument 0}}
    %2 = lf.activate %in tanh : tensor<1x8x8x4xf32>
    lf.yield %2 : tensor<1x8x8x4xf32>
  }
  return
}

// -----

// fused_block (C4): nothing from outside.
func.func @f(%x: tensor<1x8x8x4xf32>) {
  // expected-note @+1 {{required by region isolation constraints}}
  %y = lf.fused_block ins(%in = %x : tensor<1x8x8x4xf32>)
      outs(%x : tensor<1x8x8x4xf32>) {
    // expected-error @+1 {{'lf.activate' op using value defined outside the region}}
    %1 = lf.activate %x relu : tensor<1x8x8x4xf32>
    lf.yield %1 : tensor<1x8x8x4xf32>
  }
  return
}

// -----

// fused_block (C5)
func.func @f(%x: tensor<1x8x8x4xf32>) {
  %y = lf.fused_block ins(%in = %x : tensor<1x8x8x4xf32>)
      outs(%x : tensor<1x8x8x4xf32>) {
    %1 = lf.activate %in relu : tensor<1x8x8x4xf32>
    %2 = lf.activate %1 tanh : tensor<1x8x8x4xf32>
    // expected-error @+1 {{'lf.add' op expected its other operands to be arguments of the block, got the result of 'lf.activate'}}
    %3 = lf.add %2, %1 : tensor<1x8x8x4xf32>
    lf.yield %3 : tensor<1x8x8x4xf32>
  }
  return
}

// -----

// fused_block (C6)
func.func @f(%x: tensor<1x8x8x4xf32>, %s: tensor<1x4xf32>) {
  %y:2 = lf.fused_block ins(%in = %x : tensor<1x8x8x4xf32>)
      outs(%x, %s : tensor<1x8x8x4xf32>, tensor<1x4xf32>) {
    %1 = lf.activate %in relu : tensor<1x8x8x4xf32>
    %2 = lf.global_pool sum %1 : tensor<1x8x8x4xf32> -> tensor<1x4xf32>
    // expected-error @+1 {{'lf.activate' op stands after a 'lf.global_pool'}}
    %3 = lf.activate %1 tanh : tensor<1x8x8x4xf32>
    lf.yield %3, %2 : tensor<1x8x8x4xf32>, tensor<1x4xf32>
  }
  return
}

// -----

// fused_block (C6)
func.func @f(%x: tensor<1x8x8x4xf32>, %s: tensor<1x4xf32>) {
  %y:2 = lf.fused_block ins(%in = %x : tensor<1x8x8x4xf32>)
      outs(%s, %s : tensor<1x4xf32>, tensor<1x4xf32>) {
    %1 = lf.global_pool sum %in : tensor<1x8x8x4xf32> -> tensor<1x4xf32>
    // expected-error @+1 {{'lf.global_pool' op is the second of kind 'sum'}}
    %2 = lf.global_pool sum %in : tensor<1x8x8x4xf32> -> tensor<1x4xf32>
    lf.yield %1, %2 : tensor<1x4xf32>, tensor<1x4xf32>
  }
  return
}

// -----

// fused_block (C7)
func.func @f(%x: tensor<1x8x8x4xf32>) {
  // expected-error @+1 {{'lf.fused_block' op yields argument 0}}
  %y:2 = lf.fused_block ins(%in = %x : tensor<1x8x8x4xf32>)
      outs(%x, %x : tensor<1x8x8x4xf32>, tensor<1x8x8x4xf32>) {
    %1 = lf.activate %in relu : tensor<1x8x8x4xf32>
    lf.yield %1, %in : tensor<1x8x8x4xf32>, tensor<1x8x8x4xf32>
  }
  return
}

// -----

// fused_block (C7)
func.func @f(%x: tensor<1x8x8x4xf32>) {
  // expected-error @+1 {{'lf.fused_block' op yields the result of 'lf.activate' twice}}
  %y:2 = lf.fused_block ins(%in = %x : tensor<1x8x8x4xf32>)
      outs(%x, %x : tensor<1x8x8x4xf32>, tensor<1x8x8x4xf32>) {
    %1 = lf.activate %in relu : tensor<1x8x8x4xf32>
    lf.yield %1, %1 : tensor<1x8x8x4xf32>, tensor<1x8x8x4xf32>
  }
  return
}

// -----

// fused_block (C7)
func.func @f(%x: tensor<1x8x8x4xf32>) {
  %y = lf.fused_block ins(%in = %x : tensor<1x8x8x4xf32>)
      outs(%x : tensor<1x8x8x4xf32>) {
    %1 = lf.activate %in relu : tensor<1x8x8x4xf32>
    // expected-error @+1 {{'lf.activate' op is neither used nor yielded}}
    %2 = lf.activate %1 tanh : tensor<1x8x8x4xf32>
    lf.yield %1 : tensor<1x8x8x4xf32>
  }
  return
}

// -----

// fused_block (C8): row 7 is never read.
func.func @f(%x: tensor<1x8x8x4xf32>, %w: tensor<1x1x4x4xf32>,
             %y: tensor<1x4x8x4xf32>) {
  %0:2 = lf.fused_block ins(%in = %x : tensor<1x8x8x4xf32>,
                            %f = %w : tensor<1x1x4x4xf32>)
      outs(%x, %y : tensor<1x8x8x4xf32>, tensor<1x4x8x4xf32>) {
    %1 = lf.activate %in relu : tensor<1x8x8x4xf32>
    // expected-error @+1 {{'lf.conv2d' op does not read all 8 rows of a value that is also yielded}}
    %2 = lf.conv2d %1, %f strides [2, 1]
        : (tensor<1x8x8x4xf32>, tensor<1x1x4x4xf32>) -> tensor<1x4x8x4xf32>
    lf.yield %1, %2 : tensor<1x8x8x4xf32>, tensor<1x4x8x4xf32>
  }
  return
}

// -----

// fused_block (C8): row 7 of the first layer would be read by a row of the
// second that is not read itself.
func.func @f(%x: tensor<1x8x8x4xf32>, %v: tensor<3x3x4xf32>,
             %w: tensor<1x1x4x4xf32>, %y: tensor<1x4x8x4xf32>) {
  %0:2 = lf.fused_block ins(%in = %x : tensor<1x8x8x4xf32>,
                            %f = %v : tensor<3x3x4xf32>,
                            %g = %w : tensor<1x1x4x4xf32>)
      outs(%x, %y : tensor<1x8x8x4xf32>, tensor<1x4x8x4xf32>) {
    %1 = lf.activate %in relu : tensor<1x8x8x4xf32>
    // expected-error @+1 {{'lf.depthwise_conv2d' op does not read all 8 rows of a value that is also yielded}}
    %2 = lf.depthwise_conv2d %1, %f pads [1, 1, 1, 1]
        : (tensor<1x8x8x4xf32>, tensor<3x3x4xf32>) -> tensor<1x8x8x4xf32>
    %3 = lf.conv2d %2, %g strides [2, 1]
        : (tensor<1x8x8x4xf32>, tensor<1x1x4x4xf32>) -> tensor<1x4x8x4xf32>
    lf.yield %1, %3 : tensor<1x8x8x4xf32>, tensor<1x4x8x4xf32>
  }
  return
}

// -----

// fused_block (C9)
func.func @f(%x: tensor<1x8x8x4xf32>, %b: tensor<4xf64>) {
  // expected-error @+1 {{'lf.fused_block' op expected operands of one element type, got 'f32' and 'f64'}}
  %y = lf.fused_block ins(%in = %x : tensor<1x8x8x4xf32>,
                          %bias = %b : tensor<4xf64>)
      outs(%x : tensor<1x8x8x4xf32>) {
    %1 = lf.activate %in relu : tensor<1x8x8x4xf32>
    lf.yield %1 : tensor<1x8x8x4xf32>
  }
  return
}

// -----

// yield
func.func @f(%x: tensor<1x8x8x4xf32>) {
  // expected-error @+1 {{'lf.yield' op expects parent op to be one of 'lf.fused_block, lf.tile, lf.winograd_output'}}
  lf.yield %x : tensor<1x8x8x4xf32>
}

// -----

// pool2d (C1)
func.func @f(%x: tensor<1x8x8x4xf32>) {
  // expected-error @+2 {{'lf.pool2d' op expected 2 kernel sizes, got 1}}
  // expected-error @+1 {{'lf.pool2d' op failed to infer returned types}}
  %y = lf.pool2d max %x kernel [2]
      : tensor<1x8x8x4xf32> -> tensor<1x7x7x4xf32>
  return
}

// -----

// pool2d (C2)
func.func @f(%x: tensor<1x8x8x4xf32>) {
  // expected-error @+2 {{'lf.pool2d' op the window does not fit: kernel height 9 with dilation 1 on input height 8 with pads 0 and 0}}
  // expected-error @+1 {{'lf.pool2d' op failed to infer returned types}}
  %y = lf.pool2d sum %x kernel [9, 1]
      : tensor<1x8x8x4xf32> -> tensor<1x1x8x4xf32>
  return
}

// -----

// pool2d (C3)
func.func @f(%x: tensor<1x8x0x4xf32>) {
  // expected-error @+2 {{'lf.pool2d' op input has a dimension of size 0: 'tensor<1x8x0x4xf32>'}}
  // expected-error @+1 {{'lf.pool2d' op failed to infer returned types}}
  %y = lf.pool2d sum %x kernel [1, 1]
      : tensor<1x8x0x4xf32> -> tensor<1x8x0x4xf32>
  return
}

// -----

// scale (C1)
func.func @f(%x: tensor<2x8x8x4xf32>, %g: tensor<1x4xf32>) {
  // expected-error @+1 {{'lf.scale' op expected a gate of 2x4 (batch x channels), got 'tensor<1x4xf32>'}}
  %y = lf.scale %x, %g : tensor<2x8x8x4xf32>, tensor<1x4xf32>
  return
}

// -----

// scale (C2)
func.func @f(%x: tensor<1x8x8x4xf32>, %g: tensor<1x4xf16>) {
  // expected-error @+1 {{'lf.scale' op gate has element type 'f16', the input has 'f32'}}
  %y = lf.scale %x, %g : tensor<1x8x8x4xf32>, tensor<1x4xf16>
  return
}

// -----

// fused_block (C2), of a filter that is said to be packed
func.func @f(%x: tensor<1x8x8x4xf32>, %w: tensor<1x1x1x4x4xf32>,
             %y: tensor<1x8x8x6xf32>) {
  // expected-error @+1 {{'lf.fused_block' op expected body arguments 1 to be 'tensor<1x1x1x4x4xf32>', got 'tensor<1x1x4x6xf32>'}}
  %0 = lf.fused_block ins(%in = %x : tensor<1x8x8x4xf32>,
                          %f = %w : tensor<1x1x1x4x4xf32> as tensor<1x1x4x6xf32>)
      outs(%y : tensor<1x8x8x6xf32>) {
    %1 = lf.conv2d %in, %f
        : (tensor<1x8x8x4xf32>, tensor<1x1x4x6xf32>) -> tensor<1x8x8x6xf32>
    lf.yield %1 : tensor<1x8x8x6xf32>
  }
  return
}

// -----

// fused_block (C13)
func.func @f(%x: tensor<1x8x8x4xf32>, %w: tensor<2x1x1x2x2xf32>,
             %y: tensor<1x8x8x4xf32>) {
  // expected-error @+1 {{'lf.fused_block' op operand 1 is packed: expected it to be used as the filter of 'lf.conv2d' of one group alone, got a use in 'lf.conv2d'}}
  %0 = lf.fused_block ins(%in = %x : tensor<1x8x8x4xf32>,
                          %f = %w : tensor<2x1x1x2x2xf32> as tensor<1x1x2x4xf32>)
      outs(%y : tensor<1x8x8x4xf32>) {
    %1 = lf.conv2d %in, %f groups 2
        : (tensor<1x8x8x4xf32>, tensor<1x1x2x4xf32>) -> tensor<1x8x8x4xf32>
    lf.yield %1 : tensor<1x8x8x4xf32>
  }
  return
}

// -----

// fused_block (C13)
func.func @f(%x: tensor<2x1x8x8x2xf32>, %y: tensor<1x8x8x4xf32>) {
  // expected-error @+1 {{'lf.fused_block' op operand 0 is packed: expected it to be used as the filter of 'lf.conv2d' of one group alone, got a use in 'lf.activate'}}
  %0 = lf.fused_block ins(%in = %x : tensor<2x1x8x8x2xf32> as tensor<1x8x8x4xf32>)
      outs(%y : tensor<1x8x8x4xf32>) {
    %1 = lf.activate %in relu : tensor<1x8x8x4xf32>
    lf.yield %1 : tensor<1x8x8x4xf32>
  }
  return
}

// -----

// fused_block (C13)
func.func @f(%x: tensor<1x8x8x4xf32>, %w: tensor<2x1x1x4x4xf32>,
             %y: tensor<1x8x8x6xf32>) {
  // expected-error @+1 {{'lf.fused_block' op operand 1 is packed in panels of 4 channels, the register tile of layer 0 has panels of 6}}
  %0 = lf.fused_block ins(%in = %x : tensor<1x8x8x4xf32>,
                          %f = %w : tensor<2x1x1x4x4xf32> as tensor<1x1x4x6xf32>)
      outs(%y : tensor<1x8x8x6xf32>)
      schedule <row_sliding, tiles = [<pixels = 8, vectors = [4, 2]>]> {
    %1 = lf.conv2d %in, %f
        : (tensor<1x8x8x4xf32>, tensor<1x1x4x6xf32>) -> tensor<1x8x8x6xf32>
    lf.yield %1 : tensor<1x8x8x6xf32>
  }
  return
}
