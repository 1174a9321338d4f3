// RUN: lf-opt %s --lf-simplify | FileCheck %s

// A maximum in the image: what lies beside it does not count.
// CHECK-LABEL: func @max_pool
// CHECK-NEXT: %[[Y:.*]] = lf.pool2d max %arg0 kernel [3, 3] strides [2, 2] pads [0, 1, 1, 0] : tensor<1x8x8x4xf32> -> tensor<1x4x4x4xf32>
// CHECK-NEXT: return %[[Y]]
func.func @max_pool(%x: tensor<1x8x8x4xf32>) -> tensor<1x4x4x4xf32> {
  %lowest = arith.constant 0xFF800000 : f32
  %p = tensor.pad %x low[0, 0, 1, 0] high[0, 1, 0, 0] {
  ^bb0(%n: index, %h: index, %w: index, %c: index):
    tensor.yield %lowest : f32
  } : tensor<1x8x8x4xf32> to tensor<1x9x9x4xf32>
  %e = tensor.empty() : tensor<1x4x4x4xf32>
  %init = linalg.fill ins(%lowest : f32) outs(%e : tensor<1x4x4x4xf32>)
      -> tensor<1x4x4x4xf32>
  %window = tensor.empty() : tensor<3x3xf32>
  %y = linalg.pooling_nhwc_max
      {strides = dense<2> : tensor<2xi64>, dilations = dense<1> : tensor<2xi64>}
      ins(%p, %window : tensor<1x9x9x4xf32>, tensor<3x3xf32>)
      outs(%init : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  return %y : tensor<1x4x4x4xf32>
}

// An average is a sum and a product; half precision as well.
// CHECK-LABEL: func @average_pool
// CHECK: %[[SUM:.*]] = lf.pool2d sum %arg0 kernel [2, 3] dilations [2, 1]
// CHECK: arith.mulf %[[SUM]]
func.func @average_pool(%x: tensor<2x8x8x4xf16>) -> tensor<2x6x6x4xf16> {
  %sixth = arith.constant dense<0.1666> : tensor<2x6x6x4xf16>
  %zero = arith.constant dense<0.0> : tensor<2x6x6x4xf16>
  %window = tensor.empty() : tensor<2x3xf16>
  %sum = linalg.pooling_nhwc_sum
      {strides = dense<1> : tensor<2xi64>,
       dilations = dense<[2, 1]> : tensor<2xi64>}
      ins(%x, %window : tensor<2x8x8x4xf16>, tensor<2x3xf16>)
      outs(%zero : tensor<2x6x6x4xf16>) -> tensor<2x6x6x4xf16>
  %y = arith.mulf %sum, %sixth : tensor<2x6x6x4xf16>
  return %y : tensor<2x6x6x4xf16>
}

// Zeros beside the image are more than negative numbers in it.
// CHECK-LABEL: func @max_pool_of_zeros
// CHECK: %[[P:.*]] = tensor.pad
// CHECK: lf.pool2d max %[[P]] kernel [3, 3] :
func.func @max_pool_of_zeros(%x: tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32> {
  %zero = arith.constant 0.0 : f32
  %p = tensor.pad %x low[0, 1, 1, 0] high[0, 1, 1, 0] {
  ^bb0(%n: index, %h: index, %w: index, %c: index):
    tensor.yield %zero : f32
  } : tensor<1x4x4x4xf32> to tensor<1x6x6x4xf32>
  %lowest = arith.constant dense<0xFF800000> : tensor<1x4x4x4xf32>
  %window = tensor.empty() : tensor<3x3xf32>
  %y = linalg.pooling_nhwc_max
      ins(%p, %window : tensor<1x6x6x4xf32>, tensor<3x3xf32>)
      outs(%lowest : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  return %y : tensor<1x4x4x4xf32>
}

// Left alone: it starts from a number that takes part.
// CHECK-LABEL: func @max_of_zero_and_window
// CHECK: linalg.pooling_nhwc_max
func.func @max_of_zero_and_window(%x: tensor<1x4x4x4xf32>)
    -> tensor<1x2x2x4xf32> {
  %zero = arith.constant dense<0.0> : tensor<1x2x2x4xf32>
  %window = tensor.empty() : tensor<3x3xf32>
  %y = linalg.pooling_nhwc_max
      ins(%x, %window : tensor<1x4x4x4xf32>, tensor<3x3xf32>)
      outs(%zero : tensor<1x2x2x4xf32>) -> tensor<1x2x2x4xf32>
  return %y : tensor<1x2x2x4xf32>
}

// A squeeze-and-excite: sum each channel, and multiply it by a number that is
// made of the sums.
// CHECK-LABEL: func @squeeze_excite
// CHECK-NEXT: %[[SUM:.*]] = lf.global_pool sum %arg0 : tensor<2x4x4x8xf32> -> tensor<2x8xf32>
// CHECK-NEXT: %[[GATE:.*]] = lf.activate %[[SUM]] hardsigmoid
// CHECK-NEXT: %[[Y:.*]] = lf.scale %arg0, %[[GATE]] : tensor<2x4x4x8xf32>, tensor<2x8xf32>
// CHECK-NEXT: return %[[Y]]
func.func @squeeze_excite(%x: tensor<2x4x4x8xf32>) -> tensor<2x4x4x8xf32> {
  %zero = arith.constant dense<0.0> : tensor<2x8xf32>
  %sum = linalg.reduce { arith.addf } ins(%x : tensor<2x4x4x8xf32>)
      outs(%zero : tensor<2x8xf32>) dimensions = [1, 2]
  %gate = lf.activate %sum hardsigmoid(0.25, 0.5) : tensor<2x8xf32>
  %e = tensor.empty() : tensor<2x4x4x8xf32>
  %gates = linalg.broadcast ins(%gate : tensor<2x8xf32>)
      outs(%e : tensor<2x4x4x8xf32>) dimensions = [1, 2]
  %y = arith.mulf %gates, %x : tensor<2x4x4x8xf32>
  return %y : tensor<2x4x4x8xf32>
}

// CHECK-LABEL: func @global_max
// CHECK: lf.global_pool max %arg0
func.func @global_max(%x: tensor<1x4x4x8xf32>) -> tensor<1x8xf32> {
  %lowest = arith.constant dense<0xFF800000> : tensor<1x8xf32>
  %y = linalg.reduce { arith.maximumf } ins(%x : tensor<1x4x4x8xf32>)
      outs(%lowest : tensor<1x8xf32>) dimensions = [1, 2]
  return %y : tensor<1x8xf32>
}

// Left alone: over one dimension, of squares, of products.
// CHECK-LABEL: func @other_reductions
// CHECK-COUNT-3: linalg.reduce
func.func @other_reductions(%x: tensor<1x4x4x8xf32>)
    -> (tensor<1x4x8xf32>, tensor<1x8xf32>, tensor<1x8xf32>) {
  %zeros = arith.constant dense<0.0> : tensor<1x4x8xf32>
  %zero = arith.constant dense<0.0> : tensor<1x8xf32>
  %rows = linalg.reduce { arith.addf } ins(%x : tensor<1x4x4x8xf32>)
      outs(%zeros : tensor<1x4x8xf32>) dimensions = [1]
  %squares = linalg.reduce ins(%x : tensor<1x4x4x8xf32>)
      outs(%zero : tensor<1x8xf32>) dimensions = [1, 2]
      (%in: f32, %sum: f32) {
        %square = arith.mulf %in, %in : f32
        %next = arith.addf %square, %sum : f32
        linalg.yield %next : f32
      }
  %products = linalg.reduce { arith.mulf } ins(%x : tensor<1x4x4x8xf32>)
      outs(%zero : tensor<1x8xf32>) dimensions = [1, 2]
  return %rows, %squares, %products
      : tensor<1x4x8xf32>, tensor<1x8xf32>, tensor<1x8xf32>
}
