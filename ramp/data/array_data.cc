// Arrays of inputs and targets (IDX, NPY).
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "ramp/base/error.h"
#include "ramp/data/data_kinds.h"
#include "ramp/data/scale.h"
#include "ramp/data/targets.h"

namespace ramp {
namespace {

// A picture without channels has one: the last axis is always the units.
Shape ShapeOf(const RawArray& inputs) {
  std::vector<size_t> sizes(inputs.sizes.begin() + 1, inputs.sizes.end());
  if (sizes.empty() || sizes.size() == 2) sizes.push_back(1);
  return Shape(std::move(sizes));
}

// True where the examples have `shape` once their channels are moved from the front to the last axis.
bool HasChannelsFirst(const RawArray& inputs, const Shape& shape) {
  std::vector<size_t> sizes(inputs.sizes.begin() + 1, inputs.sizes.end());
  if (sizes.size() < 2 || ShapeOf(inputs) == shape) return false;
  std::rotate(sizes.begin(), sizes.begin() + 1, sizes.end());
  return Shape(std::move(sizes)) == shape;
}

// Columns of a table differ in kind, the values of a picture do not.
size_t PairsOf(const RawArray& inputs, const Shape& shape) { return inputs.sizes.size() <= 2 ? shape.count() : 1; }

// Why the targets cannot be those of the inputs; "" where they can.
std::string ProblemOfTargets(const ArrayPair& pair) {
  const RawArray& inputs = pair.inputs;
  const RawArray& targets = *pair.targets;
  const bool column = targets.sizes.size() == 1 || (targets.sizes.size() == 2 && targets.sizes[1] == 1);
  if (!column) {
    return fmt::format(
        "{}: has the sizes {}: one target for each row is needed (of one-hot labels keep the place of the 1: "
        "y.argmax(1))",
        targets.name, SizesText(targets.sizes));
  }
  if (targets.rows() == inputs.rows()) return "";
  return fmt::format("{}: has {} targets, but {} has {} rows: the two files do not belong together", targets.name,
                     targets.rows(), inputs.name, inputs.rows());
}

void CheckPair(const ArrayPair& pair) {
  CheckRowCount(pair.inputs.name, pair.inputs.rows());
  const std::string problem = pair.targets ? ProblemOfTargets(pair) : "";
  if (!problem.empty()) throw Error(problem);
}

// A prediction needs no targets: those that do not fit are a note.
void LeaveOutUnfitTargets(const Encoding& model, ArrayPair& pair, Notes& notes) {
  if (!pair.targets) return;
  std::string problem = ProblemOfTargets(pair);
  if (problem.empty() && model.task == Task::kClassification && !IsInteger(pair.targets->type)) {
    problem = fmt::format("{}: holds floats, and classes are integers", pair.targets->name);
  }
  if (problem.empty()) return;
  notes.push_back(problem + ": the targets are not used");
  pair.targets.reset();
}

// The classes of `integers` in order, as names.
std::vector<std::string> ClassNames(const std::vector<int64_t>& integers) {
  const std::set<int64_t> different(integers.begin(), integers.end());
  std::vector<std::string> names;
  for (const int64_t value : different) names.push_back(std::to_string(value));
  return names;
}

// True where all targets are known classes; else `unknown` is the first target that is not.
bool LabelsOf(const RawArray& targets, const Encoding& encoding, std::vector<int32_t>& labels, std::string& unknown) {
  const LabelIndex index(encoding.labels);
  for (const int64_t value : ToIntegers(targets)) {
    const std::string name = std::to_string(value);
    const std::optional<int32_t> label = index.Find(name);
    if (!label) {
      unknown = fmt::format("{}: row {}: ", targets.name, labels.size()) + "'" + name + "'";
      labels.clear();
      return false;
    }
    labels.push_back(*label);
  }
  return true;
}

struct ArraySurvey : Survey {
  std::string name;  // of the inputs' file
  ArrayPair pair;
};

InputValues& InputsOf(ArraySurvey& survey) {
  if (!survey.inputs) survey.inputs = ToInputs(std::move(survey.pair.inputs));
  return *survey.inputs;
}

RawArray ReadArray(const std::string& path) {
  ByteSource source = ByteSource::Open(path);
  return LooksLikeNpy(source.Peek(8)) ? ReadNpy(source) : ReadIdx(source);
}

ArrayPair ReadPair(const FilePair& files) {
  ArrayPair pair{.inputs = ReadArray(files.inputs), .targets = std::nullopt};
  if (!files.targets.empty()) pair.targets = ReadArray(files.targets);
  return pair;
}

std::unique_ptr<Survey> SurveyFiles(const FilePair& files) { return SurveyArrays(ReadPair(files)); }

std::unique_ptr<Survey> SurveyFilesForModel(const FilePair& files, const Purpose& purpose) {
  ArrayPair pair = ReadPair(files);
  Notes notes;
  if (purpose.use == Use::kPrediction) LeaveOutUnfitTargets(*purpose.model, pair, notes);
  std::unique_ptr<Survey> survey = SurveyArrays(std::move(pair));
  survey->notes.insert(survey->notes.end(), notes.begin(), notes.end());
  return survey;
}

std::unique_ptr<Survey> SurveyPlace(Place& place, const Purpose& purpose) {
  const FolderFiles& files = place.arrays().value();
  if (purpose.model != nullptr) return SurveyFilesForModel(files.test.value_or(files.training), purpose);
  if (files.training.targets.empty()) {
    throw Error(
        fmt::format("{}: has no file of targets beside it (labels beside images, y.npy beside x.npy): add it, or "
                    "rename it so",
                    files.training.inputs));
  }
  std::unique_ptr<Survey> survey = SurveyFiles(files.training);
  survey->to_split.name = place.path();
  if (files.test && purpose.request.test.empty()) survey->test = SurveyFiles(*files.test);
  return survey;
}

Encoding Fit(Survey& any, const DataRequest& request, std::span<const uint32_t> training) {
  auto& survey = static_cast<ArraySurvey&>(any);
  const RawArray& targets = survey.pair.targets.value();
  Encoding encoding;
  encoding.shape = ShapeOf(survey.pair.inputs);
  const size_t pairs = PairsOf(survey.pair.inputs, encoding.shape);
  encoding.task = request.task.value_or(IsInteger(targets.type) ? Task::kClassification : Task::kRegression);
  if (encoding.task == Task::kClassification) {
    const std::vector<int64_t> integers = ToIntegers(targets);
    encoding.labels = ClassNames(integers);
    CheckClasses(targets.name, encoding.labels.size(), integers.size(),
                 "store them as float32 if they are numbers to predict");
    std::string unknown;
    std::vector<int32_t> labels;
    LabelsOf(targets, encoding, labels, unknown);
    CheckTrainingClasses(targets.name, labels, encoding.labels, training, survey.notes);
  } else {
    FitTarget(targets.name, ToReals(targets), training, encoding);
  }
  FitInputs(InputsOf(survey), pairs, training, encoding);
  return encoding;
}

void EncodeTargets(const RawArray& targets, bool needs_targets, Dataset& dataset) {
  const Encoding& encoding = dataset.encoding;
  if (encoding.task == Task::kRegression) {
    dataset.values = StandardisedTarget(targets.name, ToReals(targets), encoding);
    return;
  }
  std::string unknown;
  if (LabelsOf(targets, encoding, dataset.labels, unknown)) return;
  const std::string problem = fmt::format("{} is no class of the training data", unknown);
  if (needs_targets) throw Error(problem + ": correct it or leave the row out");
  dataset.notes.push_back(problem + ": the targets are not used");
}

// Brings the channels of arrays for a model into place, and checks that they have its shape.
void FitToShape(const Shape& wanted, ArraySurvey& survey) {
  RawArray& inputs = survey.pair.inputs;
  if (HasChannelsFirst(inputs, wanted)) {
    MoveChannelsLast(inputs);
    survey.notes.push_back(fmt::format("{}: its examples have the channels first", survey.name));
  }
  const Shape shape = ShapeOf(inputs);
  // Two axes are a picture of one channel, or a sequence where the model takes one.
  const bool is_sequence = wanted.rank() == 2 && shape == Shape{wanted[0], wanted[1], 1};
  if (shape == wanted || is_sequence) return;
  throw Error(fmt::format("{}: its examples have the shape {}, but the model takes {}: bring them to that shape first",
                          survey.name, shape.text(), wanted.text()));
}

Dataset Encode(Survey& any, const Encoding& encoding, Use use) {
  auto& survey = static_cast<ArraySurvey&>(any);
  if (encoding.scale() == nullptr || encoding.sound() != nullptr) {
    throw Error(fmt::format("{}: holds arrays, but the model was trained on {}: give such data", survey.name,
                            encoding.Wanted()));
  }
  if (!survey.inputs) FitToShape(encoding.shape, survey);
  Dataset dataset;
  dataset.encoding = encoding;
  dataset.rows = survey.to_split.rows;
  dataset.inputs = std::move(InputsOf(survey));
  dataset.notes = survey.notes;
  Standardise(survey.name, dataset.inputs, encoding);
  const bool needs_targets = use != Use::kPrediction;
  if (survey.pair.targets) {
    EncodeTargets(*survey.pair.targets, needs_targets, dataset);
  } else if (needs_targets) {
    throw Error(fmt::format("{}: has no targets beside it: a test needs them", survey.name));
  }
  return dataset;
}

}  // namespace

std::unique_ptr<Survey> SurveyArrays(ArrayPair pair) {
  CheckPair(pair);
  auto survey = std::make_unique<ArraySurvey>();
  survey->name = pair.inputs.name;
  survey->to_split = {.name = survey->name, .rows = pair.inputs.rows()};
  survey->pair = std::move(pair);
  return survey;
}

constinit const DataKind kArrayData = {
    .name = "arrays (IDX, NPY)",
    .options = "--task",
    .looks_like = [](Place& place, const Purpose&) { return place.arrays().has_value(); },
    .survey = SurveyPlace,
    .fit = Fit,
    .encode = Encode,
};

}  // namespace ramp
