// How exact the peers are: what a time is worth depends on it.
#ifndef BENCH_PEERS_ACCURACY_H_
#define BENCH_PEERS_ACCURACY_H_

#include <optional>

#include "peers.h"

namespace peers {

// The greatest error against the reference in double precision, in units in the last place of the exact result;
// infinite where a number becomes none, or none a number.
struct Accuracy {
  double near = 0;  // over inputs in [-4, 4]
  double far = 0;   // over inputs of all sizes and both signs, 1e-40 to 1e38, those in [-120, 120] most often
};

// Nothing when the peer has no such function.
std::optional<Accuracy> AccuracyOf(const Peer& peer, const Task& task);

// Throws std::runtime_error when a result on the arrays, of inputs in which everybody is right, is off by more than a
// thousandth.
void CheckRoughly(std::string_view who, const Task& task, const Arrays& arrays);

}  // namespace peers

#endif  // BENCH_PEERS_ACCURACY_H_
