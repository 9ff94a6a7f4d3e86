#include "ramp/bench/bench.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <memory>

#include "ramp/base/error.h"
#include "ramp/base/parallel.h"
#include "ramp/bench/arrays.h"
#include "ramp/bench/limits.h"
#include "ramp/bench/rounds.h"

namespace ramp {
namespace {

using Clock = std::chrono::steady_clock;

constexpr double kBusy = 0.5;  // of a core, before the measurement begins
constexpr double kFloat = sizeof(float), kGate = 1 / 8.0;

double SecondsSince(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

// The body on each thread's part of the elements, again and again. The threads wait for each other at the end alone:
// what is measured is the kernels, not how fast a pool of threads wakes up.
template <class Body>
Work OnThreads(size_t size, size_t threads, Body body) {
  return [=](size_t times) {
    ParallelRanges(size, threads, Gates::kBitsPerWord, [&](size_t begin, size_t end, size_t) {
      if (begin == end) return;
      for (size_t i = 0; i < times; ++i) body(ElementRange{begin, end});
    });
  };
}

// Measures activations at one size.
class SizeBench {
 public:
  SizeBench(size_t size, const BenchRequest& request, const LimitLoops& loops)
      : request_(request), loops_(loops), arrays_(size) {}

  // Nothing when it was stopped. `multiply_adds_per_second` is the machine's.
  std::optional<ActivationSpeed> Measure(const Activation& activation, double multiply_adds_per_second) {
    const ActivationKernels kernels = KernelsOf(activation);
    arrays_.Check(activation, kernels);
    const bool reads_two = activation.saves != Saves::kGate;
    std::vector<Work> works = OperationWorks(activation, kernels);
    for (Work& work : LimitWorks(reads_two)) works.push_back(std::move(work));
    const std::vector<double> medians = MedianSeconds(works, {.turn_seconds = TurnSeconds(request_.threads),
                                                              .seconds = request_.seconds,
                                                              .least = request_.least_rounds,
                                                              .most = request_.most_rounds,
                                                              .processor_time = request_.threads == 1,
                                                              .stop = request_.stop});
    if (medians.empty()) return std::nullopt;

    const auto size = static_cast<double>(arrays_.size());
    const auto per_element = [&](size_t work) { return medians[work] / size; };
    constexpr size_t kCopy = kOperations.size();
    copies_.push_back(per_element(kCopy));
    stream_copies_.push_back(per_element(kCopy + 1));
    if (reads_two) {
      triads_.push_back(per_element(kCopy + 2));
      stream_triads_.push_back(per_element(kCopy + 3));
    }
    const double copy = std::min(copies_.back(), stream_copies_.back());
    ActivationSpeed speed{.activation = &activation, .size = arrays_.size(), .operations = {}};
    for (size_t i = 0; i < kOperations.size(); ++i) {
      OperationSpeed& of = speed.operations[i];
      of.operation = kOperations[i];
      of.seconds = per_element(i);
      of.limit_seconds = copy;
      of.bytes = 2 * kFloat;
      if (of.operation == Operation::kForwardWithGates) of.bytes += kGate;
      if (of.operation == Operation::kBackward) {
        of.bytes += reads_two ? kFloat : kGate;
        if (reads_two) {
          of.limit = Limit::kTriad;
          of.limit_seconds = std::min(triads_.back(), stream_triads_.back());
        }
      }
      of.multiply_adds = of.seconds * multiply_adds_per_second;
    }
    return speed;
  }

  LimitSpeed Limits() const {
    return {.size = arrays_.size(),
            .copy = Middle(copies_),
            .stream_copy = Middle(stream_copies_),
            .triad = Middle(triads_),
            .stream_triad = Middle(stream_triads_)};
  }

 private:
  // In the order of kOperations.
  std::vector<Work> OperationWorks(const Activation& activation, const ActivationKernels& kernels) {
    BenchArrays* const arrays = &arrays_;
    const Activation* const row = &activation;
    std::vector<Work> works;
    for (const bool with_gates : {false, true}) {
      works.push_back(OnThreads(arrays->size(), request_.threads, [=](ElementRange range) {
        kernels.forward(arrays->Forward(*row, range, with_gates));
      }));
    }
    works.push_back(OnThreads(arrays->size(), request_.threads,
                              [=](ElementRange range) { kernels.backward(arrays->Backward(*row, range)); }));
    return works;
  }

  // Copies, then, where they are needed, triads; with ordinary stores, then past the cache.
  std::vector<Work> LimitWorks(bool triads) {
    BenchArrays* const arrays = &arrays_;
    std::vector<Work> works;
    for (const auto copy : {loops_.copy, loops_.stream_copy}) {
      works.push_back(OnThreads(arrays->size(), request_.threads, [=](ElementRange range) {
        copy(arrays->input() + range.begin, arrays->result() + range.begin, range.end - range.begin);
      }));
    }
    if (!triads) return works;
    for (const auto triad : {loops_.triad, loops_.stream_triad}) {
      works.push_back(OnThreads(arrays->size(), request_.threads, [=](ElementRange range) {
        triad(arrays->gradient() + range.begin, arrays->input() + range.begin, arrays->result() + range.begin,
              range.end - range.begin);
      }));
    }
    return works;
  }

  static double Middle(std::vector<double> values) {
    if (values.empty()) return 0;
    std::ranges::sort(values);
    return values[values.size() / 2];
  }

  const BenchRequest& request_;
  const LimitLoops& loops_;
  BenchArrays arrays_;
  std::vector<double> copies_, stream_copies_, triads_, stream_triads_;  // of each activation measured
};

double MultiplyAddsPerSecond(const LimitLoops& loops, const BenchRequest& request) {
  constexpr size_t kCount = size_t{1} << 16;
  std::vector<float> results(request.threads);
  const Work work = [&](size_t times) {
    ParallelRanges(request.threads, request.threads, 1, [&](size_t, size_t, size_t part) {
      for (size_t i = 0; i < times; ++i) results[part] += loops.multiply_adds(kCount);
    });
  };
  const std::vector<double> medians = MedianSeconds({&work, 1}, {.turn_seconds = TurnSeconds(request.threads),
                                                                 .seconds = 0.05,
                                                                 .least = 5,
                                                                 .most = 101,
                                                                 .processor_time = request.threads == 1,
                                                                 .stop = request.stop});
  return medians.empty() ? 0 : static_cast<double>(kCount * request.threads) / medians[0];
}

// A size that fits, with a note when it is another.
size_t SizeFor(size_t size, std::vector<std::string>& notes) {
  const size_t available = AvailableMemory(), fitting = SizeThatFits(size, available);
  if (fitting == size) return size;
  constexpr double kMega = 1 << 20;
  notes.push_back(fmt::format("{} floats would take {:.0f} MiB, and {:.0f} are free: {} are measured instead",
                              SizeText(size), static_cast<double>(BenchArrays::BytesFor(size)) / kMega,
                              static_cast<double>(available) / kMega, SizeText(fitting)));
  return fitting;
}

// Guesses how long the rest takes.
class Forecast {
 public:
  explicit Forecast(const BenchRequest& request) : request_(request) {
    for (const size_t size : request.sizes) left_.push_back({ExpectedSeconds(size), request.activations.size()});
  }
  void Done(size_t size_index, double seconds) {
    Left& left = left_[size_index];
    // What was measured of this size says more than the guess.
    left.measured += seconds;
    ++left.turns_done;
    left.seconds = left.measured / static_cast<double>(left.turns_done);
    --left.turns;
  }
  double seconds() const {
    double sum = 0;
    for (const Left& left : left_) sum += left.seconds * static_cast<double>(left.turns);
    return sum;
  }

 private:
  struct Left {
    double seconds;  // a turn
    size_t turns;
    double measured = 0;
    size_t turns_done = 0;
  };
  double ExpectedSeconds(size_t size) const {
    constexpr double kWorks = 7, kTurn = 3e-4, kElement = 6e-10;
    const double round = kWorks * std::max(kTurn, kElement * static_cast<double>(size));
    return std::clamp(round * static_cast<double>(request_.most_rounds),
                      round * static_cast<double>(request_.least_rounds),
                      std::max(request_.seconds, round * static_cast<double>(request_.least_rounds)));
  }

  const BenchRequest& request_;
  std::vector<Left> left_;
};

}  // namespace

BenchReport RunBench(const BenchRequest& request) {
  const LimitLoops loops = BestLimitLoops();
  BenchReport report{.machine = ThisMachine(), .threads = request.threads};
  report.multiply_adds_per_second = MultiplyAddsPerSecond(loops, request);
  if (report.multiply_adds_per_second == 0) return report;
  // The threads of one program wait for each other when another takes a core.
  if (const double busy = request.threads > 1 ? BusyCores() : 0; busy > kBusy) {
    report.notes.push_back(fmt::format(
        "other programs keep {:.1f} cores busy: what several threads take is longer than on an idle machine", busy));
  }
  Forecast forecast(request);
  BenchProgress progress{.of = request.sizes.size() * request.activations.size()};
  for (size_t i = 0; i < request.sizes.size(); ++i) {
    const size_t size = SizeFor(request.sizes[i], report.notes);
    SizeBench bench(size, request, loops);
    for (const Activation* activation : request.activations) {
      progress.activation = activation;
      progress.size = size;
      progress.seconds_left = forecast.seconds();
      if (request.watch) request.watch(progress);
      const auto start = Clock::now();
      const auto speed = bench.Measure(*activation, report.multiply_adds_per_second);
      if (!speed) {
        report.limits.push_back(bench.Limits());
        return report;
      }
      report.speeds.push_back(*speed);
      ++progress.done;
      forecast.Done(i, SecondsSince(start));
    }
    report.limits.push_back(bench.Limits());
  }
  report.complete = true;
  return report;
}

size_t SizeThatFits(size_t size, size_t available) {
  // The rest is for the system, and for what other programs take meanwhile.
  constexpr double kShare = 0.8;
  const auto fits = [&](size_t elements) {
    return static_cast<double>(BenchArrays::BytesFor(elements)) <= kShare * static_cast<double>(available);
  };
  while (available != 0 && size > 1 && !fits(size)) size /= 2;
  return size;
}

std::string SizeText(size_t size) {
  constexpr size_t kKi = size_t{1} << 10, kMi = size_t{1} << 20;
  if (size >= kMi && size % kMi == 0) return fmt::format("{} Mi", size / kMi);
  if (size >= kKi && size % kKi == 0) return fmt::format("{} Ki", size / kKi);
  return fmt::format("{}", size);
}

}  // namespace ramp
