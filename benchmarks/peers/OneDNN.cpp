//===- OneDNN.cpp - oneDNN computes a row -----------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OneDNN.h"

#include "dnnl.hpp"

#include <dlfcn.h>
#include <unordered_map>

using namespace lfbench;
using dnnl::memory;

using Forward = dnnl::convolution_forward;
using Arguments = std::unordered_map<int, memory>;

static constexpr auto f32 = memory::data_type::f32;

//===----------------------------------------------------------------------===//
// Descriptions
//===----------------------------------------------------------------------===//

/// Dimensions in oneDNN's order, N x C x H x W.
static memory::dims getDims(const std::array<int64_t, 4> &nhwc) {
  return {nhwc[0], nhwc[3], nhwc[1], nhwc[2]};
}

static memory::desc getAny(const memory::dims &dims) {
  return {dims, f32, memory::format_tag::any};
}

/// The filter as it lies in the row.
static memory::desc getFilter(const Layer &layer) {
  int64_t c = layer.input[3], f = layer.output[3];
  auto [kh, kw] = layer.kernel;
  if (layer.depthwise)
    return {{c, 1, 1, kh, kw}, f32, memory::format_tag::hwigo};
  return {{f, c, kh, kw}, f32, memory::format_tag::hwio};
}

static memory::desc getBias(const Layer &layer) {
  return {{layer.output[3]}, f32, memory::format_tag::a};
}

static void appendActivation(dnnl::post_ops &postOps, const Layer &layer) {
  if (layer.activation == Layer::ReLU)
    postOps.append_eltwise(1, dnnl::algorithm::eltwise_relu, 0, 0);
  else if (layer.activation == Layer::ReLU6)
    postOps.append_eltwise(1, dnnl::algorithm::eltwise_clip, 0, 6);
}

static Forward::primitive_desc describe(const Layer &layer,
                                        const memory::desc &input,
                                        const dnnl::post_ops &postOps,
                                        const dnnl::engine &engine) {
  memory::dims strides(layer.strides.begin(), layer.strides.end());
  memory::dims before(layer.pads.begin(), layer.pads.begin() + 2);
  memory::dims after(layer.pads.begin() + 2, layer.pads.end());
  dnnl::primitive_attr attributes;
  attributes.set_post_ops(postOps);
  return {Forward::desc(dnnl::prop_kind::forward_inference,
                        dnnl::algorithm::convolution_auto, input,
                        getAny(getFilter(layer).dims()), getBias(layer),
                        getAny(getDims(layer.output)), strides, before, after),
          attributes, engine};
}

//===----------------------------------------------------------------------===//
// Primitives
//===----------------------------------------------------------------------===//

struct OneDNN::Impl {
  explicit Impl(const Row &row) : row(row) {}

  struct Step {
    dnnl::primitive primitive;
    Arguments arguments;
    std::string kernel;
  };

  /// Adds the kernel for the layer, or with `fused` for it and that one.
  void append(const Layer &layer, const Layer *fused, bool isLast);

  /// A copy of `values` in another layout.
  memory reorder(const memory::desc &from, const std::vector<float> &values,
                 const memory::desc &to);
  void setFilter(Arguments &arguments, int mask, const Layer &layer,
                 const memory::desc &desc);

  const Row &row;
  dnnl::engine engine{dnnl::engine::kind::cpu, 0};
  dnnl::stream stream{engine};
  std::vector<Step> steps;
  memory input, output;
};

memory OneDNN::Impl::reorder(const memory::desc &from,
                             const std::vector<float> &values,
                             const memory::desc &to) {
  memory source(from, engine, const_cast<float *>(values.data()));
  memory result(to, engine);
  dnnl::reorder(source, result).execute(stream, source, result);
  stream.wait();
  return result;
}

void OneDNN::Impl::setFilter(Arguments &arguments, int mask, const Layer &layer,
                             const memory::desc &desc) {
  arguments[mask | DNNL_ARG_WEIGHTS] =
      reorder(getFilter(layer), layer.filter, desc);
  arguments[mask | DNNL_ARG_BIAS] =
      reorder(getBias(layer), layer.bias, getBias(layer));
}

void OneDNN::Impl::append(const Layer &layer, const Layer *fused, bool isLast) {
  dnnl::post_ops postOps;
  if (isLast && row.addsInput)
    postOps.append_sum();
  appendActivation(postOps, layer);
  if (fused) {
    postOps.append_dw(f32, f32, f32, fused->kernel[0], fused->strides[0],
                      fused->pads[0], /*mask=*/0, /*scales=*/{});
    appendActivation(postOps, *fused);
  }
  Forward::primitive_desc desc =
      describe(layer, getAny(getDims(layer.input)), postOps, engine);
  auto query = [&](int argument) {
    return desc.query_md(dnnl::query::exec_arg_md, argument);
  };

  if (steps.empty()) {
    memory::desc asGiven(getDims(layer.input), f32, memory::format_tag::nhwc);
    input = reorder(asGiven, row.input, desc.src_desc());
  } else if (output.get_desc() != desc.src_desc()) {
    // The two kernels do not agree on what lies between them.
    memory between(desc.src_desc(), engine);
    steps.push_back({dnnl::reorder(output, between),
                     {{DNNL_ARG_FROM, output}, {DNNL_ARG_TO, between}},
                     "reorder"});
    output = between;
  }
  Arguments arguments;
  arguments[DNNL_ARG_SRC] = steps.empty() ? input : output;
  setFilter(arguments, 0, layer, desc.weights_desc());
  constexpr int depthwise = DNNL_ARG_ATTR_POST_OP_DW;
  if (fused)
    setFilter(arguments, depthwise, *fused,
              query(depthwise | DNNL_ARG_WEIGHTS));
  output = memory(query(DNNL_ARG_DST), engine);
  arguments[DNNL_ARG_DST] = output;
  steps.push_back({Forward(desc), arguments, desc.impl_info_str()});
}

//===----------------------------------------------------------------------===//
// OneDNN
//===----------------------------------------------------------------------===//

OneDNN::OneDNN(std::unique_ptr<Impl> impl) : impl(std::move(impl)) {}
OneDNN::~OneDNN() = default;

void OneDNN::setThreads(unsigned threads) {
  auto set = reinterpret_cast<void (*)(int)>(
      dlsym(RTLD_DEFAULT, "omp_set_num_threads"));
  if (set)
    set(static_cast<int>(threads));
}

std::string OneDNN::getVersion() {
  const dnnl::version_t *version = dnnl::version();
  return std::to_string(version->major) + "." + std::to_string(version->minor) +
         "." + std::to_string(version->patch);
}

/// Whether the depthwise post-op of the layer before can stand for `layer`.
static bool canBePostOp(const Layer &layer) {
  return layer.depthwise && layer.kernel == std::array<int64_t, 2>{3, 3} &&
         layer.pads == std::array<int64_t, 4>{1, 1, 1, 1};
}

std::unique_ptr<OneDNN> OneDNN::create(const Row &row, DepthwiseFusion fusion) {
  auto impl = std::make_unique<Impl>(row);
  bool fuses = false;
  try {
    for (size_t index = 0; index < row.layers.size(); ++index) {
      const Layer &layer = row.layers[index], *fused = nullptr;
      if (fusion == DepthwiseFusion::PostOp && !layer.depthwise &&
          layer.kernel == std::array<int64_t, 2>{1, 1} &&
          index + 1 < row.layers.size() && canBePostOp(row.layers[index + 1]))
        fused = &row.layers[++index];
      fuses |= fused != nullptr;
      impl->append(layer, fused, index + 1 == row.layers.size());
    }
  } catch (const dnnl::error &) {
    return nullptr;
  }
  if (fusion == DepthwiseFusion::PostOp && !fuses)
    return nullptr;
  return std::unique_ptr<OneDNN>(new OneDNN(std::move(impl)));
}

void OneDNN::run() {
  for (Impl::Step &step : impl->steps)
    step.primitive.execute(impl->stream, step.arguments);
  impl->stream.wait();
}

std::vector<float> OneDNN::compute() {
  const Layer &last = impl->row.layers.back();
  // What the sum is added to; later runs add to their own results.
  if (impl->row.addsInput)
    dnnl::reorder(impl->input, impl->output)
        .execute(impl->stream, impl->input, impl->output);
  run();
  std::vector<float> result(impl->row.outputSize);
  memory asGiven({getDims(last.output), f32, memory::format_tag::nhwc},
                 impl->engine, result.data());
  dnnl::reorder(impl->output, asGiven)
      .execute(impl->stream, impl->output, asGiven);
  impl->stream.wait();
  return result;
}

std::vector<std::string> OneDNN::getKernels() const {
  std::vector<std::string> kernels;
  for (const Impl::Step &step : impl->steps)
    kernels.push_back(step.kernel);
  return kernels;
}
