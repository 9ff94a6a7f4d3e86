// How many cores ramp uses: one number for the whole process.
#ifndef RAMP_BASE_THREADS_H_
#define RAMP_BASE_THREADS_H_

namespace ramp {

// The number of threads that loops and products use from now on. 0 stands for all cores.
void SetThreads(int threads);
int Threads();

}  // namespace ramp

#endif  // RAMP_BASE_THREADS_H_
