#include "ramp/c/ramp.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <new>
#include <string_view>

#include "ramp/activation/activation.h"
#include "ramp/activation/split.h"
#include "ramp/activation/storage.h"
#include "ramp/base/threads.h"

namespace ramp {
namespace {

bool Overflows(size_t rows, size_t units) {
  const size_t most = std::numeric_limits<size_t>::max() / sizeof(float);
  return units != 0 && rows > most / units;
}

// What both calls have in common is right.
template <class Call>
int StatusOf(const Call& call) {
  if (call.activation >= Activations().size()) return RAMP_UNKNOWN_ACTIVATION;
  if (call.storage != RAMP_FLOAT32 && call.storage != RAMP_BFLOAT16 && call.storage != RAMP_FLOAT16) {
    return RAMP_UNKNOWN_STORAGE;
  }
  if (call.threads < 0) return RAMP_WRONG_THREADS;
  return Overflows(call.rows, call.units) ? RAMP_WRONG_SIZE : RAMP_OK;
}

template <class Call>
ActivationParameters ParametersOf(const Activation& activation, const Call& call) {
  ActivationParameters parameters = activation.initial_parameters();
  if (call.parameters != nullptr) std::copy_n(call.parameters, parameters.size(), parameters.begin());
  return parameters;
}

int ThreadsOf(int threads) { return threads == 0 ? Threads() : threads; }

Storage StorageOf(ramp_storage storage) { return storage == RAMP_BFLOAT16 ? Storage::kBfloat16 : Storage::kFloat16; }

// Value is what the large arrays hold.
template <class Arguments, class Value>
Arguments ForwardOf(const struct ramp_forward& call, const Activation& activation, ForwardStatistics* statistics) {
  Arguments a;
  a.rows = call.rows;
  a.units = call.units;
  a.input = static_cast<const Value*>(call.input);
  a.bias = call.bias;
  a.output = static_cast<Value*>(call.output);
  a.saved_input = static_cast<Value*>(call.saved_input);
  a.gates = call.gates;
  a.parameters = ParametersOf(activation, call);
  a.learned = call.learned;
  a.statistics = statistics;
  return a;
}

template <class Arguments, class Value>
Arguments BackwardOf(const struct ramp_backward& call, const Activation& activation) {
  Arguments a;
  a.rows = call.rows;
  a.units = call.units;
  a.gradient = static_cast<const Value*>(call.gradient);
  a.gates = call.gates;
  a.output = static_cast<const Value*>(call.output);
  a.input = static_cast<const Value*>(call.input);
  a.input_gradient = static_cast<Value*>(call.input_gradient);
  a.bias_gradient = call.bias_gradient;
  a.parameters = ParametersOf(activation, call);
  a.learned = call.learned;
  a.learned_gradient = call.learned_gradient;
  return a;
}

void Forward(const struct ramp_forward& call, ForwardStatistics* statistics) {
  const Activation& activation = Activations()[call.activation];
  const int threads = ThreadsOf(call.threads);
  if (call.storage == RAMP_FLOAT32) {
    ForwardOnThreads(KernelsOf(activation), ForwardOf<ForwardArguments, float>(call, activation, statistics), threads);
    return;
  }
  auto arguments = ForwardOf<NarrowForwardArguments, uint16_t>(call, activation, statistics);
  arguments.storage = StorageOf(call.storage);
  ForwardOnThreads(activation, arguments, threads);
}

void Backward(const struct ramp_backward& call) {
  const Activation& activation = Activations()[call.activation];
  const int threads = ThreadsOf(call.threads);
  if (call.storage == RAMP_FLOAT32) {
    BackwardOnThreads(KernelsOf(activation), BackwardOf<BackwardArguments, float>(call, activation), threads);
    return;
  }
  auto arguments = BackwardOf<NarrowBackwardArguments, uint16_t>(call, activation);
  arguments.storage = StorageOf(call.storage);
  BackwardOnThreads(activation, arguments, threads);
}

// There is what the activation saves, or the input.
bool HasSource(const struct ramp_backward& call) {
  const Saves saves = Activations()[call.activation].saves;
  // The learned parameter's gradient is a sum over the inputs.
  if (call.learned_gradient != nullptr) return call.input != nullptr;
  return call.input != nullptr || (saves == Saves::kGate && call.gates != nullptr) ||
         (saves == Saves::kOutput && call.output != nullptr);
}

}  // namespace
}  // namespace ramp

const char* ramp_message(int status) {
  switch (status) {
    case RAMP_OK:
      return "done";
    case RAMP_UNKNOWN_ACTIVATION:
      return "there is no activation of that name or index: ask ramp_activation_count and ramp_describe_activation";
    case RAMP_UNKNOWN_STORAGE:
      return "the storage is none of RAMP_FLOAT32, RAMP_BFLOAT16 and RAMP_FLOAT16";
    case RAMP_MISSING_ARRAY:
      return "an array that the call needs is null: the input and the output, or the gradients and what backward reads";
    case RAMP_WRONG_SIZE:
      return "rows times units is more than the address space holds";
    case RAMP_WRONG_THREADS:
      return "the number of threads is negative: give 0 for all cores";
    case RAMP_OUT_OF_MEMORY:
      return "there is no memory for the sums of the threads";
    default:
      return "this is no status of ramp";
  }
}

size_t ramp_activation_count(void) { return ramp::Activations().size(); }

int ramp_find_activation(const char* name, size_t* index) {
  if (name == nullptr || index == nullptr) return RAMP_MISSING_ARRAY;
  const ramp::Activation* found = ramp::FindActivationOrNull(name);
  if (found == nullptr) return RAMP_UNKNOWN_ACTIVATION;
  *index = static_cast<size_t>(found - ramp::Activations().data());
  return RAMP_OK;
}

int ramp_describe_activation(size_t index, struct ramp_activation* description) {
  if (description == nullptr) return RAMP_MISSING_ARRAY;
  if (index >= ramp::Activations().size()) return RAMP_UNKNOWN_ACTIVATION;
  const ramp::Activation& row = ramp::Activations()[index];
  // The texts of the table are literals, so they end in a zero.
  *description = {.name = row.name.data(),
                  .formula = row.formula.data(),
                  .derivative = row.derivative.data(),
                  .saves = static_cast<ramp_saves>(row.saves),
                  .low = row.low,
                  .high = row.high,
                  .parameter_count = row.parameters.size(),
                  .parameters = {row.initial_parameters()[0], row.initial_parameters()[1]},
                  .learned = row.learned() ? 1 : 0};
  return RAMP_OK;
}

size_t ramp_gate_words(size_t rows, size_t units) { return ramp::Gates::Words(rows, units); }

int ramp_forward(const struct ramp_forward* call) {
  if (call == nullptr) return RAMP_MISSING_ARRAY;
  if (const int status = ramp::StatusOf(*call); status != RAMP_OK) return status;
  if (call->rows == 0 || call->units == 0) return RAMP_OK;
  if (call->input == nullptr || call->output == nullptr) return RAMP_MISSING_ARRAY;
  try {
    ramp::ForwardStatistics statistics;
    if (call->statistics != nullptr) {
      const ramp_statistics& before = *call->statistics;
      statistics = {before.open, before.sum, before.squares, before.largest};
    }
    ramp::Forward(*call, call->statistics == nullptr ? nullptr : &statistics);
    if (call->statistics != nullptr) {
      *call->statistics = {statistics.open, statistics.sum, statistics.squares, statistics.largest};
    }
  } catch (const std::bad_alloc&) {
    return RAMP_OUT_OF_MEMORY;
  }
  return RAMP_OK;
}

int ramp_backward(const struct ramp_backward* call) {
  if (call == nullptr) return RAMP_MISSING_ARRAY;
  if (const int status = ramp::StatusOf(*call); status != RAMP_OK) return status;
  if (call->rows == 0 || call->units == 0) return RAMP_OK;
  if (call->gradient == nullptr || call->input_gradient == nullptr || !ramp::HasSource(*call)) {
    return RAMP_MISSING_ARRAY;
  }
  try {
    ramp::Backward(*call);
  } catch (const std::bad_alloc&) {
    return RAMP_OUT_OF_MEMORY;
  }
  return RAMP_OK;
}
