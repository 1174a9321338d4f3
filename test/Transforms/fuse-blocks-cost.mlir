// RUN: lf-opt %s --lf-fuse-blocks="policy=cost max-layers=2" -o /dev/null \
// RUN:   --remarks-filter=lf-fuse-blocks 2>&1 | FileCheck %s
// RUN: lf-opt %s --lf-fuse-blocks="policy=greedy max-layers=2" -o /dev/null \
// RUN:   --remarks-filter=lf-fuse-blocks 2>&1 | FileCheck %s --check-prefix=GREEDY

// What decides, on a processor that computes and moves bytes in no time except
// from L3 (1 MB/s) into an L2 of 1 MiB.
module attributes {dlti.target_system_spec = #dlti.target_system_spec<
    "CPU" = #dlti.target_device_spec<
      "L1_cache_size_in_bytes" = 32768 : i64,
      "L2_cache_size_in_bytes" = 1048576 : i64,
      "L3_cache_share_in_bytes" = 67108864 : i64,
      "L2_bytes_per_second" = 1000000000000000 : i64,
      "L3_bytes_per_second" = 1000000 : i64,
      "memory_bytes_per_second" = 1000000000000000 : i64,
      "flops_per_second" = 1000000000000000 : i64>>} {

// A value of 6 MB goes out to L3 and comes back, unless it is used up row by
// row.
// CHECK: [Passed] fused | Category:lf-fuse-blocks | Function=large_value | {{.*}} kind=pw-dw,
func.func @large_value(%x: tensor<1x112x112x16xf32>, %w: tensor<1x1x16x128xf32>,
                       %d: tensor<3x3x128xf32>) -> tensor<1x56x56x128xf32> {
  %0 = lf.conv2d %x, %w
      : (tensor<1x112x112x16xf32>, tensor<1x1x16x128xf32>)
        -> tensor<1x112x112x128xf32>
  %1 = lf.depthwise_conv2d %0, %d strides [2, 2] pads [1, 1, 1, 1]
      : (tensor<1x112x112x128xf32>, tensor<3x3x128xf32>)
        -> tensor<1x56x56x128xf32>
  return %1 : tensor<1x56x56x128xf32>
}

// Each filter fits into L2, both together do not: turn by turn, they push each
// other out. The value between them stays in L2 anyway.
// CHECK: Function=two_filters | Reason="one block would take longer", after=conv, next=conv, seconds={{.*}}, unfusedSeconds=
func.func @two_filters(%x: tensor<1x28x28x128xf32>,
                       %w: tensor<3x3x128x128xf32>, %v: tensor<3x3x128x128xf32>)
    -> tensor<1x28x28x128xf32> {
  %0 = lf.conv2d %x, %w pads [1, 1, 1, 1]
      : (tensor<1x28x28x128xf32>, tensor<3x3x128x128xf32>)
        -> tensor<1x28x28x128xf32>
  %1 = lf.conv2d %0, %v pads [1, 1, 1, 1]
      : (tensor<1x28x28x128xf32>, tensor<3x3x128x128xf32>)
        -> tensor<1x28x28x128xf32>
  return %1 : tensor<1x28x28x128xf32>
}

// First come takes the 2 MB between the first two layers and leaves 6 MB.
// GREEDY: Function=second_gain | {{.*}} kind=pw-pw,
// CHECK: Function=second_gain | {{.*}} kind=pw-dw,
func.func @second_gain(%x: tensor<1x112x112x16xf32>, %w: tensor<1x1x16x32xf32>,
                       %v: tensor<1x1x32x128xf32>, %d: tensor<3x3x128xf32>)
    -> tensor<1x56x56x128xf32> {
  %0 = lf.conv2d %x, %w
      : (tensor<1x112x112x16xf32>, tensor<1x1x16x32xf32>)
        -> tensor<1x112x112x32xf32>
  %1 = lf.conv2d %0, %v
      : (tensor<1x112x112x32xf32>, tensor<1x1x32x128xf32>)
        -> tensor<1x112x112x128xf32>
  %2 = lf.depthwise_conv2d %1, %d strides [2, 2] pads [1, 1, 1, 1]
      : (tensor<1x112x112x128xf32>, tensor<3x3x128xf32>)
        -> tensor<1x56x56x128xf32>
  return %2 : tensor<1x56x56x128xf32>
}

}
