#include <fmt/format.h>

#include "ramp/health/monitors.h"

namespace ramp {
namespace {

constexpr double kGap = 0.1;

void Judge(const HealthReport& report, std::vector<Finding>& findings) {
  if (!report.train_score || !report.validation_score) return;
  if (*report.train_score - *report.validation_score <= kGap) return;
  findings.push_back({OverfittingMonitor().name, 0,
                      fmt::format("the network knows its training data by heart: {} {:.3f} in training, {:.3f} on "
                                  "validation",
                                  report.task == Task::kClassification ? "accuracy" : "R2", *report.train_score,
                                  *report.validation_score),
                      std::string(OverfittingMonitor().remedy)});
}

}  // namespace

const Monitor& OverfittingMonitor() {
  static const Monitor monitor{
      .name = "overfitting",
      .sees = "the training score above the validation score: fires beyond 0.1",
      .why = "what is learned by heart does not hold for new data",
      .remedy = "more data, dropout 0.3 behind the activations, --weight-decay 1e-4, or fewer units",
      .judge = Judge};
  return monitor;
}

}  // namespace ramp
