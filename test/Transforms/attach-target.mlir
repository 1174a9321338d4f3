// RUN: lf-opt %s --lf-attach-target="mcpu=sapphirerapids facts=threads=4,L2_cache_size_in_bytes=1048576" | FileCheck %s
// RUN: lf-opt %s --lf-attach-target="mcpu=znver4" --lf-attach-target="mcpu=sapphirerapids facts=threads=4,L2_cache_size_in_bytes=1048576" | FileCheck %s
// RUN: lf-opt %s --lf-attach-target | FileCheck %s --check-prefix=HOST

// The facts of a processor, but for those given; the other device stays.

// CHECK: module attributes
// CHECK-SAME: "GPU" = #dlti.target_device_spec<"max_vector_op_width" = 64 : ui32>
// CHECK-SAME: "CPU" = #dlti.target_device_spec<
// CHECK-SAME: "L1_cache_size_in_bytes" = 49152 : i64
// CHECK-SAME: "L2_cache_size_in_bytes" = 1048576 : i64
// CHECK-SAME: "L3_cache_share_in_bytes" = 1966080 : i64
// CHECK-SAME: "L2_bytes_per_second" = 100000000000 : i64
// CHECK-SAME: "L3_bytes_per_second" = 22000000000 : i64
// CHECK-SAME: "memory_bytes_per_second" = 12000000000 : i64
// CHECK-SAME: "vector_size_in_bytes" = 64 : i64
// CHECK-SAME: "vector_registers" = 32 : i64
// CHECK-SAME: "fma_bytes_per_cycle" = 128 : i64
// CHECK-SAME: "threads" = 4 : i64
// CHECK-SAME: "flops_per_second" = 132000000000 : i64

// HOST: "L1_cache_size_in_bytes" = {{[1-9][0-9]+}} : i64
// HOST-SAME: "threads" = 1 : i64
module attributes {dlti.target_system_spec = #dlti.target_system_spec<
    "GPU" = #dlti.target_device_spec<"max_vector_op_width" = 64 : ui32>>} {
}
