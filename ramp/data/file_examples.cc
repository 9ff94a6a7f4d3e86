#include "ramp/data/file_examples.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <set>

#include "ramp/base/error.h"
#include "ramp/data/targets.h"

namespace ramp {

void Tell(const Progress& progress, std::string_view what, size_t done, size_t total) {
  constexpr size_t kEvery = 64;
  if (progress && (done % kEvery == 0 || done == total)) progress(what, done, total);
}

std::vector<int32_t> FitLabels(const std::string& name, std::span<const ExampleOrigin> examples, Encoding& encoding) {
  std::set<std::string> different;
  for (const ExampleOrigin& example : examples) {
    if (example.label.empty()) {
      throw Error(
          fmt::format("{}: of which class it is cannot be told, for its folder is the only one, and its name does not "
                      "begin with a class and an underscore: put the files of each class, of two at least, into a "
                      "folder of their own, or begin their names so",
                      example.place));
    }
    different.insert(example.label);
  }
  encoding.labels.assign(different.begin(), different.end());
  SortClasses(encoding.labels);
  CheckClasses(name, encoding.labels.size(), examples.size(),
               "put the files of each class into a folder of their own, or begin their names with the class and an "
               "underscore");
  const LabelIndex index(encoding.labels);
  std::vector<int32_t> labels;
  for (const ExampleOrigin& example : examples) labels.push_back(index.Find(example.label).value());
  return labels;
}

void EncodeLabels(std::span<const ExampleOrigin> examples, bool for_test, Dataset& dataset) {
  const LabelIndex index(dataset.encoding.labels);
  for (const ExampleOrigin& example : examples) {
    if (const auto label = index.Find(example.label)) {
      dataset.labels.push_back(*label);
      continue;
    }
    dataset.labels.clear();
    if (for_test) {
      throw Error(fmt::format("{}: '{}' is no class of the training data{}: rename or remove it", example.place,
                              example.label, DidYouMean(example.label, dataset.encoding.labels)));
    }
    if (!example.label.empty()) {
      dataset.notes.push_back(
          fmt::format("{}: '{}' is no class of the training data: the classes that the files "
                      "stand for are not used",
                      example.place, example.label));
    }
    return;
  }
}

RowsToSplit RowsOf(const std::string& name, std::span<const ExampleOrigin> examples, std::span<const int32_t> labels) {
  RowsToSplit rows{.name = name, .rows = examples.size(), .classes = {labels.begin(), labels.end()}};
  for (const ExampleOrigin& example : examples) rows.parts.push_back(example.part);
  return rows;
}

void CheckFitsMemory(const std::string& name, double bytes, const std::string& remedy) {
  const double memory = static_cast<double>(::sysconf(_SC_PHYS_PAGES)) * static_cast<double>(::sysconf(_SC_PAGESIZE));
  if (bytes <= memory) return;
  throw Error(fmt::format("{}: takes {:.1f} GB of memory, and this machine has {:.1f}: {}", name, bytes * 1e-9,
                          memory * 1e-9, remedy));
}

}  // namespace ramp
