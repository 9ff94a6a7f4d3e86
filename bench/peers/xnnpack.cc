// XNNPACK's operators, which have no way back.
#include <xnnpack.h>

#include <limits>
#include <memory>
#include <stdexcept>

#include "peers.h"

namespace peers {
namespace {

void Check(xnn_status status) {
  if (status != xnn_status_success) throw std::runtime_error("XNNPACK refused an operator");
}

xnn_operator_t Create(Function function) {
  constexpr float kMost = std::numeric_limits<float>::infinity();
  xnn_operator_t made = nullptr;
  switch (function) {
    case Function::kRelu:
      Check(xnn_create_clamp_nc_f32(1, 1, 1, 0, kMost, 0, &made));
      break;
    case Function::kLeakyRelu:
      Check(xnn_create_leaky_relu_nc_f32(1, 1, 1, kLeak, 0, &made));
      break;
    case Function::kElu:
      Check(xnn_create_elu_nc_f32(1, 1, 1, 1, 0, &made));
      break;
    case Function::kSigmoid:
      Check(xnn_create_sigmoid_nc_f32(1, 1, 1, 0, &made));
      break;
    case Function::kHardswish:
      Check(xnn_create_hardswish_nc_f32(1, 1, 1, 0, &made));
      break;
    default:
      break;
  }
  return made;
}

void Setup(Function function, xnn_operator_t made, const Arrays& arrays, const float* input) {
  const auto setup = [&](auto* with) { Check(with(made, arrays.size, input, arrays.result, nullptr)); };
  switch (function) {
    case Function::kRelu:
      return setup(xnn_setup_clamp_nc_f32);
    case Function::kLeakyRelu:
      return setup(xnn_setup_leaky_relu_nc_f32);
    case Function::kElu:
      return setup(xnn_setup_elu_nc_f32);
    case Function::kSigmoid:
      return setup(xnn_setup_sigmoid_nc_f32);
    default:
      return setup(xnn_setup_hardswish_nc_f32);
  }
}

}  // namespace

Call PrepareXnnpack(const Task& task, const Arrays& arrays) {
  if (task.direction == Direction::kBackward) return {};
  Check(xnn_initialize(nullptr));
  const std::shared_ptr<xnn_operator> made(Create(task.function), xnn_delete_operator);
  if (!made) return {};
  Setup(task.function, made.get(), arrays, task.in_place ? arrays.result : arrays.input);
  return [made] { xnn_run_operator(made.get(), nullptr); };
}

}  // namespace peers
