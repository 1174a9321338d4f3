// RUN: not lf-opt %s --lf-fuse-blocks=kinds=dw-pw,dw-foo 2>&1 | FileCheck %s

// CHECK: error: expected 'dw', 'pw', 'conv' or 'grouped' in the kind 'dw-foo', got 'foo'
func.func @none() {
  return
}
