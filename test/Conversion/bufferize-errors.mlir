// RUN: lf-opt %s --split-input-file --verify-diagnostics --lf-bufferize \
// RUN:   --allow-unregistered-dialect

// expected-error @+1 {{'builtin.module' op must hold one function, public and with a body, got 0 functions}}
module {
}

// -----

// expected-error @+1 {{'builtin.module' op must hold one function, public and with a body, got 3 functions}}
module {
  // expected-note @+1 {{'one' is public}}
  func.func @one(%x: tensor<1xf32>) -> tensor<1xf32> {
    return %x : tensor<1xf32>
  }
  // expected-note @+1 {{'two' is private}}
  func.func private @two(%x: tensor<1xf32>) -> tensor<1xf32> {
    return %x : tensor<1xf32>
  }
  // expected-note @+1 {{'three' is private without a body}}
  func.func private @three(%x: tensor<1xf32>) -> tensor<1xf32>
}

// -----

// expected-error @+1 {{'func.func' op must have a body of one block, got 2 blocks}}
func.func @main(%x: tensor<1xf32>) -> tensor<1xf32> {
  cf.br ^bb1
^bb1:
  return %x : tensor<1xf32>
}

// -----

func.func @main(%x: tensor<1xf32>) -> tensor<1xf32> {
  // expected-error @+1 {{'func.call' op must be inlined first: a network is one function}}
  %y = func.call @main(%x) : (tensor<1xf32>) -> tensor<1xf32>
  return %y : tensor<1xf32>
}

// -----

// expected-error @+1 {{'func.func' op argument 1 must be a tensor of static shape, got 'tensor<?xf32>'}}
func.func @main(%x: tensor<1xf32>, %y: tensor<?xf32>) -> tensor<1xf32> {
  return %x : tensor<1xf32>
}

// -----

// expected-error @+1 {{'func.func' op argument 0 must be a tensor of static shape, got 'f32'}}
func.func @main(%x: f32) -> f32 {
  return %x : f32
}

// -----

// expected-error @+1 {{'func.func' op result 0 must be a tensor of static shape, got 'tensor<?xf32>'}}
func.func @main(%x: tensor<1xf32>) -> tensor<?xf32> {
  %y = tensor.cast %x : tensor<1xf32> to tensor<?xf32>
  return %y : tensor<?xf32>
}

// -----

// expected-error @+1 {{'func.func' op argument 0 has elements of type 'i4', expected one of f16, bf16, f32, f64, i1, i8, i16, i32, i64}}
func.func @main(%x: tensor<1xi4>) -> tensor<1xi4> {
  return %x : tensor<1xi4>
}

// -----

func.func @main(%x: tensor<1xf32>) -> tensor<1xf32> {
  // expected-error @+1 {{op was not bufferized}}
  %y = "test.unknown"(%x) : (tensor<1xf32>) -> tensor<1xf32>
  return %y : tensor<1xf32>
}

// -----

// expected-error @+1 {{'func.func' op argument 0 has more than 2^37 elements: 'tensor<99999999999x99999999999xf32>'}}
func.func @main(%x: tensor<99999999999x99999999999xf32>) -> tensor<1xf32> {
  %y = arith.constant dense<0.0> : tensor<1xf32>
  return %y : tensor<1xf32>
}

// -----

func.func @main() -> tensor<4xf32> {
  // expected-error @+1 {{'tensor.empty' op makes a tensor of more than 2^37 elements: 'tensor<9999999999x999999999xf32>'}}
  %0 = tensor.empty() : tensor<9999999999x999999999xf32>
  %y = arith.constant dense<0.0> : tensor<4xf32>
  return %y : tensor<4xf32>
}
