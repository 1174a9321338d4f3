//===- Activations.cpp - import of activation functions ---------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An activation that lf has becomes lf.activate, in the layout of its input; a
// layer that it follows takes it up later. The others are written in arith and
// math.
//
//===----------------------------------------------------------------------===//

#include "Elementwise.h"
#include "Formula.h"
#include "LayerFusion/Dialect/LF/LF.h"
#include "OpTable.h"
#include <cmath>
#include <limits>

using namespace mlir;
using namespace mlir::lf;
using namespace mlir::lf::importer;

constexpr double infinity = std::numeric_limits<double>::infinity();

/// Defines the result as the activation of input 0.
static LogicalResult setActivated(NodeContext &node,
                                  ActivationAttr activation) {
  if (failed(node.requireFloat(0)))
    return failure();
  return setMapped(node, [&](Value x) {
    return ActivateOp::create(node.emit.builder, node.emit.loc, x, activation);
  });
}

/// A float attribute; fails if it is NaN.
static double readParameter(NodeContext &node, StringRef name,
                            double fallback) {
  double value = node.floatAttr(name, fallback);
  if (!std::isnan(value))
    return value;
  (void)node.error("attribute '" + name + "' is not a number");
  return fallback;
}

//===----------------------------------------------------------------------===//
// Relu and Clip
//===----------------------------------------------------------------------===//

/// min(max(x, bounds[0]), bounds[1]) for bounds computed at run time, and for
/// integers. A bound not given is none.
static LogicalResult setClamped(NodeContext &node,
                                ArrayRef<std::optional<Tensor>> bounds) {
  const Tensor &input = node.input(0);
  if (input.kind() == ElementKind::Bool)
    return node.error(node.inputName(0) + " is bool, supported are numbers");
  return setMapped(node, [&](Value x) {
    Emitter &emit = node.emit;
    Dims perm = ownPerm(input);
    for (auto [i, bound] : llvm::enumerate(bounds)) {
      if (!bound)
        continue;
      Value limit =
          emit.broadcast(emit.reshape(*bound, {}), input.shape(), perm);
      x = (i == 0 ? emitMaximum : emitMinimum)(emit.builder, emit.loc, x, limit,
                                               input.kind());
    }
    return x;
  });
}

static LogicalResult importRelu(NodeContext &node) {
  ElementKind kind = node.input(0).kind();
  if (!isFloat(kind) && node.opset >= 14)
    return setClamped(node, {Tensor(HostTensor::splat(kind, {}, 0)), {}});
  MLIRContext *context = node.emit.builder.getContext();
  return setActivated(node, ActivationAttr::get(context, ActivationKind::Relu));
}

/// Bounds known during import.
static LogicalResult setClipped(NodeContext &node, double low, double high) {
  if (std::isnan(low) || std::isnan(high))
    return node.error("a bound is not a number");
  // The largest finite number is how exporters, and the defaults, say that
  // there is no bound.
  constexpr double largest = std::numeric_limits<float>::max();
  low = low <= -largest ? -infinity : low;
  high = high >= largest ? infinity : high;
  // The upper bound wins if they are out of order.
  MLIRContext *context = node.emit.builder.getContext();
  return setActivated(
      node, ActivationAttr::getClip(context, std::min(low, high), high));
}

static LogicalResult importClip(NodeContext &node) {
  if (node.opset < 11) {
    double low = node.floatAttr("min", -infinity);
    double high = node.floatAttr("max", infinity);
    return setClipped(node, low, high);
  }
  if (node.opset < 12 && failed(node.requireFloat(0)))
    return failure();
  if (failed(node.requireSameKind()))
    return failure();
  std::optional<Tensor> bounds[2];
  bool known = isFloat(node.input(0).kind());
  for (unsigned i = 0; i < 2; ++i) {
    if (!node.has(i + 1))
      continue;
    bounds[i] = node.input(i + 1);
    if (bounds[i]->size() != 1)
      return node.error(node.inputName(i + 1) +
                        " must have one element, got shape " +
                        shapeString(bounds[i]->shape()));
    known &= bounds[i]->isConstant();
  }
  if (!known)
    return setClamped(node, bounds);
  return setClipped(node, bounds[0] ? bounds[0]->host().number(0) : -infinity,
                    bounds[1] ? bounds[1]->host().number(0) : infinity);
}

//===----------------------------------------------------------------------===//
// Activations of lf
//===----------------------------------------------------------------------===//

template <ActivationKind kind>
static LogicalResult importPlain(NodeContext &node) {
  MLIRContext *context = node.emit.builder.getContext();
  return setActivated(node, ActivationAttr::get(context, kind));
}

static LogicalResult importHardSigmoid(NodeContext &node) {
  double alpha = readParameter(node, "alpha", 0.2);
  double beta = readParameter(node, "beta", 0.5);
  MLIRContext *context = node.emit.builder.getContext();
  return setActivated(
      node,
      ActivationAttr::get(context, ActivationKind::HardSigmoid, {alpha, beta}));
}

static LogicalResult setLeaky(NodeContext &node, double alpha) {
  MLIRContext *context = node.emit.builder.getContext();
  return setActivated(
      node, ActivationAttr::get(context, ActivationKind::LeakyRelu, alpha));
}

static LogicalResult importLeakyRelu(NodeContext &node) {
  return setLeaky(node, readParameter(node, "alpha", 0.01));
}

static LogicalResult importPRelu(NodeContext &node) {
  const Tensor &input = node.input(0), &slope = node.input(1);
  if (failed(node.requireFloats()))
    return failure();
  Dims shape = node.broadcastShape({input, slope});
  if (node.hasFailed() || ArrayRef<int64_t>(shape) != input.shape())
    return node.error(node.inputName(1) + " of shape " +
                      shapeString(slope.shape()) + " does not broadcast to " +
                      shapeString(input.shape()));
  if (slope.isConstant() && slope.host().isSplat() &&
      !std::isnan(slope.host().number(0)))
    return setLeaky(node, slope.host().number(0));
  return setMapped(node, [&](Value x) {
    Formula f(node.emit);
    Value factor = node.emit.broadcast(slope, shape, ownPerm(input));
    return f.select(arith::CmpFPredicate::OLT, x, 0.0, f.mul(factor, x), x);
  });
}

//===----------------------------------------------------------------------===//
// Activations written out
//===----------------------------------------------------------------------===//

/// Defines the result as a formula of input 0.
static LogicalResult
setFormula(NodeContext &node,
           llvm::function_ref<Value(Formula &, Value)> formula) {
  if (failed(node.requireFloat(0)))
    return failure();
  return setMapped(node, [&](Value x) {
    Formula f(node.emit);
    return formula(f, x);
  });
}

/// x where x > 0, else scale * (exp(x / width) - 1).
static Value emitElu(Formula &f, Value x, double scale, double width = 1) {
  Value inner = width == 1 ? x : f.div(x, width);
  Value below = f.mul(f.expm1(inner), scale);
  return f.select(arith::CmpFPredicate::OGT, x, 0.0, x, below);
}

static LogicalResult importElu(NodeContext &node) {
  double alpha = readParameter(node, "alpha", 1.0);
  return setFormula(node,
                    [&](Formula &f, Value x) { return emitElu(f, x, alpha); });
}

static LogicalResult importCelu(NodeContext &node) {
  double alpha = readParameter(node, "alpha", 1.0);
  if (alpha == 0)
    return node.error("attribute 'alpha' must not be 0");
  return setFormula(
      node, [&](Formula &f, Value x) { return emitElu(f, x, alpha, alpha); });
}

static LogicalResult importSelu(NodeContext &node) {
  double alpha = readParameter(node, "alpha", 1.67326319217681884765625);
  double gamma = readParameter(node, "gamma", 1.05070102214813232421875);
  return setFormula(node, [&](Formula &f, Value x) {
    return f.mul(emitElu(f, x, alpha), gamma);
  });
}

static LogicalResult importThresholdedRelu(NodeContext &node) {
  double alpha = readParameter(node, "alpha", 1.0);
  return setFormula(node, [&](Formula &f, Value x) {
    return f.select(arith::CmpFPredicate::OGT, x, alpha, x, 0.0);
  });
}

/// log(1 + exp(x)), without an exp that overflows.
static Value emitSoftplus(Formula &f, Value x) {
  return f.add(f.max(x, 0.0), f.log1p(f.exp(f.neg(f.abs(x)))));
}

static LogicalResult importSoftplus(NodeContext &node) {
  return setFormula(node, emitSoftplus);
}

static LogicalResult importSoftsign(NodeContext &node) {
  return setFormula(
      node, [](Formula &f, Value x) { return f.div(x, f.add(f.abs(x), 1.0)); });
}

static LogicalResult importMish(NodeContext &node) {
  return setFormula(node, [](Formula &f, Value x) {
    return f.mul(x, f.tanh(emitSoftplus(f, x)));
  });
}

/// x / 2 * (1 + erf(x / sqrt(2))), or the same with an approximate erf:
/// tanh(sqrt(2 / pi) * (x + 0.044715 * x^3)).
static LogicalResult importGelu(NodeContext &node) {
  std::string mode = node.stringAttr("approximate", "none");
  if (mode != "none" && mode != "tanh")
    return node.error("approximate must be none or tanh, got '" + mode + "'");
  return setFormula(node, [&](Formula &f, Value x) {
    Value inner;
    if (mode == "none") {
      inner = f.erf(f.mul(x, std::sqrt(0.5)));
    } else {
      Value cube = f.mul(f.mul(x, x), x);
      Value sum = f.add(x, f.mul(cube, 0.044715));
      inner = f.tanh(f.mul(sum, std::sqrt(2 / std::acos(-1.0))));
    }
    return f.mul(f.mul(x, 0.5), f.add(inner, 1.0));
  });
}

void lf::importer::registerActivationOps(OpTable &table) {
  table.add("Celu", {12, 1, 1, importCelu});
  table.add("Clip", {7, 1, 3, importClip});
  table.add("Elu", {7, 1, 1, importElu});
  table.add("Gelu", {20, 1, 1, importGelu});
  table.add("HardSigmoid", {7, 1, 1, importHardSigmoid});
  table.add("HardSwish", {14, 1, 1, importPlain<ActivationKind::HardSwish>});
  table.add("LeakyRelu", {7, 1, 1, importLeakyRelu});
  table.add("Mish", {18, 1, 1, importMish});
  table.add("PRelu", {7, 2, 2, importPRelu});
  table.add("Relu", {7, 1, 1, importRelu});
  table.add("Selu", {7, 1, 1, importSelu});
  table.add("Sigmoid", {7, 1, 1, importPlain<ActivationKind::Sigmoid>});
  table.add("Softplus", {7, 1, 1, importSoftplus});
  table.add("Softsign", {7, 1, 1, importSoftsign});
  table.add("Tanh", {7, 1, 1, importPlain<ActivationKind::Tanh>});
  table.add("ThresholdedRelu", {10, 1, 1, importThresholdedRelu});
}
