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
inline constexpr std::string_view kHighDimensionClaim = "high-dimension";
inline constexpr std::string_view kZeroCentredClaim = "zero-centred";
inline constexpr std::string_view kExplodingClaim = "exploding";
inline constexpr std::string_view kDyingClaim = "dying";
inline constexpr std::string_view kOverfitClaim = "overfit";
inline constexpr std::string_view kBatchNormClaim = kBatchNorm;
inline constexpr std::string_view kDropoutClaim = kDropout;
inline constexpr std::string_view kTasksClaim = "tasks";

Experiment FormulaExperiment();
Experiment SpeedExperiment();
Experiment VanishingExperiment();
Experiment GateExperiment();
Experiment SparsityExperiment();
Experiment RobustnessExperiment();
Experiment DynamicSizeExperiment();
Experiment HighDimensionExperiment();
Experiment ZeroCentredExperiment();
Experiment ExplodingExperiment();
Experiment DyingExperiment();
Experiment OverfitExperiment();
Experiment BatchNormExperiment();
Experiment DropoutExperiment();
Experiment TasksExperiment();

}  // namespace ramp::lab

#endif  // RAMP_LAB_EXPERIMENTS_LIST_H_
