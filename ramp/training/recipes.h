// Recipes for tables: which networks an ensemble has, and how they are trained, from the table and its size.
//
// docs/measurements/tables.md has what was tried.
#ifndef RAMP_TRAINING_RECIPES_H_
#define RAMP_TRAINING_RECIPES_H_

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ramp/training/ensemble.h"

namespace ramp {

// The settings of a training that a person gave, which no recipe changes.
struct GivenSettings {
  std::string network = {};  // empty: the recipes' own
  TrainingOptions options = {};
  bool epochs = false, batch = false, learning_rate = false, weight_decay = false, schedule = false, optimizer = false;
};

// How much is computed for a better model: a row of the table of efforts.
struct Effort {
  std::string_view name;     // "normal"
  std::string_view summary;  // what it trains
  size_t members = 0;        // of each recipe
  size_t recipes = 0;        // the first so many of the table of recipes
  bool fine_bins = false;    // large tables get more pieces
};
std::span<const Effort> Efforts();
// That of a person who says nothing.
const Effort& UsualEffort();
// Throws UsageError with the nearest name.
const Effort& FindEffort(std::string_view name);

// The recipes for `rows` training rows of a table: numbers in pieces, long and unregularised; the plain columns, short
// and with dropout; and variants of the first. A given network is the only one. Steps follow the rows, never the clock.
std::vector<EnsembleRecipe> TableRecipes(const Encoding& encoding, size_t rows, const Effort& effort,
                                         const GivenSettings& given);

}  // namespace ramp

#endif  // RAMP_TRAINING_RECIPES_H_
