// RUN: lf-opt %s --split-input-file --verify-diagnostics

// conv2d (C1)
func.func @f(%x: tensor<1x8x8x4xf32>, %w: tensor<3x3x4x8xf32>) {
  // expected-error @+2 {{'lf.conv2d' op expected 2 strides, got 1}}
  // expected-error @+1 {{'lf.conv2d' op failed to infer returned types}}
  %y = lf.conv2d %x, %w strides [2]
      : (tensor<1x8x8x4xf32>, tensor<3x3x4x8xf32>) -> tensor<1x6x6x8xf32>
  return
}

// -----

// conv2d (C1)
func.func @f(%x: tensor<1x8x8x4xf32>, %w: tensor<3x3x4x8xf32>) {
  // expected-error @+2 {{'lf.conv2d' op expected strides of at least 1, got 0}}
  // expected-error @+1 {{'lf.conv2d' op failed to infer returned types}}
  %y = lf.conv2d %x, %w strides [1, 0]
      : (tensor<1x8x8x4xf32>, tensor<3x3x4x8xf32>) -> tensor<1x6x6x8xf32>
  return
}

// -----

// conv2d (C1)
func.func @f(%x: tensor<1x8x8x4xf32>, %w: tensor<3x3x4x8xf32>) {
  // expected-error @+2 {{'lf.conv2d' op expected 4 pads, got 2}}
  // expected-error @+1 {{'lf.conv2d' op failed to infer returned types}}
  %y = lf.conv2d %x, %w pads [1, 1]
      : (tensor<1x8x8x4xf32>, tensor<3x3x4x8xf32>) -> tensor<1x6x6x8xf32>
  return
}

// -----

// conv2d (C1)
func.func @f(%x: tensor<1x8x8x4xf32>, %w: tensor<3x3x4x8xf32>) {
  // expected-error @+2 {{'lf.conv2d' op expected pads of at least 0, got -1}}
  // expected-error @+1 {{'lf.conv2d' op failed to infer returned types}}
  %y = lf.conv2d %x, %w pads [0, -1, 0, 0]
      : (tensor<1x8x8x4xf32>, tensor<3x3x4x8xf32>) -> tensor<1x6x6x8xf32>
  return
}

// -----

// conv2d (C1)
func.func @f(%x: tensor<1x8x8x4xf32>, %w: tensor<3x3x4x8xf32>) {
  // expected-error @+2 {{'lf.conv2d' op expected 2 dilations, got 3}}
  // expected-error @+1 {{'lf.conv2d' op failed to infer returned types}}
  %y = lf.conv2d %x, %w dilations [1, 1, 1]
      : (tensor<1x8x8x4xf32>, tensor<3x3x4x8xf32>) -> tensor<1x6x6x8xf32>
  return
}

// -----

// conv2d (C1)
func.func @f(%x: tensor<1x8x8x4xf32>, %w: tensor<3x3x4x8xf32>) {
  // expected-error @+2 {{'lf.conv2d' op expected dilations of at least 1, got -2}}
  // expected-error @+1 {{'lf.conv2d' op failed to infer returned types}}
  %y = lf.conv2d %x, %w dilations [-2, 1]
      : (tensor<1x8x8x4xf32>, tensor<3x3x4x8xf32>) -> tensor<1x6x6x8xf32>
  return
}

// -----

// conv2d (C2)
func.func @f(%x: tensor<1x8x8x4xf32>, %w: tensor<3x3x4x8xf32>) {
  // expected-error @+2 {{'lf.conv2d' op expected at least 1 group, got 0}}
  // expected-error @+1 {{'lf.conv2d' op failed to infer returned types}}
  %y = lf.conv2d %x, %w groups 0
      : (tensor<1x8x8x4xf32>, tensor<3x3x4x8xf32>) -> tensor<1x6x6x8xf32>
  return
}

// -----

// conv2d (C2)
func.func @f(%x: tensor<1x8x8x4xf32>, %w: tensor<3x3x4x8xf32>) {
  // expected-error @+2 {{'lf.conv2d' op 3 groups do not divide 4 input and 8 output channels}}
  // expected-error @+1 {{'lf.conv2d' op failed to infer returned types}}
  %y = lf.conv2d %x, %w groups 3
      : (tensor<1x8x8x4xf32>, tensor<3x3x4x8xf32>) -> tensor<1x6x6x8xf32>
  return
}

// -----

// conv2d (C2)
func.func @f(%x: tensor<1x8x8x4xf32>, %w: tensor<3x3x1x6xf32>) {
  // expected-error @+2 {{'lf.conv2d' op 4 groups do not divide 4 input and 6 output channels}}
  // expected-error @+1 {{'lf.conv2d' op failed to infer returned types}}
  %y = lf.conv2d %x, %w groups 4
      : (tensor<1x8x8x4xf32>, tensor<3x3x1x6xf32>) -> tensor<1x6x6x6xf32>
  return
}

// -----

// conv2d (C3)
func.func @f(%x: tensor<1x8x8x4xf32>, %w: tensor<3x3x3x8xf32>) {
  // expected-error @+2 {{'lf.conv2d' op filter has 3 input channels, expected 4: the input's 4 in 1 group}}
  // expected-error @+1 {{'lf.conv2d' op failed to infer returned types}}
  %y = lf.conv2d %x, %w
      : (tensor<1x8x8x4xf32>, tensor<3x3x3x8xf32>) -> tensor<1x6x6x8xf32>
  return
}

// -----

// conv2d (C3)
func.func @f(%x: tensor<1x8x8x4xf32>, %w: tensor<3x3x4x8xf32>) {
  // expected-error @+2 {{'lf.conv2d' op filter has 4 input channels, expected 2: the input's 4 in 2 groups}}
  // expected-error @+1 {{'lf.conv2d' op failed to infer returned types}}
  %y = lf.conv2d %x, %w groups 2
      : (tensor<1x8x8x4xf32>, tensor<3x3x4x8xf32>) -> tensor<1x6x6x8xf32>
  return
}

// -----

// conv2d (C4)
func.func @f(%x: tensor<1x8x8x4xf32>, %w: tensor<3x3x4x8xf32>, %b: tensor<7xf32>) {
  // expected-error @+2 {{'lf.conv2d' op bias has 7 elements, the layer has 8 output channels}}
  // expected-error @+1 {{'lf.conv2d' op failed to infer returned types}}
  %y = lf.conv2d %x, %w bias %b
      : (tensor<1x8x8x4xf32>, tensor<3x3x4x8xf32>, tensor<7xf32>) -> tensor<1x6x6x8xf32>
  return
}

// -----

// conv2d (C5)
func.func @f(%x: tensor<1x8x8x4xf32>, %w: tensor<3x3x4x8xf64>) {
  // expected-error @+2 {{'lf.conv2d' op filter has element type 'f64', the input has 'f32'}}
  // expected-error @+1 {{'lf.conv2d' op failed to infer returned types}}
  %y = lf.conv2d %x, %w
      : (tensor<1x8x8x4xf32>, tensor<3x3x4x8xf64>) -> tensor<1x6x6x8xf32>
  return
}

// -----

// conv2d (C5)
func.func @f(%x: tensor<1x8x8x4xf32>, %w: tensor<3x3x4x8xf32>, %b: tensor<8xf16>) {
  // expected-error @+2 {{'lf.conv2d' op bias has element type 'f16', the input has 'f32'}}
  // expected-error @+1 {{'lf.conv2d' op failed to infer returned types}}
  %y = lf.conv2d %x, %w bias %b
      : (tensor<1x8x8x4xf32>, tensor<3x3x4x8xf32>, tensor<8xf16>) -> tensor<1x6x6x8xf32>
  return
}

// -----

// conv2d (C6)
func.func @f(%x: tensor<1x8x8x4xf32>, %w: tensor<3x3x4x8xf32>) {
  // expected-error @+2 {{'lf.conv2d' op the window does not fit: kernel height 3 with dilation 5 on input height 8 with pads 1 and 1}}
  // expected-error @+1 {{'lf.conv2d' op failed to infer returned types}}
  %y = lf.conv2d %x, %w pads [1, 0, 1, 0] dilations [5, 1]
      : (tensor<1x8x8x4xf32>, tensor<3x3x4x8xf32>) -> tensor<1x6x6x8xf32>
  return
}

// -----

// conv2d (C6)
func.func @f(%x: tensor<1x8x8x4xf32>, %w: tensor<3x9x4x8xf32>) {
  // expected-error @+2 {{'lf.conv2d' op the window does not fit: kernel width 9 with dilation 1 on input width 8 with pads 0 and 0}}
  // expected-error @+1 {{'lf.conv2d' op failed to infer returned types}}
  %y = lf.conv2d %x, %w
      : (tensor<1x8x8x4xf32>, tensor<3x9x4x8xf32>) -> tensor<1x6x6x8xf32>
  return
}

// -----

// conv2d (C6): numbers that would overflow
func.func @f(%x: tensor<1x8x8x4xf32>, %w: tensor<3x3x4x8xf32>) {
  // expected-error @+2 {{'lf.conv2d' op the window does not fit: kernel height 3 with dilation 9223372036854775807 on input height 8 with pads 0 and 0}}
  // expected-error @+1 {{'lf.conv2d' op failed to infer returned types}}
  %y = lf.conv2d %x, %w dilations [9223372036854775807, 1]
      : (tensor<1x8x8x4xf32>, tensor<3x3x4x8xf32>) -> tensor<1x6x6x8xf32>
  return
}

// -----

// conv2d (C6): numbers that would overflow
func.func @f(%x: tensor<1x8x8x4xf32>, %w: tensor<3x3x4x8xf32>) {
  // expected-error @+2 {{'lf.conv2d' op the result's width does not fit into 32 bits: pads are 9223372036854775807 and 9223372036854775807}}
  // expected-error @+1 {{'lf.conv2d' op failed to infer returned types}}
  %y = lf.conv2d %x, %w pads [0, 9223372036854775807, 0, 9223372036854775807]
      : (tensor<1x8x8x4xf32>, tensor<3x3x4x8xf32>) -> tensor<1x6x6x8xf32>
  return
}

// -----

// conv2d (C6): a result that no machine holds
func.func @f(%x: tensor<1x8x8x4xf32>, %w: tensor<3x3x4x8xf32>) {
  // expected-error @+2 {{'lf.conv2d' op the result 'tensor<1x1000006x1000006x8xf32>' has more than 2^40 elements}}
  // expected-error @+1 {{'lf.conv2d' op failed to infer returned types}}
  %y = lf.conv2d %x, %w pads [1000000, 1000000, 0, 0]
      : (tensor<1x8x8x4xf32>, tensor<3x3x4x8xf32>)
        -> tensor<1x1000006x1000006x8xf32>
  return
}

// -----

// conv2d (C7)
func.func @f(%x: tensor<0x8x8x4xf32>, %w: tensor<3x3x4x8xf32>) {
  // expected-error @+2 {{'lf.conv2d' op input has a dimension of size 0: 'tensor<0x8x8x4xf32>'}}
  // expected-error @+1 {{'lf.conv2d' op failed to infer returned types}}
  %y = lf.conv2d %x, %w
      : (tensor<0x8x8x4xf32>, tensor<3x3x4x8xf32>) -> tensor<0x6x6x8xf32>
  return
}

// -----

// conv2d (C7)
func.func @f(%x: tensor<1x8x8x4xf32>, %w: tensor<3x0x4x8xf32>) {
  // expected-error @+2 {{'lf.conv2d' op filter has a dimension of size 0: 'tensor<3x0x4x8xf32>'}}
  // expected-error @+1 {{'lf.conv2d' op failed to infer returned types}}
  %y = lf.conv2d %x, %w
      : (tensor<1x8x8x4xf32>, tensor<3x0x4x8xf32>) -> tensor<1x6x6x8xf32>
  return
}

// -----

// conv2d: the result is inferred
func.func @f(%x: tensor<1x8x8x4xf32>, %w: tensor<3x3x4x8xf32>) {
  // expected-error @+2 {{'lf.conv2d' op inferred type(s) 'tensor<1x6x6x8xf32>' are incompatible with return type(s) of operation 'tensor<1x8x8x8xf32>'}}
  // expected-error @+1 {{'lf.conv2d' op failed to infer returned types}}
  %y = lf.conv2d %x, %w
      : (tensor<1x8x8x4xf32>, tensor<3x3x4x8xf32>) -> tensor<1x8x8x8xf32>
  return
}

// -----

// conv2d: operand types
func.func @f(%x: tensor<1x?x8x4xf32>, %w: tensor<3x3x4x8xf32>) {
  // expected-error @+1 {{'lf.conv2d' op operand #0 must be a tensor of floats of static shape N x H x W x C, but got 'tensor<1x?x8x4xf32>'}}
  %y = lf.conv2d %x, %w
      : (tensor<1x?x8x4xf32>, tensor<3x3x4x8xf32>) -> tensor<1x6x6x8xf32>
  return
}

// -----

// conv2d: operand types
func.func @f(%x: tensor<8x8x4xf32>, %w: tensor<3x3x4x8xf32>) {
  // expected-error @+1 {{'lf.conv2d' op operand #0 must be a tensor of floats of static shape N x H x W x C, but got 'tensor<8x8x4xf32>'}}
  %y = lf.conv2d %x, %w
      : (tensor<8x8x4xf32>, tensor<3x3x4x8xf32>) -> tensor<1x6x6x8xf32>
  return
}

// -----

// conv2d: operand types
func.func @f(%x: tensor<1x8x8x4xf32>, %w: tensor<3x3x4xf32>) {
  // expected-error @+1 {{'lf.conv2d' op operand #1 must be a tensor of floats of static shape KH x KW x C x F, but got 'tensor<3x3x4xf32>'}}
  %y = lf.conv2d %x, %w
      : (tensor<1x8x8x4xf32>, tensor<3x3x4xf32>) -> tensor<1x6x6x8xf32>
  return
}

// -----

// conv2d: operand types
func.func @f(%x: tensor<1x8x8x4xf32>, %w: tensor<3x3x4x8xf32>, %b: tensor<8x1xf32>) {
  // expected-error @+1 {{'lf.conv2d' op operand #2 must be a tensor of floats of static shape F, but got 'tensor<8x1xf32>'}}
  %y = lf.conv2d %x, %w bias %b
      : (tensor<1x8x8x4xf32>, tensor<3x3x4x8xf32>, tensor<8x1xf32>) -> tensor<1x6x6x8xf32>
  return
}

// -----

// conv2d: operand types
func.func @f(%x: tensor<1x8x8x4xi32>, %w: tensor<3x3x4x8xf32>) {
  // expected-error @+1 {{'lf.conv2d' op operand #0 must be a tensor of floats of static shape N x H x W x C, but got 'tensor<1x8x8x4xi32>'}}
  %y = lf.conv2d %x, %w
      : (tensor<1x8x8x4xi32>, tensor<3x3x4x8xf32>) -> tensor<1x6x6x8xf32>
  return
}

// -----

// depthwise_conv2d (C1)
func.func @f(%x: tensor<1x8x8x4xf32>, %w: tensor<3x3x4xf32>) {
  // expected-error @+2 {{'lf.depthwise_conv2d' op expected 2 strides, got 3}}
  // expected-error @+1 {{'lf.depthwise_conv2d' op failed to infer returned types}}
  %y = lf.depthwise_conv2d %x, %w strides [2, 2, 2]
      : (tensor<1x8x8x4xf32>, tensor<3x3x4xf32>) -> tensor<1x6x6x4xf32>
  return
}

// -----

// depthwise_conv2d (C1)
func.func @f(%x: tensor<1x8x8x4xf32>, %w: tensor<3x3x4xf32>) {
  // expected-error @+2 {{'lf.depthwise_conv2d' op expected pads of at least 0, got -3}}
  // expected-error @+1 {{'lf.depthwise_conv2d' op failed to infer returned types}}
  %y = lf.depthwise_conv2d %x, %w pads [0, 0, -3, 0]
      : (tensor<1x8x8x4xf32>, tensor<3x3x4xf32>) -> tensor<1x6x6x4xf32>
  return
}

// -----

// depthwise_conv2d (C1)
func.func @f(%x: tensor<1x8x8x4xf32>, %w: tensor<3x3x4xf32>) {
  // expected-error @+2 {{'lf.depthwise_conv2d' op expected dilations of at least 1, got 0}}
  // expected-error @+1 {{'lf.depthwise_conv2d' op failed to infer returned types}}
  %y = lf.depthwise_conv2d %x, %w dilations [1, 0]
      : (tensor<1x8x8x4xf32>, tensor<3x3x4xf32>) -> tensor<1x6x6x4xf32>
  return
}

// -----

// depthwise_conv2d (C2)
func.func @f(%x: tensor<1x8x8x4xf32>, %w: tensor<3x3x5xf32>) {
  // expected-error @+2 {{'lf.depthwise_conv2d' op filter has 5 channels, the input has 4}}
  // expected-error @+1 {{'lf.depthwise_conv2d' op failed to infer returned types}}
  %y = lf.depthwise_conv2d %x, %w
      : (tensor<1x8x8x4xf32>, tensor<3x3x5xf32>) -> tensor<1x6x6x4xf32>
  return
}

// -----

// depthwise_conv2d (C3)
func.func @f(%x: tensor<1x8x8x4xf32>, %w: tensor<3x3x4xf32>, %b: tensor<5xf32>) {
  // expected-error @+2 {{'lf.depthwise_conv2d' op bias has 5 elements, the layer has 4 output channels}}
  // expected-error @+1 {{'lf.depthwise_conv2d' op failed to infer returned types}}
  %y = lf.depthwise_conv2d %x, %w bias %b
      : (tensor<1x8x8x4xf32>, tensor<3x3x4xf32>, tensor<5xf32>) -> tensor<1x6x6x4xf32>
  return
}

// -----

// depthwise_conv2d (C4)
func.func @f(%x: tensor<1x8x8x4xf32>, %w: tensor<3x3x4xf64>) {
  // expected-error @+2 {{'lf.depthwise_conv2d' op filter has element type 'f64', the input has 'f32'}}
  // expected-error @+1 {{'lf.depthwise_conv2d' op failed to infer returned types}}
  %y = lf.depthwise_conv2d %x, %w
      : (tensor<1x8x8x4xf32>, tensor<3x3x4xf64>) -> tensor<1x6x6x4xf32>
  return
}

// -----

// depthwise_conv2d (C4)
func.func @f(%x: tensor<1x8x8x4xf32>, %w: tensor<3x3x4xf32>, %b: tensor<4xbf16>) {
  // expected-error @+2 {{'lf.depthwise_conv2d' op bias has element type 'bf16', the input has 'f32'}}
  // expected-error @+1 {{'lf.depthwise_conv2d' op failed to infer returned types}}
  %y = lf.depthwise_conv2d %x, %w bias %b
      : (tensor<1x8x8x4xf32>, tensor<3x3x4xf32>, tensor<4xbf16>) -> tensor<1x6x6x4xf32>
  return
}

// -----

// depthwise_conv2d (C5)
func.func @f(%x: tensor<1x8x2x4xf32>, %w: tensor<3x3x4xf32>) {
  // expected-error @+2 {{'lf.depthwise_conv2d' op the window does not fit: kernel width 3 with dilation 1 on input width 2 with pads 0 and 0}}
  // expected-error @+1 {{'lf.depthwise_conv2d' op failed to infer returned types}}
  %y = lf.depthwise_conv2d %x, %w
      : (tensor<1x8x2x4xf32>, tensor<3x3x4xf32>) -> tensor<1x6x6x4xf32>
  return
}

// -----

// depthwise_conv2d (C6)
func.func @f(%x: tensor<1x8x0x4xf32>, %w: tensor<3x3x4xf32>) {
  // expected-error @+2 {{'lf.depthwise_conv2d' op input has a dimension of size 0: 'tensor<1x8x0x4xf32>'}}
  // expected-error @+1 {{'lf.depthwise_conv2d' op failed to infer returned types}}
  %y = lf.depthwise_conv2d %x, %w
      : (tensor<1x8x0x4xf32>, tensor<3x3x4xf32>) -> tensor<1x6x6x4xf32>
  return
}

// -----

// depthwise_conv2d: the result is inferred
func.func @f(%x: tensor<1x8x8x4xf32>, %w: tensor<3x3x4xf32>) {
  // expected-error @+2 {{'lf.depthwise_conv2d' op inferred type(s) 'tensor<1x6x6x4xf32>' are incompatible with return type(s) of operation 'tensor<1x6x6x5xf32>'}}
  // expected-error @+1 {{'lf.depthwise_conv2d' op failed to infer returned types}}
  %y = lf.depthwise_conv2d %x, %w
      : (tensor<1x8x8x4xf32>, tensor<3x3x4xf32>) -> tensor<1x6x6x5xf32>
  return
}

// -----

// depthwise_conv2d: operand types
func.func @f(%x: tensor<1x8x8x4xf32>, %w: tensor<3x3x4x1xf32>) {
  // expected-error @+1 {{'lf.depthwise_conv2d' op operand #1 must be a tensor of floats of static shape KH x KW x C, but got 'tensor<3x3x4x1xf32>'}}
  %y = lf.depthwise_conv2d %x, %w
      : (tensor<1x8x8x4xf32>, tensor<3x3x4x1xf32>) -> tensor<1x6x6x4xf32>
  return
}

// -----

// bottleneck (C1)
func.func @f(%x: tensor<1x8x8x4xf32>, %we: tensor<1x1x4x6xf32>, %be: tensor<6xf32>, %wd: tensor<3x3x6xf32>, %bd: tensor<6xf32>, %wp: tensor<1x1x6x4xf32>, %bp: tensor<4xf32>) {
  // expected-error @+2 {{'lf.bottleneck' op expected 2 strides, got 1}}
  // expected-error @+1 {{'lf.bottleneck' op failed to infer returned types}}
  %y = lf.bottleneck %x expand(%we, %be) depthwise(%wd, %bd)
      project(%wp, %bp) strides [1] activations relu, relu, none
      : (tensor<1x8x8x4xf32>, tensor<1x1x4x6xf32>, tensor<6xf32>, tensor<3x3x6xf32>, tensor<6xf32>, tensor<1x1x6x4xf32>, tensor<4xf32>)
        -> tensor<1x6x6x4xf32>
  return
}

// -----

// bottleneck (C1)
func.func @f(%x: tensor<1x8x8x4xf32>, %we: tensor<1x1x4x6xf32>, %be: tensor<6xf32>, %wd: tensor<3x3x6xf32>, %bd: tensor<6xf32>, %wp: tensor<1x1x6x4xf32>, %bp: tensor<4xf32>) {
  // expected-error @+2 {{'lf.bottleneck' op expected pads of at least 0, got -1}}
  // expected-error @+1 {{'lf.bottleneck' op failed to infer returned types}}
  %y = lf.bottleneck %x expand(%we, %be) depthwise(%wd, %bd)
      project(%wp, %bp) pads [-1, 0, 0, 0] activations relu, relu, none
      : (tensor<1x8x8x4xf32>, tensor<1x1x4x6xf32>, tensor<6xf32>, tensor<3x3x6xf32>, tensor<6xf32>, tensor<1x1x6x4xf32>, tensor<4xf32>)
        -> tensor<1x6x6x4xf32>
  return
}

// -----

// bottleneck (C2)
func.func @f(%x: tensor<1x8x8x4xf32>, %we: tensor<3x1x4x6xf32>, %be: tensor<6xf32>, %wd: tensor<3x3x6xf32>, %bd: tensor<6xf32>, %wp: tensor<1x1x6x4xf32>, %bp: tensor<4xf32>) {
  // expected-error @+2 {{'lf.bottleneck' op expected expand to be a 1x1 filter, got 'tensor<3x1x4x6xf32>'}}
  // expected-error @+1 {{'lf.bottleneck' op failed to infer returned types}}
  %y = lf.bottleneck %x expand(%we, %be) depthwise(%wd, %bd)
      project(%wp, %bp) activations relu, relu, none
      : (tensor<1x8x8x4xf32>, tensor<3x1x4x6xf32>, tensor<6xf32>, tensor<3x3x6xf32>, tensor<6xf32>, tensor<1x1x6x4xf32>, tensor<4xf32>)
        -> tensor<1x6x6x4xf32>
  return
}

// -----

// bottleneck (C2)
func.func @f(%x: tensor<1x8x8x4xf32>, %we: tensor<1x1x4x6xf32>, %be: tensor<6xf32>, %wd: tensor<3x3x6xf32>, %bd: tensor<6xf32>, %wp: tensor<1x2x6x4xf32>, %bp: tensor<4xf32>) {
  // expected-error @+2 {{'lf.bottleneck' op expected project to be a 1x1 filter, got 'tensor<1x2x6x4xf32>'}}
  // expected-error @+1 {{'lf.bottleneck' op failed to infer returned types}}
  %y = lf.bottleneck %x expand(%we, %be) depthwise(%wd, %bd)
      project(%wp, %bp) activations relu, relu, none
      : (tensor<1x8x8x4xf32>, tensor<1x1x4x6xf32>, tensor<6xf32>, tensor<3x3x6xf32>, tensor<6xf32>, tensor<1x2x6x4xf32>, tensor<4xf32>)
        -> tensor<1x6x6x4xf32>
  return
}

// -----

// bottleneck (C3)
func.func @f(%x: tensor<1x8x8x4xf32>, %we: tensor<1x1x5x6xf32>, %be: tensor<6xf32>, %wd: tensor<3x3x6xf32>, %bd: tensor<6xf32>, %wp: tensor<1x1x6x4xf32>, %bp: tensor<4xf32>) {
  // expected-error @+2 {{'lf.bottleneck' op expand has 5 input channels, the input has 4}}
  // expected-error @+1 {{'lf.bottleneck' op failed to infer returned types}}
  %y = lf.bottleneck %x expand(%we, %be) depthwise(%wd, %bd)
      project(%wp, %bp) activations relu, relu, none
      : (tensor<1x8x8x4xf32>, tensor<1x1x5x6xf32>, tensor<6xf32>, tensor<3x3x6xf32>, tensor<6xf32>, tensor<1x1x6x4xf32>, tensor<4xf32>)
        -> tensor<1x6x6x4xf32>
  return
}

// -----

// bottleneck (C3)
func.func @f(%x: tensor<1x8x8x4xf32>, %we: tensor<1x1x4x6xf32>, %be: tensor<6xf32>, %wd: tensor<3x3x7xf32>, %bd: tensor<6xf32>, %wp: tensor<1x1x6x4xf32>, %bp: tensor<4xf32>) {
  // expected-error @+2 {{'lf.bottleneck' op depthwise has 7 channels, expand makes 6}}
  // expected-error @+1 {{'lf.bottleneck' op failed to infer returned types}}
  %y = lf.bottleneck %x expand(%we, %be) depthwise(%wd, %bd)
      project(%wp, %bp) activations relu, relu, none
      : (tensor<1x8x8x4xf32>, tensor<1x1x4x6xf32>, tensor<6xf32>, tensor<3x3x7xf32>, tensor<6xf32>, tensor<1x1x6x4xf32>, tensor<4xf32>)
        -> tensor<1x6x6x4xf32>
  return
}

// -----

// bottleneck (C3)
func.func @f(%x: tensor<1x8x8x4xf32>, %we: tensor<1x1x4x6xf32>, %be: tensor<6xf32>, %wd: tensor<3x3x6xf32>, %bd: tensor<6xf32>, %wp: tensor<1x1x5x4xf32>, %bp: tensor<4xf32>) {
  // expected-error @+2 {{'lf.bottleneck' op project has 5 input channels, expand makes 6}}
  // expected-error @+1 {{'lf.bottleneck' op failed to infer returned types}}
  %y = lf.bottleneck %x expand(%we, %be) depthwise(%wd, %bd)
      project(%wp, %bp) activations relu, relu, none
      : (tensor<1x8x8x4xf32>, tensor<1x1x4x6xf32>, tensor<6xf32>, tensor<3x3x6xf32>, tensor<6xf32>, tensor<1x1x5x4xf32>, tensor<4xf32>)
        -> tensor<1x6x6x4xf32>
  return
}

// -----

// bottleneck (C4)
func.func @f(%x: tensor<1x8x8x4xf32>, %we: tensor<1x1x4x6xf32>, %be: tensor<4xf32>, %wd: tensor<3x3x6xf32>, %bd: tensor<6xf32>, %wp: tensor<1x1x6x4xf32>, %bp: tensor<4xf32>) {
  // expected-error @+2 {{'lf.bottleneck' op expand bias has 4 elements, the layer has 6 output channels}}
  // expected-error @+1 {{'lf.bottleneck' op failed to infer returned types}}
  %y = lf.bottleneck %x expand(%we, %be) depthwise(%wd, %bd)
      project(%wp, %bp) activations relu, relu, none
      : (tensor<1x8x8x4xf32>, tensor<1x1x4x6xf32>, tensor<4xf32>, tensor<3x3x6xf32>, tensor<6xf32>, tensor<1x1x6x4xf32>, tensor<4xf32>)
        -> tensor<1x6x6x4xf32>
  return
}

// -----

// bottleneck (C4)
func.func @f(%x: tensor<1x8x8x4xf32>, %we: tensor<1x1x4x6xf32>, %be: tensor<6xf32>, %wd: tensor<3x3x6xf32>, %bd: tensor<4xf32>, %wp: tensor<1x1x6x4xf32>, %bp: tensor<4xf32>) {
  // expected-error @+2 {{'lf.bottleneck' op depthwise bias has 4 elements, the layer has 6 output channels}}
  // expected-error @+1 {{'lf.bottleneck' op failed to infer returned types}}
  %y = lf.bottleneck %x expand(%we, %be) depthwise(%wd, %bd)
      project(%wp, %bp) activations relu, relu, none
      : (tensor<1x8x8x4xf32>, tensor<1x1x4x6xf32>, tensor<6xf32>, tensor<3x3x6xf32>, tensor<4xf32>, tensor<1x1x6x4xf32>, tensor<4xf32>)
        -> tensor<1x6x6x4xf32>
  return
}

// -----

// bottleneck (C4)
func.func @f(%x: tensor<1x8x8x4xf32>, %we: tensor<1x1x4x6xf32>, %be: tensor<6xf32>, %wd: tensor<3x3x6xf32>, %bd: tensor<6xf32>, %wp: tensor<1x1x6x4xf32>, %bp: tensor<6xf32>) {
  // expected-error @+2 {{'lf.bottleneck' op project bias has 6 elements, the layer has 4 output channels}}
  // expected-error @+1 {{'lf.bottleneck' op failed to infer returned types}}
  %y = lf.bottleneck %x expand(%we, %be) depthwise(%wd, %bd)
      project(%wp, %bp) activations relu, relu, none
      : (tensor<1x8x8x4xf32>, tensor<1x1x4x6xf32>, tensor<6xf32>, tensor<3x3x6xf32>, tensor<6xf32>, tensor<1x1x6x4xf32>, tensor<6xf32>)
        -> tensor<1x6x6x4xf32>
  return
}

// -----

// bottleneck (C5)
func.func @f(%x: tensor<1x8x8x4xf32>, %we: tensor<1x1x4x6xf64>, %be: tensor<6xf32>, %wd: tensor<3x3x6xf32>, %bd: tensor<6xf32>, %wp: tensor<1x1x6x4xf32>, %bp: tensor<4xf32>) {
  // expected-error @+2 {{'lf.bottleneck' op expand has element type 'f64', the input has 'f32'}}
  // expected-error @+1 {{'lf.bottleneck' op failed to infer returned types}}
  %y = lf.bottleneck %x expand(%we, %be) depthwise(%wd, %bd)
      project(%wp, %bp) activations relu, relu, none
      : (tensor<1x8x8x4xf32>, tensor<1x1x4x6xf64>, tensor<6xf32>, tensor<3x3x6xf32>, tensor<6xf32>, tensor<1x1x6x4xf32>, tensor<4xf32>)
        -> tensor<1x6x6x4xf32>
  return
}

// -----

// bottleneck (C5)
func.func @f(%x: tensor<1x8x8x4xf32>, %we: tensor<1x1x4x6xf32>, %be: tensor<6xf64>, %wd: tensor<3x3x6xf32>, %bd: tensor<6xf32>, %wp: tensor<1x1x6x4xf32>, %bp: tensor<4xf32>) {
  // expected-error @+2 {{'lf.bottleneck' op expand bias has element type 'f64', the input has 'f32'}}
  // expected-error @+1 {{'lf.bottleneck' op failed to infer returned types}}
  %y = lf.bottleneck %x expand(%we, %be) depthwise(%wd, %bd)
      project(%wp, %bp) activations relu, relu, none
      : (tensor<1x8x8x4xf32>, tensor<1x1x4x6xf32>, tensor<6xf64>, tensor<3x3x6xf32>, tensor<6xf32>, tensor<1x1x6x4xf32>, tensor<4xf32>)
        -> tensor<1x6x6x4xf32>
  return
}

// -----

// bottleneck (C5)
func.func @f(%x: tensor<1x8x8x4xf32>, %we: tensor<1x1x4x6xf32>, %be: tensor<6xf32>, %wd: tensor<3x3x6xf64>, %bd: tensor<6xf32>, %wp: tensor<1x1x6x4xf32>, %bp: tensor<4xf32>) {
  // expected-error @+2 {{'lf.bottleneck' op depthwise has element type 'f64', the input has 'f32'}}
  // expected-error @+1 {{'lf.bottleneck' op failed to infer returned types}}
  %y = lf.bottleneck %x expand(%we, %be) depthwise(%wd, %bd)
      project(%wp, %bp) activations relu, relu, none
      : (tensor<1x8x8x4xf32>, tensor<1x1x4x6xf32>, tensor<6xf32>, tensor<3x3x6xf64>, tensor<6xf32>, tensor<1x1x6x4xf32>, tensor<4xf32>)
        -> tensor<1x6x6x4xf32>
  return
}

// -----

// bottleneck (C5)
func.func @f(%x: tensor<1x8x8x4xf32>, %we: tensor<1x1x4x6xf32>, %be: tensor<6xf32>, %wd: tensor<3x3x6xf32>, %bd: tensor<6xf64>, %wp: tensor<1x1x6x4xf32>, %bp: tensor<4xf32>) {
  // expected-error @+2 {{'lf.bottleneck' op depthwise bias has element type 'f64', the input has 'f32'}}
  // expected-error @+1 {{'lf.bottleneck' op failed to infer returned types}}
  %y = lf.bottleneck %x expand(%we, %be) depthwise(%wd, %bd)
      project(%wp, %bp) activations relu, relu, none
      : (tensor<1x8x8x4xf32>, tensor<1x1x4x6xf32>, tensor<6xf32>, tensor<3x3x6xf32>, tensor<6xf64>, tensor<1x1x6x4xf32>, tensor<4xf32>)
        -> tensor<1x6x6x4xf32>
  return
}

// -----

// bottleneck (C5)
func.func @f(%x: tensor<1x8x8x4xf32>, %we: tensor<1x1x4x6xf32>, %be: tensor<6xf32>, %wd: tensor<3x3x6xf32>, %bd: tensor<6xf32>, %wp: tensor<1x1x6x4xf64>, %bp: tensor<4xf32>) {
  // expected-error @+2 {{'lf.bottleneck' op project has element type 'f64', the input has 'f32'}}
  // expected-error @+1 {{'lf.bottleneck' op failed to infer returned types}}
  %y = lf.bottleneck %x expand(%we, %be) depthwise(%wd, %bd)
      project(%wp, %bp) activations relu, relu, none
      : (tensor<1x8x8x4xf32>, tensor<1x1x4x6xf32>, tensor<6xf32>, tensor<3x3x6xf32>, tensor<6xf32>, tensor<1x1x6x4xf64>, tensor<4xf32>)
        -> tensor<1x6x6x4xf32>
  return
}

// -----

// bottleneck (C5)
func.func @f(%x: tensor<1x8x8x4xf32>, %we: tensor<1x1x4x6xf32>, %be: tensor<6xf32>, %wd: tensor<3x3x6xf32>, %bd: tensor<6xf32>, %wp: tensor<1x1x6x4xf32>, %bp: tensor<4xf64>) {
  // expected-error @+2 {{'lf.bottleneck' op project bias has element type 'f64', the input has 'f32'}}
  // expected-error @+1 {{'lf.bottleneck' op failed to infer returned types}}
  %y = lf.bottleneck %x expand(%we, %be) depthwise(%wd, %bd)
      project(%wp, %bp) activations relu, relu, none
      : (tensor<1x8x8x4xf32>, tensor<1x1x4x6xf32>, tensor<6xf32>, tensor<3x3x6xf32>, tensor<6xf32>, tensor<1x1x6x4xf32>, tensor<4xf64>)
        -> tensor<1x6x6x4xf32>
  return
}

// -----

// bottleneck (C6)
func.func @f(%x: tensor<1x2x8x4xf32>, %we: tensor<1x1x4x6xf32>, %be: tensor<6xf32>, %wd: tensor<3x3x6xf32>, %bd: tensor<6xf32>, %wp: tensor<1x1x6x4xf32>, %bp: tensor<4xf32>) {
  // expected-error @+2 {{'lf.bottleneck' op the window does not fit: kernel height 3 with dilation 1 on input height 2 with pads 0 and 0}}
  // expected-error @+1 {{'lf.bottleneck' op failed to infer returned types}}
  %y = lf.bottleneck %x expand(%we, %be) depthwise(%wd, %bd)
      project(%wp, %bp) activations relu, relu, none
      : (tensor<1x2x8x4xf32>, tensor<1x1x4x6xf32>, tensor<6xf32>, tensor<3x3x6xf32>, tensor<6xf32>, tensor<1x1x6x4xf32>, tensor<4xf32>)
        -> tensor<1x6x6x4xf32>
  return
}

// -----

// bottleneck (C7)
func.func @f(%x: tensor<1x8x8x0xf32>, %we: tensor<1x1x4x6xf32>, %be: tensor<6xf32>, %wd: tensor<3x3x6xf32>, %bd: tensor<6xf32>, %wp: tensor<1x1x6x4xf32>, %bp: tensor<4xf32>) {
  // expected-error @+2 {{'lf.bottleneck' op input has a dimension of size 0: 'tensor<1x8x8x0xf32>'}}
  // expected-error @+1 {{'lf.bottleneck' op failed to infer returned types}}
  %y = lf.bottleneck %x expand(%we, %be) depthwise(%wd, %bd)
      project(%wp, %bp) activations relu, relu, none
      : (tensor<1x8x8x0xf32>, tensor<1x1x4x6xf32>, tensor<6xf32>, tensor<3x3x6xf32>, tensor<6xf32>, tensor<1x1x6x4xf32>, tensor<4xf32>)
        -> tensor<1x6x6x4xf32>
  return
}

// -----

// bottleneck (C8)
func.func @f(%x: tensor<1x8x8x4xf32>, %we: tensor<1x1x4x6xf32>, %be: tensor<6xf32>, %wd: tensor<3x3x6xf32>, %bd: tensor<6xf32>, %wp: tensor<1x1x6x4xf32>, %bp: tensor<4xf32>) {
  // expected-error @+2 {{'lf.bottleneck' op with a residual the result 'tensor<1x6x6x4xf32>' must be as large as the input 'tensor<1x8x8x4xf32>'}}
  // expected-error @+1 {{'lf.bottleneck' op failed to infer returned types}}
  %y = lf.bottleneck %x expand(%we, %be) depthwise(%wd, %bd)
      project(%wp, %bp) activations relu, relu, none residual
      : (tensor<1x8x8x4xf32>, tensor<1x1x4x6xf32>, tensor<6xf32>, tensor<3x3x6xf32>, tensor<6xf32>, tensor<1x1x6x4xf32>, tensor<4xf32>)
        -> tensor<1x6x6x4xf32>
  return
}

// -----

// bottleneck: the result is inferred
func.func @f(%x: tensor<1x8x8x4xf32>, %we: tensor<1x1x4x6xf32>, %be: tensor<6xf32>, %wd: tensor<3x3x6xf32>, %bd: tensor<6xf32>, %wp: tensor<1x1x6x4xf32>, %bp: tensor<4xf32>) {
  // expected-error @+2 {{'lf.bottleneck' op inferred type(s) 'tensor<1x6x6x4xf32>' are incompatible with return type(s) of operation 'tensor<1x8x8x4xf32>'}}
  // expected-error @+1 {{'lf.bottleneck' op failed to infer returned types}}
  %y = lf.bottleneck %x expand(%we, %be) depthwise(%wd, %bd)
      project(%wp, %bp) activations relu, relu, none
      : (tensor<1x8x8x4xf32>, tensor<1x1x4x6xf32>, tensor<6xf32>, tensor<3x3x6xf32>, tensor<6xf32>, tensor<1x1x6x4xf32>, tensor<4xf32>)
        -> tensor<1x8x8x4xf32>
  return
}

// -----

// activation: a known name
func.func @f(%x: tensor<4xf32>) {
  // expected-error @+1 {{unknown activation 'swoosh'}}
  %y = lf.activate %x swoosh : tensor<4xf32>
  return
}

// -----

// activation (C1)
func.func @f(%x: tensor<4xf32>) {
  // expected-error @+1 {{activation 'clip' takes 2 parameters, got 1}}
  %y = lf.activate %x clip(1.0) : tensor<4xf32>
  return
}

// -----

// activation (C1)
func.func @f(%x: tensor<4xf32>) {
  // expected-error @+1 {{activation 'relu' takes 0 parameters, got 1}}
  %y = lf.activate %x relu(6.0) : tensor<4xf32>
  return
}

// -----

// activation (C1)
func.func @f(%x: tensor<4xf32>) {
  // expected-error @+1 {{activation 'leaky_relu' takes 1 parameters, got 0}}
  %y = lf.activate %x leaky_relu : tensor<4xf32>
  return
}

// -----

// activation (C1)
func.func @f(%x: tensor<4xf32>) {
  // expected-error @+1 {{activation 'leaky_relu' has a parameter that is not a number}}
  %y = lf.activate %x leaky_relu(0x7FF8000000000000) : tensor<4xf32>
  return
}

// -----

// activation (C2)
func.func @f(%x: tensor<4xf32>) {
  // expected-error @+1 {{clip's lower bound 6.000000e+00 is above its upper bound 0.000000e+00}}
  %y = lf.activate %x clip(6.0, 0.0) : tensor<4xf32>
  return
}

// -----

// activate: operand types
func.func @f(%x: tensor<?xf32>) {
  // expected-error @+1 {{'lf.activate' op operand #0 must be a tensor of floats of static shape, but got 'tensor<?xf32>'}}
  %y = lf.activate %x relu : tensor<?xf32>
  return
}

// -----

// io (C1)
// expected-error @+1 {{expected a static shape, got 'tensor<?x3xf32>'}}
func.func private @f() attributes {lf.inputs = [#lf.io<name = "x", type = tensor<?x3xf32>>]}

// -----

// io (C2)
// expected-error @+1 {{expected a layout of 2 letters, one a dimension, got 'NCHW'}}
func.func private @f() attributes {lf.inputs = [#lf.io<name = "x", type = tensor<1x3xf32>, layout = "NCHW">]}

// -----

// expected-error @+1 {{'func.func' op expected 'lf.inputs' to be an array of #lf.io}}
func.func private @f() attributes {lf.inputs = [1, 2]}

// -----

// expected-error @+1 {{'func.func' op expected 'lf.outputs' to be an array of #lf.io}}
func.func private @f() attributes {lf.outputs = "y"}

// -----

// expected-error @+1 {{'func.func' op expected 'lf.workspace_size' to be a number of bytes, an i64}}
func.func private @f() attributes {lf.workspace_size = -1 : i64}

// -----

// expected-error @+1 {{'func.func' op expected 'lf.workspace_size' to be a number of bytes, an i64}}
func.func private @f() attributes {lf.workspace_size = 1 : i32}

// -----

// expected-error @+1 {{'func.func' op expected 'lf.steps' to be an array of dictionaries of name, kind, flops and bytes}}
func.func private @f() attributes {lf.steps = 3 : i64}

// -----

// expected-error @+1 {{'func.func' op expected 'lf.steps' to be an array of dictionaries of name, kind, flops and bytes}}
func.func private @f() attributes {lf.steps = [{name = "conv", kind = "pw", flops = 2 : i64}]}

// -----

// expected-error @+1 {{'func.func' op has unknown attribute 'lf.colour'}}
func.func private @f() attributes {lf.colour}

// -----

// expected-error @+1 {{'builtin.module' op may not carry 'lf.inputs': it describes a function}}
module attributes {lf.inputs = []} {}

// -----

// expected-error @+1 {{'func.func' op expected 'lf.name' to be a string}}
func.func private @f(tensor<1xf32> {lf.name = 3})

// -----

// expected-error @+1 {{'func.func' op expected 'lf.layout' to have 1 letters, one a dimension, got 'NCHW'}}
func.func private @f(tensor<1xf32> {lf.layout = "NCHW"})

// -----

// expected-error @+1 {{'func.func' op has unknown attribute 'lf.colour'}}
func.func private @f() -> (tensor<1xf32> {lf.colour = "red"})
