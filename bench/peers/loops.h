// Plain loops as people write them, compiled twice with different options: nothing but plain types crosses here.
#ifndef BENCH_PEERS_LOOPS_H_
#define BENCH_PEERS_LOOPS_H_

#include <cstddef>

namespace peers {

using ForwardLoop = void (*)(const float* x, float* y, size_t size);
// `saved` is the input for relu and leaky relu, else the output.
using BackwardLoop = void (*)(const float* gradient, const float* saved, float* result, size_t size);

struct Loops {
  ForwardLoop relu, leaky_relu, elu, sigmoid, tanh, gelu, silu, softplus, hardswish, relu_in_place;
  BackwardLoop relu_back, leaky_relu_back, elu_back, sigmoid_back, tanh_back, relu_back_in_place;
};
extern const Loops loops_strict;
extern const Loops loops_fast;

}  // namespace peers

#endif  // BENCH_PEERS_LOOPS_H_
