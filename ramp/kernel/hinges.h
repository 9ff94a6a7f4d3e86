// Piecewise-linear codes of numbers, and their products with a matrix in the time of three of its rows.
//
// A number x among the edges e_0 < e_1 < ... < e_B has the code c_t = clip((x - e_t) / (e_{t+1} - e_t), 0, 1): ones up
// to the bin that holds x, a fraction there, zeros above (Gorishniy, Rubachev and Babenko, 2022, "On embeddings for
// numerical features in tabular deep learning"). Its product with a matrix W is the sum of W's rows below the bin, and
// the fraction of the bin's row. With the sums of rows at hand, 48 bins cost what 2 cost.
//
// The limit: a row and column read two vectors of weights for each vector of units, and do one addition and one
// multiply-add, so reading from the first-level cache is the limit.
#ifndef RAMP_KERNEL_HINGES_H_
#define RAMP_KERNEL_HINGES_H_

#include <cstddef>
#include <cstdint>

namespace ramp {

// The places of numbers among the edges of their columns.
struct HingePlaces {
  size_t rows = 0, columns = 0;
  const int32_t* bins = nullptr;     // [rows, columns], the bin that holds the number; -1: the column has no code
  const float* fractions = nullptr;  // [rows, columns], how far into the bin
};

struct HingeForward {
  HingePlaces places = {};
  size_t bins = 0, units = 0;
  const float* weights = nullptr;  // [columns, bins, units]
  const float* below = nullptr;    // [columns, bins, units], the sums of the rows below each bin, see SumHinges
  float* sums = nullptr;           // [rows, units], to which the codes' products are added
};

struct HingeBackward {
  HingePlaces places = {};
  size_t bins = 0, units = 0;
  const float* gradient = nullptr;   // [rows, units], of the sums
  float* weight_gradient = nullptr;  // [columns, bins, units], set
  float* scratch = nullptr;          // [bins, units]
};

// below [columns, bins, units] of weights [columns, bins, units]: for each column the sums of the rows before each.
void SumHinges(const float* weights, size_t columns, size_t bins, size_t units, float* below);
// All three run on the calling thread, and add in one order on all instruction sets.
void AddHinges(const HingeForward& arguments);
void DifferentiateHinges(const HingeBackward& arguments);

}  // namespace ramp

#endif  // RAMP_KERNEL_HINGES_H_
