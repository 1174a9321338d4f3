// A module becomes an object file from any stage, and the same one: without a
// target spec, for this machine.

// RUN: rm -rf %t && mkdir %t
// RUN: lf-translate --lf-to-object %s -o %t/lf.o
// RUN: lf-opt --lf-attach-target=mcpu=host --lf-cpu-pipeline="name=relu" %s -o %t/llvm.mlir
// RUN: lf-translate --lf-to-object %t/llvm.mlir -o %t/llvm.o
// RUN: lf-opt --lf-attach-target=mcpu=host --lf-cpu-pipeline="name=relu" %s --emit-bytecode -o %t/llvm.mlirbc
// RUN: lf-translate --lf-to-object - < %t/llvm.mlirbc > %t/bytecode.o
// RUN: cmp %t/lf.o %t/llvm.o
// RUN: cmp %t/lf.o %t/bytecode.o

// Only the entry points are visible, and nothing is needed but libc and libm.

// RUN: llvm-nm --extern-only --defined-only --format=just-symbols %t/lf.o | FileCheck %s --check-prefix=DEFINED
// RUN: llvm-nm --undefined-only --format=just-symbols %t/lf.o > %t/undefined
// RUN: not grep -vxE "memcpy|memset|memmove" %t/undefined

// DEFINED: relu
// DEFINED-NEXT: relu_packed
// DEFINED-NOT: {{.}}

// Weights lie in read-only memory, aligned for vector loads.

// RUN: lf-translate --lf-to-object -O0 %s -o %t/O0.o
// RUN: llvm-readelf --sections --wide %t/O0.o | FileCheck %s --check-prefix=SECTIONS

// SECTIONS: .rodata PROGBITS {{.*}} A 0 0 64{{ *$}}

// Another name, at either stage.

// RUN: lf-translate --lf-to-object --name=other %s -o %t/lf.o
// RUN: lf-translate --lf-to-object --name=other %t/llvm.mlir -o %t/llvm.o
// RUN: cmp %t/lf.o %t/llvm.o
// RUN: llvm-nm --extern-only --defined-only --format=just-symbols %t/lf.o | FileCheck %s --check-prefix=OTHER

// OTHER: other
// OTHER-NEXT: other_packed
// OTHER-NOT: {{.}}

module @relu {
  func.func @main(%x: tensor<1x4x4x8xf32> {lf.name = "x"})
      -> (tensor<1x4x4x16xf32> {lf.name = "y"}) {
    %w = arith.constant dense_resource<weights> : tensor<1x1x8x16xf32>
    %y = lf.conv2d %x, %w activation relu
        : (tensor<1x4x4x8xf32>, tensor<1x1x8x16xf32>) -> tensor<1x4x4x16xf32>
    return %y : tensor<1x4x4x16xf32>
  }
}

{-#
  dialect_resources: {
    builtin: {
      weights: "0x04000000000080bf0000c0bf000000000000a0bf0000e03f0000c03f0000e03f0000803f000000bf0000a0bf0000e03f000000c00000803f0000a03f000000c00000c03f00000000000080be0000a0bf0000003f000000c0000000c0000000c0000000c00000803f000000bf0000a03f000000c000000040000080be0000c03f0000e03f000080be0000403f000080be000080be0000c03f0000803e000000c00000a03f0000a0bf000040bf0000803e0000a0bf0000003f000000400000a03f00000040000000bf0000803e0000803e0000e03f000000400000803f0000e0bf0000e03f000080be0000803f0000a03f000040bf0000403f0000403f0000c0bf0000c03f000000400000a0bf000040bf000000400000803f0000403f0000e03f000000c00000e03f0000e0bf0000803e0000803f000040bf000040bf00000040000080be000000c0000000bf000080be0000803f000000400000403f0000403f0000c03f00000000000000c00000803f00000040000080bf00000040000000bf0000a03f0000e0bf0000e03f0000403f000000bf000000400000a03f0000e03f0000403f0000a03f0000403f000000c00000003f0000c03f000000c0000080be000040bf000040bf0000c0bf000000000000e0bf0000c0bf0000c0bf000000c00000c03f000000c000000000000080be000000000000a0bf000040bf0000403f0000803e"
    }
  }
#-}
