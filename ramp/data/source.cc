#include "ramp/data/source.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <new>
#include <stdexcept>

#include "ramp/base/error.h"
#include "ramp/data/array_dataset.h"
#include "ramp/data/array_files.h"
#include "ramp/data/bytes.h"
#include "ramp/data/csv.h"
#include "ramp/data/data_options.h"
#include "ramp/data/folder.h"
#include "ramp/data/generated.h"
#include "ramp/data/picture_dataset.h"
#include "ramp/data/sound_dataset.h"
#include "ramp/data/split.h"
#include "ramp/data/table_encode.h"
#include "ramp/data/table_fit.h"
#include "ramp/data/table_survey.h"
#include "ramp/data/targets.h"
#include "ramp/data/text.h"
#include "ramp/data/text_dataset.h"

namespace ramp {
namespace {

// What a prediction draws from a generated set: other examples than a training usually met.
constexpr uint64_t kOtherSeed = 0x6f74686572;  // "other"
constexpr size_t kUsualWindow = 64;
constexpr double kDefaultTest = 0.2;
constexpr size_t kMostTableBytes = size_t{1} << 31;

// What DataRequest::test asks for.
struct TestWish {
  std::string path;                // read the test part from here
  std::optional<double> fraction;  // hold this fraction of the rows out
};

TestWish ParseTest(const std::string& test) {
  std::error_code ignored;
  if (test.empty()) return {};
  if (std::filesystem::exists(test, ignored)) return {.path = test, .fraction = {}};
  const CellValue value = ReadCell(test);
  if (value.kind != CellKind::kNumber) return {.path = test, .fraction = {}};
  CheckFraction("--test", value.number);
  return {.path = "", .fraction = value.number};
}

// The last part of a path that has a name: "data" for "some/data/".
std::string NameOf(const std::string& path) {
  const std::filesystem::path full(path);
  if (full.has_filename() && full.filename() != "." && full.filename() != "..") return full.filename().string();
  const std::filesystem::path parent = std::filesystem::absolute(full).lexically_normal().parent_path();
  return parent.has_filename() ? parent.filename().string() : path;
}

bool IsFolder(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::is_directory(path, ignored);
}

std::vector<std::string> GeneratedNames() {
  std::vector<std::string> names;
  for (const GeneratedSet& known : GeneratedSets()) names.emplace_back(known.name);
  return names;
}

// A path that is a file, is a file; else it may name a generated set. Throws Error for what looks like neither.
const GeneratedSet* GeneratedWanted(const std::string& path) {
  std::error_code ignored;
  if (std::filesystem::exists(path, ignored)) return nullptr;
  const GeneratedSet* set = FindGeneratedSet(path);
  if (set != nullptr || path.find_first_of("/.") != std::string::npos) return set;
  const std::vector<std::string> names = GeneratedNames();
  throw Error(
      fmt::format("{}: there is no such file, and no generated set of that name{}: check the path, or name one "
                  "of {}",
                  path, DidYouMean(path, names), fmt::join(names, ", ")));
}

bool LooksLikeArray(ByteSource& source) {
  const std::span<const uint8_t> start = source.Peek(8);
  return LooksLikeNpy(start) || LooksLikeIdx(start);
}

RawArray ReadArray(ByteSource& source) { return LooksLikeNpy(source.Peek(8)) ? ReadNpy(source) : ReadIdx(source); }

Table ReadTable(ByteSource& source) { return Table::Parse(source.name(), source.ReadAll(kMostTableBytes)); }

ArrayPair ReadPair(const FilePair& files) {
  ByteSource inputs = ByteSource::Open(files.inputs);
  ArrayPair pair{.inputs = ReadArray(inputs), .targets = std::nullopt};
  if (!files.targets.empty()) {
    ByteSource targets = ByteSource::Open(files.targets);
    pair.targets = ReadArray(targets);
  }
  return pair;
}

std::string ReadLongText(const std::string& path, Notes& notes) {
  return CleanText(path, ByteSource::Open(path).ReadAll(kMostTableBytes), notes);
}

// A file by itself, as a folder that holds nothing else.
ExampleFolder FolderOfFile(const std::string& path, MediaKind kind) {
  const std::vector<std::string> fields = FieldsOfName(path);
  return {.path = path,
          .kind = kind,
          .lines = kind == MediaKind::kText,
          .files = {{path, fields.size() > 1 ? fields[0] : "", Part::kAny}},
          .notes = {}};
}

std::vector<ExampleOrigin> OriginsOf(const ExampleFolder& folder) {
  std::vector<ExampleOrigin> origins;
  for (const ExampleFile& file : folder.files) origins.push_back({file.path, file.label, file.part});
  return origins;
}

// ---- Data that is encoded as other data was

// Where a folder has a test part, it alone is wanted.
void KeepTestPart(ExampleFolder& folder) {
  const auto is_test = [](const ExampleFile& file) { return file.part == Part::kTest; };
  if (std::ranges::any_of(folder.files, is_test)) std::erase_if(folder.files, std::not_fn(is_test));
}

Dataset EncodeFolder(ExampleFolder folder, const Encoding& encoding, bool for_test, const Progress& progress) {
  KeepTestPart(folder);
  switch (folder.kind) {
    case MediaKind::kPicture:
      return EncodePictures(folder, OriginsOf(folder), encoding, for_test, progress);
    case MediaKind::kSound:
      return EncodeSounds(folder, OriginsOf(folder), encoding, for_test, progress);
    case MediaKind::kText:
      break;
  }
  // Files whose names are no classes are texts themselves.
  const LabelIndex index(encoding.labels);
  if (folder.lines && !for_test && folder.files.size() > 1) {
    folder.lines =
        std::ranges::any_of(folder.files, [&](const ExampleFile& f) { return index.Find(f.label).has_value(); });
  }
  return EncodeTexts(ReadTexts(folder, progress), encoding, for_test);
}

// The numbers to predict, where a set has such, from raw ones.
void StandardiseNumbers(const std::string& name, Dataset& data) {
  if (data.values.empty()) return;
  data.values = StandardisedTarget(name, std::vector<double>(data.values.begin(), data.values.end()), data.encoding);
}

Dataset EncodeGenerated(const GeneratedSet& set, const std::string& text, const Encoding& encoding, uint64_t seed) {
  Generated made = Generate(set, text, seed);
  if (!made.text.empty()) {
    if (encoding.text && encoding.text->next) return EncodeNextCharacter(text, made.text, encoding, true);
  } else if (!encoding.mean.empty() && made.examples.encoding.shape == encoding.shape &&
             made.examples.encoding.task == encoding.task && made.examples.encoding.labels == encoding.labels) {
    made.examples.encoding = encoding;
    Standardise(text, made.examples.inputs, encoding);
    StandardiseNumbers(text, made.examples);
    return std::move(made.examples);
  }
  throw Error(fmt::format("{}: is another kind of data than the model was trained on, which is {}: give such data",
                          text, encoding.Wanted()));
}

// Data of any kind, encoded as other data was. Of a folder the test part, if it has one.
Dataset ReadEncoded(const std::string& path, const Encoding& encoding, bool for_test, const Progress& progress) {
  if (IsFolder(path)) {
    if (const std::optional<FolderFiles> files = FilesInFolder(path)) {
      return EncodeArrays(ReadPair(files->test.value_or(files->training)), encoding, for_test);
    }
    std::optional<ExampleFolder> folder = FindExamples(path);
    if (!folder) FailNothingKnown(path);
    return EncodeFolder(std::move(*folder), encoding, for_test, progress);
  }
  if (const GeneratedSet* set = GeneratedWanted(path)) return EncodeGenerated(*set, path, encoding, kOtherSeed);
  ByteSource source = ByteSource::Open(path);
  if (LooksLikeArray(source)) return EncodeArrays(ReadPair(FileAndTargets(path)), encoding, for_test);
  if (const auto kind = KindOfBytes(source.Peek(8))) {
    return EncodeFolder(FolderOfFile(path, *kind), encoding, for_test, progress);
  }
  if (encoding.text && encoding.text->next) {
    Notes notes;
    const std::string text = ReadLongText(path, notes);
    Dataset dataset = EncodeNextCharacter(path, text, encoding, for_test);
    dataset.notes.insert(dataset.notes.begin(), notes.begin(), notes.end());
    return dataset;
  }
  if (encoding.text) return EncodeTexts(ReadTexts(FolderOfFile(path, MediaKind::kText), progress), encoding, for_test);
  return EncodeTable(SurveyForModel(ReadTable(source), encoding, for_test), encoding, for_test);
}

// ---- Data to train on

void TakeSplit(Split split, TrainingData& data) {
  data.training = std::move(split.training);
  data.validation = std::move(split.validation);
  data.test = std::move(split.test);
}

// What fraction of the rows becomes the test part; none when it has files of its own.
double TestFraction(const TestWish& test, bool own_files) {
  return own_files || !test.path.empty() ? 0 : test.fraction.value_or(kDefaultTest);
}

Split Draw(const RowsToSplit& rows, const DataRequest& request, const TestWish& test, bool own_files = false) {
  return SplitRows(rows, {.test = TestFraction(test, own_files), .valid = request.valid}, request.seed);
}

void ReadGenerated(const DataRequest& request, const GeneratedSet& set, const TestWish& test, TrainingData& data) {
  CheckOptions(request, std::string(set.name), DataKind::kGenerated);
  if (request.next_character) throw UsageError("--task next-character takes a text file: leave it out");
  data.name = set.name;
  Generated made = Generate(set, request.path, request.seed);
  if (!made.text.empty()) {
    data.examples = FitNextCharacter(data.name, made.text, request.length == 0 ? kUsualWindow : request.length);
    TakeSplit(Draw({.name = data.name, .rows = data.examples.rows, .by_position = true}, request, test), data);
    return;
  }
  data.examples = std::move(made.examples);
  RowsToSplit rows{.name = data.name, .rows = data.examples.rows};
  if (!made.test.empty() && test.path.empty() && !test.fraction) {
    rows.parts.assign(rows.rows, Part::kAny);
    for (const uint32_t row : made.test) rows.parts[row] = Part::kTest;
  }
  TakeSplit(Draw(rows, request, test), data);
  Encoding& encoding = data.examples.encoding;
  FitInputs(data.examples.inputs, encoding.shape.count(), made.pairs, data.training, encoding);
  Standardise(data.name, data.examples.inputs, encoding);
  if (encoding.task == Task::kRegression) {
    const std::vector<double> numbers(data.examples.values.begin(), data.examples.values.end());
    FitTarget(data.name, numbers, data.training, encoding);
    StandardiseNumbers(data.name, data.examples);
  }
}

void ReadArrays(const DataRequest& request, const FolderFiles& files, const TestWish& test, TrainingData& data) {
  CheckOptions(request, request.path, DataKind::kArrays);
  if (files.training.targets.empty()) {
    throw Error(
        fmt::format("{}: has no file of targets beside it (labels beside images, y.npy beside x.npy): add it, or "
                    "rename it so",
                    files.training.inputs));
  }
  const bool own_test = files.test && test.path.empty() && !test.fraction;
  ArrayPair pair = ReadPair(files.training);
  TakeSplit(Draw({.name = request.path, .rows = pair.inputs.rows()}, request, test, own_test), data);
  data.examples = FitArrays(std::move(pair), request.task, data.training);
  if (own_test) data.test_set = EncodeArrays(ReadPair(*files.test), data.examples.encoding, true);
}

void HoldOutFiles(const DataRequest& request, ExampleFolder& folder) {
  if (request.hold_out.empty()) return;
  std::vector<std::string> paths;
  for (const ExampleFile& file : folder.files) paths.push_back(file.path);
  const std::vector<bool> held = HeldOutFiles(ParseHoldOut(request.hold_out), paths);
  for (size_t i = 0; i < held.size(); ++i) folder.files[i].part = held[i] ? Part::kTest : Part::kAny;
}

void ReadFolder(const DataRequest& request, ExampleFolder folder, const TestWish& test, TrainingData& data) {
  const DataKind kind = folder.kind == MediaKind::kPicture ? DataKind::kPictures
                        : folder.kind == MediaKind::kSound ? DataKind::kSounds
                                                           : DataKind::kTexts;
  CheckOptions(request, request.path, kind);
  CheckRowCount(request.path, folder.files.size());
  HoldOutFiles(request, folder);
  const bool other_test = !test.path.empty() || test.fraction;
  if (other_test) std::erase_if(folder.files, [](const ExampleFile& file) { return file.part == Part::kTest; });
  if (folder.files.empty()) throw Error(fmt::format("{}: has nothing but a test part", request.path));
  const SplitLabels draw = [&](std::span<const ExampleOrigin> examples, std::span<const int32_t> labels) {
    return Draw(RowsOf(request.path, examples, labels), request, test);
  };
  Split split;
  switch (kind) {
    case DataKind::kPictures: {
      std::optional<PictureSize> size;
      if (!request.size.empty()) size = ParsePictureSize(request.size);
      data.examples = FitPictures(folder, OriginsOf(folder), size, draw, request.progress, split);
      break;
    }
    case DataKind::kSounds:
      data.examples = FitSounds(folder, OriginsOf(folder), request.seconds, draw, request.progress, split);
      break;
    default: {
      TextOptions options{.characters = request.characters, .length = request.length};
      options.vocabulary = request.vocabulary.value_or(options.vocabulary);
      data.examples = FitTexts(ReadTexts(folder, request.progress), options, draw, split);
      break;
    }
  }
  TakeSplit(std::move(split), data);
}

void ReadNextCharacter(const DataRequest& request, const TestWish& test, TrainingData& data) {
  CheckOptions(request, request.path, DataKind::kNextCharacter);
  if (IsFolder(request.path)) {
    throw UsageError(fmt::format("{}: is a folder: --task next-character takes one text file", request.path));
  }
  Notes notes;
  const std::string text = ReadLongText(request.path, notes);
  data.examples = FitNextCharacter(request.path, text, request.length == 0 ? kUsualWindow : request.length);
  data.examples.notes.insert(data.examples.notes.begin(), notes.begin(), notes.end());
  TakeSplit(Draw({.name = request.path, .rows = data.examples.rows, .by_position = true}, request, test), data);
}

void FitTableToTrain(const DataRequest& request, Table source, const TestWish& test, TrainingData& data) {
  CheckOptions(request, request.path, DataKind::kTable);
  TableRequest table{.target = request.target, .task = request.task, .hold_out = {}};
  if (!request.hold_out.empty()) {
    table.hold_out = ParseHoldOut(request.hold_out);
    if (table.hold_out->field.empty()) {
      throw UsageError(fmt::format("--hold-out is '{}': a table needs the column as well, such as city={}",
                                   request.hold_out, request.hold_out));
    }
  }
  TableSurvey survey = SurveyToTrain(std::move(source), table);
  TakeSplit(Draw(survey.to_split, request, test), data);
  const Encoding encoding = FitTable(survey, data.training);
  data.examples = EncodeTable(survey, encoding, true);
}

void ReadTableToTrain(const DataRequest& request, ByteSource& source, const TestWish& test, TrainingData& data) {
  try {
    FitTableToTrain(request, ReadTable(source), test, data);
  } catch (const UsageError&) {
    throw;
  } catch (const Error& error) {
    if (!request.path.ends_with(".txt")) throw;
    throw Error(
        fmt::format("{}\n  It was read as a table. To learn which character comes next in a text: --task "
                    "next-character. To tell texts apart: give a folder with a file for each class",
                    error.what()));
  }
}

void ReadFile(const DataRequest& request, const TestWish& test, TrainingData& data) {
  ByteSource source = ByteSource::Open(request.path);
  if (LooksLikeArray(source)) {
    ReadArrays(request, {.training = FileAndTargets(request.path), .test = std::nullopt}, test, data);
  } else if (KindOfBytes(source.Peek(8))) {
    throw Error(
        fmt::format("{}: is one picture or recording, and a training needs many: give a folder of them", request.path));
  } else {
    ReadTableToTrain(request, source, test, data);
  }
}

void ReadAnyFolder(const DataRequest& request, const TestWish& test, TrainingData& data) {
  if (const std::optional<FolderFiles> files = FilesInFolder(request.path)) {
    ReadArrays(request, *files, test, data);
  } else if (std::optional<ExampleFolder> folder = FindExamples(request.path)) {
    ReadFolder(request, std::move(*folder), test, data);
  } else {
    FailNothingKnown(request.path);
  }
}

TrainingData Read(const DataRequest& request) {
  CheckFraction("--valid", request.valid);
  const TestWish test = ParseTest(request.test);
  TrainingData data;
  const GeneratedSet* set = request.path.empty() ? GeneratedSets().data() : GeneratedWanted(request.path);
  if (set != nullptr) {
    ReadGenerated(request, *set, test, data);
  } else {
    data.name = NameOf(request.path);
    if (request.next_character) {
      ReadNextCharacter(request, test, data);
    } else if (IsFolder(request.path)) {
      ReadAnyFolder(request, test, data);
    } else {
      ReadFile(request, test, data);
    }
  }
  const Encoding& encoding = data.examples.encoding;
  if (!request.augment.empty()) data.augmentation = Augmentation(request.augment, encoding);
  if (!test.path.empty()) data.test_set = ReadEncoded(test.path, encoding, true, request.progress);
  return data;
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
  return WithinMemory(request.path, [&] { return Read(request); });
}

TrainingData MakeTrainingData(const DataRequest& request) {
  const GeneratedSet* set = FindGeneratedSet(request.path);
  if (set == nullptr) {
    const std::vector<std::string> names = GeneratedNames();
    throw UsageError(fmt::format("'{}' is no generated set{}; there are: {}", request.path,
                                 DidYouMean(request.path, names), fmt::join(names, ", ")));
  }
  return WithinMemory(request.path, [&] {
    TrainingData data;
    ReadGenerated(request, *set, ParseTest(""), data);
    return data;
  });
}

TrainingData ReadTrainingTable(const DataRequest& request, std::string csv) {
  return WithinMemory(request.path, [&] {
    TrainingData data;
    data.name = request.path;
    FitTableToTrain(request, Table::Parse(request.path, std::move(csv)), ParseTest(""), data);
    return data;
  });
}

Dataset ReadForPrediction(const std::string& path, const Encoding& encoding, const Progress& progress) {
  return WithinMemory(path, [&] { return ReadEncoded(path, encoding, false, progress); });
}

}  // namespace ramp
