#include "ramp/health/recorder.h"

#include <algorithm>

namespace ramp {

void HealthRecorder::OnRestore(std::span<const EpochRecord> /*epochs*/) { ended_ = true; }

void HealthRecorder::OnStep(const StepView& view) {
  const std::span<const WatchedGates> watched = view.plan.gates();
  if (ended_) {
    histories_.clear();
    nodes_.clear();
    for (const WatchedGates& one : watched) {
      histories_.emplace_back(one.gates.units());
      nodes_.push_back(one.node);
    }
    norm_sums_.assign(view.norms.blocks().size(), 0);
    total_norm_sum_ = 0;
    steps_ = 0;
    ended_ = false;
  }
  ++steps_;
  for (size_t i = 0; i < watched.size(); ++i) histories_[i].Add(watched[i].gates, watched[i].gates.rows());
  for (size_t b = 0; b < norm_sums_.size(); ++b) norm_sums_[b] += view.norms.blocks()[b];
  total_norm_sum_ += view.norms.total();
}

void HealthRecorder::OnEpoch(const EpochRecord& /*record*/) {
  epoch_ = {};
  size_t open = 0, seen = 0;
  for (const GateHistory& history : histories_) {
    open += history.open();
    seen += history.seen();
    epoch_.units += history.units();
    epoch_.dead += history.dead();
  }
  epoch_.open_share = seen > 0 ? static_cast<double>(open) / static_cast<double>(seen) : 0;
  epoch_.gradient_norm = total_norm_sum_ / static_cast<double>(std::max<size_t>(steps_, 1));
  ended_ = true;
}

double HealthRecorder::MeanNorm(size_t block) const {
  return block < norm_sums_.size() ? norm_sums_[block] / static_cast<double>(std::max<size_t>(steps_, 1)) : 0;
}

}  // namespace ramp
