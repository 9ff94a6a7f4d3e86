#include "ramp/web/remedy_settings.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "ramp/activation/activation.h"
#include "ramp/base/error.h"
#include "ramp/health/remedies.h"
#include "ramp/network/network_text.h"
#include "ramp/training/schedule.h"

namespace ramp::web {
namespace {

constexpr double kRateFactor = 10;
constexpr double kDecay = 1e-4;
constexpr double kDropout = 0.3;
constexpr double kWarmUp = 2;
constexpr size_t kPatience = 5;

// The layers of a network that is a chain; each is a name with its numbers.
using Chain = std::vector<std::string>;

Chain SplitChain(const std::string& network) {
  if (network.find_first_of("(|:") != std::string::npos) {
    throw UsageError("the network has branches: change its text by hand");
  }
  Chain layers;
  for (size_t begin = 0; begin <= network.size();) {
    const size_t comma = std::min(network.find(',', begin), network.size());
    const size_t first = std::min(network.find_first_not_of(' ', begin), comma);
    layers.push_back(network.substr(first, comma - first));
    begin = comma + 1;
  }
  return layers;
}

const Activation* ActivationOf(const std::string& layer) {
  return FindActivationOrNull(std::string_view(layer).substr(0, layer.find(' ')));
}

bool IsRectifier(const Activation& activation) { return activation.saves == Saves::kGate && !activation.saturates(); }

double SlopeAt(const Activation& activation, double x) {
  const ActivationParameters fixed = activation.initial_parameters();
  const std::vector<double> parameters(fixed.begin(), fixed.end());
  return activation.slope(x, parameters);
}

// The first of the table that is a line on both sides, and not flat on the left.
const Activation& LeakingActivation() {
  const std::span<const Activation> family = Activations();
  const auto leaks = [](const Activation& activation) {
    const double left = SlopeAt(activation, -1);
    return IsRectifier(activation) && left > 0 && left < 1 && left == SlopeAt(activation, -2);
  };
  return *std::ranges::find_if(family, leaks);
}

bool KeepsStatistics(const Layer& layer) {
  return std::ranges::any_of(layer.Parameters({Shape{2}}), [](const ParameterBlock& block) {
    return block.kind == ParameterBlock::Kind::kStatistic;
  });
}

// The first layer of the table that needs no numbers and normalises over the batch.
std::string BatchNorm() {
  for (const LayerDefinition& row : Layers()) {
    try {
      const std::vector<GraphNode> alone = ParseNetwork(row.name, 0);
      if (alone.size() == 1 && KeepsStatistics(*alone[0].layer)) return std::string(row.name);
    } catch (const UsageError&) {
      continue;
    }
  }
  throw UsageError("there is no norm over the batch");
}

using Figures = RunFigures;

RemedyDone ChangeRate(Settings& settings, double factor) {
  double& rate = settings.training.learning_rate;
  const double before = rate > 0 ? rate : FindOptimizer(settings.training.optimizer).learning_rate;
  // As a person would write it: 0.03 and not 0.030000000000000002.
  rate = std::strtod(fmt::format("{:.6g}", before * factor).c_str(), nullptr);
  return {.sentence = fmt::format("learning rate {:.6g} -> {:.6g}", before, rate)};
}

RemedyDone ChangeNetwork(Settings& settings, const std::function<void(Chain&)>& change) {
  Chain layers = SplitChain(settings.network);
  change(layers);
  const std::string before = settings.network;
  settings.network = fmt::format("{}", fmt::join(layers, ", "));
  if (settings.network == before) throw UsageError("the network is so already");
  return {.sentence = fmt::format("network: {}", settings.network), .restarts = true};
}

// Writes `text` behind each activation, or before it.
RemedyDone InsertAtActivations(Settings& settings, const std::string& text, bool before) {
  return ChangeNetwork(settings, [&](Chain& layers) {
    Chain changed;
    for (const std::string& layer : layers) {
      const bool here = ActivationOf(layer) != nullptr;
      const bool there = here && before && !changed.empty() && changed.back() == text;
      if (here && before && !there) changed.push_back(text);
      if (layer == text && !before && !changed.empty() && changed.back() == text) continue;
      changed.push_back(layer);
      if (here && !before) changed.push_back(text);
    }
    layers = changed;
  });
}

RemedyDone ReplaceActivations(Settings& settings, const Activation& by, bool (*replaces)(const Activation&)) {
  return ChangeNetwork(settings, [&](Chain& layers) {
    for (std::string& layer : layers) {
      const Activation* activation = ActivationOf(layer);
      if (activation != nullptr && replaces(*activation)) layer = std::string(by.name);
    }
  });
}

// The numbers of units of all layers that have one, but for the last layer's, which are the data's.
RemedyDone ScaleUnits(Settings& settings, double factor) {
  return ChangeNetwork(settings, [&](Chain& layers) {
    size_t last = layers.size();
    while (last > 0 && ActivationOf(layers[last - 1]) != nullptr) --last;
    for (size_t i = 0; i + 1 < last; ++i) {
      const size_t blank = layers[i].find(' ');
      if (blank == std::string::npos || ActivationOf(layers[i]) != nullptr) continue;
      const std::string number = layers[i].substr(blank + 1);
      if (number.find_first_not_of("0123456789") != std::string::npos) continue;
      const double units = std::max(1.0, std::floor(factor * std::strtod(number.c_str(), nullptr)));
      layers[i] = fmt::format("{} {:.0f}", layers[i].substr(0, blank), units);
    }
  });
}

RemedyDone UseUsualStart(const Figures&, Settings& settings) {
  settings.training.initialization.clear();
  settings.training.initial_gain = 1;
  return {.sentence = "first weights by the activations, gain 1", .restarts = true};
}

RemedyDone ClipGradient(const Figures& figures, Settings& settings) {
  double square = 0;
  for (const LayerFigures& layer : figures.layers) square += layer.health.gradient_norm * layer.health.gradient_norm;
  const double norm = square > 0 && std::isfinite(square) ? std::sqrt(square) : 1;
  settings.training.clip_norm = std::strtod(fmt::format("{:.2g}", norm).c_str(), nullptr);
  return {.sentence = fmt::format("gradients clipped at a norm of {}", settings.training.clip_norm)};
}

RemedyDone WarmUp(const Figures&, Settings& settings) {
  std::string& schedule = settings.training.schedule;
  if (Schedule::Parse(schedule).warm_up() > 0) throw UsageError("the schedule has a warm-up already");
  schedule = fmt::format("warm-up {}, {}", kWarmUp, schedule);
  return {.sentence = "schedule: " + schedule, .restarts = true};
}

// One row for each remedy with a button. Without a function: its treatment is done.
struct Action {
  std::string_view remedy;
  RemedyDone (*apply)(const Figures& figures, Settings& settings);
};
constexpr Action kActions[] = {
    {"usual-start", UseUsualStart},
    {"wider-layers", [](const Figures&, Settings& settings) { return ScaleUnits(settings, 2); }},
    {"larger-network", [](const Figures&, Settings& settings) { return ScaleUnits(settings, 2); }},
    {"smaller-network", [](const Figures&, Settings& settings) { return ScaleUnits(settings, 0.5); }},
    {"batch-norm", [](const Figures&, Settings& settings) { return InsertAtActivations(settings, BatchNorm(), true); }},
    {"rectifier",
     [](const Figures&, Settings& settings) {
       return ReplaceActivations(settings, Activations()[0], [](const Activation& old) { return old.saturates(); });
     }},
    {"leaking-activation",
     [](const Figures&, Settings& settings) {
       return ReplaceActivations(settings, LeakingActivation(), [](const Activation& old) {
         return old.saves == Saves::kGate && SlopeAt(old, -1) == 0;
       });
     }},
    {"lower-rate", [](const Figures&, Settings& settings) { return ChangeRate(settings, 1 / kRateFactor); }},
    {"higher-rate", [](const Figures&, Settings& settings) { return ChangeRate(settings, kRateFactor); }},
    {"warm-up", WarmUp},
    {"clip-gradient", ClipGradient},
    {"recycle-units", nullptr},
    {"rescale-layers", nullptr},
    {"roll-back",
     [](const Figures&, Settings& settings) {
       RemedyDone done = ChangeRate(settings, 1 / kRateFactor);
       done.sentence = "back to the weights of the best epoch; " + done.sentence;
       done.to_best_weights = true;
       return done;
     }},
    {"plain-output",
     [](const Figures&, Settings& settings) {
       return ChangeNetwork(settings, [](Chain& layers) {
         while (layers.size() > 1 && ActivationOf(layers.back()) != nullptr) layers.pop_back();
       });
     }},
    {"balance-classes",
     [](const Figures&, Settings& settings) {
       settings.training.balanced = true;
       return RemedyDone{.sentence = "classes weighed so that each counts the same"};
     }},
    {"add-dropout",
     [](const Figures&, Settings& settings) {
       return InsertAtActivations(settings, fmt::format("dropout {}", kDropout), false);
     }},
    {"weight-decay",
     [](const Figures&, Settings& settings) {
       settings.training.weight_decay = std::max(kDecay, settings.training.weight_decay * kRateFactor);
       return RemedyDone{.sentence = fmt::format("weight decay {}", settings.training.weight_decay)};
     }},
    {"less-decay",
     [](const Figures&, Settings& settings) {
       settings.training.weight_decay /= kRateFactor;
       return RemedyDone{.sentence = fmt::format("weight decay {}", settings.training.weight_decay)};
     }},
    {"stop-early",
     [](const Figures&, Settings& settings) {
       settings.training.patience = kPatience;
       return RemedyDone{.sentence = fmt::format("stops after {} epochs without a better validation", kPatience)};
     }},
    {"larger-batch",
     [](const Figures&, Settings& settings) {
       settings.training.batch = std::min(kMostBatch, 4 * settings.training.batch);
       return RemedyDone{.sentence = fmt::format("batch {}", settings.training.batch)};
     }},
};

const Action* FindAction(std::string_view remedy) {
  const auto found = std::ranges::find(kActions, remedy, &Action::remedy);
  return found == std::end(kActions) ? nullptr : &*found;
}

}  // namespace

std::vector<std::string_view> AppliedRemedies() {
  std::vector<std::string_view> names;
  for (const Action& action : kActions) names.push_back(action.remedy);
  return names;
}

bool CanApply(std::string_view remedy) { return FindAction(remedy) != nullptr; }

RemedyDone ApplyRemedy(std::string_view remedy, const RunFigures& figures, Settings& settings) {
  const Remedy& row = FindRemedy(remedy);
  const Action* action = FindAction(remedy);
  if (action == nullptr)
    throw UsageError(fmt::format("'{}' is advice that no button can follow: {}", remedy, row.text));
  if (action->apply == nullptr) return {.treatment = row.treatment};
  return action->apply(figures, settings);
}

Json RemediesJson(std::span<const std::string_view> names) {
  Json json = Json::array();
  for (const std::string_view name : names) {
    json.push_back({{"name", name}, {"text", FindRemedy(name).text}, {"can", CanApply(name)}});
  }
  return json;
}

}  // namespace ramp::web
