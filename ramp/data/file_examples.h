// The passes that pictures, sounds and texts share: their files, classes and parts become rows and labels.
#ifndef RAMP_DATA_FILE_EXAMPLES_H_
#define RAMP_DATA_FILE_EXAMPLES_H_

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ramp/data/data_kind.h"

namespace ramp {

void Tell(const Progress& progress, std::string_view what, size_t done, size_t total);

struct FileSurvey : Survey {
  std::string name;                 // of the folder, for messages
  std::vector<ExampleFile> files;   // [rows]
  std::vector<std::string> labels;  // training: the classes
  Progress progress;
};

// The files at `place` that serve the purpose: without those that the request holds out or tests on elsewhere, and of
// data for a model the test part alone, where there is one. Throws Error for a single file where many are needed.
ExampleFolder FilesFor(Place& place, const Purpose& purpose);

void TakeFiles(ExampleFolder folder, const Purpose& purpose, FileSurvey& survey);

// Sets `labels` and `to_split` from `files`. Throws Error when one has no class, or all have the same.
void SurveyClasses(FileSurvey& survey);
// Sets the classes of `encoding`; see CheckTrainingClasses.
void FitClasses(FileSurvey& survey, std::span<const uint32_t> training, Encoding& encoding);
// The survey's inputs and, where all classes are known, its labels; else Error is thrown, or in a prediction a
// note says why they are not used.
Dataset EncodeFiles(FileSurvey& survey, const Encoding& encoding, Use use);

// Throws Error when `bytes` are more than the machine has.
void CheckFitsMemory(const std::string& name, double bytes, const std::string& remedy);

}  // namespace ramp

#endif  // RAMP_DATA_FILE_EXAMPLES_H_
