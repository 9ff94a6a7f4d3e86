// Experiments: each takes a claim that is made about rectifiers and measures whether it holds. One file in
// ramp/lab/experiments, one row in the table.
//
// What is expected is written down before the run: quantities, comparisons and bounds. Then come trials with seeds of
// their own. What they measure is averaged, with an interval over the trials, and an expectation is met where the whole
// interval is on its side of the bound. So the verdict is computed, never typed.
#ifndef RAMP_LAB_EXPERIMENT_H_
#define RAMP_LAB_EXPERIMENT_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "ramp/data/source.h"
#include "ramp/lab/figures.h"
#include "ramp/lab/subjects.h"
#include "ramp/plot/plot.h"

namespace ramp::lab {

enum class Effort { kQuick, kUsual, kFull };
std::string_view Name(Effort effort);  // "quick"

struct Settings {
  Effort effort = Effort::kUsual;
  size_t seeds = 0;       // trials; 0: as many as the experiment takes at that effort
  uint64_t seed = 1;      // from which those of the trials come
  int threads = 0;        // that share the trials; 0: as many as Threads() says. No figure depends on it
  std::string data = {};  // a set to read instead of the generated one, where the experiment takes data

  // What the claims are tried on. With another choice another claim is tried, and the verdict is another one.
  std::string rectifier = std::string(kRectifier);
  std::string initialization = "he";  // that suits the rectifier: a row of Initializations()
  double clip_norm = 5;               // the global norm that is said to tame a gradient

  template <class T>
  T Choose(T quick, T usual, T full) const {
    return effort == Effort::kQuick ? quick : effort == Effort::kUsual ? usual : full;
  }
};

// What is expected of a figure before it is measured.
struct Expectation {
  std::string quantity;  // the figure's name
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  std::string when = {};   // what it says, in words: "sigmoid shrinks it with its best start"
  std::string basis = {};  // where the bound comes from: "He et al., 2015"
  // Without it the claim does not hold at all; where another one is missed, it depends.
  bool essential = false;
};
Expectation AtLeast(std::string quantity, double bound, std::string when, std::string basis);
Expectation AtMost(std::string quantity, double bound, std::string when, std::string basis);
Expectation Within(std::string quantity, double low, double high, std::string when, std::string basis);
Expectation Essential(Expectation expectation);
// "at least 0.95"
std::string BoundText(const Expectation& expectation);

// One run of an experiment's measurement, on one thread.
struct Trial {
  const Settings& settings;
  uint64_t seed = 1;                        // everything random comes from it
  size_t index = 0, count = 1;              // of the trials
  const TrainingData* data = nullptr;       // what Settings::data names, or null
  const std::atomic<bool>* stop = nullptr;  // see stopped()

  // The run was given up: return soon, whatever was measured is thrown away.
  bool stopped() const { return stop != nullptr && *stop; }
};

// Throws Error where the targets are no classes.
void CheckClasses(const TrainingData& data);
// Pictures to train on, and others to test: generated digits, or some of the data that was asked for. Throws Error
// where that has no classes, or is text.
TrainingData Pictures(const Trial& trial, size_t training, size_t test);

// Cells are texts or figures; a figure is written with its interval.
struct Table {
  using Cell = std::variant<std::string, Estimate>;
  std::string title;
  std::vector<std::string> columns;     // heads, that of the rows' names first
  std::vector<std::vector<Cell>> rows;  // [rows, columns]
  int digits = 3;                       // significant ones, of the figures
};
struct Picture {
  std::variant<Plot, BarChart> picture;
};
struct Presentation {
  std::vector<Table> tables = {};
  std::vector<Picture> pictures = {};
};

struct Experiment {
  std::string_view name;                             // the command's: "vanishing"
  std::string_view claim;                            // as it is said, in one sentence
  std::string_view question;                         // what is measured to try it
  std::string_view practice;                         // what it means for somebody who trains networks
  std::array<size_t, 3> trials = {4, 8, 16};         // by effort
  std::array<double, 3> trial_seconds = {1, 5, 20};  // by effort: about how long a trial takes, to tell the time left
  bool exact = false;                                // the trials are parts of a whole; Settings::seeds is left aside
  bool timed = false;  // the figures are times: the trials run one after the other, and differ from run to run
  bool takes_data = false;
  std::vector<Expectation> (*expect)(const Settings& settings) = nullptr;
  Figures (*run)(const Trial& trial) = nullptr;
  Presentation (*present)(const Settings& settings, const Estimates& estimates) = nullptr;
};

// In the order of the claims.
std::span<const Experiment> Experiments();
// Throws UsageError with the nearest name.
const Experiment& FindExperiment(std::string_view name);

// Helpers to present: a row of a table, and a point with its error bar.
std::vector<Table::Cell> RowOf(std::string name, std::span<const std::string> figures, const Estimates& estimates);
void AddPoint(Curve& curve, double x, const Estimate& estimate);
// One panel of bars; `figures` has a name for each row and series.
BarPanel PanelOf(std::string title, const std::vector<std::vector<std::string>>& figures, const Estimates& estimates);

}  // namespace ramp::lab

#endif  // RAMP_LAB_EXPERIMENT_H_
