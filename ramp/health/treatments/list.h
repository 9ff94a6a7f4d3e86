// The rows of Treatments(), each made in a file of its own.
#ifndef RAMP_HEALTH_TREATMENTS_LIST_H_
#define RAMP_HEALTH_TREATMENTS_LIST_H_

#include "ramp/health/treatments.h"

namespace ramp {

// The names, each once: remedies name their treatment by them.
inline constexpr std::string_view kStandardiseInputs = "standardise-inputs";
inline constexpr std::string_view kUsualStart = "usual-start";
inline constexpr std::string_view kRescaleStart = "rescale-start";
inline constexpr std::string_view kRescaleLayers = "rescale-layers";
inline constexpr std::string_view kRecycleUnits = "recycle-units";
inline constexpr std::string_view kInsertBatchNorm = "insert-batch-norm";
inline constexpr std::string_view kRectifyAndRestart = "rectify-and-restart";
inline constexpr std::string_view kLeakAndRestart = "leak-and-restart";
inline constexpr std::string_view kShortcutsAndRestart = "shortcuts-and-restart";
inline constexpr std::string_view kPlainOutput = "plain-output";
inline constexpr std::string_view kLowerRate = "lower-rate";
inline constexpr std::string_view kHigherRate = "higher-rate";
inline constexpr std::string_view kRollBack = "roll-back";
inline constexpr std::string_view kClipGradient = "clip-gradient";
inline constexpr std::string_view kSkipBatches = "skip-batches";
inline constexpr std::string_view kBalanceClasses = "balance-classes";
inline constexpr std::string_view kAddDropout = "add-dropout";
inline constexpr std::string_view kAddWeightDecay = "add-weight-decay";

Treatment StandardiseInputsTreatment();
Treatment UsualStartTreatment();
Treatment RescaleStartTreatment();
Treatment RescaleLayersTreatment();
Treatment RecycleUnitsTreatment();
Treatment InsertBatchNormTreatment();
Treatment RectifyAndRestartTreatment();
Treatment LeakAndRestartTreatment();
Treatment ShortcutsAndRestartTreatment();
Treatment PlainOutputTreatment();
Treatment LowerRateTreatment();
Treatment HigherRateTreatment();
Treatment RollBackTreatment();
Treatment ClipGradientTreatment();
Treatment SkipBatchesTreatment();
Treatment BalanceClassesTreatment();
Treatment AddDropoutTreatment();
Treatment AddWeightDecayTreatment();

}  // namespace ramp

#endif  // RAMP_HEALTH_TREATMENTS_LIST_H_
