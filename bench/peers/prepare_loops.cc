// The plain loops as peers.
#include "loops.h"
#include "peers.h"

namespace peers {
namespace {

ForwardLoop ForwardOf(const Loops& loops, const Task& task) {
  switch (task.function) {
    case Function::kRelu:
      return task.in_place ? loops.relu_in_place : loops.relu;
    case Function::kLeakyRelu:
      return loops.leaky_relu;
    case Function::kElu:
      return loops.elu;
    case Function::kSigmoid:
      return loops.sigmoid;
    case Function::kTanh:
      return loops.tanh;
    case Function::kGelu:
      return loops.gelu;
    case Function::kSilu:
      return loops.silu;
    case Function::kSoftplus:
      return loops.softplus;
    case Function::kHardswish:
      return loops.hardswish;
  }
  return nullptr;
}

BackwardLoop BackwardOf(const Loops& loops, const Task& task) {
  switch (task.function) {
    case Function::kRelu:
      return task.in_place ? loops.relu_back_in_place : loops.relu_back;
    case Function::kLeakyRelu:
      return loops.leaky_relu_back;
    case Function::kElu:
      return loops.elu_back;
    case Function::kSigmoid:
      return loops.sigmoid_back;
    case Function::kTanh:
      return loops.tanh_back;
    default:
      return nullptr;
  }
}

Call CallOf(const Loops& loops, const Task& task, const Arrays& a) {
  if (task.direction == Direction::kForward) {
    return [loop = ForwardOf(loops, task), a] { loop(a.input, a.result, a.size); };
  }
  const bool from_input = task.function == Function::kRelu || task.function == Function::kLeakyRelu;
  const BackwardLoop loop = BackwardOf(loops, task);
  if (loop == nullptr) return {};
  return [loop, a, saved = from_input ? a.input : a.output] { loop(a.gradient, saved, a.result, a.size); };
}

bool CallsTheMathematicalLibrary(const Task& task) {
  return task.direction == Direction::kForward && task.function != Function::kRelu &&
         task.function != Function::kLeakyRelu && task.function != Function::kHardswish;
}

}  // namespace

Call PrepareLoop(const Task& task, const Arrays& arrays) {
  if (CallsTheMathematicalLibrary(task)) return {};
  return CallOf(loops_strict, task, arrays);
}

Call PrepareFastLoop(const Task& task, const Arrays& arrays) { return CallOf(loops_fast, task, arrays); }

}  // namespace peers
