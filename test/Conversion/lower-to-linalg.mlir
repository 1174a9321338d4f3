// RUN: lf-opt %s --lf-lower-to-linalg | FileCheck %s

// CHECK-DAG: #[[$IN:.*]] = affine_map<(d0, d1, d2, d3, d4, d5, d6, d7) -> (d0, d1 * 2 + d5, d2 + d6 * 3, d3, d7)>
// CHECK-DAG: #[[$FILTER:.*]] = affine_map<(d0, d1, d2, d3, d4, d5, d6, d7) -> (d5, d6, d7, d3, d4)>
// CHECK-DAG: #[[$OUT:.*]] = affine_map<(d0, d1, d2, d3, d4, d5, d6, d7) -> (d0, d1, d2, d3, d4)>

//===----------------------------------------------------------------------===//
// Convolutions
//===----------------------------------------------------------------------===//

// CHECK-LABEL: @conv
// CHECK-SAME: (%[[X:.*]]: tensor<1x9x9x3xf32>, %[[W:.*]]: tensor<3x3x3x8xf32>, %[[B:.*]]: tensor<8xf32>)
// CHECK: %[[ZERO:.*]] = arith.constant 0.000000e+00 : f32
// CHECK: %[[P:.*]] = tensor.pad %[[X]] low[0, 0, 1, 0] high[0, 2, 3, 0]
// CHECK: tensor.yield %[[ZERO]] : f32
// CHECK: %[[E:.*]] = tensor.empty() : tensor<1x5x6x8xf32>
// CHECK: %[[I:.*]] = linalg.broadcast ins(%[[B]] : tensor<8xf32>) outs(%[[E]] : tensor<1x5x6x8xf32>) dimensions = [0, 1, 2]
// CHECK: %[[Y:.*]] = linalg.conv_2d_nhwc_hwcf
// CHECK-SAME: dilations = dense<1> : tensor<2xi64>, strides = dense<2> : tensor<2xi64>
// CHECK-SAME: ins(%[[P]], %[[W]] : {{.*}}) outs(%[[I]]
// CHECK: return %[[Y]]
func.func @conv(%x: tensor<1x9x9x3xf32>, %w: tensor<3x3x3x8xf32>,
                %b: tensor<8xf32>) -> tensor<1x5x6x8xf32> {
  %y = lf.conv2d %x, %w bias %b strides [2, 2] pads [0, 1, 2, 3]
    : (tensor<1x9x9x3xf32>, tensor<3x3x3x8xf32>, tensor<8xf32>)
      -> tensor<1x5x6x8xf32>
  return %y : tensor<1x5x6x8xf32>
}

// Without pads there is no tensor.pad, without bias a fill.
// CHECK-LABEL: @conv_relu6
// CHECK-NOT: tensor.pad
// CHECK: %[[I:.*]] = linalg.fill
// CHECK: %[[C:.*]] = linalg.conv_2d_nhwc_hwcf {{.*}}dilations = dense<[1, 3]> : tensor<2xi64>{{.*}} outs(%[[I]]
// CHECK: linalg.generic
// CHECK-SAME: ins(%[[C]] : tensor<2x7x3x8xf32>) outs(%{{.*}} : tensor<2x7x3x8xf32>)
// CHECK: ^bb0(%[[V:.*]]: f32, %{{.*}}: f32):
// CHECK: %[[LO:.*]] = arith.maximumf %[[V]], %{{.*}} : f32
// CHECK: %[[HI:.*]] = arith.minimumf %[[LO]], %{{.*}} : f32
// CHECK: linalg.yield %[[HI]]
func.func @conv_relu6(%x: tensor<2x9x9x3xf32>, %w: tensor<3x3x3x8xf32>)
    -> tensor<2x7x3x8xf32> {
  %y = lf.conv2d %x, %w dilations [1, 3] activation relu6
    : (tensor<2x9x9x3xf32>, tensor<3x3x3x8xf32>) -> tensor<2x7x3x8xf32>
  return %y : tensor<2x7x3x8xf32>
}

// CHECK-LABEL: @grouped
// CHECK-SAME: (%[[X:.*]]: tensor<1x9x9x6xf32>, %[[W:.*]]: tensor<3x3x2x12xf32>)
// CHECK: %[[XG:.*]] = tensor.expand_shape %[[X]] {{\[}}[0], [1], [2], [3, 4]] output_shape [1, 9, 9, 3, 2]
// CHECK: %[[WG:.*]] = tensor.expand_shape %[[W]] {{\[}}[0], [1], [2], [3, 4]] output_shape [3, 3, 2, 3, 4]
// CHECK: %[[S:.*]] = linalg.generic {indexing_maps = [#[[$IN]], #[[$FILTER]], #[[$OUT]]], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]}
// CHECK-SAME: ins(%[[XG]], %[[WG]]
// CHECK: arith.mulf
// CHECK: arith.addf
// CHECK: tensor.collapse_shape %[[S]] {{.*}} into tensor<1x4x3x12xf32>
func.func @grouped(%x: tensor<1x9x9x6xf32>, %w: tensor<3x3x2x12xf32>)
    -> tensor<1x4x3x12xf32> {
  %y = lf.conv2d %x, %w strides [2, 1] dilations [1, 3] groups 3
    : (tensor<1x9x9x6xf32>, tensor<3x3x2x12xf32>) -> tensor<1x4x3x12xf32>
  return %y : tensor<1x4x3x12xf32>
}

// CHECK-LABEL: @depthwise
// CHECK: linalg.depthwise_conv_2d_nhwc_hwc {{.*}}strides = dense<[2, 1]>
func.func @depthwise(%x: tensor<1x9x9x6xf32>, %w: tensor<3x3x6xf32>)
    -> tensor<1x4x7x6xf32> {
  %y = lf.depthwise_conv2d %x, %w strides [2, 1]
    : (tensor<1x9x9x6xf32>, tensor<3x3x6xf32>) -> tensor<1x4x7x6xf32>
  return %y : tensor<1x4x7x6xf32>
}

// Any float type.
// CHECK-LABEL: @half
// CHECK: arith.constant 0.000000e+00 : bf16
// CHECK: linalg.conv_2d_nhwc_hwcf {{.*}} outs(%{{.*}} : tensor<1x1x1x8xbf16>)
// CHECK: arith.maximumf %{{.*}}, %{{.*}} : bf16
func.func @half(%x: tensor<1x1x1x4xbf16>, %w: tensor<1x1x4x8xbf16>)
    -> tensor<1x1x1x8xbf16> {
  %y = lf.conv2d %x, %w activation relu
    : (tensor<1x1x1x4xbf16>, tensor<1x1x4x8xbf16>) -> tensor<1x1x1x8xbf16>
  return %y : tensor<1x1x1x8xbf16>
}

//===----------------------------------------------------------------------===//
// Bottleneck
//===----------------------------------------------------------------------===//

// CHECK-LABEL: @bottleneck
// CHECK-SAME: (%[[X:.*]]: tensor<1x4x4x2xf32>, %[[WE:.*]]: tensor<1x1x2x8xf32>, %[[WD:.*]]: tensor<3x3x8xf32>, %[[BD:.*]]: tensor<8xf32>, %[[WP:.*]]: tensor<1x1x8x2xf32>)
// CHECK: %[[E:.*]] = linalg.conv_2d_nhwc_hwcf {{.*}} ins(%[[X]], %[[WE]]
// CHECK: %[[EA:.*]] = linalg.generic {{.*}} ins(%[[E]]
// CHECK: tensor.pad %[[EA]] low[0, 1, 1, 0] high[0, 1, 1, 0]
// CHECK: linalg.broadcast ins(%[[BD]]
// CHECK: %[[D:.*]] = linalg.depthwise_conv_2d_nhwc_hwc {{.*}} ins(%{{.*}}, %[[WD]]
// CHECK: %[[DA:.*]] = linalg.generic {{.*}} ins(%[[D]]
// CHECK: %[[P:.*]] = linalg.conv_2d_nhwc_hwcf {{.*}} ins(%[[DA]], %[[WP]]
// CHECK: %[[Y:.*]] = arith.addf %[[X]], %[[P]] : tensor<1x4x4x2xf32>
// CHECK: return %[[Y]]
func.func @bottleneck(%x: tensor<1x4x4x2xf32>, %we: tensor<1x1x2x8xf32>,
                      %wd: tensor<3x3x8xf32>, %bd: tensor<8xf32>,
                      %wp: tensor<1x1x8x2xf32>) -> tensor<1x4x4x2xf32> {
  %y = lf.bottleneck %x expand(%we) depthwise(%wd, %bd) project(%wp)
      pads [1, 1, 1, 1] activations relu, relu6, none residual
    : (tensor<1x4x4x2xf32>, tensor<1x1x2x8xf32>, tensor<3x3x8xf32>,
       tensor<8xf32>, tensor<1x1x8x2xf32>) -> tensor<1x4x4x2xf32>
  return %y : tensor<1x4x4x2xf32>
}

//===----------------------------------------------------------------------===//
// Activations
//===----------------------------------------------------------------------===//

// CHECK-LABEL: @activate_relu
// CHECK-SAME: (%[[X:.*]]: tensor<3x5xf32>)
// CHECK: %[[E:.*]] = tensor.empty() : tensor<3x5xf32>
// CHECK: linalg.generic {{.*}} ins(%[[X]] : tensor<3x5xf32>) outs(%[[E]] : tensor<3x5xf32>)
// CHECK: arith.maximumf
// CHECK-NOT: arith.minimumf
func.func @activate_relu(%x: tensor<3x5xf32>) -> tensor<3x5xf32> {
  %y = lf.activate %x relu : tensor<3x5xf32>
  return %y : tensor<3x5xf32>
}

// CHECK-LABEL: @activate_none
// CHECK-SAME: (%[[X:.*]]: tensor<3xf32>)
// CHECK-NEXT: return %[[X]]
func.func @activate_none(%x: tensor<3xf32>) -> tensor<3xf32> {
  %y = lf.activate %x none : tensor<3xf32>
  return %y : tensor<3xf32>
}

// An infinite bound bounds nothing.
// CHECK-LABEL: @activate_clip
// CHECK-NOT: arith.maximumf
// CHECK: arith.minimumf
func.func @activate_clip(%x: tensor<3xf32>) -> tensor<3xf32> {
  %y = lf.activate %x clip(0xFFF0000000000000, 2.0) : tensor<3xf32>
  return %y : tensor<3xf32>
}

// CHECK-LABEL: @activate_leaky_relu
// CHECK-DAG: %[[ZERO:.*]] = arith.constant 0.000000e+00 : f32
// CHECK-DAG: %[[ALPHA:.*]] = arith.constant 2.500000e-01 : f32
// CHECK: ^bb0(%[[V:.*]]: f32, %{{.*}}: f32):
// CHECK: %[[NEGATIVE:.*]] = arith.cmpf olt, %[[V]], %[[ZERO]] : f32
// CHECK: %[[SLOPE:.*]] = arith.mulf %[[ALPHA]], %[[V]] : f32
// CHECK: arith.select %[[NEGATIVE]], %[[SLOPE]], %[[V]] : f32
func.func @activate_leaky_relu(%x: tensor<3xf32>) -> tensor<3xf32> {
  %y = lf.activate %x leaky_relu(0.25) : tensor<3xf32>
  return %y : tensor<3xf32>
}

// CHECK-LABEL: @activate_sigmoid
// CHECK: %[[N:.*]] = arith.negf
// CHECK: %[[E:.*]] = math.exp %[[N]] : f32
// CHECK: %[[D:.*]] = arith.addf %{{.*}}, %[[E]] : f32
// CHECK: arith.divf %{{.*}}, %[[D]] : f32
func.func @activate_sigmoid(%x: tensor<3xf32>) -> tensor<3xf32> {
  %y = lf.activate %x sigmoid : tensor<3xf32>
  return %y : tensor<3xf32>
}

// CHECK-LABEL: @activate_hardsigmoid
// CHECK: %[[M:.*]] = arith.mulf
// CHECK: %[[A:.*]] = arith.addf %[[M]]
// CHECK: %[[L:.*]] = arith.maximumf %[[A]]
// CHECK: arith.minimumf %[[L]]
func.func @activate_hardsigmoid(%x: tensor<3xf32>) -> tensor<3xf32> {
  %y = lf.activate %x hardsigmoid(0.2, 0.5) : tensor<3xf32>
  return %y : tensor<3xf32>
}

// CHECK-LABEL: @activate_hardswish
// CHECK: %[[Q:.*]] = arith.mulf %[[V:.*]], %{{.*}} : f32
// CHECK: %[[A:.*]] = arith.addf %[[Q]]
// CHECK: %[[L:.*]] = arith.maximumf %[[A]]
// CHECK: %[[H:.*]] = arith.minimumf %[[L]]
// CHECK: arith.mulf %[[V]], %[[H]] : f32
func.func @activate_hardswish(%x: tensor<3xf32>) -> tensor<3xf32> {
  %y = lf.activate %x hardswish : tensor<3xf32>
  return %y : tensor<3xf32>
}

// CHECK-LABEL: @activate_silu
// CHECK: math.exp
// CHECK: arith.divf
func.func @activate_silu(%x: tensor<3xf32>) -> tensor<3xf32> {
  %y = lf.activate %x silu : tensor<3xf32>
  return %y : tensor<3xf32>
}

// CHECK-LABEL: @activate_tanh
// CHECK: math.tanh %{{.*}} : f64
func.func @activate_tanh(%x: tensor<3xf64>) -> tensor<3xf64> {
  %y = lf.activate %x tanh : tensor<3xf64>
  return %y : tensor<3xf64>
}

// Other ops stay as they are.
// CHECK-LABEL: @others
// CHECK: arith.addf %{{.*}}, %{{.*}} : tensor<3xf32>
func.func @others(%x: tensor<3xf32>) -> tensor<3xf32> {
  %y = arith.addf %x, %x : tensor<3xf32>
  return %y : tensor<3xf32>
}

// A block is its layers: fusion by itself changes no result.
// CHECK-LABEL: func @block
// CHECK-SAME:    (%[[X:.*]]: tensor<1x8x8x4xf32>, %[[W:.*]]: tensor<1x1x4x6xf32>, %[[G:.*]]: tensor<1x4xf32>, %[[S:.*]]: tensor<1x8x8x6xf32>)
func.func @block(%x: tensor<1x8x8x4xf32>, %w: tensor<1x1x4x6xf32>,
                 %g: tensor<1x4xf32>, %s: tensor<1x8x8x6xf32>)
    -> (tensor<1x8x8x6xf32>, tensor<1x6xf32>) {
  // CHECK-NOT: lf.
  // CHECK:     %[[SPREAD:.*]] = linalg.broadcast ins(%[[G]] : tensor<1x4xf32>) outs(%{{.*}} : tensor<1x8x8x4xf32>) dimensions = [1, 2]
  // CHECK:     %[[SCALED:.*]] = arith.mulf %[[X]], %[[SPREAD]]
  // CHECK:     %[[CONV:.*]] = linalg.conv_2d_nhwc_hwcf {{.*}} ins(%[[SCALED]], %[[W]]
  // CHECK:     %[[SUM:.*]] = arith.addf %[[CONV]], %[[S]]
  // CHECK:     %[[Y:.*]] = linalg.generic {{.*}} ins(%[[SUM]]
  // CHECK:       arith.maximumf
  // CHECK:     %[[ZERO:.*]] = linalg.fill ins(%{{.*}} : f32) outs(%{{.*}} : tensor<1x6xf32>)
  // CHECK:     %[[P:.*]] = linalg.reduce ins(%[[Y]] : tensor<1x8x8x6xf32>) outs(%[[ZERO]] : tensor<1x6xf32>) dimensions = [1, 2]
  // CHECK:       arith.addf
  // CHECK:     return %[[Y]], %[[P]]
  %i0 = tensor.empty() : tensor<1x8x8x6xf32>
  %i1 = tensor.empty() : tensor<1x6xf32>
  %y:2 = lf.fused_block ins(%in = %x : tensor<1x8x8x4xf32>,
                            %f = %w : tensor<1x1x4x6xf32>,
                            %gate = %g : tensor<1x4xf32>,
                            %other = %s : tensor<1x8x8x6xf32>)
      outs(%i0, %i1 : tensor<1x8x8x6xf32>, tensor<1x6xf32>) {
    %0 = lf.scale %in, %gate : tensor<1x8x8x4xf32>, tensor<1x4xf32>
    %1 = lf.conv2d %0, %f
        : (tensor<1x8x8x4xf32>, tensor<1x1x4x6xf32>) -> tensor<1x8x8x6xf32>
    %2 = lf.add %1, %other activation relu : tensor<1x8x8x6xf32>
    %3 = lf.global_pool sum %2 : tensor<1x8x8x6xf32> -> tensor<1x6xf32>
    lf.yield %2, %3 : tensor<1x8x8x6xf32>, tensor<1x6xf32>
  }
  return %y#0, %y#1 : tensor<1x8x8x6xf32>, tensor<1x6xf32>
}

// A packed filter is unpacked: its panels beside each other, without what fills
// up the last one.
// CHECK-LABEL: func @packed
// CHECK-SAME:    %{{.*}}: tensor<1x8x8x4xf32>, %[[W:.*]]: tensor<2x1x1x4x4xf32>
func.func @packed(%x: tensor<1x8x8x4xf32>, %w: tensor<2x1x1x4x4xf32>)
    -> tensor<1x8x8x6xf32> {
  // CHECK:     %[[PANELS:.*]] = linalg.transpose ins(%[[W]] : tensor<2x1x1x4x4xf32>)
  // CHECK-SAME: outs(%{{.*}} : tensor<1x1x4x2x4xf32>) permutation = [1, 2, 3, 0, 4]
  // CHECK:     %[[PADDED:.*]] = tensor.collapse_shape %[[PANELS]] {{\[\[}}0], [1], [2], [3, 4]]
  // CHECK:     %[[F:.*]] = tensor.extract_slice %[[PADDED]][0, 0, 0, 0] [1, 1, 4, 6] [1, 1, 1, 1]
  // CHECK:     linalg.conv_2d_nhwc_hwcf
  // CHECK-SAME: %[[F]]
  %init = tensor.empty() : tensor<1x8x8x6xf32>
  %y = lf.fused_block ins(%in = %x : tensor<1x8x8x4xf32>,
                          %f = %w : tensor<2x1x1x4x4xf32> as tensor<1x1x4x6xf32>)
      outs(%init : tensor<1x8x8x6xf32>) {
    %0 = lf.conv2d %in, %f
        : (tensor<1x8x8x4xf32>, tensor<1x1x4x6xf32>) -> tensor<1x8x8x6xf32>
    lf.yield %0 : tensor<1x8x8x6xf32>
  }
  return %y : tensor<1x8x8x6xf32>
}

// Padding does not win a maximum, nor add to a sum.
// CHECK-LABEL: func @pool2d
func.func @pool2d(%x: tensor<1x7x7x4xf32>)
    -> (tensor<1x4x4x4xf32>, tensor<1x7x7x4xf32>) {
  // CHECK-DAG: %[[LOW:.*]] = arith.constant 0xFF800000 : f32
  // CHECK-DAG: %[[ZERO:.*]] = arith.constant 0.000000e+00 : f32
  // CHECK:     tensor.pad %{{.*}} low[0, 1, 1, 0] high[0, 1, 1, 0]
  // CHECK:       tensor.yield %[[LOW]]
  // CHECK:     linalg.fill ins(%[[LOW]]
  // CHECK:     linalg.pooling_nhwc_max {dilations = dense<1> : tensor<2xi64>, strides = dense<2> : tensor<2xi64>}
  // CHECK:     linalg.fill ins(%[[ZERO]]
  // CHECK:     linalg.pooling_nhwc_sum
  %0 = lf.pool2d max %x kernel [3, 3] strides [2, 2] pads [1, 1, 1, 1]
      : tensor<1x7x7x4xf32> -> tensor<1x4x4x4xf32>
  %1 = lf.pool2d sum %x kernel [3, 3] pads [2, 2, 0, 0]
      : tensor<1x7x7x4xf32> -> tensor<1x7x7x4xf32>
  return %0, %1 : tensor<1x4x4x4xf32>, tensor<1x7x7x4xf32>
}
