// RUN: lf-opt %s --verify-roundtrip | FileCheck %s

// CHECK-LABEL: func @conv2d
func.func @conv2d(%x: tensor<1x224x224x3xf32>, %w: tensor<3x3x3x32xf32>,
                  %b: tensor<32xf32>) -> tensor<1x112x112x32xf32> {
  // CHECK: lf.conv2d %{{.*}}, %{{.*}} bias %{{.*}} strides [2, 2] pads [1, 1, 1, 1] activation relu6 : (tensor<1x224x224x3xf32>, tensor<3x3x3x32xf32>, tensor<32xf32>) -> tensor<1x112x112x32xf32>
  %y = lf.conv2d %x, %w bias %b strides [2, 2] pads [1, 1, 1, 1]
      activation relu6
      : (tensor<1x224x224x3xf32>, tensor<3x3x3x32xf32>, tensor<32xf32>)
        -> tensor<1x112x112x32xf32>
  return %y : tensor<1x112x112x32xf32>
}

// Defaults are not printed.
// CHECK-LABEL: func @conv2d_defaults
func.func @conv2d_defaults(%x: tensor<2x5x7x8xf64>, %w: tensor<1x1x8x4xf64>)
    -> tensor<2x5x7x4xf64> {
  // CHECK: lf.conv2d %{{.*}}, %{{.*}} : (tensor<2x5x7x8xf64>, tensor<1x1x8x4xf64>) -> tensor<2x5x7x4xf64>
  %y = lf.conv2d %x, %w strides [1, 1] pads [0, 0, 0, 0] dilations [1, 1]
      groups 1 activation none
      : (tensor<2x5x7x8xf64>, tensor<1x1x8x4xf64>) -> tensor<2x5x7x4xf64>
  return %y : tensor<2x5x7x4xf64>
}

// CHECK-LABEL: func @conv2d_groups_dilation
func.func @conv2d_groups_dilation(%x: tensor<1x9x9x8xf32>,
                                  %w: tensor<3x3x4x6xf32>)
    -> tensor<1x6x5x6xf32> {
  // CHECK: lf.conv2d %{{.*}}, %{{.*}} pads [1, 0, 0, 0] dilations [2, 2] groups 2 {tag = "first"} :
  %y = lf.conv2d %x, %w pads [1, 0, 0, 0] dilations [2, 2] groups 2
      {tag = "first"}
      : (tensor<1x9x9x8xf32>, tensor<3x3x4x6xf32>) -> tensor<1x6x5x6xf32>
  return %y : tensor<1x6x5x6xf32>
}

// CHECK-LABEL: func @depthwise
func.func @depthwise(%x: tensor<1x56x56x144xf32>, %w: tensor<3x3x144xf32>,
                     %b: tensor<144xf32>) -> tensor<1x28x28x144xf32> {
  // CHECK: lf.depthwise_conv2d %{{.*}}, %{{.*}} bias %{{.*}} strides [2, 2] pads [0, 0, 1, 1] activation hardswish :
  %y = lf.depthwise_conv2d %x, %w bias %b strides [2, 2] pads [0, 0, 1, 1]
      activation hardswish
      : (tensor<1x56x56x144xf32>, tensor<3x3x144xf32>, tensor<144xf32>)
        -> tensor<1x28x28x144xf32>
  return %y : tensor<1x28x28x144xf32>
}

// CHECK-LABEL: func @bottleneck
func.func @bottleneck(%x: tensor<1x56x56x24xf32>, %we: tensor<1x1x24x144xf32>,
                      %be: tensor<144xf32>, %wd: tensor<3x3x144xf32>,
                      %bd: tensor<144xf32>, %wp: tensor<1x1x144x24xf32>,
                      %bp: tensor<24xf32>) -> tensor<1x56x56x24xf32> {
  // CHECK: lf.bottleneck %{{.*}} expand(%{{.*}}, %{{.*}}) depthwise(%{{.*}}, %{{.*}}) project(%{{.*}}, %{{.*}}) pads [1, 1, 1, 1] activations relu6, relu6, none residual :
  %y = lf.bottleneck %x expand(%we, %be) depthwise(%wd, %bd) project(%wp, %bp)
      pads [1, 1, 1, 1] activations relu6, relu6, none residual
      : (tensor<1x56x56x24xf32>, tensor<1x1x24x144xf32>, tensor<144xf32>,
         tensor<3x3x144xf32>, tensor<144xf32>, tensor<1x1x144x24xf32>,
         tensor<24xf32>) -> tensor<1x56x56x24xf32>
  return %y : tensor<1x56x56x24xf32>
}

// Biases may be left out one by one.
// CHECK-LABEL: func @bottleneck_biases
func.func @bottleneck_biases(%x: tensor<2x9x7x5xf32>, %we: tensor<1x1x5x11xf32>,
                             %wd: tensor<5x3x11xf32>, %bd: tensor<11xf32>,
                             %wp: tensor<1x1x11x6xf32>)
    -> tensor<2x3x3x6xf32> {
  // CHECK: lf.bottleneck %{{.*}} expand(%{{.*}}) depthwise(%{{.*}}, %{{.*}}) project(%{{.*}}) strides [2, 2] activations silu, clip(-1.000000e+00, 2.000000e+00), tanh :
  %y = lf.bottleneck %x expand(%we) depthwise(%wd, %bd) project(%wp)
      strides [2, 2] activations silu, clip(-1.0, 2.0), tanh
      : (tensor<2x9x7x5xf32>, tensor<1x1x5x11xf32>, tensor<5x3x11xf32>,
         tensor<11xf32>, tensor<1x1x11x6xf32>) -> tensor<2x3x3x6xf32>
  return %y : tensor<2x3x3x6xf32>
}

// CHECK-LABEL: func @activations
func.func @activations(%x: tensor<2x10xf32>) -> tensor<2x10xf32> {
  // CHECK: lf.activate %{{.*}} none :
  %0 = lf.activate %x none : tensor<2x10xf32>
  // CHECK: lf.activate %{{.*}} relu :
  %1 = lf.activate %0 relu : tensor<2x10xf32>
  // CHECK: lf.activate %{{.*}} relu6 :
  %2 = lf.activate %1 relu6 : tensor<2x10xf32>
  // CHECK: lf.activate %{{.*}} clip(-1.000000e+00, 0x7FF0000000000000) :
  %3 = lf.activate %2 clip(-1.0, 0x7FF0000000000000) : tensor<2x10xf32>
  // CHECK: lf.activate %{{.*}} leaky_relu(1.000000e-01) :
  %4 = lf.activate %3 leaky_relu(0.1) : tensor<2x10xf32>
  // CHECK: lf.activate %{{.*}} sigmoid :
  %5 = lf.activate %4 sigmoid : tensor<2x10xf32>
  // CHECK: lf.activate %{{.*}} hardsigmoid(2.000000e-01, 5.000000e-01) :
  %6 = lf.activate %5 hardsigmoid(0.2, 0.5) : tensor<2x10xf32>
  // CHECK: lf.activate %{{.*}} hardswish :
  %7 = lf.activate %6 hardswish : tensor<2x10xf32>
  // CHECK: lf.activate %{{.*}} silu :
  %8 = lf.activate %7 silu : tensor<2x10xf32>
  // CHECK: lf.activate %{{.*}} tanh :
  %9 = lf.activate %8 tanh : tensor<2x10xf32>
  return %9 : tensor<2x10xf32>
}

// CHECK-LABEL: func @attributes
// CHECK-SAME: lf.layout = "NCHW", lf.name = "input"
// CHECK-SAME: lf.name = "output"
// CHECK-SAME: lf.inputs = [#lf.io<name = "input", type = tensor<1x3x8x8xf32>, layout = "NCHW">]
// CHECK-SAME: lf.outputs = [#lf.io<name = "output", type = tensor<1x3x8x8xf32>>]
// CHECK-SAME: lf.workspace_size = 1024 : i64
// CHECK: act = #lf.activation<hardsigmoid(1.000000e-01, 5.000000e-01)>
func.func @attributes(
    %x: tensor<1x3x8x8xf32> {lf.name = "input", lf.layout = "NCHW"})
    -> (tensor<1x3x8x8xf32> {lf.name = "output"})
    attributes {
      lf.inputs = [#lf.io<name = "input", type = tensor<1x3x8x8xf32>,
                          layout = "NCHW">],
      lf.outputs = [#lf.io<name = "output", type = tensor<1x3x8x8xf32>>],
      lf.workspace_size = 1024 : i64} {
  %y = math.tanh %x {act = #lf.activation<hardsigmoid(0.1, 0.5)>}
      : tensor<1x3x8x8xf32>
  return %y : tensor<1x3x8x8xf32>
}
