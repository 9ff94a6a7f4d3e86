#include <fmt/format.h>

#include "ramp/health/monitors.h"

namespace ramp {
namespace {

// Above the most frequent class by less than this, the network knows nothing of its input.
constexpr double kMargin = 0.01;

void Judge(const HealthReport& report, std::vector<Finding>& findings) {
  if (!report.train_score) return;
  const double score = report.validation_score.value_or(*report.train_score);
  const bool classifies = report.task == Task::kClassification;
  if (score > (classifies ? report.largest_class_share : 0) + kMargin) return;
  // A class that nearly all rows have leaves no room above it.
  if (classifies && report.largest_class_share > 1 - 2 * kMargin) return;
  findings.push_back(
      {TrivialPredictorMonitor().name, 0,
       classifies ? fmt::format("the network is no better than always naming the most frequent class: {:.1f} % right, "
                                "{:.1f} % of the rows have that class",
                                100 * score, 100 * report.largest_class_share)
                  : fmt::format("the network is no better than always giving the mean: R2 {:.3f}", score),
       std::string(TrivialPredictorMonitor().remedy)});
}

}  // namespace

const Monitor& TrivialPredictorMonitor() {
  static const Monitor monitor{
      .name = "trivial-predictor",
      .sees = "the score against the best answer that ignores the input: fires within one point of it",
      .why = "such a network has learned the frequencies of the answers and nothing else",
      .remedy =
          "check that the inputs tell anything about the target; then another learning rate (ten times less, ten "
          "times more)",
      .judge = Judge};
  return monitor;
}

}  // namespace ramp
