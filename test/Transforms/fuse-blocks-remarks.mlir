// RUN: lf-opt %s --lf-fuse-blocks="policy=all max-layers=2" -o /dev/null \
// RUN:   --remarks-filter=lf-fuse-blocks 2>&1 | FileCheck %s
// RUN: lf-opt %s --lf-fuse-blocks=kinds=dw-pw -o /dev/null \
// RUN:   --remarks-filter=lf-fuse-blocks 2>&1 | FileCheck %s --check-prefix=KINDS
// RUN: lf-opt %s --lf-fuse-blocks=policy=none -o /dev/null \
// RUN:   --remarks-filter=lf-fuse-blocks 2>&1 | FileCheck %s --check-prefix=NONE

// What limits a block.
// CHECK-DAG: remark: [Missed] refused | Category:lf-fuse-blocks | Function=limits | Reason="one block would hold 3 convolutions, max-layers is 2", after=pw-dw, next=pw
// CHECK-DAG: remark: [Passed] fused | Category:lf-fuse-blocks | Function=limits | bytesL1L2={{[0-9]+}}, bytesL2L3={{[0-9]+}}, bytesL3Memory={{[0-9]+}}, kind=pw-dw, recomputedFlops=0, seconds={{.*}}, unfusedBytesL1L2={{[0-9]+}}, {{.*}}, unfusedSeconds=
// CHECK-DAG: remark: [Analysis] choice | Category:lf-fuse-blocks | Function=limits | blocks=2, seconds=
// KINDS-DAG: Function=limits | Reason="not one of the kinds asked for", after=pw, next=dw-pw
// KINDS-DAG: Function=limits | {{.*}}kind=dw-pw
// NONE-DAG: Function=limits | blocks=3
// NONE-DAG: Function=limits | Reason="{{.*}}", after=pw, next=dw, seconds={{.*}}, unfusedSeconds=
func.func @limits(%x: tensor<1x8x8x8xf32>, %w: tensor<1x1x8x8xf32>,
                  %d: tensor<3x3x8xf32>) -> tensor<1x8x8x8xf32> {
  %0 = lf.conv2d %x, %w
      : (tensor<1x8x8x8xf32>, tensor<1x1x8x8xf32>) -> tensor<1x8x8x8xf32>
  %1 = lf.depthwise_conv2d %0, %d pads [1, 1, 1, 1]
      : (tensor<1x8x8x8xf32>, tensor<3x3x8xf32>) -> tensor<1x8x8x8xf32>
  %2 = lf.conv2d %1, %w
      : (tensor<1x8x8x8xf32>, tensor<1x1x8x8xf32>) -> tensor<1x8x8x8xf32>
  return %2 : tensor<1x8x8x8xf32>
}

// The gate depends on all of the value that it scales.
// CHECK-DAG: Function=barrier | Reason="'lf.scale' needs, from outside, a value that depends on a layer before it in the block", after=pw-global_pool, next=scale-pw
func.func @barrier(%x: tensor<1x8x8x8xf32>, %w: tensor<1x1x8x8xf32>)
    -> tensor<1x8x8x8xf32> {
  %0 = lf.conv2d %x, %w
      : (tensor<1x8x8x8xf32>, tensor<1x1x8x8xf32>) -> tensor<1x8x8x8xf32>
  %gate = lf.global_pool max %0 : tensor<1x8x8x8xf32> -> tensor<1x8xf32>
  %1 = lf.scale %0, %gate : tensor<1x8x8x8xf32>, tensor<1x8xf32>
  %2 = lf.conv2d %1, %w
      : (tensor<1x8x8x8xf32>, tensor<1x1x8x8xf32>) -> tensor<1x8x8x8xf32>
  return %2 : tensor<1x8x8x8xf32>
}

// CHECK-DAG: Function=side | Reason="'lf.add' reads an earlier layer from the side", after=pw-dw, next=add
func.func @side(%x: tensor<1x8x8x8xf32>, %w: tensor<1x1x8x8xf32>,
                %d: tensor<3x3x8xf32>) -> tensor<1x8x8x8xf32> {
  %0 = lf.conv2d %x, %w
      : (tensor<1x8x8x8xf32>, tensor<1x1x8x8xf32>) -> tensor<1x8x8x8xf32>
  %1 = lf.depthwise_conv2d %0, %d pads [1, 1, 1, 1]
      : (tensor<1x8x8x8xf32>, tensor<3x3x8xf32>) -> tensor<1x8x8x8xf32>
  %2 = arith.addf %1, %0 : tensor<1x8x8x8xf32>
  return %2 : tensor<1x8x8x8xf32>
}

// CHECK-DAG: Function=twice | Reason="'lf.add' reads the value from the side as well", after=pw, next=add
func.func @twice(%x: tensor<1x8x8x8xf32>, %w: tensor<1x1x8x8xf32>)
    -> tensor<1x8x8x8xf32> {
  %0 = lf.conv2d %x, %w
      : (tensor<1x8x8x8xf32>, tensor<1x1x8x8xf32>) -> tensor<1x8x8x8xf32>
  %1 = arith.addf %0, %0 : tensor<1x8x8x8xf32>
  return %1 : tensor<1x8x8x8xf32>
}

// A projection with stride 2 reads every other row.
// CHECK-DAG: Function=rows_left_out | Reason="a value has other readers, and the layers after it do not need all of its rows", after=dw, next=pw
func.func @rows_left_out(%x: tensor<1x8x8x8xf32>, %w: tensor<1x1x8x8xf32>,
                         %d: tensor<3x3x8xf32>)
    -> (tensor<1x8x8x8xf32>, tensor<1x4x4x8xf32>) {
  %0 = lf.depthwise_conv2d %x, %d pads [1, 1, 1, 1]
      : (tensor<1x8x8x8xf32>, tensor<3x3x8xf32>) -> tensor<1x8x8x8xf32>
  %1 = lf.conv2d %0, %w strides [2, 2]
      : (tensor<1x8x8x8xf32>, tensor<1x1x8x8xf32>) -> tensor<1x4x4x8xf32>
  return %0, %1 : tensor<1x8x8x8xf32>, tensor<1x4x4x8xf32>
}

// CHECK-DAG: Function=wide_window | Reason="the window spans 17 rows, more than 16", after=pw, next=dw
func.func @wide_window(%x: tensor<1x32x32x8xf32>, %w: tensor<1x1x8x8xf32>,
                       %d: tensor<3x3x8xf32>) -> tensor<1x32x32x8xf32> {
  %0 = lf.conv2d %x, %w
      : (tensor<1x32x32x8xf32>, tensor<1x1x8x8xf32>) -> tensor<1x32x32x8xf32>
  %1 = lf.depthwise_conv2d %0, %d pads [8, 8, 8, 8] dilations [8, 8]
      : (tensor<1x32x32x8xf32>, tensor<3x3x8xf32>) -> tensor<1x32x32x8xf32>
  return %1 : tensor<1x32x32x8xf32>
}

// CHECK-DAG: Function=call_between | Reason="'func.call' reads a layer and has effects, so it stays before the layers after it", after=pw, next=dw
func.func private @show(tensor<1x8x8x8xf32>)
func.func @call_between(%x: tensor<1x8x8x8xf32>, %w: tensor<1x1x8x8xf32>,
                        %d: tensor<3x3x8xf32>) -> tensor<1x8x8x8xf32> {
  %0 = lf.conv2d %x, %w
      : (tensor<1x8x8x8xf32>, tensor<1x1x8x8xf32>) -> tensor<1x8x8x8xf32>
  func.call @show(%0) : (tensor<1x8x8x8xf32>) -> ()
  %1 = lf.depthwise_conv2d %0, %d pads [1, 1, 1, 1]
      : (tensor<1x8x8x8xf32>, tensor<3x3x8xf32>) -> tensor<1x8x8x8xf32>
  return %1 : tensor<1x8x8x8xf32>
}

// One reader of a value gets the block.
// CHECK-DAG: Function=fork | Reason="the block goes on to another reader of the value", after=pw-dw, next=pw
func.func @fork(%x: tensor<1x8x8x8xf32>, %w: tensor<1x1x8x8xf32>,
                %d: tensor<3x3x8xf32>)
    -> (tensor<1x8x8x8xf32>, tensor<1x8x8x8xf32>) {
  %0 = lf.conv2d %x, %w
      : (tensor<1x8x8x8xf32>, tensor<1x1x8x8xf32>) -> tensor<1x8x8x8xf32>
  %1 = lf.depthwise_conv2d %0, %d pads [1, 1, 1, 1]
      : (tensor<1x8x8x8xf32>, tensor<3x3x8xf32>) -> tensor<1x8x8x8xf32>
  %2 = lf.conv2d %0, %w
      : (tensor<1x8x8x8xf32>, tensor<1x1x8x8xf32>) -> tensor<1x8x8x8xf32>
  return %1, %2 : tensor<1x8x8x8xf32>, tensor<1x8x8x8xf32>
}

// CHECK-DAG: Function=pool_first | Reason="a pooling ends the layers with windows of a block", after=pool, next=pw
func.func @pool_first(%x: tensor<1x8x8x8xf32>, %w: tensor<1x1x8x8xf32>)
    -> tensor<1x4x4x8xf32> {
  %0 = lf.pool2d max %x kernel [2, 2] strides [2, 2]
      : tensor<1x8x8x8xf32> -> tensor<1x4x4x8xf32>
  %1 = lf.conv2d %0, %w
      : (tensor<1x4x4x8xf32>, tensor<1x1x8x8xf32>) -> tensor<1x4x4x8xf32>
  return %1 : tensor<1x4x4x8xf32>
}

// Cut when the other block is there.
// CHECK-DAG: Function=crossing | Reason="'lf.add' needs, from outside, a value that depends on a layer before it in the block, now that other blocks are formed"
func.func @crossing(%x: tensor<1x4x4x8xf32>, %w: tensor<1x1x8x8xf32>,
                    %v: tensor<1x1x8x8xf32>)
    -> (tensor<1x4x4x8xf32>, tensor<1x4x4x8xf32>) {
  %a = lf.conv2d %x, %w
      : (tensor<1x4x4x8xf32>, tensor<1x1x8x8xf32>) -> tensor<1x4x4x8xf32>
  %b = lf.conv2d %x, %v
      : (tensor<1x4x4x8xf32>, tensor<1x1x8x8xf32>) -> tensor<1x4x4x8xf32>
  %0 = arith.addf %a, %b : tensor<1x4x4x8xf32>
  %1 = arith.addf %b, %a : tensor<1x4x4x8xf32>
  return %0, %1 : tensor<1x4x4x8xf32>, tensor<1x4x4x8xf32>
}
