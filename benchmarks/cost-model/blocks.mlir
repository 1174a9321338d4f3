// Blocks for compare.py, a module each. An inverted residual row by row.
func.func @rows_56(
    %x: tensor<1x56x56x24xf32>,
    %filter0: tensor<1x1x24x144xf32>,
    %bias0: tensor<144xf32>,
    %filter1: tensor<3x3x144xf32>,
    %bias1: tensor<144xf32>,
    %filter2: tensor<1x1x144x24xf32>,
    %bias2: tensor<24xf32>,
    %shortcut: tensor<1x56x56x24xf32>) -> tensor<1x56x56x24xf32> {
  %init = tensor.empty() : tensor<1x56x56x24xf32>
  %y = lf.fused_block ins(%in = %x : tensor<1x56x56x24xf32>,
                          %w0 = %filter0 : tensor<1x1x24x144xf32>,
                          %b0 = %bias0 : tensor<144xf32>,
                          %w1 = %filter1 : tensor<3x3x144xf32>,
                          %b1 = %bias1 : tensor<144xf32>,
                          %w2 = %filter2 : tensor<1x1x144x24xf32>,
                          %b2 = %bias2 : tensor<24xf32>,
                          %s = %shortcut : tensor<1x56x56x24xf32>)
      outs(%init : tensor<1x56x56x24xf32>)
      schedule <row_sliding> {
    %0 = lf.conv2d %in, %w0 bias %b0 activation relu6
        : (tensor<1x56x56x24xf32>, tensor<1x1x24x144xf32>, tensor<144xf32>)
          -> tensor<1x56x56x144xf32>
    %1 = lf.depthwise_conv2d %0, %w1 bias %b1 pads [1, 1, 1, 1] activation relu6
        : (tensor<1x56x56x144xf32>, tensor<3x3x144xf32>, tensor<144xf32>)
          -> tensor<1x56x56x144xf32>
    %2 = lf.conv2d %1, %w2 bias %b2
        : (tensor<1x56x56x144xf32>, tensor<1x1x144x24xf32>, tensor<24xf32>)
          -> tensor<1x56x56x24xf32>
    %3 = lf.add %2, %s : tensor<1x56x56x24xf32>
    lf.yield %3 : tensor<1x56x56x24xf32>
  }
  return %y : tensor<1x56x56x24xf32>
}

// -----

// The largest, with two new rows for each of the result.
func.func @rows_112_stride_2(
    %x: tensor<1x112x112x16xf32>,
    %filter0: tensor<1x1x16x96xf32>,
    %bias0: tensor<96xf32>,
    %filter1: tensor<3x3x96xf32>,
    %bias1: tensor<96xf32>,
    %filter2: tensor<1x1x96x24xf32>,
    %bias2: tensor<24xf32>) -> tensor<1x56x56x24xf32> {
  %init = tensor.empty() : tensor<1x56x56x24xf32>
  %y = lf.fused_block ins(%in = %x : tensor<1x112x112x16xf32>,
                          %w0 = %filter0 : tensor<1x1x16x96xf32>,
                          %b0 = %bias0 : tensor<96xf32>,
                          %w1 = %filter1 : tensor<3x3x96xf32>,
                          %b1 = %bias1 : tensor<96xf32>,
                          %w2 = %filter2 : tensor<1x1x96x24xf32>,
                          %b2 = %bias2 : tensor<24xf32>)
      outs(%init : tensor<1x56x56x24xf32>)
      schedule <row_sliding> {
    %0 = lf.conv2d %in, %w0 bias %b0 activation relu6
        : (tensor<1x112x112x16xf32>, tensor<1x1x16x96xf32>, tensor<96xf32>)
          -> tensor<1x112x112x96xf32>
    %1 = lf.depthwise_conv2d %0, %w1 bias %b1 strides [2, 2] pads [1, 1, 1, 1] activation relu6
        : (tensor<1x112x112x96xf32>, tensor<3x3x96xf32>, tensor<96xf32>)
          -> tensor<1x56x56x96xf32>
    %2 = lf.conv2d %1, %w2 bias %b2 activation relu6
        : (tensor<1x56x56x96xf32>, tensor<1x1x96x24xf32>, tensor<24xf32>)
          -> tensor<1x56x56x24xf32>
    lf.yield %2 : tensor<1x56x56x24xf32>
  }
  return %y : tensor<1x56x56x24xf32>
}

// -----

// Depthwise and 1x1, in bands.
func.func @bands_56(
    %x: tensor<1x56x56x128xf32>,
    %filter0: tensor<3x3x128xf32>,
    %bias0: tensor<128xf32>,
    %filter1: tensor<1x1x128x128xf32>,
    %bias1: tensor<128xf32>) -> tensor<1x56x56x128xf32> {
  %init = tensor.empty() : tensor<1x56x56x128xf32>
  %y = lf.fused_block ins(%in = %x : tensor<1x56x56x128xf32>,
                          %w0 = %filter0 : tensor<3x3x128xf32>,
                          %b0 = %bias0 : tensor<128xf32>,
                          %w1 = %filter1 : tensor<1x1x128x128xf32>,
                          %b1 = %bias1 : tensor<128xf32>)
      outs(%init : tensor<1x56x56x128xf32>)
      schedule <row_sliding, row_band = 14> {
    %0 = lf.depthwise_conv2d %in, %w0 bias %b0 pads [1, 1, 1, 1] activation relu6
        : (tensor<1x56x56x128xf32>, tensor<3x3x128xf32>, tensor<128xf32>)
          -> tensor<1x56x56x128xf32>
    %1 = lf.conv2d %0, %w1 bias %b1 activation relu6
        : (tensor<1x56x56x128xf32>, tensor<1x1x128x128xf32>, tensor<128xf32>)
          -> tensor<1x56x56x128xf32>
    lf.yield %1 : tensor<1x56x56x128xf32>
  }
  return %y : tensor<1x56x56x128xf32>
}

// -----

// Two 3x3 layers.
func.func @rows_28_spatial(
    %x: tensor<1x28x28x32xf32>,
    %filter0: tensor<3x3x32x32xf32>,
    %bias0: tensor<32xf32>,
    %filter1: tensor<3x3x32x32xf32>,
    %bias1: tensor<32xf32>) -> tensor<1x28x28x32xf32> {
  %init = tensor.empty() : tensor<1x28x28x32xf32>
  %y = lf.fused_block ins(%in = %x : tensor<1x28x28x32xf32>,
                          %w0 = %filter0 : tensor<3x3x32x32xf32>,
                          %b0 = %bias0 : tensor<32xf32>,
                          %w1 = %filter1 : tensor<3x3x32x32xf32>,
                          %b1 = %bias1 : tensor<32xf32>)
      outs(%init : tensor<1x28x28x32xf32>)
      schedule <row_sliding> {
    %0 = lf.conv2d %in, %w0 bias %b0 pads [1, 1, 1, 1] activation relu6
        : (tensor<1x28x28x32xf32>, tensor<3x3x32x32xf32>, tensor<32xf32>)
          -> tensor<1x28x28x32xf32>
    %1 = lf.conv2d %0, %w1 bias %b1 pads [1, 1, 1, 1] activation relu6
        : (tensor<1x28x28x32xf32>, tensor<3x3x32x32xf32>, tensor<32xf32>)
          -> tensor<1x28x28x32xf32>
    lf.yield %1 : tensor<1x28x28x32xf32>
  }
  return %y : tensor<1x28x28x32xf32>
}

// -----

// Filters larger than L1, row by row ...
func.func @rows_14(
    %x: tensor<1x14x14x96xf32>,
    %filter0: tensor<1x1x96x576xf32>,
    %bias0: tensor<576xf32>,
    %filter1: tensor<3x3x576xf32>,
    %bias1: tensor<576xf32>,
    %filter2: tensor<1x1x576x96xf32>,
    %bias2: tensor<96xf32>) -> tensor<1x14x14x96xf32> {
  %init = tensor.empty() : tensor<1x14x14x96xf32>
  %y = lf.fused_block ins(%in = %x : tensor<1x14x14x96xf32>,
                          %w0 = %filter0 : tensor<1x1x96x576xf32>,
                          %b0 = %bias0 : tensor<576xf32>,
                          %w1 = %filter1 : tensor<3x3x576xf32>,
                          %b1 = %bias1 : tensor<576xf32>,
                          %w2 = %filter2 : tensor<1x1x576x96xf32>,
                          %b2 = %bias2 : tensor<96xf32>)
      outs(%init : tensor<1x14x14x96xf32>)
      schedule <row_sliding> {
    %0 = lf.conv2d %in, %w0 bias %b0 activation relu6
        : (tensor<1x14x14x96xf32>, tensor<1x1x96x576xf32>, tensor<576xf32>)
          -> tensor<1x14x14x576xf32>
    %1 = lf.depthwise_conv2d %0, %w1 bias %b1 pads [1, 1, 1, 1] activation relu6
        : (tensor<1x14x14x576xf32>, tensor<3x3x576xf32>, tensor<576xf32>)
          -> tensor<1x14x14x576xf32>
    %2 = lf.conv2d %1, %w2 bias %b2 activation relu6
        : (tensor<1x14x14x576xf32>, tensor<1x1x576x96xf32>, tensor<96xf32>)
          -> tensor<1x14x14x96xf32>
    lf.yield %2 : tensor<1x14x14x96xf32>
  }
  return %y : tensor<1x14x14x96xf32>
}

// -----

// ... and by blocks of channels.
func.func @channels_14(
    %x: tensor<1x14x14x96xf32>,
    %filter0: tensor<1x1x96x576xf32>,
    %bias0: tensor<576xf32>,
    %filter1: tensor<3x3x576xf32>,
    %bias1: tensor<576xf32>,
    %filter2: tensor<1x1x576x96xf32>,
    %bias2: tensor<96xf32>) -> tensor<1x14x14x96xf32> {
  %init = tensor.empty() : tensor<1x14x14x96xf32>
  %y = lf.fused_block ins(%in = %x : tensor<1x14x14x96xf32>,
                          %w0 = %filter0 : tensor<1x1x96x576xf32>,
                          %b0 = %bias0 : tensor<576xf32>,
                          %w1 = %filter1 : tensor<3x3x576xf32>,
                          %b1 = %bias1 : tensor<576xf32>,
                          %w2 = %filter2 : tensor<1x1x576x96xf32>,
                          %b2 = %bias2 : tensor<96xf32>)
      outs(%init : tensor<1x14x14x96xf32>)
      schedule <channel_blocked, channel_block = 64> {
    %0 = lf.conv2d %in, %w0 bias %b0 activation relu6
        : (tensor<1x14x14x96xf32>, tensor<1x1x96x576xf32>, tensor<576xf32>)
          -> tensor<1x14x14x576xf32>
    %1 = lf.depthwise_conv2d %0, %w1 bias %b1 pads [1, 1, 1, 1] activation relu6
        : (tensor<1x14x14x576xf32>, tensor<3x3x576xf32>, tensor<576xf32>)
          -> tensor<1x14x14x576xf32>
    %2 = lf.conv2d %1, %w2 bias %b2 activation relu6
        : (tensor<1x14x14x576xf32>, tensor<1x1x576x96xf32>, tensor<96xf32>)
          -> tensor<1x14x14x96xf32>
    lf.yield %2 : tensor<1x14x14x96xf32>
  }
  return %y : tensor<1x14x14x96xf32>
}

// -----

// Filters larger than L2.
func.func @rows_7(
    %x: tensor<1x7x7x160xf32>,
    %filter0: tensor<1x1x160x960xf32>,
    %bias0: tensor<960xf32>,
    %filter1: tensor<3x3x960xf32>,
    %bias1: tensor<960xf32>,
    %filter2: tensor<1x1x960x160xf32>,
    %bias2: tensor<160xf32>) -> tensor<1x7x7x160xf32> {
  %init = tensor.empty() : tensor<1x7x7x160xf32>
  %y = lf.fused_block ins(%in = %x : tensor<1x7x7x160xf32>,
                          %w0 = %filter0 : tensor<1x1x160x960xf32>,
                          %b0 = %bias0 : tensor<960xf32>,
                          %w1 = %filter1 : tensor<3x3x960xf32>,
                          %b1 = %bias1 : tensor<960xf32>,
                          %w2 = %filter2 : tensor<1x1x960x160xf32>,
                          %b2 = %bias2 : tensor<160xf32>)
      outs(%init : tensor<1x7x7x160xf32>)
      schedule <row_sliding> {
    %0 = lf.conv2d %in, %w0 bias %b0 activation relu6
        : (tensor<1x7x7x160xf32>, tensor<1x1x160x960xf32>, tensor<960xf32>)
          -> tensor<1x7x7x960xf32>
    %1 = lf.depthwise_conv2d %0, %w1 bias %b1 pads [1, 1, 1, 1] activation relu6
        : (tensor<1x7x7x960xf32>, tensor<3x3x960xf32>, tensor<960xf32>)
          -> tensor<1x7x7x960xf32>
    %2 = lf.conv2d %1, %w2 bias %b2 activation relu6
        : (tensor<1x7x7x960xf32>, tensor<1x1x960x160xf32>, tensor<160xf32>)
          -> tensor<1x7x7x160xf32>
    lf.yield %2 : tensor<1x7x7x160xf32>
  }
  return %y : tensor<1x7x7x160xf32>
}

// -----

func.func @channels_7(
    %x: tensor<1x7x7x160xf32>,
    %filter0: tensor<1x1x160x960xf32>,
    %bias0: tensor<960xf32>,
    %filter1: tensor<3x3x960xf32>,
    %bias1: tensor<960xf32>,
    %filter2: tensor<1x1x960x160xf32>,
    %bias2: tensor<160xf32>) -> tensor<1x7x7x160xf32> {
  %init = tensor.empty() : tensor<1x7x7x160xf32>
  %y = lf.fused_block ins(%in = %x : tensor<1x7x7x160xf32>,
                          %w0 = %filter0 : tensor<1x1x160x960xf32>,
                          %b0 = %bias0 : tensor<960xf32>,
                          %w1 = %filter1 : tensor<3x3x960xf32>,
                          %b1 = %bias1 : tensor<960xf32>,
                          %w2 = %filter2 : tensor<1x1x960x160xf32>,
                          %b2 = %bias2 : tensor<160xf32>)
      outs(%init : tensor<1x7x7x160xf32>)
      schedule <channel_blocked, channel_block = 32> {
    %0 = lf.conv2d %in, %w0 bias %b0 activation relu6
        : (tensor<1x7x7x160xf32>, tensor<1x1x160x960xf32>, tensor<960xf32>)
          -> tensor<1x7x7x960xf32>
    %1 = lf.depthwise_conv2d %0, %w1 bias %b1 pads [1, 1, 1, 1] activation relu6
        : (tensor<1x7x7x960xf32>, tensor<3x3x960xf32>, tensor<960xf32>)
          -> tensor<1x7x7x960xf32>
    %2 = lf.conv2d %1, %w2 bias %b2 activation relu6
        : (tensor<1x7x7x960xf32>, tensor<1x1x960x160xf32>, tensor<160xf32>)
          -> tensor<1x7x7x160xf32>
    lf.yield %2 : tensor<1x7x7x160xf32>
  }
  return %y : tensor<1x7x7x160xf32>
}

// -----

// Blocks of one, as without fusion.
func.func @one_1x1(
    %x: tensor<1x56x56x24xf32>,
    %filter0: tensor<1x1x24x144xf32>,
    %bias0: tensor<144xf32>) -> tensor<1x56x56x144xf32> {
  %init = tensor.empty() : tensor<1x56x56x144xf32>
  %y = lf.fused_block ins(%in = %x : tensor<1x56x56x24xf32>,
                          %w0 = %filter0 : tensor<1x1x24x144xf32>,
                          %b0 = %bias0 : tensor<144xf32>)
      outs(%init : tensor<1x56x56x144xf32>)
      schedule <row_sliding> {
    %0 = lf.conv2d %in, %w0 bias %b0 activation relu6
        : (tensor<1x56x56x24xf32>, tensor<1x1x24x144xf32>, tensor<144xf32>)
          -> tensor<1x56x56x144xf32>
    lf.yield %0 : tensor<1x56x56x144xf32>
  }
  return %y : tensor<1x56x56x144xf32>
}

// -----

func.func @one_depthwise(
    %x: tensor<1x56x56x144xf32>,
    %filter0: tensor<3x3x144xf32>,
    %bias0: tensor<144xf32>) -> tensor<1x56x56x144xf32> {
  %init = tensor.empty() : tensor<1x56x56x144xf32>
  %y = lf.fused_block ins(%in = %x : tensor<1x56x56x144xf32>,
                          %w0 = %filter0 : tensor<3x3x144xf32>,
                          %b0 = %bias0 : tensor<144xf32>)
      outs(%init : tensor<1x56x56x144xf32>)
      schedule <row_sliding> {
    %0 = lf.depthwise_conv2d %in, %w0 bias %b0 pads [1, 1, 1, 1] activation relu6
        : (tensor<1x56x56x144xf32>, tensor<3x3x144xf32>, tensor<144xf32>)
          -> tensor<1x56x56x144xf32>
    lf.yield %0 : tensor<1x56x56x144xf32>
  }
  return %y : tensor<1x56x56x144xf32>
}

// -----

func.func @one_3x3(
    %x: tensor<1x28x28x128xf32>,
    %filter0: tensor<3x3x128x128xf32>,
    %bias0: tensor<128xf32>) -> tensor<1x28x28x128xf32> {
  %init = tensor.empty() : tensor<1x28x28x128xf32>
  %y = lf.fused_block ins(%in = %x : tensor<1x28x28x128xf32>,
                          %w0 = %filter0 : tensor<3x3x128x128xf32>,
                          %b0 = %bias0 : tensor<128xf32>)
      outs(%init : tensor<1x28x28x128xf32>)
      schedule <row_sliding> {
    %0 = lf.conv2d %in, %w0 bias %b0 pads [1, 1, 1, 1] activation relu6
        : (tensor<1x28x28x128xf32>, tensor<3x3x128x128xf32>, tensor<128xf32>)
          -> tensor<1x28x28x128xf32>
    lf.yield %0 : tensor<1x28x28x128xf32>
  }
  return %y : tensor<1x28x28x128xf32>
}
