// RUN: lf-opt %s --lf-analyze-traffic --remarks-filter=lf-analyze-traffic -o /dev/null 2>&1 | FileCheck %s
// RUN: lf-opt %s --lf-analyze-traffic -o /dev/null 2>&1 | FileCheck %s --check-prefix=TABLE

// The caches hold 1, 8 and 64 KiB. Two 1x1 layers on 16x16 places, 16 channels
// of four bytes: 16 KiB each value, 1 KiB a row and each filter.
module attributes {dlti.target_system_spec = #dlti.target_system_spec<
    "CPU" = #dlti.target_device_spec<
      "L1_cache_size_in_bytes" = 1024 : i64,
      "L2_cache_size_in_bytes" = 8192 : i64,
      "L3_cache_share_in_bytes" = 65536 : i64>>} {

// Into L1 (1 KiB) not even a filter and a pixel fit: it comes for each tile, a
// row of 16 pixels and all channels, as the schedule says, with the row that is
// read and the one that is written, and that goes out again; what the first
// layer wrote last is not found by the second.
//   32 * (1024 + 2 * 1024 + 1024) = 131072
// In L2 (8 KiB) both filters and the rows stay. In comes the input, in and out
// the result, the filters once: 2 * 1024 + 16384 + 2 * 16384 = 51200, and the
// ring, which is at home there, not at all.
// In L3 (64 KiB) the activations are at home: the filters, 2048.
// One by one, each layer reads and writes a whole value. The tiles that are
// chosen for them are two a row, and the filter comes for each of these into
// L1, 32 * (2 * 1024 + 2 * 1024 + 1024) = 163840; L2 2 * (1024 + 3 * 16384) =
// 100352, L3 as before.
// CHECK-LABEL: remark: [Analysis] traffic
// CHECK-SAME: Function=rows
// CHECK-SAME: bytesL1L2=131072, bytesL2L3=51200, bytesL3Memory=2048
// CHECK-SAME: flops=262144
// CHECK-SAME: intermediateBytes=16384
// CHECK-SAME: recomputedFlops=0, ringBytes=1024
// CHECK-SAME: unfusedBytesL1L2=163840, unfusedBytesL2L3=100352, unfusedBytesL3Memory=2048
// TABLE: 0.26 128/160 50/98 2/2 1/16
func.func @rows(%x: tensor<1x16x16x16xf32>, %w: tensor<1x1x16x16xf32>)
    -> tensor<1x16x16x16xf32> {
  %init = tensor.empty() : tensor<1x16x16x16xf32>
  %y = lf.fused_block ins(%in = %x : tensor<1x16x16x16xf32>,
                          %w0 = %w : tensor<1x1x16x16xf32>)
      outs(%init : tensor<1x16x16x16xf32>)
      schedule <row_sliding, tiles = [<pixels = 16, vectors = [16]>,
                                      <pixels = 16, vectors = [16]>]> {
    %0 = lf.conv2d %in, %w0
        : (tensor<1x16x16x16xf32>, tensor<1x1x16x16xf32>)
          -> tensor<1x16x16x16xf32>
    %1 = lf.conv2d %0, %w0
        : (tensor<1x16x16x16xf32>, tensor<1x1x16x16xf32>)
          -> tensor<1x16x16x16xf32>
    lf.yield %1 : tensor<1x16x16x16xf32>
  }
  return %y : tensor<1x16x16x16xf32>
}

}
