#include "ramp/data/source.h"

#include <fmt/format.h>

#include <filesystem>
#include <new>
#include <numeric>
#include <stdexcept>

#include "ramp/base/error.h"
#include "ramp/data/array_dataset.h"
#include "ramp/data/array_files.h"
#include "ramp/data/bytes.h"
#include "ramp/data/csv.h"
#include "ramp/data/digits.h"
#include "ramp/data/split.h"
#include "ramp/data/table_dataset.h"

namespace ramp {
namespace {

constexpr size_t kGeneratedDigits = 12000;
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

// Data of any kind, encoded as other data was. Of a folder the test part, if it has one.
Dataset ReadEncoded(const std::string& path, const Encoding& encoding, bool for_test) {
  if (IsFolder(path)) {
    const FolderFiles files = FilesInFolder(path);
    return EncodeArrays(ReadPair(files.test.value_or(files.training)), encoding, for_test);
  }
  ByteSource source = ByteSource::Open(path);
  if (LooksLikeArray(source)) return EncodeArrays(ReadPair(FileAndTargets(path)), encoding, for_test);
  return EncodeTable(ReadTable(source), encoding, for_test);
}

void TakeSplit(Split split, TrainingData& data) {
  data.training = std::move(split.training);
  data.validation = std::move(split.validation);
  data.test = std::move(split.test);
}

// What fraction of the rows becomes the test part; none when it has files of its own.
double TestFraction(const TestWish& test, bool own_files) {
  return own_files || !test.path.empty() ? 0 : test.fraction.value_or(kDefaultTest);
}

void RefuseTarget(const DataRequest& request, const std::string& name) {
  if (request.target.empty()) return;
  throw UsageError(
      fmt::format("{}: has no columns, so a target ('{}') cannot be chosen: leave --target out", name, request.target));
}

void ReadDigits(const DataRequest& request, const TestWish& test, TrainingData& data) {
  RefuseTarget(request, "the generated digits");
  data.name = "digits";
  data.examples = GenerateDigits(kGeneratedDigits, request.seed);
  TakeSplit(DrawSplit(data.name, data.examples.rows, TestFraction(test, false), request.valid, request.seed), data);
  FitInputs(data.examples.inputs, data.examples.encoding.shape.count(), false, data.training, data.examples.encoding);
}

void ReadArrays(const DataRequest& request, const FolderFiles& files, const TestWish& test, TrainingData& data) {
  RefuseTarget(request, request.path);
  if (files.training.targets.empty()) {
    throw Error(
        fmt::format("{}: has no file of targets beside it (labels beside images, y.npy beside x.npy): add it, or "
                    "rename it so",
                    files.training.inputs));
  }
  const bool own_test = files.test && test.path.empty() && !test.fraction;
  ArrayPair pair = ReadPair(files.training);
  TakeSplit(DrawSplit(request.path, pair.inputs.rows(), TestFraction(test, own_test), request.valid, request.seed),
            data);
  data.examples = FitArrays(std::move(pair), request.task, data.training);
  if (own_test) data.test_set = EncodeArrays(ReadPair(*files.test), data.examples.encoding, true);
}

void ReadTableToTrain(const DataRequest& request, ByteSource& source, const TestWish& test, TrainingData& data) {
  const auto split = [&](size_t rows) {
    TakeSplit(DrawSplit(request.path, rows, TestFraction(test, false), request.valid, request.seed), data);
    return data.training;
  };
  data.examples = FitTable(ReadTable(source), request.target, request.task, split);
}

TrainingData Read(const DataRequest& request) {
  CheckFraction("--valid", request.valid);
  const TestWish test = ParseTest(request.test);
  TrainingData data;
  if (request.path.empty()) {
    ReadDigits(request, test, data);
  } else {
    data.name = NameOf(request.path);
    if (IsFolder(request.path)) {
      ReadArrays(request, FilesInFolder(request.path), test, data);
    } else {
      ByteSource source = ByteSource::Open(request.path);
      if (LooksLikeArray(source)) {
        ReadArrays(request, {.training = FileAndTargets(request.path), .test = std::nullopt}, test, data);
      } else {
        ReadTableToTrain(request, source, test, data);
      }
    }
  }
  if (!test.path.empty()) data.test_set = ReadEncoded(test.path, data.examples.encoding, true);
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

Dataset ReadForPrediction(const std::string& path, const Encoding& encoding) {
  return WithinMemory(path, [&] { return ReadEncoded(path, encoding, false); });
}

}  // namespace ramp
