// The makers of the experiments; experiment.cc lists them. Internal to ramp/lab.
#ifndef RAMP_LAB_EXPERIMENTS_LIST_H_
#define RAMP_LAB_EXPERIMENTS_LIST_H_

#include "ramp/lab/experiment.h"

namespace ramp::lab {

// The names, each once.
inline constexpr std::string_view kFormulaClaim = "formula";
inline constexpr std::string_view kSpeedClaim = "speed";
inline constexpr std::string_view kVanishingClaim = "vanishing";
inline constexpr std::string_view kGateClaim = "gate";
inline constexpr std::string_view kSparsityClaim = "sparsity";
inline constexpr std::string_view kRobustnessClaim = "robustness";
inline constexpr std::string_view kDynamicSizeClaim = "dynamic-size";

Experiment FormulaExperiment();
Experiment SpeedExperiment();
Experiment VanishingExperiment();
Experiment GateExperiment();
Experiment SparsityExperiment();
Experiment RobustnessExperiment();
Experiment DynamicSizeExperiment();

}  // namespace ramp::lab

#endif  // RAMP_LAB_EXPERIMENTS_LIST_H_
