// RUN: lf-opt %s --lf-expand-math | FileCheck %s

// The power of two nearest to the result, from bits, times a polynomial.
// CHECK-LABEL: @exp
// CHECK-SAME: (%[[X:.*]]: vector<16xf32>)
// CHECK: %[[LOW:.*]] = arith.cmpf olt, %[[X]], %{{.*}} : vector<16xf32>
// CHECK: %[[X1:.*]] = arith.select %[[LOW]], %{{.*}}, %[[X]]
// CHECK: %[[HIGH:.*]] = arith.cmpf ogt, %[[X1]]
// CHECK: arith.select %[[HIGH]], %{{.*}}, %[[X1]]
// CHECK: arith.bitcast %{{.*}} : vector<16xf32> to vector<16xi32>
// CHECK: arith.mulf %{{.*}}, %{{.*}} fastmath<contract> : vector<16xf32>
// CHECK: arith.shli %{{.*}} : vector<16xi32>
// CHECK: arith.bitcast %{{.*}} : vector<16xi32> to vector<16xf32>
// CHECK-NOT: math.
func.func @exp(%x: vector<16xf32>) -> vector<16xf32> {
  %y = math.exp %x : vector<16xf32>
  return %y : vector<16xf32>
}

// Multiply-adds that may be fused where there is an instruction.
// CHECK-LABEL: @others
// CHECK-NOT: math.tanh
// CHECK-NOT: math.erf
// CHECK-NOT: math.fma
// CHECK: return
func.func @others(%x: vector<3x4xf32>) -> vector<3x4xf32> {
  %0 = math.tanh %x : vector<3x4xf32>
  %1 = math.erf %0 : vector<3x4xf32>
  %y = math.fma %1, %x, %0 : vector<3x4xf32>
  return %y : vector<3x4xf32>
}

// CHECK-LABEL: @left_alone
// CHECK: math.exp %{{.*}} : f32
// CHECK: math.tanh %{{.*}} : f32
// CHECK: math.exp %{{.*}} : vector<8xf64>
// CHECK: math.sqrt %{{.*}} : vector<16xf32>
func.func @left_alone(%s: f32, %d: vector<8xf64>, %x: vector<16xf32>)
    -> (f32, vector<8xf64>, vector<16xf32>) {
  %0 = math.exp %s : f32
  %1 = math.tanh %0 : f32
  %2 = math.exp %d : vector<8xf64>
  %3 = math.sqrt %x : vector<16xf32>
  return %1, %2, %3 : f32, vector<8xf64>, vector<16xf32>
}
