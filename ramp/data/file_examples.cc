#include "ramp/data/file_examples.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <set>

#include "ramp/base/error.h"
#include "ramp/data/hold_out.h"
#include "ramp/data/targets.h"

namespace ramp {
namespace {

bool IsTest(const ExampleFile& file) { return file.part == Part::kTest; }
bool IsNoTest(const ExampleFile& file) { return !IsTest(file); }

void HoldOutFiles(const std::string& hold_out, ExampleFolder& folder) {
  std::vector<std::string> paths;
  for (const ExampleFile& file : folder.files) paths.push_back(file.path);
  const std::vector<bool> held = HeldOutFiles(ParseHoldOut(hold_out), paths);
  for (size_t i = 0; i < held.size(); ++i) folder.files[i].part = held[i] ? Part::kTest : Part::kAny;
}

void EncodeLabels(std::span<const ExampleFile> files, Use use, Dataset& dataset) {
  const LabelIndex index(dataset.encoding.labels);
  for (const ExampleFile& file : files) {
    if (const auto label = index.Find(file.label)) {
      dataset.labels.push_back(*label);
      continue;
    }
    dataset.labels.clear();
    if (use != Use::kPrediction) {
      throw Error(fmt::format("{}: '{}' is no class of the training data{}: rename or remove it", file.path, file.label,
                              DidYouMean(file.label, dataset.encoding.labels)));
    }
    if (!file.label.empty()) {
      dataset.notes.push_back(
          fmt::format("{}: '{}' is no class of the training data: the files' classes are not "
                      "used",
                      file.path, file.label));
    }
    return;
  }
}

}  // namespace

void Tell(const Progress& progress, std::string_view what, size_t done, size_t total) {
  constexpr size_t kEvery = 64;
  if (progress && (done % kEvery == 0 || done == total)) progress(what, done, total);
}

ExampleFolder FilesFor(Place& place, const Purpose& purpose) {
  ExampleFolder folder = place.examples().value();
  if (purpose.model != nullptr) {
    if (std::ranges::any_of(folder.files, IsTest)) std::erase_if(folder.files, IsNoTest);
    return folder;
  }
  const std::string& path = place.path();
  if (!place.is_folder()) {
    throw Error(fmt::format("{}: is one picture or recording, and a training needs many: give a folder of them", path));
  }
  CheckRowCount(path, folder.files.size());
  if (!purpose.request.hold_out.empty()) HoldOutFiles(purpose.request.hold_out, folder);
  if (!purpose.request.test.empty()) std::erase_if(folder.files, IsTest);
  if (folder.files.empty()) throw Error(fmt::format("{}: has nothing but a test part", path));
  return folder;
}

void TakeFiles(ExampleFolder folder, const Purpose& purpose, FileSurvey& survey) {
  survey.name = std::move(folder.path);
  survey.files = std::move(folder.files);
  survey.notes = std::move(folder.notes);
  survey.progress = purpose.request.progress;
}

void SurveyClasses(FileSurvey& survey) {
  std::set<std::string> different;
  for (const ExampleFile& file : survey.files) {
    if (file.label.empty()) {
      throw Error(
          fmt::format("{}: has no class: its folder is the only one, and its name does not "
                      "begin with a class and an underscore: put the files of each class, of two at least, into a "
                      "folder of their own, or begin their names so",
                      file.path));
    }
    different.insert(file.label);
  }
  survey.labels.assign(different.begin(), different.end());
  SortClasses(survey.labels);
  CheckClasses(survey.name, survey.labels.size(), survey.files.size(),
               "put the files of each class into a folder of their own, or begin their names with the class and an "
               "underscore");
  const LabelIndex index(survey.labels);
  survey.to_split = {.name = survey.name, .rows = survey.files.size()};
  for (const ExampleFile& file : survey.files) {
    survey.to_split.classes.push_back(index.Find(file.label).value());
    survey.to_split.parts.push_back(file.part);
  }
}

void FitClasses(FileSurvey& survey, std::span<const uint32_t> training, Encoding& encoding) {
  encoding.labels = survey.labels;
  CheckTrainingClasses(survey.name, survey.to_split.classes, survey.labels, training, survey.notes);
}

Dataset EncodeFiles(FileSurvey& survey, const Encoding& encoding, Use use) {
  Dataset dataset;
  dataset.encoding = encoding;
  dataset.rows = survey.files.size();
  dataset.inputs = std::move(survey.inputs.value());
  dataset.notes = survey.notes;
  for (const ExampleFile& file : survey.files) dataset.names.push_back(file.path);
  EncodeLabels(survey.files, use, dataset);
  return dataset;
}

void CheckFitsMemory(const std::string& name, double bytes, const std::string& remedy) {
  const double memory = static_cast<double>(::sysconf(_SC_PHYS_PAGES)) * static_cast<double>(::sysconf(_SC_PAGESIZE));
  if (bytes <= memory) return;
  throw Error(fmt::format("{}: takes {:.1f} GB of memory, and this machine has {:.1f}: {}", name, bytes * 1e-9,
                          memory * 1e-9, remedy));
}

}  // namespace ramp
