#include "ramp/data/source.h"

#include <fmt/format.h>

#include <filesystem>
#include <new>
#include <ranges>
#include <stdexcept>

#include "ramp/base/error.h"
#include "ramp/data/csv.h"
#include "ramp/data/data_kinds.h"
#include "ramp/data/table_survey.h"

namespace ramp {
namespace {

// A place is of the last kind that it looks like: any file that is nothing else is a table.
constexpr const DataKind* kKinds[] = {
    &kTableData, &kArrayData, &kPictureData, &kSoundData, &kTextData, &kLongTextData, &kGeneratedData,
};

// Options of a training that some kinds have no use for.
struct OptionUse {
  std::string_view option;
  bool (*given)(const DataRequest& request);
  std::string_view values = "";  // that are meant, where others are not
};

constexpr OptionUse kUses[] = {
    {"--target", [](const DataRequest& r) { return !r.target.empty(); }},
    {"--task", [](const DataRequest& r) { return r.task.has_value(); }, " classification or regression"},
    {"--hold-out", [](const DataRequest& r) { return !r.hold_out.empty(); }},
    {"--size", [](const DataRequest& r) { return !r.size.empty(); }},
    {"--seconds", [](const DataRequest& r) { return r.seconds.has_value(); }},
    {"--tokens", [](const DataRequest& r) { return r.characters; }},
    {"--length", [](const DataRequest& r) { return r.length > 0; }},
    {"--vocabulary", [](const DataRequest& r) { return r.vocabulary.has_value(); }},
};

bool HasUse(const DataKind& kind, std::string_view option) {
  return fmt::format(" {} ", kind.options).find(fmt::format(" {} ", option)) != std::string::npos;
}

// Throws UsageError for the first option that was given and that `kind` has no use for.
void CheckOptions(const DataRequest& request, const std::string& name, const DataKind& kind) {
  for (const OptionUse& use : kUses) {
    if (!use.given(request) || HasUse(kind, use.option)) continue;
    std::string names;
    for (const DataKind* other : kKinds) {
      if (HasUse(*other, use.option)) names += (names.empty() ? "" : "; ") + std::string(other->name);
    }
    throw UsageError(
        fmt::format("{}: has no use for {}{}, which is for {}: leave it out", name, use.option, use.values, names));
  }
  const bool splits = !request.hold_out.empty() && !request.test.empty();
  if (splits) throw UsageError("--test and --hold-out both choose the test rows: leave one of them out");
}

constexpr double kDefaultTest = 0.2;

const DataKind& KindOf(Place& place, const Purpose& purpose) {
  for (const DataKind* kind : kKinds | std::views::reverse) {
    if (kind->looks_like(place, purpose)) return *kind;
  }
  FailNothingKnown(place.path());
}

// What DataRequest::test asks for.
struct TestWish {
  std::string path = {};                // read the test part from here
  std::optional<double> fraction = {};  // hold this fraction of the rows out
};

TestWish ParseTest(const std::string& test) {
  std::error_code ignored;
  if (test.empty()) return {};
  if (std::filesystem::exists(test, ignored)) return {.path = test};
  const CellValue value = ReadCell(test);
  if (value.kind != CellKind::kNumber) return {.path = test};
  CheckFraction("--test", value.number);
  return {.fraction = value.number};
}

// Data of any kind, encoded as other data was.
Dataset ReadEncoded(const std::string& path, const Encoding& encoding, Use use, const Progress& progress) {
  Place place(path);
  const DataRequest request{.progress = progress};
  const Purpose purpose{.use = use, .request = request, .model = &encoding};
  const DataKind& kind = KindOf(place, purpose);
  return kind.encode(*kind.survey(place, purpose), encoding, use);
}

TrainingData TakePasses(const DataKind& kind, Survey& survey, const std::string& name, const DataRequest& request,
                        const TestWish& test) {
  const bool own_test = survey.test != nullptr || !test.path.empty();
  const SplitFractions fractions{.test = own_test ? 0 : test.fraction.value_or(kDefaultTest), .valid = request.valid};
  Split split = SplitRows(survey.to_split, fractions, request.seed);
  const Encoding encoding = kind.fit(survey, request, split.training);
  TrainingData data;
  data.examples = kind.encode(survey, encoding, Use::kTraining);
  data.training = std::move(split.training);
  data.validation = std::move(split.validation);
  data.test = std::move(split.test);
  if (survey.test != nullptr) data.test_set = kind.encode(*survey.test, encoding, Use::kTest);
  data.name = name;
  return data;
}

TrainingData Train(const DataKind& kind, Place& place, const DataRequest& request, const TestWish& test) {
  CheckOptions(request, place.set() != nullptr ? place.name() : place.path(), kind);
  try {
    return TakePasses(kind, *kind.survey(place, {.request = request}), place.name(), request, test);
  } catch (const UsageError&) {
    throw;
  } catch (const Error& error) {
    const std::string advice = kind.advice == nullptr ? "" : kind.advice(place);
    if (advice.empty()) throw;
    throw Error(error.what() + advice);
  }
}

// Data that is too large for the machine is an error of the data like any other.
template <class ReadAnything>
auto WithinMemory(const std::string& path, const ReadAnything& read) {
  const auto fail = [&] {
    return Error(fmt::format("{}: does not fit into the memory of this machine: take fewer rows or columns", path));
  };
  try {
    return read();
  } catch (const std::bad_alloc&) {
    throw fail();
  } catch (const std::length_error&) {
    throw fail();
  }
}

}  // namespace

TrainingData ReadTrainingData(const DataRequest& request) {
  return WithinMemory(request.path, [&] {
    CheckFraction("--valid", request.valid);
    const TestWish test = ParseTest(request.test);
    Place place = request.path.empty() ? Place("", GeneratedSets()[0]) : Place(request.path);
    TrainingData data = Train(KindOf(place, {.request = request}), place, request, test);
    const Encoding& encoding = data.examples.encoding;
    if (!request.augment.empty()) data.augmentation = Augmentation(request.augment, encoding);
    if (!test.path.empty()) data.test_set = ReadEncoded(test.path, encoding, Use::kTest, request.progress);
    return data;
  });
}

TrainingData MakeTrainingData(const DataRequest& request) {
  Place place(request.path, SetNamed(request.path));
  return WithinMemory(request.path, [&] { return Train(kGeneratedData, place, request, {}); });
}

TrainingData ReadTrainingTable(const DataRequest& request, std::string csv) {
  CheckOptions(request, request.path, kTableData);
  return WithinMemory(request.path, [&] {
    TableSurvey survey = SurveyToTrain(Table::Parse(request.path, std::move(csv)), request);
    return TakePasses(kTableData, survey, request.path, request, {});
  });
}

Dataset ReadForPrediction(const std::string& path, const Encoding& encoding, const Progress& progress) {
  return WithinMemory(path, [&] { return ReadEncoded(path, encoding, Use::kPrediction, progress); });
}

}  // namespace ramp
