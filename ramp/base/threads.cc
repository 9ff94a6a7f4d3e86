#include "ramp/base/threads.h"

#include <omp.h>

namespace ramp {

void SetThreads(int threads) { omp_set_num_threads(threads > 0 ? threads : omp_get_num_procs()); }

int Threads() { return omp_get_max_threads(); }

}  // namespace ramp
