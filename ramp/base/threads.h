// How many cores ramp uses. The number belongs to the calling thread, as OpenMP has it: a program that trains in a
// thread of its own sets it there.
#ifndef RAMP_BASE_THREADS_H_
#define RAMP_BASE_THREADS_H_

namespace ramp {

// The number of threads that loops and products use from now on. 0 stands for all cores.
void SetThreads(int threads);
int Threads();

}  // namespace ramp

#endif  // RAMP_BASE_THREADS_H_
