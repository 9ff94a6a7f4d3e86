// The health of a network: figures for each layer, read from its gates, values and gradients, and what is abnormal
// about them, in sentences.
#ifndef RAMP_HEALTH_REPORT_H_
#define RAMP_HEALTH_REPORT_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ramp/data/dataset.h"

namespace ramp {

struct Activation;

// A layer with weights and the activation behind it.
struct LayerHealth {
  size_t number = 0;  // from 1, among the layers with weights
  std::string text;   // "dense 128, relu"
  size_t units = 0;
  const Activation* activation = nullptr;  // null: none behind it, and the figures up to `saturated_share` are empty

  // Over the examined rows.
  double open_share = 0;                  // of all gates
  size_t dead = 0;                        // units whose gate never opened
  size_t always_open = 0;                 // units whose gate never closed
  double mean = 0, deviation = 0;         // of the values behind the activation
  std::optional<double> saturated_share;  // of the values, where the activation saturates

  // The mean over the steps of the last epoch; 0 where no training was watched.
  double gradient_norm = 0;
  double weight_norm = 0;  // now
  double gradient_ratio() const { return weight_norm > 0 ? gradient_norm / weight_norm : 0; }
};

// What a monitor found.
struct Finding {
  std::string_view monitor;  // the name of its row
  size_t layer = 0;          // LayerHealth::number, 0 for the whole network
  std::string what;          // "layer 2 (dense 128, relu): 61 of 128 units are dead"
  std::string remedy;        // "a smaller learning rate, or elu"
};

struct HealthReport {
  Task task = Task::kClassification;
  size_t rows = 0;  // examined
  std::vector<LayerHealth> layers;
  // Accuracy or R2 in the epoch that the weights come from, where a training was watched, and the share of the most
  // frequent class among the training labels.
  std::optional<double> train_score;
  std::optional<double> validation_score;
  double largest_class_share = 0;
  std::vector<Finding> findings;
};

// "layer 2 (dense 128, relu)"
std::string NameOf(const LayerHealth& layer);

}  // namespace ramp

#endif  // RAMP_HEALTH_REPORT_H_
