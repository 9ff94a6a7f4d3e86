#include "ramp/lab/experiment.h"

#include <fmt/format.h>

#include <cmath>

#include "ramp/base/error.h"
#include "ramp/base/find_row.h"
#include "ramp/data/generated.h"
#include "ramp/lab/experiments/list.h"

namespace ramp::lab {

std::string_view Name(Effort effort) {
  constexpr std::string_view kNames[] = {"quick", "usual", "full"};
  return kNames[static_cast<size_t>(effort)];
}

Expectation AtLeast(std::string quantity, double bound, std::string when, std::string basis) {
  return {.quantity = std::move(quantity), .low = bound, .when = std::move(when), .basis = std::move(basis)};
}

Expectation AtMost(std::string quantity, double bound, std::string when, std::string basis) {
  return {.quantity = std::move(quantity), .high = bound, .when = std::move(when), .basis = std::move(basis)};
}

Expectation Within(std::string quantity, double low, double high, std::string when, std::string basis) {
  return {
      .quantity = std::move(quantity), .low = low, .high = high, .when = std::move(when), .basis = std::move(basis)};
}

Expectation Essential(Expectation expectation) {
  expectation.essential = true;
  return expectation;
}

std::string BoundText(const Expectation& expectation) {
  if (expectation.low == expectation.high) return fmt::format("{:.4g}", expectation.low);
  if (std::isinf(expectation.high)) return fmt::format("at least {:.4g}", expectation.low);
  if (std::isinf(expectation.low)) return fmt::format("at most {:.4g}", expectation.high);
  return fmt::format("{:.4g} to {:.4g}", expectation.low, expectation.high);
}

void CheckClasses(const TrainingData& data) {
  if (data.examples.encoding.task == Task::kClassification) return;
  throw Error(fmt::format("{}: has numbers to predict, but the lab measures on classes: give other data", data.name));
}

TrainingData Pictures(const Trial& trial, size_t training, size_t test) {
  if (trial.data != nullptr) {
    CheckClasses(*trial.data);
    if (trial.data->examples.encoding.text() != nullptr) {
      throw Error(fmt::format("{}: is text, with which '{}' can be measured alone: name it, or give pictures or sound",
                              trial.data->name, kTasksClaim));
    }
    return Subset(*trial.data, training, test, trial.seed);
  }
  // Of all rows a fifth tests, and a tenth of the others validates.
  constexpr double kTraining = 0.8 * 0.9, kTest = 0.2, kSpare = 8;
  const double rows = kSpare + std::max(static_cast<double>(training) / kTraining, static_cast<double>(test) / kTest);
  const std::string path = fmt::format("{} rows {:.0f}", GeneratedSets()[0].name, rows);
  return Subset(ReadTrainingData({.path = path, .seed = trial.seed}), training, test, trial.seed);
}

std::vector<Table::Cell> RowOf(std::string name, std::span<const std::string> figures, const Estimates& estimates) {
  std::vector<Table::Cell> row = {std::move(name)};
  for (const std::string& figure : figures) row.emplace_back(estimates.at(figure));
  return row;
}

void AddPoint(Curve& curve, double x, const Estimate& estimate) {
  curve.x.push_back(x);
  curve.y.push_back(estimate.mean);
  curve.low.push_back(estimate.low);
  curve.high.push_back(estimate.high);
}

BarPanel PanelOf(std::string title, const std::vector<std::vector<std::string>>& figures, const Estimates& estimates) {
  BarPanel panel{.title = std::move(title), .values = {}};
  for (const std::vector<std::string>& row : figures) {
    panel.values.emplace_back();
    panel.low.emplace_back();
    panel.high.emplace_back();
    for (const std::string& figure : row) {
      const Estimate& estimate = estimates.at(figure);
      panel.values.back().push_back(estimate.mean);
      panel.low.back().push_back(estimate.low);
      panel.high.back().push_back(estimate.high);
    }
  }
  return panel;
}

std::span<const Experiment> Experiments() {
  static const Experiment experiments[] = {FormulaExperiment(),     SpeedExperiment(),         VanishingExperiment(),
                                           GateExperiment(),        SparsityExperiment(),      RobustnessExperiment(),
                                           DynamicSizeExperiment(), HighDimensionExperiment(), ZeroCentredExperiment(),
                                           ExplodingExperiment(),   DyingExperiment(),         OverfitExperiment(),
                                           BatchNormExperiment(),   DropoutExperiment(),       TasksExperiment()};
  return experiments;
}

const Experiment& FindExperiment(std::string_view name) { return FindRow(Experiments(), "an experiment", name); }

}  // namespace ramp::lab
