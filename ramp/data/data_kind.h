// A kind of data: how it is recognised, and the passes that make examples of it.
//
//   survey  what is this: files, rows, classes; nothing is chosen yet
//   split   which rows train, validate and test (split.h, the same for all kinds)
//   fit     the encoding, from the training rows alone
//   encode  inputs and targets, by that encoding or by the one of a trained model
//
// Each pass takes the value that the pass before left. A kind is one file and one row in source.cc.
#ifndef RAMP_DATA_DATA_KIND_H_
#define RAMP_DATA_DATA_KIND_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "ramp/data/dataset.h"
#include "ramp/data/place.h"
#include "ramp/data/request.h"
#include "ramp/data/split.h"

namespace ramp {

// The value that the passes share. Each kind adds its own to it.
struct Survey {
  Survey() = default;
  Survey(Survey&&) = default;
  Survey& operator=(Survey&&) = default;
  virtual ~Survey() = default;

  RowsToSplit to_split;               // training
  std::unique_ptr<Survey> test;       // training: the test part where the data brings one in other files; else null
  Notes notes;                        // of all passes up to now
  std::optional<InputValues> inputs;  // not scaled yet; where the fit had to read them
};

// The data is for a training, for the test of that training, or for the predictions of a model. A test needs targets.
enum class Use { kTraining, kTest, kPrediction };

struct Purpose {
  Use use = Use::kTraining;
  const DataRequest& request;       // of the training; of others its progress alone
  const Encoding* model = nullptr;  // what the data is to be encoded by; null for a training
};

struct DataKind {
  std::string_view name;     // in the plural, for messages: "arrays (IDX, NPY)"
  std::string_view options;  // of `ramp train` that it has a use for, with blanks between
  bool (*looks_like)(Place& place, const Purpose& purpose);
  // These throw Error with the place in the data and the remedy.
  std::unique_ptr<Survey> (*survey)(Place& place, const Purpose& purpose);
  Encoding (*fit)(Survey& survey, const DataRequest& request, std::span<const uint32_t> training);
  Dataset (*encode)(Survey& survey, const Encoding& encoding, Use use);
  // More advice for an error in a training; null where there is none.
  std::string (*advice)(const Place& place) = nullptr;
};

}  // namespace ramp

#endif  // RAMP_DATA_DATA_KIND_H_
