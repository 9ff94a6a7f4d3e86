/* The activations of ramp for C99, and for the languages that call C.
 *
 * Arrays are [rows, units], row-major and dense; a flat array of n values is rows = 1, units = n. Any length and any
 * alignment will do. Structs are filled by name and the rest left zero, which stands for "none" or "as usual":
 *
 *     struct ramp_forward call = {.activation = index, .rows = 1, .units = n, .input = x, .output = y};
 *     int status = ramp_forward(&call);
 *     if (status != RAMP_OK) fputs(ramp_message(status), stderr);
 *
 * Every function may be called from any thread. Nothing is printed, and no call ends the program. */
#ifndef RAMP_C_RAMP_H_
#define RAMP_C_RAMP_H_

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What the functions return. */
enum ramp_status {
  RAMP_OK = 0,
  RAMP_UNKNOWN_ACTIVATION = 1, /* no such name or index */
  RAMP_UNKNOWN_STORAGE = 2,
  RAMP_MISSING_ARRAY = 3, /* a pointer is null that the call needs */
  RAMP_WRONG_SIZE = 4,    /* the arrays would be larger than the address space */
  RAMP_WRONG_THREADS = 5, /* a negative number */
  RAMP_OUT_OF_MEMORY = 6
};
/* A sentence in English, of a status that is none of them too. */
const char* ramp_message(int status);

/* The numbers in the large arrays. All arithmetic is in floats; 16-bit results are rounded to nearest, ties to even. */
enum ramp_storage {
  RAMP_FLOAT32 = 0,  /* float */
  RAMP_BFLOAT16 = 1, /* uint16_t: the upper half of a float */
  RAMP_FLOAT16 = 2   /* uint16_t: IEEE 754 binary16 */
};

/* The least that ramp_backward reads; it can always do with the input. */
enum ramp_saves { RAMP_SAVES_GATES = 0, RAMP_SAVES_OUTPUT = 1, RAMP_SAVES_INPUT = 2 };

/* The family: indices run from 0 to ramp_activation_count() - 1, and may change with the version of ramp. */
size_t ramp_activation_count(void);
int ramp_find_activation(const char* name, size_t* index);

struct ramp_activation {
  const char* name; /* these live as long as the program */
  const char* formula;
  const char* derivative;
  enum ramp_saves saves;
  double low, high;       /* the range of the output */
  size_t parameter_count; /* 0 to 2 */
  float parameters[2];    /* the usual values */
  int learned;            /* not 0: the first parameter has a value per unit, which is trained */
};
int ramp_describe_activation(size_t index, struct ramp_activation* description);

/* Gates are one bit per unit, whether it lets its input through: bit u % 64 of word u / 64 of a row. A row begins on a
 * word; the spare bits of its last word are 0. */
size_t ramp_gate_words(size_t rows, size_t units);

/* What a forward pass can say of its outputs without reading them again; it is added to what is there. */
struct ramp_statistics {
  uint64_t open;  /* gates */
  double sum;     /* of the outputs */
  double squares; /* of the outputs, summed */
  float largest;  /* absolute value of an output; NaN if one of them is NaN */
};

struct ramp_forward {
  size_t activation; /* its index */
  enum ramp_storage storage;
  int threads; /* 0: all cores, or what OMP_NUM_THREADS says; 1: the calling thread */
  size_t rows, units;
  const void* input;                  /* [rows, units] */
  void* output;                       /* [rows, units], may be the input itself */
  const float* bias;                  /* [units], added to the input first; may be null */
  void* saved_input;                  /* [rows, units], input + bias is kept here; may be null, or the input itself */
  uint64_t* gates;                    /* [ramp_gate_words(rows, units)]; may be null */
  const float* parameters;            /* [2]; null: the usual ones */
  const float* learned;               /* [units], the learned parameter in place of parameters[0]; may be null */
  struct ramp_statistics* statistics; /* may be null */
};
int ramp_forward(const struct ramp_forward* call);

struct ramp_backward {
  size_t activation;
  enum ramp_storage storage;
  int threads;
  size_t rows, units;
  const void* gradient;    /* [rows, units], dL/dy */
  const uint64_t* gates;   /* what the activation saves, or the input */
  const void* output;      /* [rows, units] */
  const void* input;       /* [rows, units], after the bias */
  void* input_gradient;    /* [rows, units], dL/dx; may be the gradient itself */
  float* bias_gradient;    /* [units], the column sums of dL/dx are added to it; may be null */
  const float* parameters; /* [2]; null: the usual ones */
  const float* learned;    /* [units]; may be null */
  float* learned_gradient; /* [units], dL/dparameter is added to it; may be null */
};
int ramp_backward(const struct ramp_backward* call);

#ifdef __cplusplus
}
#endif

#endif /* RAMP_C_RAMP_H_ */
