// Softmax by rows.
#ifndef RAMP_KERNEL_SOFTMAX_H_
#define RAMP_KERNEL_SOFTMAX_H_

#include <cstddef>

namespace ramp {

// probabilities [rows, classes] of logits [rows, classes], computed from the difference to each row's maximum so that
// nothing overflows; the two may be the same array. log_normalizer [rows], if not null, gets log(sum(exp(logits))):
// the cross-entropy of label c is log_normalizer - logits[c]. A NaN in a row makes the row NaN.
void Softmax(const float* logits, size_t rows, size_t classes, float* probabilities, float* log_normalizer);

}  // namespace ramp

#endif  // RAMP_KERNEL_SOFTMAX_H_
