#include "ramp/web/viewer.h"

#include "ramp/web/command_line.h"
#include "ramp/web/finding_json.h"

namespace ramp::web {
namespace {

using SteadyClock = std::chrono::steady_clock;

std::string_view Name(RunStatus status) {
  switch (status) {
    case RunStatus::kWaiting:
      return "waiting";
    case RunStatus::kTraining:
      return "training";
    case RunStatus::kPaused:
      return "paused";
    case RunStatus::kFinished:
      return "finished";
    case RunStatus::kStoppedEarly:
      return "stopped early";
    case RunStatus::kDiverged:
      return "diverged";
  }
  return "";
}

Json CurveJson(size_t stride, size_t first, std::span<const CurvePoint> points) {
  Json json = {{"stride", stride}, {"first", first}};
  const auto add = [&](const char* name, const auto& figure) {
    Json column = Json::array();
    for (const CurvePoint& point : points) column.push_back(figure(point));
    json[name] = std::move(column);
  };
  add("epoch", [](const CurvePoint& point) { return point.figures.epoch; });
  add("train_loss", [](const CurvePoint& point) { return LossJson(point.figures.train); });
  add("valid_loss", [](const CurvePoint& point) { return LossJson(point.figures.valid); });
  add("test_loss", [](const CurvePoint& point) { return LossJson(point.figures.test); });
  add("train_score", [](const CurvePoint& point) { return ScoreJson(point.figures.train); });
  add("valid_score", [](const CurvePoint& point) { return ScoreJson(point.figures.valid); });
  add("test_score", [](const CurvePoint& point) { return ScoreJson(point.figures.test); });
  add("learning_rate", [](const CurvePoint& point) { return point.figures.learning_rate; });
  add("gradient_norm", [](const CurvePoint& point) { return Json(point.gradient_norm); });
  add("open_share", [](const CurvePoint& point) { return Json(point.open_share); });
  add("dead", [](const CurvePoint& point) { return Json(point.dead); });
  return json;
}

}  // namespace

bool Viewer::MayPaint(const SharedPlay& shared) const {
  if (shared.state.look.pictures == 0 || painted_ == shared.version) return false;
  const auto between = std::chrono::duration<double>(1.0 / static_cast<double>(shared.state.look.pictures));
  return SteadyClock::now() - painted_at_ >= between;
}

uint64_t Viewer::Waiting(const Play& play) const {
  uint64_t version = 0;
  play.Look([&](const SharedPlay& shared) {
    if (shared.data != nullptr && (shared.version != sent_ || MayPaint(shared))) version = shared.version;
  });
  return version;
}

Json Viewer::RunJson(const SharedRun& run, std::span<const CurvePoint> points, size_t first, const State& state) const {
  const RunFigures& figures = run.figures;
  Json layers = Json::array();
  for (const LayerFigures& layer : figures.layers) layers.push_back(LayerJson(layer));
  const EpochFigures& now = figures.now;
  Json json = {
      {"status", Name(figures.status)},
      {"epoch", now.epoch},
      {"step", figures.step},
      {"steps_per_epoch", figures.steps_per_epoch},
      {"steps", figures.steps},
      {"seconds", figures.seconds},
      {"epochs_per_second", figures.seconds > 0 ? Json(static_cast<double>(figures.steps) /
                                                       static_cast<double>(figures.steps_per_epoch) / figures.seconds)
                                                : Json(nullptr)},
      {"learning_rate", now.learning_rate},
      {"loss", {{"train", LossJson(now.train)}, {"valid", LossJson(now.valid)}, {"test", LossJson(now.test)}}},
      {"score", {{"train", ScoreJson(now.train)}, {"valid", ScoreJson(now.valid)}, {"test", ScoreJson(now.test)}}},
      {"score_name", ScoreName(figures.task)},
      {"divergence", nullptr}};
  if (figures.divergence) {
    const Divergence& divergence = *figures.divergence;
    json["divergence"] = {{"epoch", divergence.epoch}, {"step", divergence.step}, {"place", divergence.place}};
  }
  json["layers"] = layers;
  json["curve"] = CurveJson(run.curve.stride(), first, points);
  json["findings"] = FindingsJson(figures.findings);
  json["command"] = CommandJson(state, run.settings, figures.by_hand);
  return json;
}

Viewer::Event Viewer::Next(const Play& play) {
  // A copy, without the points that the page has.
  SharedPlay now;
  std::array<std::vector<CurvePoint>, 2> points;
  std::array<size_t, 2> first = {};
  bool paints = false;
  play.Look([&](const SharedPlay& shared) {
    now.version = shared.version;
    now.start = shared.start;
    now.training = shared.training;
    now.undo = shared.undo;
    now.state = shared.state;
    now.data = shared.data;
    paints = MayPaint(shared);
    for (size_t i = 0; i < now.runs.size(); ++i) {
      if (!shared.runs[i]) continue;
      const SharedRun& run = *shared.runs[i];
      const bool anew = shared.start != start_ || run.curve.generation() != seen_[i].generation;
      first[i] = anew ? 0 : std::min(seen_[i].points, run.curve.points().size());
      points[i].assign(run.curve.points().begin() + static_cast<ptrdiff_t>(first[i]), run.curve.points().end());
      now.runs[i] =
          SharedRun{.figures = run.figures, .moment = {}, .curve = run.curve.WithoutPoints(), .settings = run.settings};
      if (paints) now.runs[i]->moment = run.moment;
    }
  });
  if (now.data != data_) seen_ = {};
  data_ = now.data;
  Json json = {{"start", now.start}, {"training", now.training}, {"undo", now.undo}};
  if (first_) json["state"] = ToJson(now.state);
  constexpr std::array<const char*, 2> kNames = {"a", "b"};
  for (size_t i = 0; i < now.runs.size(); ++i) {
    Json& target = json[kNames[i]];
    if (!now.runs[i]) {
      seen_[i] = {};
      continue;
    }
    const SharedRun& run = *now.runs[i];
    Seen& seen = seen_[i];
    const bool other = seen.network != run.settings.network || seen.painter == nullptr;
    target = RunJson(run, points[i], first[i], now.state);
    if (other) {
      const Encoding& encoding = data_->training.examples.encoding;
      Network network = MakeSmallNetwork(run.settings.network, encoding.shape, encoding.outputs());
      target["shape"] = ShapeJson(network);
      seen.painter = std::make_unique<Painter>(data_, std::move(network), run.settings.training.label_smoothing);
      seen.network = run.settings.network;
    }
    if (paints && (!now.state.look.run || *now.state.look.run == i)) {
      target["picture"] = seen.painter->Paint(run.moment, now.state.look);
    }
    seen.generation = run.curve.generation();
    seen.points = first[i] + points[i].size();
  }
  if (paints) {
    painted_ = now.version;
    painted_at_ = SteadyClock::now();
  }
  first_ = false;
  start_ = now.start;
  sent_ = now.version;
  return {now.version, Dump(json)};
}

}  // namespace ramp::web
