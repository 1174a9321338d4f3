// RUN: not lf-opt %s --lf-attach-target="mcpu=z80" 2>&1 | FileCheck %s --check-prefix=PROCESSOR
// RUN: not lf-opt %s --lf-attach-target="facts=L4_size=1" 2>&1 | FileCheck %s --check-prefix=KEY
// RUN: not lf-opt %s --lf-attach-target="facts=threads=0" 2>&1 | FileCheck %s --check-prefix=VALUE
// RUN: not lf-opt %s --lf-attach-target="facts=threads" 2>&1 | FileCheck %s --check-prefix=TEXT

// PROCESSOR: error: no facts about the processor 'z80': expected host, sapphirerapids, znver4, znver3, x86-64, x86-64-v3, x86-64-v4, generic
// KEY: error: unknown fact 'L4_size': expected one of L1_cache_size_in_bytes, L2_cache_size_in_bytes, L3_cache_share_in_bytes, L2_bytes_per_second, L3_bytes_per_second, memory_bytes_per_second, vector_size_in_bytes, vector_registers, fma_bytes_per_cycle, threads, flops_per_second
// VALUE: error: expected a positive number for 'threads', got 0
// TEXT: error: expected key=number, got 'threads'
module {
}
