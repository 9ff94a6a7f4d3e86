/* The C interface, as a C program uses it. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ramp/c/ramp.h"

enum { kRows = 3, kUnits = 70, kSize = kRows * kUnits, kLarge = 100000 };

static int failures = 0;

#define EXPECT(condition)                                               \
  do {                                                                  \
    if (!(condition)) {                                                 \
      ++failures;                                                       \
      fprintf(stderr, "line %d: not true: %s\n", __LINE__, #condition); \
    }                                                                   \
  } while (0)

static size_t Find(const char* name) {
  size_t index = 0;
  EXPECT(ramp_find_activation(name, &index) == RAMP_OK);
  return index;
}

static void TheFamilyIsListed(void) {
  size_t i, found;
  struct ramp_activation row;
  EXPECT(ramp_activation_count() > 20);
  for (i = 0; i < ramp_activation_count(); ++i) {
    EXPECT(ramp_describe_activation(i, &row) == RAMP_OK);
    EXPECT(ramp_find_activation(row.name, &found) == RAMP_OK && found == i);
    EXPECT(strlen(row.formula) > 0 && strlen(row.derivative) > 0);
    EXPECT(row.parameter_count <= 2 && row.low < row.high);
  }
  EXPECT(ramp_describe_activation(Find("leaky_relu"), &row) == RAMP_OK);
  EXPECT(row.parameter_count == 1 && row.parameters[0] == 0.01f && !row.learned && row.saves == RAMP_SAVES_GATES);
  EXPECT(ramp_describe_activation(Find("prelu"), &row) == RAMP_OK && row.learned);
}

static void ReluGoesForwardAndBackward(void) {
  static float x[kSize], y[kSize], sums[kSize], gradient[kSize], bias[kUnits], bias_gradient[kUnits];
  static uint64_t gates[kRows * 2];
  struct ramp_statistics statistics = {0, 0, 0, 0};
  struct ramp_forward forward = {.rows = kRows, .units = kUnits, .threads = 1};
  struct ramp_backward backward = {.rows = kRows, .units = kUnits, .threads = 1};
  uint64_t open = 0;
  size_t i;
  EXPECT(ramp_gate_words(kRows, kUnits) == kRows * 2);
  for (i = 0; i < kSize; ++i) {
    x[i] = (float)i - 100;
    gradient[i] = 2;
  }
  for (i = 0; i < kUnits; ++i) bias[i] = 0.5f;
  forward.activation = backward.activation = Find("relu");
  forward.input = x;
  forward.output = y;
  forward.bias = bias;
  forward.saved_input = sums;
  forward.gates = gates;
  forward.statistics = &statistics;
  EXPECT(ramp_forward(&forward) == RAMP_OK);
  backward.gradient = gradient;
  backward.gates = gates;
  backward.input_gradient = gradient;
  backward.bias_gradient = bias_gradient;
  EXPECT(ramp_backward(&backward) == RAMP_OK);
  for (i = 0; i < kSize; ++i) {
    const size_t row = i / kUnits, unit = i % kUnits;
    const int is_open = x[i] + 0.5f > 0;
    open += (uint64_t)is_open;
    EXPECT(sums[i] == x[i] + 0.5f);
    EXPECT(y[i] == (is_open ? sums[i] : 0));
    EXPECT((gates[row * 2 + unit / 64] >> (unit % 64) & 1) == (uint64_t)is_open);
    EXPECT(gradient[i] == (is_open ? 2 : 0));
  }
  EXPECT(statistics.open == open && statistics.largest == y[kSize - 1] && statistics.sum > 0);
  EXPECT(bias_gradient[0] == 2 && bias_gradient[kUnits - 1] == 4);
}

static void ParametersAreTaken(void) {
  const float slope[2] = {0.5f, 0};
  const float x = -4;
  float y = 0;
  struct ramp_forward call = {.rows = 1, .units = 1, .input = &x, .output = &y, .parameters = slope};
  call.activation = Find("leaky_relu");
  EXPECT(ramp_forward(&call) == RAMP_OK && y == -2);
  call.parameters = NULL;
  EXPECT(ramp_forward(&call) == RAMP_OK && y == -4 * 0.01f);
}

static void SixteenBitsAreRounded(void) {
  uint16_t half[3] = {0xc000, 0x3c00, 0x7e00};     /* -2, 1, NaN */
  uint16_t brain[3] = {0xc000, 0x3f80, 0x7fc0};    /* the same */
  uint16_t gradient[3] = {0x3c00, 0x3c00, 0x3c00}; /* 1 */
  struct ramp_forward call = {.rows = 1, .units = 3, .storage = RAMP_FLOAT16, .input = half, .output = half};
  struct ramp_backward back = {.rows = 1, .units = 3, .storage = RAMP_FLOAT16, .gradient = gradient};
  call.activation = back.activation = Find("leaky_relu");
  back.input = half;
  back.input_gradient = gradient;
  EXPECT(ramp_forward(&call) == RAMP_OK);
  EXPECT(half[0] == 0xa51f); /* -0.02 */
  EXPECT(half[1] == 0x3c00 && (half[2] & 0x7fff) > 0x7c00);
  EXPECT(ramp_backward(&back) == RAMP_OK);
  EXPECT(gradient[0] == 0x211f && gradient[1] == 0x3c00);
  call.storage = RAMP_BFLOAT16;
  call.input = call.output = brain;
  EXPECT(ramp_forward(&call) == RAMP_OK);
  EXPECT(brain[0] == 0xbca4 && brain[1] == 0x3f80 && (brain[2] & 0x7fff) > 0x7f80);
}

static void ManyThreadsGiveTheSame(void) {
  static float x[kLarge], one[kLarge], many[kLarge];
  struct ramp_forward call = {.rows = 1, .units = kLarge, .threads = 1, .input = x, .output = one};
  size_t i;
  for (i = 0; i < kLarge; ++i) x[i] = (float)i / 1000 - 50;
  call.activation = Find("gelu");
  EXPECT(ramp_forward(&call) == RAMP_OK);
  call.output = many;
  call.threads = 3;
  EXPECT(ramp_forward(&call) == RAMP_OK && memcmp(one, many, sizeof(one)) == 0);
  call.threads = 0;
  EXPECT(ramp_forward(&call) == RAMP_OK && memcmp(one, many, sizeof(one)) == 0);
}

static void MistakesAreReturned(void) {
  float x[2] = {1, 2};
  size_t index;
  struct ramp_activation row;
  const struct ramp_forward good = {.rows = 1, .units = 2, .input = x, .output = x};
  struct ramp_forward call = good;
  struct ramp_backward back = {.rows = 1, .units = 2, .gradient = x, .input_gradient = x};
  int status;
  EXPECT(ramp_find_activation("rellu", &index) == RAMP_UNKNOWN_ACTIVATION);
  EXPECT(ramp_find_activation(NULL, &index) == RAMP_MISSING_ARRAY);
  EXPECT(ramp_describe_activation(ramp_activation_count(), &row) == RAMP_UNKNOWN_ACTIVATION);
  EXPECT(ramp_forward(NULL) == RAMP_MISSING_ARRAY && ramp_backward(NULL) == RAMP_MISSING_ARRAY);
  call.activation = ramp_activation_count();
  EXPECT(ramp_forward(&call) == RAMP_UNKNOWN_ACTIVATION);
  call = good;
  call.output = NULL;
  EXPECT(ramp_forward(&call) == RAMP_MISSING_ARRAY);
  call.rows = 0;
  EXPECT(ramp_forward(&call) == RAMP_OK);
  call = good;
  call.storage = (enum ramp_storage)3;
  EXPECT(ramp_forward(&call) == RAMP_UNKNOWN_STORAGE);
  call = good;
  call.threads = -1;
  EXPECT(ramp_forward(&call) == RAMP_WRONG_THREADS);
  call = good;
  call.rows = (size_t)-1;
  EXPECT(ramp_forward(&call) == RAMP_WRONG_SIZE);
  back.activation = Find("gelu");
  EXPECT(ramp_backward(&back) == RAMP_MISSING_ARRAY);
  back.input = x;
  EXPECT(ramp_backward(&back) == RAMP_OK);
  for (status = RAMP_OK; status <= RAMP_OUT_OF_MEMORY; ++status) {
    EXPECT(strcmp(ramp_message(status), ramp_message(-1)) != 0);
  }
}

int main(void) {
  TheFamilyIsListed();
  ReluGoesForwardAndBackward();
  ParametersAreTaken();
  SixteenBitsAreRounded();
  ManyThreadsGiveTheSame();
  MistakesAreReturned();
  return failures == 0 ? 0 : 1;
}
