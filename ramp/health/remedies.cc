#include "ramp/health/remedies.h"

#include "ramp/base/find_row.h"
#include "ramp/health/treatments/list.h"

namespace ramp {

std::span<const Remedy> Remedies() {
  static constexpr Remedy kRemedies[] = {
      {"scale-inputs", "inputs of mean 0 and deviation 1 in every column", kStandardiseInputs},
      {"usual-start", "the usual start of the weights (no --init, --init-gain 1)", kUsualStart},
      {"rescale-start", "first weights rescaled until every layer has variance 1 on the data", kRescaleStart},
      {"rescale-layers", "units of these layers rescaled until they have variance 1 on the data", kRescaleLayers},
      {"wider-layers", "wider layers"},
      {"fewer-layers", "fewer layers"},
      {"residual-connections", "residual connections around the layers", kShortcutsAndRestart},
      {"batch-norm", "a norm behind each layer (batchnorm)", kInsertBatchNorm},
      {"rectifier", "a rectifier, which does not saturate", kRectifyAndRestart},
      {"leaking-activation", "an activation that leaks where it is closed", kLeakAndRestart},
      {"lower-rate", "a learning rate ten times smaller (--lr)", kLowerRate},
      {"higher-rate", "a learning rate ten times larger (--lr)", kHigherRate},
      {"warm-up", "a warm-up of the learning rate (--schedule)"},
      {"clip-gradient", "gradients clipped at their usual norm (--clip-norm)", kClipGradient},
      {"skip-batch", "batches with such gradients left out", kSkipBatches},
      {"roll-back", "going back to the last good weights with a smaller learning rate", kRollBack},
      {"recycle-units", "redrawing the dead units, with nothing behind them at first", kRecycleUnits},
      {"plain-output", "a network that ends in a dense layer without an activation", kPlainOutput},
      {"balance-classes", "classes weighed so that each counts the same (--balanced)", kBalanceClasses},
      {"remove-columns", "leaving these columns out"},
      {"check-labels", "looking whether the targets belong to their rows"},
      {"more-data", "more data, or changes of the training rows (--augment)"},
      {"add-dropout", "dropout behind the activations (--dropout 0.3)", kAddDropout},
      {"weight-decay", "weight decay (--weight-decay 1e-4)", kAddWeightDecay},
      {"less-decay", "less weight decay"},
      {"stop-early", "stopping where validation is best (--patience 5)"},
      {"smaller-network", "fewer units"},
      {"larger-network", "more units"},
      {"larger-batch", "larger batches"},
  };
  return kRemedies;
}

const Remedy& FindRemedy(std::string_view name) { return FindRow(Remedies(), "a remedy", name); }

std::string RemedyText(std::span<const std::string_view> names) {
  std::string text;
  for (const std::string_view name : names) {
    if (!text.empty()) text += "; or ";
    text += FindRemedy(name).text;
  }
  return text;
}

}  // namespace ramp
