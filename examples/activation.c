/* An activation in C: forward with gates and statistics, and back. */
#include <stdio.h>

#include "ramp/c/ramp.h"

int main(void) {
  float x[4] = {-2.0f, -0.5f, 1.0f, 3.0f}, y[4], gradient[4] = {1, 1, 1, 1};
  uint64_t gates[1];
  struct ramp_statistics statistics = {0, 0, 0, 0};
  struct ramp_forward forward = {.rows = 1, .units = 4, .input = x, .output = y, .gates = gates};
  struct ramp_backward backward = {.rows = 1, .units = 4, .gradient = gradient, .gates = gates};
  int status = ramp_find_activation("relu", &forward.activation);
  forward.statistics = &statistics;
  if (status == RAMP_OK) status = ramp_forward(&forward);
  backward.activation = forward.activation;
  backward.input_gradient = gradient; /* in place */
  if (status == RAMP_OK) status = ramp_backward(&backward);
  if (status != RAMP_OK) {
    fprintf(stderr, "%s\n", ramp_message(status));
    return 1;
  }
  printf("outputs %g %g %g %g\n", y[0], y[1], y[2], y[3]);
  printf("gradients %g %g %g %g\n", gradient[0], gradient[1], gradient[2], gradient[3]);
  printf("%d of 4 gates are open, the largest output is %g\n", (int)statistics.open, statistics.largest);
  return 0;
}
