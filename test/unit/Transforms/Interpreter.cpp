//===- Interpreter.cpp - functions on tensors, in double --------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One function an op, from its definition.
//
//===----------------------------------------------------------------------===//

#include "Interpreter.h"

#include "LayerFusion/Dialect/LF/Constants.h"
#include "LayerFusion/Dialect/LF/LF.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/raw_ostream.h"

#include <cmath>

using namespace mlir;
using namespace mlir::lf;
using namespace mlir::lf::test;

static ArrayRef<int64_t> shapeOf(Value value) {
  return cast<RankedTensorType>(value.getType()).getShape();
}

static int64_t countOf(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  return type ? type.getNumElements() : 1;
}

static double activate(ActivationAttr activation, double x) {
  ArrayRef<double> p = activation.getParams();
  auto clip = [](double v, double lo, double hi) {
    return std::min(std::max(v, lo), hi);
  };
  switch (activation.getKind()) {
  case ActivationKind::None:
    return x;
  case ActivationKind::Relu:
    return std::max(x, 0.0);
  case ActivationKind::Relu6:
    return clip(x, 0.0, 6.0);
  case ActivationKind::Clip:
    return clip(x, p[0], p[1]);
  case ActivationKind::LeakyRelu:
    return x < 0.0 ? p[0] * x : x;
  case ActivationKind::Sigmoid:
    return 1.0 / (1.0 + std::exp(-x));
  case ActivationKind::HardSigmoid:
    return clip(p[0] * x + p[1], 0.0, 1.0);
  case ActivationKind::HardSwish:
    return x * clip(x / 6.0 + 0.5, 0.0, 1.0);
  case ActivationKind::Silu:
    return x / (1.0 + std::exp(-x));
  case ActivationKind::Tanh:
    return std::tanh(x);
  }
  return x;
}

namespace {

/// Values of one run of a function.
class Frame {
public:
  Elements &operator[](Value value) { return values[value]; }

  /// Defines the results of `op`; false if it is not known.
  bool run(Operation *op);

private:
  Elements constant(arith::ConstantOp op);
  Elements broadcast(linalg::BroadcastOp op);
  Elements matmul(linalg::MatmulOp op);
  Elements pad(tensor::PadOp op);
  Elements pool(Pool2DOp op);
  Elements globalPool(GlobalPoolOp op);
  Elements scale(ScaleOp op);
  bool runBlock(FusedBlockOp op);
  template <typename ConvOp>
  Elements convolve(ConvOp op, int64_t groups, int64_t groupInputs);
  template <typename Fn> Elements map(Operation *op, Fn fn);
  template <typename Fn> Elements zip(Operation *op, Fn fn);

  llvm::DenseMap<Value, Elements> values;
};

} // namespace

Elements Frame::constant(arith::ConstantOp op) {
  if (auto scalar = dyn_cast<FloatAttr>(op.getValue()))
    return {scalar.getValueAsDouble()};
  std::optional<FloatConstant> constant = FloatConstant::get(op.getValue());
  if (!constant)
    return {};
  ArrayRef<float> elements = constant->getValues();
  return Elements(elements.begin(), elements.end());
}

Elements Frame::broadcast(linalg::BroadcastOp op) {
  ArrayRef<int64_t> shape = shapeOf(op.getInit());
  const Elements &source = values[op.getInput()];
  Elements result(countOf(op.getInit()));
  for (int64_t i = 0, e = result.size(); i < e; ++i) {
    // The index in the source, from its last dimension to its first.
    int64_t rest = i, index = 0, stride = 1;
    for (int64_t d = shape.size() - 1; d >= 0; --d) {
      if (!llvm::is_contained(op.getDimensions(), d)) {
        index += rest % shape[d] * stride;
        stride *= shape[d];
      }
      rest /= shape[d];
    }
    result[i] = source[index];
  }
  return result;
}

Elements Frame::matmul(linalg::MatmulOp op) {
  const Elements &a = values[op.getInputs()[0]], &b = values[op.getInputs()[1]];
  Elements c = values[op.getOutputs()[0]];
  int64_t rows = shapeOf(op.getInputs()[0])[0],
          depth = shapeOf(op.getInputs()[0])[1],
          columns = shapeOf(op.getInputs()[1])[1];
  for (int64_t i = 0; i < rows; ++i)
    for (int64_t k = 0; k < depth; ++k)
      for (int64_t j = 0; j < columns; ++j)
        c[i * columns + j] += a[i * depth + k] * b[k * columns + j];
  return c;
}

/// Of 4 dimensions.
Elements Frame::pad(tensor::PadOp op) {
  ArrayRef<int64_t> from = shapeOf(op.getSource()),
                    to = shapeOf(op.getResult());
  const Elements &source = values[op.getSource()];
  Elements result(countOf(op.getResult()),
                  values[op.getConstantPaddingValue()].front());
  int64_t index = 0;
  ArrayRef<int64_t> low = op.getStaticLow();
  for (int64_t n = 0; n < from[0]; ++n)
    for (int64_t y = 0; y < from[1]; ++y)
      for (int64_t x = 0; x < from[2]; ++x)
        for (int64_t c = 0; c < from[3]; ++c)
          result[(((n + low[0]) * to[1] + y + low[1]) * to[2] + x + low[2]) *
                     to[3] +
                 c + low[3]] = source[index++];
  return result;
}

template <typename ConvOp>
Elements Frame::convolve(ConvOp op, int64_t groups, int64_t groupInputs) {
  ArrayRef<int64_t> in = shapeOf(op.getInput()),
                    kernel = shapeOf(op.getFilter()),
                    out = shapeOf(op.getResult());
  const Elements &input = values[op.getInput()],
                 &filter = values[op.getFilter()];
  int64_t filters = out[3];
  Elements result(countOf(op.getResult()));
  for (int64_t i = 0, e = result.size(); i < e; ++i) {
    int64_t f = i % filters, ox = i / filters % out[2],
            oy = i / filters / out[2] % out[1],
            n = i / filters / out[2] / out[1];
    int64_t group = f / (filters / groups);
    double sum = op.getBias() ? values[op.getBias()][f] : 0.0;
    for (int64_t ky = 0; ky < kernel[0]; ++ky)
      for (int64_t kx = 0; kx < kernel[1]; ++kx) {
        int64_t y = oy * op.getStrides()[0] + ky * op.getDilations()[0] -
                    op.getPads()[0];
        int64_t x = ox * op.getStrides()[1] + kx * op.getDilations()[1] -
                    op.getPads()[1];
        if (y < 0 || y >= in[1] || x < 0 || x >= in[2])
          continue;
        for (int64_t c = 0; c < groupInputs; ++c)
          sum +=
              input[((n * in[1] + y) * in[2] + x) * in[3] +
                    group * groupInputs + c] *
              filter[((ky * kernel[1] + kx) * groupInputs + c) * filters + f];
      }
    result[i] = activate(op.getActivation(), sum);
  }
  return result;
}

static double poolStep(PoolKind kind, double sum, double x) {
  return kind == PoolKind::Max ? std::max(sum, x) : sum + x;
}

static double poolStart(PoolKind kind) {
  return kind == PoolKind::Max ? -HUGE_VAL : 0.0;
}

Elements Frame::pool(Pool2DOp op) {
  ArrayRef<int64_t> in = shapeOf(op.getInput()), out = shapeOf(op.getResult());
  const Elements &input = values[op.getInput()];
  Window window = op.getWindow();
  Elements result(countOf(op.getResult()), poolStart(op.getKind()));
  for (int64_t i = 0, e = result.size(); i < e; ++i) {
    int64_t c = i % out[3], ox = i / out[3] % out[2],
            oy = i / out[3] / out[2] % out[1], n = i / out[3] / out[2] / out[1];
    for (int64_t ky = 0; ky < window.kernel[0]; ++ky)
      for (int64_t kx = 0; kx < window.kernel[1]; ++kx) {
        int64_t y =
            window.getFirstInput(Axis::Height, oy) + ky * window.dilations[0];
        int64_t x =
            window.getFirstInput(Axis::Width, ox) + kx * window.dilations[1];
        if (y >= 0 && y < in[1] && x >= 0 && x < in[2])
          result[i] =
              poolStep(op.getKind(), result[i],
                       input[((n * in[1] + y) * in[2] + x) * in[3] + c]);
      }
  }
  return result;
}

Elements Frame::globalPool(GlobalPoolOp op) {
  ArrayRef<int64_t> in = shapeOf(op.getInput());
  const Elements &input = values[op.getInput()];
  Elements result(countOf(op.getResult()), poolStart(op.getKind()));
  for (int64_t i = 0, e = input.size(); i < e; ++i) {
    double &sum = result[i / (in[1] * in[2] * in[3]) * in[3] + i % in[3]];
    sum = poolStep(op.getKind(), sum, input[i]);
  }
  return result;
}

Elements Frame::scale(ScaleOp op) {
  ArrayRef<int64_t> in = shapeOf(op.getInput());
  const Elements &gate = values[op.getGate()];
  Elements result = values[op.getInput()];
  for (int64_t i = 0, e = result.size(); i < e; ++i)
    result[i] *= gate[i / (in[1] * in[2] * in[3]) * in[3] + i % in[3]];
  return result;
}

bool Frame::runBlock(FusedBlockOp op) {
  for (auto [argument, operand] :
       llvm::zip_equal(op.getBody().getArguments(), op.getInputs()))
    values[argument] = Elements(values[operand]);
  for (Operation &inner : op.getBody().front().without_terminator())
    if (!run(&inner))
      return false;
  for (auto [result, value] :
       llvm::zip_equal(op.getResults(), op.getYield().getValues()))
    values[result] = Elements(values[value]);
  return true;
}

template <typename Fn> Elements Frame::map(Operation *op, Fn fn) {
  Elements result = values[op->getOperand(0)];
  llvm::transform(result, result.begin(), fn);
  return result;
}

template <typename Fn> Elements Frame::zip(Operation *op, Fn fn) {
  Elements result = values[op->getOperand(0)];
  const Elements &right = values[op->getOperand(1)];
  for (size_t i = 0; i < result.size(); ++i)
    result[i] = fn(result[i], right[i]);
  return result;
}

bool Frame::run(Operation *op) {
  if (auto block = dyn_cast<FusedBlockOp>(op))
    return runBlock(block);
  bool known = true;
  Elements result =
      llvm::TypeSwitch<Operation *, Elements>(op)
          .Case([&](arith::ConstantOp o) { return constant(o); })
          .Case([&](arith::AddFOp) { return zip(op, std::plus<double>()); })
          .Case([&](arith::SubFOp) { return zip(op, std::minus<double>()); })
          .Case(
              [&](arith::MulFOp) { return zip(op, std::multiplies<double>()); })
          .Case([&](arith::DivFOp) { return zip(op, std::divides<double>()); })
          .Case([&](arith::MaximumFOp) {
            return zip(op, [](double a, double b) { return std::max(a, b); });
          })
          .Case([&](arith::MinimumFOp) {
            return zip(op, [](double a, double b) { return std::min(a, b); });
          })
          .Case([&](arith::NegFOp) {
            return map(op, [](double v) { return -v; });
          })
          .Case([&](ActivateOp o) {
            return map(
                op, [&](double v) { return activate(o.getActivation(), v); });
          })
          .Case([&](Conv2DOp o) {
            return convolve(o, o.getGroups(), shapeOf(o.getFilter())[2]);
          })
          .Case([&](DepthwiseConv2DOp o) {
            return convolve(o, shapeOf(o.getFilter())[2], 1);
          })
          .Case([&](AddOp o) {
            return zip(op, [&](double a, double b) {
              return activate(o.getActivation(), a + b);
            });
          })
          .Case([&](ScaleOp o) { return scale(o); })
          .Case([&](Pool2DOp o) { return pool(o); })
          .Case([&](GlobalPoolOp o) { return globalPool(o); })
          .Case([&](linalg::BroadcastOp o) { return broadcast(o); })
          .Case([&](linalg::MatmulOp o) { return matmul(o); })
          .Case([&](tensor::PadOp o) { return pad(o); })
          .Case([&](tensor::EmptyOp o) { return Elements(countOf(o), 0.0); })
          .Case<tensor::CollapseShapeOp, tensor::ExpandShapeOp>(
              [&](auto o) { return values[o.getSrc()]; })
          .Default([&](Operation *) {
            known = false;
            return Elements();
          });
  if (known)
    values[op->getResult(0)] = std::move(result);
  return known;
}

std::optional<std::vector<Elements>>
test::interpret(func::FuncOp function, const std::vector<Elements> &arguments) {
  Frame frame;
  for (auto [parameter, argument] :
       llvm::zip_equal(function.getArguments(), arguments))
    frame[parameter] = argument;
  for (Operation &op : function.getBody().front()) {
    if (auto end = dyn_cast<func::ReturnOp>(op)) {
      std::vector<Elements> results;
      for (Value value : end.getOperands())
        results.push_back(frame[value]);
      return results;
    }
    if (!frame.run(&op)) {
      llvm::errs() << "cannot interpret " << op << "\n";
      return std::nullopt;
    }
  }
  return std::nullopt;
}
