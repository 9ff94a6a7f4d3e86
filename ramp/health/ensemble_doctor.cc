#include "ramp/health/ensemble_doctor.h"

#include <fmt/format.h>

#include <algorithm>

namespace ramp {
namespace {

// `layer` stands for `members` layers; another one of them is added.
void Add(LayerHealth& layer, const LayerHealth& added, double members) {
  const auto mean = [&](double& sum, double value) { sum += value / members; };
  layer.units += added.units;
  layer.dead += added.dead;
  layer.always_open += added.always_open;
  layer.weights += added.weights;
  layer.distinct_units += added.distinct_units;
  mean(layer.open_share, added.open_share);
  mean(layer.mean, added.mean);
  mean(layer.deviation, added.deviation);
  mean(layer.weight_norm, added.weight_norm);
  mean(layer.gradient_norm, added.gradient_norm);
  mean(layer.update_ratio, added.update_ratio);
  if (added.saturated_share)
    layer.saturated_share = layer.saturated_share.value_or(0) + *added.saturated_share / members;
}

}  // namespace

EnsembleDoctor::EnsembleDoctor(const TrainingData& data, const EnsembleOptions& options)
    : data_(data), members_(options.recipes.size()) {
  for (auto& recipe : members_) recipe.resize(options.members);
}

TrainingObserver* EnsembleDoctor::ObserverOf(const MemberView& member) {
  Watched& watched = members_[member.recipe][member.member];
  watched.doctor = std::make_unique<Doctor>(member.network, data_, member.options);
  return watched.doctor.get();
}

void EnsembleDoctor::OnFinished(const MemberView& member, const TrainingResult& result) {
  Watched& watched = members_[member.recipe][member.member];
  watched.report = watched.doctor->Report(result);
  watched.finished = true;
}

std::vector<const HealthReport*> EnsembleDoctor::ReportsOf(const RecipeResult& recipe) const {
  std::vector<const HealthReport*> reports;
  for (const Watched& watched : members_[recipe.recipe]) {
    if (watched.finished) reports.push_back(&watched.report);
  }
  return reports;
}

void EnsembleDoctor::AddLayers(const RecipeResult& recipe, HealthReport& joined) const {
  const std::vector<const HealthReport*> reports = ReportsOf(recipe);
  if (reports.empty()) return;
  for (size_t i = 0; i < reports[0]->layers.size(); ++i) {
    const LayerHealth& first = reports[0]->layers[i];
    LayerHealth layer;
    layer.number = joined.layers.size() + 1;
    layer.text = fmt::format("{} x {}", reports.size(), first.text);
    layer.activation = first.activation;
    for (const HealthReport* report : reports) Add(layer, report->layers[i], static_cast<double>(reports.size()));
    joined.layers.push_back(std::move(layer));
  }
}

void EnsembleDoctor::AddFindings(const RecipeResult& recipe, HealthReport& joined) const {
  const std::vector<const HealthReport*> reports = ReportsOf(recipe);
  const size_t first_layer = joined.layers.size() - (reports.empty() ? 0 : reports[0]->layers.size());
  Findings found;
  std::vector<size_t> members;
  for (const HealthReport* report : reports) {
    for (const Finding& finding : report->findings) {
      const auto known = std::ranges::find(found, finding.monitor, &Finding::monitor);
      if (known != found.end()) {
        ++members[static_cast<size_t>(known - found.begin())];
        known->severity = std::max(known->severity, finding.severity);
        continue;
      }
      found.push_back(finding);
      members.push_back(1);
    }
  }
  for (size_t i = 0; i < found.size(); ++i) {
    Finding& finding = found[i];
    for (size_t& layer : finding.layers) layer += first_layer;
    // What befalls a few members, the others outvote.
    if (2 * members[i] < reports.size()) finding.severity = Severity::kNote;
    finding.what = fmt::format("{} of {} members of '{}': {}", members[i], reports.size(), recipe.name, finding.what);
    joined.findings.push_back(std::move(finding));
  }
}

HealthReport EnsembleDoctor::Report(const EnsembleScores& scores) const {
  HealthReport joined{.task = data_.examples.encoding.task, .validation_score = scores.out_of_fold.score};
  double train_score = 0;
  size_t scored = 0;
  for (const RecipeResult& recipe : scores.recipes) {
    if (recipe.votes == 0) continue;
    AddLayers(recipe, joined);
    AddFindings(recipe, joined);
    for (const HealthReport* report : ReportsOf(recipe)) {
      joined.rows = std::max(joined.rows, report->rows);
      train_score += report->train_score.value_or(0);
      scored += report->train_score ? 1 : 0;
    }
  }
  if (scored > 0) joined.train_score = train_score / static_cast<double>(scored);
  return joined;
}

}  // namespace ramp
