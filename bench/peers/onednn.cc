// oneDNN's eltwise primitives, made once for each task. Where the calling thread is one of several that share the work,
// oneDNN starts no others.
#include <oneapi/dnnl/dnnl.hpp>
#include <unordered_map>

#include "peers.h"

namespace peers {
namespace {

using dnnl::algorithm;
using dnnl::memory;

struct Kind {
  algorithm forward;
  // Backward reads the output where there is such an algorithm, as the other peers do.
  algorithm backward;
  bool from_output;
  float alpha;
};

Kind KindOf(Function function) {
  switch (function) {
    case Function::kRelu:
      return {algorithm::eltwise_relu, algorithm::eltwise_relu, false, 0};
    case Function::kLeakyRelu:
      return {algorithm::eltwise_relu, algorithm::eltwise_relu, false, kLeak};
    case Function::kElu:
      return {algorithm::eltwise_elu, algorithm::eltwise_elu_use_dst_for_bwd, true, 1};
    case Function::kSigmoid:
      return {algorithm::eltwise_logistic, algorithm::eltwise_logistic_use_dst_for_bwd, true, 0};
    case Function::kTanh:
      return {algorithm::eltwise_tanh, algorithm::eltwise_tanh_use_dst_for_bwd, true, 0};
    case Function::kGelu:
      return {algorithm::eltwise_gelu_erf, algorithm::eltwise_gelu_erf, false, 0};
    case Function::kSilu:
      return {algorithm::eltwise_swish, algorithm::eltwise_swish, false, 1};
    case Function::kSoftplus:
      return {algorithm::eltwise_soft_relu, algorithm::eltwise_soft_relu, false, 0};
    case Function::kHardswish:
      break;
  }
  return {algorithm::eltwise_hardswish, algorithm::eltwise_hardswish, false, 0};
}

const dnnl::engine& Engine() {
  static const dnnl::engine engine(dnnl::engine::kind::cpu, 0);
  return engine;
}

dnnl::stream& Stream() {
  static thread_local dnnl::stream stream(Engine());
  return stream;
}

Call CallOf(const dnnl::primitive& primitive, const std::unordered_map<int, memory>& arguments) {
  return [=] {
    primitive.execute(Stream(), arguments);
    Stream().wait();
  };
}

}  // namespace

Call PrepareOneDnn(const Task& task, const Arrays& arrays) {
  const Kind kind = KindOf(task.function);
  const memory::desc layout({static_cast<memory::dim>(arrays.size)}, memory::data_type::f32, memory::format_tag::a);
  const auto on = [&](const float* values) { return memory(layout, Engine(), const_cast<float*>(values)); };
  const dnnl::eltwise_forward::primitive_desc forward(
      {task.direction == Direction::kForward ? dnnl::prop_kind::forward_inference : dnnl::prop_kind::forward_training,
       kind.from_output && task.direction == Direction::kBackward ? kind.backward : kind.forward, layout, kind.alpha},
      Engine());
  const memory result = on(arrays.result);
  if (task.direction == Direction::kForward) {
    return CallOf(dnnl::eltwise_forward(forward),
                  {{DNNL_ARG_SRC, task.in_place ? result : on(arrays.input)}, {DNNL_ARG_DST, result}});
  }
  const dnnl::eltwise_backward::primitive_desc backward({kind.backward, layout, layout, kind.alpha}, Engine(), forward);
  return CallOf(dnnl::eltwise_backward(backward),
                {{kind.from_output ? DNNL_ARG_DST : DNNL_ARG_SRC, on(kind.from_output ? arrays.output : arrays.input)},
                 {DNNL_ARG_DIFF_DST, task.in_place ? result : on(arrays.gradient)},
                 {DNNL_ARG_DIFF_SRC, result}});
}

}  // namespace peers
