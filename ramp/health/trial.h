// The comparison of two twins: both are examined on the same rows that no training has seen, batch by batch.
#ifndef RAMP_HEALTH_TRIAL_H_
#define RAMP_HEALTH_TRIAL_H_

#include <cstdint>
#include <vector>

#include "ramp/data/source.h"
#include "ramp/network/network.h"

namespace ramp {

struct TrialScore {
  std::vector<double> losses = {};  // the mean of each batch; empty: there is nothing to examine, it diverged
  double loss = 0;                  // over all rows; infinite where one of them is not finite
  double score = 0;                 // accuracy, or R2
};

// Of a training that diverged.
TrialScore Diverged();

class Examiner {
 public:
  // On at most 1024 rows of the validation part; where there is none, on rows of the training part. `balanced`: each
  // class counts the same. The data must outlive the examiner.
  Examiner(const TrainingData& data, bool balanced);

  TrialScore Examine(const Network& network) const;
  size_t rows() const { return rows_.size(); }

 private:
  const TrainingData& data_;
  std::vector<float> class_weights_;
  std::vector<uint32_t> rows_;
  size_t batch_;
};

// How surely `treated` has the lower losses: Wilcoxon's signed-rank statistic (1945) of the differences, batch by
// batch, in its deviations around what chance gives; a few batches with enormous losses do not decide. 0 where nothing
// can be said; infinite where the other diverged.
double SignedRank(const TrialScore& untreated, const TrialScore& treated);

}  // namespace ramp

#endif  // RAMP_HEALTH_TRIAL_H_
