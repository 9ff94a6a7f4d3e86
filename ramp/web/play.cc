#include "ramp/web/play.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "ramp/base/threads.h"
#include "ramp/web/command_line.h"
#include "ramp/web/remedy_settings.h"

namespace ramp::web {
namespace {

using SteadyClock = std::chrono::steady_clock;

// How long the engine computes before it looks for commands, and how often it shows what it has.
constexpr double kSliceSeconds = 0.01;
constexpr auto kBetweenPublishing = std::chrono::milliseconds(10);
constexpr size_t kMostPast = 50;
constexpr size_t kMostPastBytes = size_t{16} << 20;

// Whether the run begins anew with these settings instead of those.
bool Restarts(const Settings& before, const Settings& after) {
  return before.network != after.network || before.training.initialization != after.training.initialization ||
         before.training.initial_gain != after.training.initial_gain;
}

// What is wrong is named with its place among what was sent.
std::unique_ptr<PlayRun> MakeRun(const std::string& place, const PlayDataPointer& data, uint64_t seed,
                                 const SavedRun& saved) {
  try {
    return std::make_unique<PlayRun>(data, seed, saved);
  } catch (const UsageError& error) {
    throw FieldError(place, error.what());
  }
}

}  // namespace

size_t Play::Past::Bytes() const {
  size_t bytes = 0;
  for (const std::optional<SavedRun>& run : runs) bytes += run ? run->Bytes() : 0;
  for (const Curve& curve : curves) {
    if (curve.points().empty()) continue;
    const size_t layers = curve.points().back().dead.size();
    bytes += curve.points().size() * (sizeof(CurvePoint) + layers * 3 * sizeof(float));
  }
  return bytes;
}

Play::Play(Clock clock) : clock_(std::move(clock)), engine_([this](const std::stop_token& stop) { Work(stop); }) {}

Play::~Play() {
  engine_.request_stop();
  wake_.notify_all();
  engine_.join();
}

// ---- The engine

bool Play::MayTrain() const { return training_ && !resting_; }

void Play::Work(const std::stop_token& stop) {
  SetThreads(1);
  while (!stop.stop_requested()) {
    std::deque<std::packaged_task<Json()>> commands;
    {
      std::unique_lock lock(mutex_);
      const auto ready = [&] { return !commands_.empty() || MayTrain(); };
      wake_.wait(lock, stop, ready);
      // At a pace, it waits for the next epoch's time as well.
      if (commands_.empty() && SteadyClock::now() < next_epoch_) {
        wake_.wait_until(lock, stop, next_epoch_, [&] { return !commands_.empty() || resting_; });
      }
      std::swap(commands, commands_);
      if (commands.empty() && !MayTrain()) continue;
    }
    const bool commanded = !commands.empty();
    for (std::packaged_task<Json()>& command : commands) command();
    if (training_ && !commanded && SteadyClock::now() >= next_epoch_) AdvanceOnce();
    if (changed_ && (!training_ || SteadyClock::now() - published_ >= kBetweenPublishing)) Publish();
  }
}

bool Play::ReachedGoal(size_t run) const { return goal_steps_[run] && runs_[run]->steps() >= *goal_steps_[run]; }

// Of the runs that go on, the one with the fewer epochs.
PlayRun* Play::RunThatIsBehind() const {
  PlayRun* behind = nullptr;
  for (size_t i = 0; i < runs_.size(); ++i) {
    PlayRun* run = runs_[i].get();
    if (run == nullptr || run->over() || ReachedGoal(i)) continue;
    if (goal_epoch_ && run->epoch() >= *goal_epoch_) continue;
    if (behind == nullptr || run->epoch() < behind->epoch()) behind = run;
  }
  return behind;
}

void Play::AdvanceOnce() {
  PlayRun* run = RunThatIsBehind();
  if (run == nullptr) {
    Halt();
    return;
  }
  const size_t which = run == runs_[0].get() ? 0 : 1;
  size_t batches = slice_;
  if (goal_steps_[which]) batches = std::min(batches, *goal_steps_[which] - run->steps());
  const SteadyClock::time_point begin = SteadyClock::now();
  const size_t epoch = run->epoch(), steps = run->steps();
  run->Advance(batches);
  changed_ = true;
  const double seconds = std::chrono::duration<double>(SteadyClock::now() - begin).count();
  const auto done = static_cast<double>(std::max<size_t>(run->steps() - steps, 1));
  slice_ = static_cast<size_t>(std::clamp(kSliceSeconds * done / std::max(seconds, 1e-9), 1.0, 1e6));
  if (state_.pace > 0 && run->epoch() > epoch && which == 0) {
    const auto one = std::chrono::duration_cast<SteadyClock::duration>(std::chrono::duration<double>(1 / state_.pace));
    next_epoch_ = std::max(next_epoch_ + one, begin);
  }
}

void Play::Halt() {
  training_ = false;
  goal_steps_ = {};
  goal_epoch_.reset();
  next_epoch_ = {};
  changed_ = true;
}

void Play::PublishRun(size_t i) {
  std::optional<SharedRun>& shared = shared_.runs[i];
  PlayRun* run = runs_[i].get();
  if (run == nullptr) {
    shared.reset();
    return;
  }
  if (!shared) shared.emplace();
  shared->figures = run->Figures();
  if (!run->over()) {
    shared->figures.status = training_                    ? RunStatus::kTraining
                             : shared->figures.steps == 0 ? RunStatus::kWaiting
                                                          : RunStatus::kPaused;
  }
  shared->moment.epoch = shared->figures.now.epoch;
  shared->moment.step = shared->figures.step;
  shared->moment.parameters.assign(run->network().parameters().begin(), run->network().parameters().end());
  shared->moment.fates = run->fates();
  shared->settings = run->settings();
  for (CurvePoint& point : run->TakePoints()) shared->curve.Add(std::move(point));
}

void Play::Publish() {
  const std::lock_guard lock(shared_mutex_);
  shared_.start = starts_;
  shared_.training = training_;
  shared_.undo = past_.size();
  shared_.state = state_;
  shared_.data = data_;
  for (size_t i = 0; i < runs_.size(); ++i) PublishRun(i);
  shared_.version = clock_();
  changed_ = false;
  published_ = SteadyClock::now();
}

// ---- Commands

Json Play::Do(std::function<Json()> command) {
  // What it has changed can be seen as soon as its answer can.
  std::packaged_task<Json()> task([this, command = std::move(command)] {
    Json answer = command();
    Publish();
    return answer;
  });
  std::future<Json> answer = task.get_future();
  {
    const std::lock_guard lock(mutex_);
    commands_.push_back(std::move(task));
  }
  wake_.notify_all();
  return answer.get();
}

void Play::CheckStarted() const {
  if (!runs_[0]) throw Conflict("nothing was started yet");
}

PlayRun& Play::RunAt(size_t run) const {
  CheckStarted();
  if (!runs_[run]) throw Conflict("there is no run b: start it first");
  return *runs_[run];
}

void Play::Remember() {
  if (!runs_[0]) return;
  Past past{.state = state_, .data = data_, .runs = {}, .curves = {}};
  Publish();
  {
    const std::lock_guard lock(shared_mutex_);
    for (size_t i = 0; i < runs_.size(); ++i) {
      if (!runs_[i]) continue;
      past.runs[i] = runs_[i]->Save();
      past.curves[i] = shared_.runs[i]->curve;
    }
  }
  past_.push_back(std::move(past));
  size_t bytes = 0;
  for (const Past& one : past_) bytes += one.Bytes();
  while (past_.size() > kMostPast || (bytes > kMostPastBytes && past_.size() > 1)) {
    bytes -= past_.front().Bytes();
    past_.pop_front();
  }
}

// The curves begin anew.
void Play::TakeRuns(Runs runs) {
  runs_ = std::move(runs);
  ++starts_;
  slice_ = 1;
  next_epoch_ = {};
  changed_ = true;
  const std::lock_guard lock(shared_mutex_);
  shared_.runs = {};
}

Json Play::RunJson(size_t run) const { return runs_[run] ? ShapeJson(runs_[run]->network()) : Json(nullptr); }

Json Play::Start(const State& state, bool train) {
  // What takes long, or fails, is done in the thread of the one who asks.
  const PlayDataPointer data = MakePlayData(state.data, state.seed);
  const Json points = PointsJson(*data);
  return Do([&]() -> Json {
    Runs runs;
    runs[0] = MakeRun("state.a", data, state.seed, {.settings = state.a});
    if (state.b) runs[1] = MakeRun("state.b", data, state.seed, {.settings = *state.b});
    Remember();
    Halt();
    state_ = state;
    data_ = data;
    TakeRuns(std::move(runs));
    training_ = train;
    return {{"state", ToJson(state_)}, {"points", points}, {"a", RunJson(0)}, {"b", RunJson(1)}};
  });
}

void Play::Train(std::optional<double> pace) {
  Do([&]() -> Json {
    CheckStarted();
    Halt();
    if (pace) state_.pace = *pace;
    training_ = true;
    return {};
  });
}

void Play::Pause() {
  Do([&]() -> Json {
    Halt();
    return {};
  });
}

void Play::Step(size_t steps, size_t epochs) {
  Do([&]() -> Json {
    CheckStarted();
    Remember();
    Halt();
    if (epochs > 0) goal_epoch_ = runs_[0]->epoch() + epochs;
    for (size_t i = 0; i < runs_.size(); ++i) {
      if (runs_[i] && epochs == 0) goal_steps_[i] = runs_[i]->steps() + steps;
    }
    training_ = true;
    return {};
  });
}

void Play::Reset() {
  Do([&]() -> Json {
    CheckStarted();
    Runs runs;
    for (size_t i = 0; i < runs_.size(); ++i) {
      if (runs_[i]) runs[i] = MakeRun("state", data_, state_.seed, {.settings = runs_[i]->settings()});
    }
    Remember();
    Halt();
    TakeRuns(std::move(runs));
    return {};
  });
}

Json Play::Undo() {
  return Do([&]() -> Json {
    if (past_.empty()) throw Conflict("there is nothing to undo");
    const Past past = std::move(past_.back());
    past_.pop_back();
    Runs runs;
    for (size_t i = 0; i < runs.size(); ++i) {
      if (past.runs[i]) runs[i] = MakeRun("state", past.data, past.state.seed, *past.runs[i]);
    }
    Halt();
    const web::Look look = state_.look;
    state_ = past.state;
    state_.look = look;
    data_ = past.data;
    TakeRuns(std::move(runs));
    const std::lock_guard lock(shared_mutex_);
    for (size_t i = 0; i < runs_.size(); ++i) {
      if (runs_[i]) shared_.runs[i] = SharedRun{.curve = past.curves[i]};
    }
    return {{"state", ToJson(state_)}};
  });
}

Json Play::TakeSettings(size_t which, Settings settings, const RemedyDone& how) {
  const bool restart = how.restarts;
  PlayRun& run = RunAt(which);
  const Settings before = run.settings();
  Runs runs;
  if (restart) {
    for (size_t i = 0; i < runs_.size(); ++i) {
      if (!runs_[i]) continue;
      const Settings& taken = i == which ? settings : runs_[i]->settings();
      runs[i] = MakeRun("settings", data_, state_.seed, {.settings = taken});
    }
  } else {
    SavedRun saved = run.Save();
    saved.new_optimizer = before.training.optimizer != settings.training.optimizer;
    saved.settings = settings;
    saved.by_hand = fmt::format("settings were changed after epoch {}", run.epoch());
    std::vector<float>& weights = saved.state->parameters;
    const bool broken = !std::ranges::all_of(weights, [](float weight) { return std::isfinite(weight); });
    if (how.to_best_weights || broken) weights = saved.state->best_parameters;
    runs[which] = MakeRun("settings", data_, state_.seed, saved);
  }
  Remember();
  (which == 0 ? state_.a : *state_.b) = settings;
  changed_ = true;
  if (restart) {
    const bool training = training_;
    Halt();
    TakeRuns(std::move(runs));
    training_ = training;
  } else {
    runs_[which] = std::move(runs[which]);
  }
  return {{"state", ToJson(state_)}, {"restarted", restart}};
}

Json Play::Change(size_t which, const Json& json) {
  return Do([&]() -> Json {
    Settings settings = RunAt(which).settings();
    const Settings before = settings;
    ReadSettings(json, "settings", settings);
    return TakeSettings(which, settings, {.restarts = Restarts(before, settings) || RunAt(which).steps() == 0});
  });
}

// The training goes on from the treated weights.
Json Play::TakeTreatment(size_t which, std::string_view treatment, std::string_view remedy) {
  PlayRun& run = RunAt(which);
  const std::optional<TreatedCourse> treated = run.Treated(treatment, remedy);
  if (!treated) throw Conflict("there is nothing for it to do now");
  SavedRun saved = run.Save();
  saved.state = treated->course.state;
  saved.by_hand = fmt::format("{} since epoch {}", treated->what, run.epoch());
  std::unique_ptr<PlayRun> next = MakeRun("settings", data_, state_.seed, saved);
  next->Evaluate();
  Remember();
  runs_[which] = std::move(next);
  changed_ = true;
  return {{"state", ToJson(state_)}, {"restarted", false}, {"done", treated->what}};
}

Json Play::ApplyRemedy(size_t which, const std::string& remedy) {
  return Do([&]() -> Json {
    PlayRun& run = RunAt(which);
    Settings settings = run.settings();
    const Settings before = settings;
    RemedyDone done = web::ApplyRemedy(remedy, run.Figures(), settings);
    done.restarts = done.restarts || Restarts(before, settings);
    Json answer =
        done.treatment.empty() ? TakeSettings(which, settings, done) : TakeTreatment(which, done.treatment, remedy);
    if (done.treatment.empty()) answer["done"] = done.sentence;
    Halt();
    training_ = true;
    return answer;
  });
}

void Play::SetWeight(size_t which, size_t layer, size_t unit, int input, double value) {
  Do([&]() -> Json {
    RunAt(which);
    Remember();
    try {
      RunAt(which).SetWeight(layer, unit, input, value);
    } catch (const UsageError&) {
      past_.pop_back();
      throw;
    }
    changed_ = true;
    return {};
  });
}

Json Play::SetLook(const Json& json) {
  return Do([&]() -> Json {
    ReadLook(json, "look", state_.look);
    changed_ = true;
    return {{"look", ToJson(state_.look)}};
  });
}

void Play::Rest() {
  const std::lock_guard lock(mutex_);
  resting_ = true;
}

void Play::Wake() {
  {
    const std::lock_guard lock(mutex_);
    resting_ = false;
  }
  wake_.notify_all();
}

}  // namespace ramp::web
