#include "ramp/web/model_view.h"

#include <fmt/format.h>

#include <filesystem>

#include "ramp/base/error.h"
#include "ramp/base/threads.h"
#include "ramp/data/plain_encoding.h"
#include "ramp/data/source.h"
#include "ramp/health/diagnosis.h"
#include "ramp/health/doctor.h"
#include "ramp/health/input_vitals.h"
#include "ramp/onnx/model_file.h"
#include "ramp/web/finding_json.h"
#include "ramp/web/painter.h"
#include "ramp/web/play_data.h"
#include "ramp/web/play_network.h"
#include "ramp/web/play_run.h"

namespace ramp::web {
namespace {

std::string NameOf(const std::string& path) { return std::filesystem::path(path).filename().string(); }

Json LayersJson(const Diagnosis& diagnosis) {
  Json layers = Json::array();
  for (size_t i = 0; i < diagnosis.layers.size(); ++i) {
    const LayerHealth& health = diagnosis.layers[i];
    Json layer = LayerJson({.health = health});
    // No training was watched.
    for (const char* name : {"born_dead", "died", "revived", "gradient_norm", "update_ratio"}) layer[name] = nullptr;
    layer["duplicates"] = diagnosis.duplicates[i];
    layer["silent"] = diagnosis.silent[i];
    layer["mean"] = health.mean;
    layer["deviation"] = health.deviation;
    layers.push_back(std::move(layer));
  }
  return layers;
}

// What the doctor says of a network that is not at its start.
Findings FindingsOf(const Network& network, const TrainingData& data) {
  Doctor doctor(network, data, {});
  TrainingResult trained;
  trained.best_epoch = 1;
  return doctor.Report(trained).findings;
}

// All rows of it, encoded as the model says, or as they are where it is of another program.
TrainingData ReadDataFor(const ModelFile& model, const std::string& model_path, const std::string& data_path) {
  const auto given = model.metadata.find(kEncodingKey);
  const bool is_foreign = given == model.metadata.end();
  const Network& network = model.network;
  TrainingData data;
  data.name = NameOf(data_path);
  data.examples =
      ReadForPrediction(data_path, is_foreign ? PlainEncoding(network.input_shape(), network.output_shape().count())
                                              : Encoding::FromJson(given->second));
  if (is_foreign) FinishPlain(data.examples, NameOf(model_path));
  data.training = AllRows(data.examples);
  return data;
}

Json View(const std::string& model_path, const std::string& data_path) {
  ModelFile model = ReadModel(model_path);
  const size_t nodes = model.network.nodes().size();
  model.network = WithoutSoftmax(std::move(model.network));
  const bool gives_logits = model.metadata.contains(kEncodingKey) || model.network.nodes().size() < nodes;
  const TrainingData data = ReadDataFor(model, model_path, data_path);
  const Dataset& examples = data.examples;
  if (examples.rows == 0) throw Error(fmt::format("{}: there are no rows to look at", data_path));
  const Diagnosis diagnosis = Diagnose(model.network, examples, gives_logits);

  Json view = {{"name", NameOf(model_path)},
               {"data", data.name},
               {"rows", diagnosis.rows},
               {"network", ShapeJson(model.network)},
               {"layers", LayersJson(diagnosis)},
               {"unused_columns", nullptr},
               {"calibration_error", diagnosis.calibration_error ? Json(*diagnosis.calibration_error) : Json(nullptr)},
               {"score", diagnosis.accuracy ? Json(*diagnosis.accuracy) : Json(nullptr)},
               {"score_name", ScoreName(examples.encoding.task)},
               {"notes", examples.notes},
               {"findings", FindingsJson(examples.has_targets() ? FindingsOf(model.network, data) : Findings())},
               {"points", nullptr},
               {"picture", nullptr}};
  if (diagnosis.unused_columns) {
    view["unused_columns"] = Json::array();
    for (const size_t column : *diagnosis.unused_columns) {
      view["unused_columns"].push_back(ColumnName(examples.encoding, column));
    }
  }
  // Larger data has no plane that a page could draw.
  if (examples.encoding.shape.count() > kMostInputs || examples.rows > kMostRows) return view;
  const PlayDataPointer play = MakePlayData(data);
  view["points"] = PointsJson(*play);
  const std::vector<PlayLayer> layers = PlayLayersOf(model.network);
  Moment moment{.parameters = {model.network.parameters().begin(), model.network.parameters().end()}};
  for (const std::vector<bool>& open :
       OpenUnits(model.network, layers, play->training.examples, play->training.training)) {
    moment.fates.emplace_back().Note(open);
  }
  Look look{.axes = {0, 1}, .plane = 96, .unit = 24};
  for (const PlayLayer& layer : layers) {
    if (layer.activation) look.kinks.emplace_back(layer.number, -1);
  }
  view["picture"] = Painter(play, std::move(model.network), 0).Paint(moment, look);
  return view;
}

}  // namespace

ModelView::ModelView(std::string model, std::string data)
    : worker_([this, model = std::move(model), data = std::move(data)] {
        SetThreads(1);
        Json answer;
        try {
          answer = View(model, data);
        } catch (const std::exception& error) {
          answer = {{"error", error.what()}};
        }
        const std::lock_guard lock(mutex_);
        answer_ = std::move(answer);
      }) {}

Json ModelView::Answer() const {
  const std::lock_guard lock(mutex_);
  return answer_;
}

}  // namespace ramp::web
