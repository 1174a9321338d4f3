//===- OneDNN.cpp - a second opinion ----------------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OneDNN.h"

#ifndef LF_HAVE_ONEDNN

bool lftest::haveOneDNN() { return false; }

std::vector<float> lftest::computeConvByOneDNN(const Conv &,
                                               const std::vector<float> &,
                                               const std::vector<float> &,
                                               const std::vector<float> &) {
  return {};
}

bool lftest::applyByOneDNN(const Activation &, std::vector<float> &) {
  return false;
}

#else

#include "dnnl.hpp"

#include <optional>
#include <unordered_map>

using namespace lftest;
using dnnl::memory;

bool lftest::haveOneDNN() { return true; }

static dnnl::engine &getEngine() {
  static dnnl::engine engine(dnnl::engine::kind::cpu, 0);
  return engine;
}

/// `values` as oneDNN sees them; they are read, or written where they are an
/// output.
static memory getMemory(const memory::desc &desc,
                        const std::vector<float> &values) {
  return memory(desc, getEngine(), const_cast<float *>(values.data()));
}

std::vector<float> lftest::computeConvByOneDNN(const Conv &conv,
                                               const std::vector<float> &input,
                                               const std::vector<float> &filter,
                                               const std::vector<float> &bias) {
  using tag = memory::format_tag;
  constexpr auto f32 = memory::data_type::f32;
  // Dimensions in oneDNN's order; the tags tell how they lie in memory.
  memory::desc inputDesc({conv.n, conv.c, conv.h, conv.w}, f32, tag::nhwc);
  memory::desc filterDesc({conv.groups, conv.f / conv.groups,
                           conv.c / conv.groups, conv.kh, conv.kw},
                          f32, tag::hwigo);
  memory::desc biasDesc({conv.f}, f32, tag::a);
  memory::desc outputDesc(
      {conv.n, conv.f, conv.getOutputHeight(), conv.getOutputWidth()}, f32,
      tag::nhwc);
  memory::dims strides(conv.strides, conv.strides + 2);
  memory::dims dilations = {conv.dilations[0] - 1, conv.dilations[1] - 1};
  memory::dims before(conv.pads, conv.pads + 2);
  memory::dims after(conv.pads + 2, conv.pads + 4);

  using Forward = dnnl::convolution_forward;
  constexpr auto kind = dnnl::prop_kind::forward_inference;
  constexpr auto algorithm = dnnl::algorithm::convolution_direct;
  Forward::desc desc =
      bias.empty()
          ? Forward::desc(kind, algorithm, inputDesc, filterDesc, outputDesc,
                          strides, dilations, before, after)
          : Forward::desc(kind, algorithm, inputDesc, filterDesc, biasDesc,
                          outputDesc, strides, dilations, before, after);
  Forward forward(Forward::primitive_desc(desc, getEngine()));

  std::vector<float> output(conv.getOutputSize());
  std::unordered_map<int, memory> arguments = {
      {DNNL_ARG_SRC, getMemory(inputDesc, input)},
      {DNNL_ARG_WEIGHTS, getMemory(filterDesc, filter)},
      {DNNL_ARG_DST, getMemory(outputDesc, output)}};
  if (!bias.empty())
    arguments.insert({DNNL_ARG_BIAS, getMemory(biasDesc, bias)});
  dnnl::stream stream(getEngine());
  forward.execute(stream, arguments);
  stream.wait();
  return output;
}

namespace {

struct Eltwise {
  dnnl::algorithm algorithm;
  double alpha = 0, beta = 0;
};

} // namespace

static std::optional<Eltwise> getEltwise(const Activation &activation) {
  using dnnl::algorithm;
  const std::string &name = activation.name;
  const std::vector<double> &params = activation.params;
  if (name == "relu")
    return Eltwise{algorithm::eltwise_relu};
  if (name == "relu6")
    return Eltwise{algorithm::eltwise_clip_v2, 0, 6};
  if (name == "clip")
    return Eltwise{algorithm::eltwise_clip_v2, params[0], params[1]};
  if (name == "leaky_relu")
    return Eltwise{algorithm::eltwise_relu, params[0]};
  if (name == "sigmoid")
    return Eltwise{algorithm::eltwise_logistic};
  if (name == "hardswish")
    return Eltwise{algorithm::eltwise_hardswish};
  if (name == "silu")
    return Eltwise{algorithm::eltwise_swish, 1};
  if (name == "tanh")
    return Eltwise{algorithm::eltwise_tanh};
  return std::nullopt;
}

bool lftest::applyByOneDNN(const Activation &activation,
                           std::vector<float> &values) {
  if (activation.name == "none")
    return true;
  std::optional<Eltwise> eltwise = getEltwise(activation);
  if (!eltwise)
    return false;
  memory::desc desc({static_cast<memory::dim>(values.size())},
                    memory::data_type::f32, memory::format_tag::a);
  using Forward = dnnl::eltwise_forward;
  Forward forward(Forward::primitive_desc(
      Forward::desc(dnnl::prop_kind::forward_inference, eltwise->algorithm,
                    desc, static_cast<float>(eltwise->alpha),
                    static_cast<float>(eltwise->beta)),
      getEngine()));
  dnnl::stream stream(getEngine());
  forward.execute(stream, {{DNNL_ARG_SRC, getMemory(desc, values)},
                           {DNNL_ARG_DST, getMemory(desc, values)}});
  stream.wait();
  return true;
}

#endif // LF_HAVE_ONEDNN
