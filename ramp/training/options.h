// The table of training options. The check of a training, its checkpoints, its run record and the state of the page
// read it, and so does the test that the command line has each of its rows.
//
// A new option is a member of TrainingOptions and a row here:
//   visit({.name = "--clip-norm", .field = "clip_norm", ...}, options.clip_norm);
#ifndef RAMP_TRAINING_OPTIONS_H_
#define RAMP_TRAINING_OPTIONS_H_

#include <cmath>
#include <concepts>
#include <string>
#include <string_view>
#include <type_traits>

#include "ramp/training/trainer.h"

namespace ramp {

// The page takes no more, so that it cannot take the machine from others.
inline constexpr size_t kMostEpochsOnPage = 20000;
inline constexpr size_t kMostBatchOnPage = 20000;

// One row of the table.
struct OptionRow {
  std::string_view name;   // of the command line
  std::string_view field;  // of the page's state, and of a JSON document
  std::string_view help;
  double low = 0, high = 1e6;  // the limits of a number, both included; texts and flags have none
  // Two trainings must share its value so that one can go on from the other's checkpoint.
  bool in_checkpoint = true;
  bool on_page = true;
  double most_on_page = 1e6;
};

// visit(row, member) for each option, in the order in which they are shown. `Options` is TrainingOptions, const or not.
template <class Options, class Visit>
requires std::same_as<std::remove_const_t<Options>, TrainingOptions>
void ForEachOption(Options& options, const Visit& visit) {
  using Row = OptionRow;
  // A checkpoint asks for the same number of epochs only where the schedule depends on it, see SettingsOf.
  visit(Row{.name = "--epochs",
            .field = "epochs",
            .help = "passes over the data",
            .low = 1,
            .in_checkpoint = false,
            .most_on_page = kMostEpochsOnPage},
        options.epochs);
  visit(
      Row{.name = "--batch", .field = "batch", .help = "rows of one step", .low = 1, .most_on_page = kMostBatchOnPage},
      options.batch);
  visit(Row{.name = "--optimizer", .field = "optimizer", .help = "rule that makes a step from gradients"},
        options.optimizer);
  visit(Row{.name = "--lr",
            .field = "learning_rate",
            .help = "learning rate; 0: the optimizer's usual one",
            .high = HUGE_VAL},
        options.learning_rate);
  visit(Row{.name = "--schedule", .field = "schedule", .help = "learning rate over time"}, options.schedule);
  visit(Row{.name = "--init", .field = "initialization", .help = "start of the weights; empty: by the activation"},
        options.initialization);
  visit(Row{.name = "--init-gain", .field = "initial_gain", .help = "factor of all first weights", .high = HUGE_VAL},
        options.initial_gain);
  visit(Row{.name = "--precision", .field = "precision", .help = "numbers that matrices are multiplied in"},
        options.precision);
  visit(
      Row{.name = "--weight-decay", .field = "weight_decay", .help = "pull of the weights towards 0", .high = HUGE_VAL},
      options.weight_decay);
  visit(Row{.name = "--clip-norm",
            .field = "clip_norm",
            .help = "largest norm of the gradient; 0: no clipping",
            .high = HUGE_VAL},
        options.clip_norm);
  visit(Row{.name = "--clip-value",
            .field = "clip_value",
            .help = "largest size of a number of the gradient; 0: no clipping",
            .high = HUGE_VAL},
        options.clip_value);
  visit(Row{.name = "--skip-norm",
            .field = "skip_norm",
            .help = "norm of the gradient above which a batch is left out; 0: none is",
            .high = HUGE_VAL},
        options.skip_norm);
  visit(Row{.name = "--label-smoothing",
            .field = "label_smoothing",
            .help = "share of the certainty that the right class gives to all classes",
            .high = 0.99},
        options.label_smoothing);
  visit(Row{.name = "--accumulate",
            .field = "accumulate",
            .help = "batches whose gradients make one update",
            .low = 1,
            .most_on_page = 1000},
        options.accumulate);
  visit(Row{.name = "--balanced", .field = "balanced", .help = "classes are weighed so that each counts the same"},
        options.balanced);
  visit(Row{.name = "--patience",
            .field = "patience",
            .help = "epochs without a better validation after which training stops; 0: never",
            .in_checkpoint = false,
            .most_on_page = kMostEpochsOnPage},
        options.patience);
}

// Throws UsageError for the first number outside its limits, or that is none.
void CheckLimits(const TrainingOptions& options);

}  // namespace ramp

#endif  // RAMP_TRAINING_OPTIONS_H_
