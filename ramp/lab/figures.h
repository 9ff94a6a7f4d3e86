// What the trials of an experiment measure, and what they say together.
#ifndef RAMP_LAB_FIGURES_H_
#define RAMP_LAB_FIGURES_H_

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ramp::lab {

struct Figure {
  std::string name;
  double value = 0;
};

// The figures of one trial, in the order in which they were set.
class Figures {
 public:
  // Throws Error where the name is taken: two figures of one name would be mistaken for each other.
  void Set(std::string name, double value);
  std::span<const Figure> all() const { return figures_; }

 private:
  std::vector<Figure> figures_;
};

// A figure over all trials: the mean, and the interval in which it lies with a probability of 95 %.
struct Estimate {
  std::string name;
  double mean = 0, low = 0, high = 0;
  std::vector<double> values = {};  // of the trials
};

// The percentile bootstrap of the mean (Efron and Tibshirani, 1993), widened for few values by sqrt(n / (n - 1)) and by
// Student's distribution against the normal one (Hesterberg, "What teachers should know about the bootstrap", 2015):
// without that, five values give an interval that is a third too narrow. The same values give the same interval. Where
// a value is not finite, the interval reaches from the least value to the greatest.
Estimate EstimateOf(std::string name, std::vector<double> values);
// The trials are parts of the whole: the mean is no matter of chance, and the interval has no width.
Estimate ExactEstimateOf(std::string name, std::vector<double> values);

// The estimates of all figures, by their names.
class Estimates {
 public:
  // Throws Error unless all trials have the same figures.
  Estimates(std::span<const Figures> trials, bool exact);
  // Throws Error where there is no figure of that name.
  const Estimate& at(std::string_view name) const;
  std::span<const Estimate> all() const { return estimates_; }

 private:
  std::vector<Estimate> estimates_;
};

}  // namespace ramp::lab

#endif  // RAMP_LAB_FIGURES_H_
