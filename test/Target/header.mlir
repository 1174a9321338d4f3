// The C header that goes with an object.

// RUN: rm -rf %t && mkdir %t
// RUN: lf-translate --emit-header=- %s | FileCheck %s
// RUN: lf-translate --lf-to-object --emit-header=%t/net.h %s -o %t/net.o
// RUN: lf-translate --emit-header=- %s | cmp - %t/net.h

// The same from the LLVM dialect.

// RUN: lf-opt --lf-cpu-pipeline="name=net" %s -o %t/llvm.mlir
// RUN: lf-translate --emit-header=- %t/llvm.mlir | cmp - %t/net.h

// C and C++ accept it, twice over.

// RUN: echo '#include "net.h"' > %t/use.c
// RUN: echo '#include "net.h"' >> %t/use.c
// RUN: echo 'int32_t call(void **args) { return net_packed(args); }' >> %t/use.c
// RUN: %cc -std=c99 -Wall -Wextra -Wpedantic -Werror -fsyntax-only %t/use.c
// RUN: %cxx -x c++ -std=c++98 -Wall -Wextra -Werror -fsyntax-only %t/use.c

// CHECK:      /* net: a network compiled by LayerFusion.
// CHECK-NEXT:  *
// CHECK-NEXT:  * net computes
// CHECK-NEXT:  *   in  input_1     float [1 x 3 x 8 x 8] NCHW, 'input.1' in the model
// CHECK-NEXT:  *   in  input_1_2   double [4], f64, 'INPUT-1' in the model
// CHECK-NEXT:  *   in  input_7     int64_t [0 x 2], i64, '7' in the model
// CHECK-NEXT:  *   in  workspace_2 uint8_t [scalar], i1 (0 or 1), 'workspace' in the model
// CHECK-NEXT:  *   out output_int  float [1 x 3 x 8 x 8] NCHW, 'int' in the model
// CHECK-NEXT:  *   out e           double [4], f64, '_e__/' in the model
// CHECK-NEXT:  *   out output2     int64_t [0 x 2], i64
// CHECK-NEXT:  *   out output      uint8_t [scalar], i1 (0 or 1), '層層' in the model
// CHECK-NEXT:  *
// CHECK:       * `workspace` is scratch memory of NET_WORKSPACE_SIZE bytes, aligned to
// CHECK:       * Returns 0, or NET_BUSY, having done nothing, if `workspace` is NULL
// CHECK:      */
// CHECK-NEXT: #ifndef NET_H
// CHECK-NEXT: #define NET_H
// CHECK-EMPTY:
// CHECK-NEXT: #include <stdint.h>
// CHECK:      #define NET_WORKSPACE_SIZE {{[0-9]+$}}
// CHECK-NEXT: #define NET_WORKSPACE_ALIGNMENT 64
// CHECK:      #define NET_BUSY 1
// CHECK:      #define NET_INPUT_1_SIZE 192
// CHECK-NEXT: #define NET_INPUT_1_2_SIZE 4
// CHECK-NEXT: #define NET_INPUT_7_SIZE 0
// CHECK-NEXT: #define NET_WORKSPACE_2_SIZE 1
// CHECK-NEXT: #define NET_OUTPUT_INT_SIZE 192
// CHECK-NEXT: #define NET_E_SIZE 4
// CHECK-NEXT: #define NET_OUTPUT2_SIZE 0
// CHECK-NEXT: #define NET_OUTPUT_SIZE 1
// CHECK:      #ifdef __cplusplus
// CHECK-NEXT: extern "C" {
// CHECK-NEXT: #endif
// CHECK:      int32_t net(const float *input_1, const double *input_1_2,
// CHECK-NEXT:             const int64_t *input_7, const uint8_t *workspace_2,
// CHECK-NEXT:             float *output_int, double *e, int64_t *output2, uint8_t *output,
// CHECK-NEXT:             void *workspace);
// CHECK:      int32_t net_packed(void **args);
// CHECK:      #endif /* NET_H */

// Names that C does not take.

// RUN: lf-translate --emit-header=- --name=Net_2 %s | FileCheck %s --check-prefix=NAMED
// NAMED: #define NET_2_WORKSPACE_SIZE
// NAMED: int32_t Net_2(

// RUN: sed 's/@net/@"mobilenet-v2 (1.0)"/' %s | lf-translate --emit-header=- | FileCheck %s --check-prefix=SYMBOLS
// SYMBOLS: /* mobilenet-v2 (1.0): a network
// SYMBOLS: int32_t mobilenet_v2_1_0(

// RUN: sed 's/@net/@exp/' %s | lf-translate --emit-header=- | FileCheck %s --check-prefix=RESERVED
// RESERVED: int32_t network_exp(

// RUN: sed 's/module @net/module/' %s | lf-translate --emit-header=- | FileCheck %s --check-prefix=NAMELESS
// NAMELESS: int32_t network(

module @net {
  func.func @main(
      %a: tensor<1x3x8x8xf32> {lf.name = "input.1", lf.layout = "NCHW"},
      %b: tensor<4xf64> {lf.name = "INPUT-1"},
      %c: tensor<0x2xi64> {lf.name = "7"},
      %d: tensor<i1> {lf.name = "workspace"})
      -> (tensor<1x3x8x8xf32> {lf.name = "int", lf.layout = "NCHW"},
          tensor<4xf64> {lf.name = "\0Ae*\\/"}, tensor<0x2xi64>,
          tensor<i1> {lf.name = "層層"}) {
    %x = arith.addf %a, %a : tensor<1x3x8x8xf32>
    return %x, %b, %c, %d
        : tensor<1x3x8x8xf32>, tensor<4xf64>, tensor<0x2xi64>, tensor<i1>
  }
}
