// The health of a network: figures for each layer, read from its gates, values and gradients, and what is abnormal
// about them: findings, joined by their causes.
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

  // Of the values behind the activation, or behind the weights where there is none; empty where a later step took them.
  std::optional<double> variation;  // how much a unit changes from example to example: root of the mean variance
  std::optional<double> cosine;     // between one example and the next, the mean

  // Of the weights, now. `weight_scale` is their variance x fan_in / the gain of the activation behind: 1 keeps the
  // second moment from layer to layer (He et al., 2015); nothing where the layer has no weights that sum inputs.
  double weight_norm = 0;
  size_t weights = 0;
  std::optional<double> weight_scale;
  size_t distinct_units = 0;  // units that differ in their weights

  // The mean over the steps of the last epoch; 0 where no training was watched.
  double gradient_norm = 0;
  double update_ratio = 0;  // |change of the weights in one step| / |weights|, the mean over sampled steps
  double gradient_ratio() const { return weight_norm > 0 ? gradient_norm / weight_norm : 0; }
};

enum class Severity { kNote, kWarning, kError };
std::string_view Name(Severity severity);  // "warning"

// A figure that speaks for a finding, and the limit that it has passed.
struct Evidence {
  std::string_view figure;  // "dead units / units"
  double value = 0, limit = 0;
};

// What a monitor found. Where the training goes on, a finding is made once; `last_epoch` tells how long it lasted.
struct Finding {
  Severity severity = Severity::kWarning;
  std::vector<size_t> layers = {};      // LayerHealth::number; empty: the whole network
  size_t units = 0;                     // that are concerned, in the first of the layers; 0: not a matter of units
  std::string what = {};                // "layer 2 (dense 128, relu): 61 of 128 units are dead"
  std::vector<Evidence> evidence = {};  // the figures
  double confidence = 0.9;              // that `cause` is the cause, from 0 to 1
  // What a monitor may leave empty: then its row in the table says it.
  std::string cause = {};                       // "the learning rate is too large"
  std::string outlook = {};                     // what follows if nothing is done
  std::vector<std::string_view> remedies = {};  // ids of Remedies(), the best first
  // Set by the doctor.
  std::string_view monitor = {};       // the name of its row
  size_t epoch = 0, step = 0;          // when it was made, from 1; 0: before the first update
  size_t last_epoch = 0;               // the last epoch in which it was seen
  std::string_view explained_by = {};  // the monitor whose finding is the cause of this one; empty: none is
  std::string_view treated_by = {};    // the treatment that was kept and after which it was not seen again; empty: none
};
using Findings = std::vector<Finding>;

// A treatment that was tried on a running training, against an untreated twin.
struct TreatmentRecord {
  std::string_view finding = {};    // the monitor whose finding it is for
  std::string_view treatment = {};  // a row of Treatments()
  std::string what = {};            // was done, in words
  size_t epoch = 0, step = 0;  // behind which it began: the epoch in hand from 1, and how many of its steps were done
  size_t steps = 0;            // of the trial, of each twin
  double untreated_loss = 0;   // at its end, on rows that are not trained on; infinite: it diverged
  double treated_loss = 0;     // likewise
  double untreated_score = 0, treated_score = 0;  // accuracy or R2
  double confidence = 0;  // of the signed ranks over batches, see SignedRank: above 2 the treated one is better
  bool kept = false;      // the treated one goes on
  double cost = 0;        // in steps that do not count in the training
};

struct HealthReport {
  Task task = Task::kClassification;
  size_t rows = 0;  // examined
  std::vector<LayerHealth> layers = {};
  // Accuracy or R2 in the epoch that the weights come from, where a training was watched.
  std::optional<double> train_score = {};
  std::optional<double> validation_score = {};
  Findings findings = {};                        // causes first, each followed by what it explains
  std::vector<TreatmentRecord> treatments = {};  // in the order in which they were tried
  double treatment_share = 0;                    // of all steps that were made
};

// "layer 2 (dense 128, relu)"
std::string NameOf(const LayerHealth& layer);

}  // namespace ramp

#endif  // RAMP_HEALTH_REPORT_H_
