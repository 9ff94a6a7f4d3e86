// What is compared, and with whom.
#ifndef BENCH_PEERS_PEERS_H_
#define BENCH_PEERS_PEERS_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>

namespace peers {

enum class Function { kRelu, kLeakyRelu, kElu, kSigmoid, kTanh, kGelu, kSilu, kSoftplus, kHardswish };
inline constexpr float kLeak = 0.01f;

enum class Direction { kForward, kBackward };

struct Task {
  Function function;
  Direction direction = Direction::kForward;
  // The result overwrites what it is computed from: the input, or the upstream gradient.
  bool in_place = false;
};

// Arrays of `size` elements. A backward pass reads what it likes best of input, output and gates.
struct Arrays {
  size_t size = 0;
  const float* input = nullptr;
  const float* output = nullptr;    // of the function, rounded to floats
  const float* gradient = nullptr;  // the upstream one; in place it is the result
  const uint64_t* gates = nullptr;
  float* result = nullptr;
};

// Does the task once, on the calling thread.
using Call = std::function<void()>;

struct Peer {
  std::string_view name;
  // Empty when the peer has no such function.
  Call (*prepare)(const Task& task, const Arrays& arrays);
};

Call PrepareRamp(const Task& task, const Arrays& arrays);
Call PrepareOneDnn(const Task& task, const Arrays& arrays);
Call PrepareXnnpack(const Task& task, const Arrays& arrays);
Call PrepareEigen(const Task& task, const Arrays& arrays);
Call PrepareSleef(const Task& task, const Arrays& arrays);

// Plain loops, by the compiler's own means: as they stand, and with -ffast-math. Without it, those that call the
// mathematical library are not vectorised, so that there nobody leaves it away.
Call PrepareLoop(const Task& task, const Arrays& arrays);
Call PrepareFastLoop(const Task& task, const Arrays& arrays);

// Ramp first.
inline constexpr Peer kPeers[] = {{"ramp", PrepareRamp},         {"oneDNN", PrepareOneDnn}, {"XNNPACK", PrepareXnnpack},
                                  {"Eigen", PrepareEigen},       {"SLEEF", PrepareSleef},   {"loop", PrepareLoop},
                                  {"loop-fast", PrepareFastLoop}};

}  // namespace peers

#endif  // BENCH_PEERS_PEERS_H_
