// The measuring itself: what it checks, counts and reports. No test looks at how fast anything is.
#include "ramp/bench/bench.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <numeric>
#include <thread>

#include "ramp/base/error.h"
#include "ramp/bench/arrays.h"
#include "ramp/bench/limits.h"
#include "ramp/bench/machine.h"
#include "ramp/bench/rounds.h"

namespace ramp {
namespace {

BenchRequest QuickRequest(std::vector<size_t> sizes) {
  BenchRequest request{.activations = {&Activations()[0], &Activations().back()}, .sizes = std::move(sizes)};
  request.seconds = 0;
  request.least_rounds = request.most_rounds = 1;
  return request;
}

TEST(EveryActivation, PassesTheCheckThatItIsTimedAfter) {
  for (const size_t size : {1u, 64u, 1000u, 70000u}) {
    BenchArrays arrays(size);
    for (const Activation& activation : Activations()) {
      EXPECT_NO_THROW(arrays.Check(activation, KernelsOf(activation))) << activation.name << ", size " << size;
    }
  }
}

TEST(BenchCheck, SeesOneWrongElementGateOrGradient) {
  static const ActivationKernels kRight = KernelsOf(Activations()[0]);
  BenchArrays arrays(1000);
  const ActivationKernels wrong_output = {[](const ForwardArguments& a) {
                                            kRight.forward(a);
                                            a.output[777] += 1e-3f;
                                          },
                                          kRight.backward};
  const ActivationKernels wrong_gate = {[](const ForwardArguments& a) {
                                          kRight.forward(a);
                                          if (a.gates != nullptr) a.gates[3] ^= 1u << 7;
                                        },
                                        kRight.backward};
  const ActivationKernels wrong_gradient = {kRight.forward, [](const BackwardArguments& a) {
                                              kRight.backward(a);
                                              a.input_gradient[0] += 1e-3f;
                                            }};
  for (const ActivationKernels& kernels : {wrong_output, wrong_gate, wrong_gradient}) {
    EXPECT_THROW(arrays.Check(Activations()[0], kernels), Error);
  }
}

TEST(LimitLoops, ComputeWhatTheySay) {
  const LimitLoops loops = BestLimitLoops();
  for (const size_t size : {1u, 7u, 64u, 1003u}) {
    Floats a(size), b(size), to(size);
    std::iota(a.span().begin(), a.span().end(), 1.0f);
    std::iota(b.span().begin(), b.span().end(), -5.0f);
    for (const auto copy : {loops.copy, loops.stream_copy}) {
      std::ranges::fill(to.span(), 0.0f);
      copy(a.data(), to.data(), size);
      EXPECT_TRUE(std::ranges::equal(a.span(), to.span())) << size;
    }
    for (const auto triad : {loops.triad, loops.stream_triad}) {
      std::ranges::fill(to.span(), 0.0f);
      triad(a.data(), b.data(), to.data(), size);
      for (size_t i = 0; i < size; ++i) EXPECT_EQ(to[i], a[i] + 3 * b[i]) << i << " of " << size;
    }
  }
  EXPECT_TRUE(std::isfinite(loops.multiply_adds(1000)));
  EXPECT_FALSE(loops.instruction_set.empty());
}

TEST(BusyCores, CountAThreadThatComputes) {
  const double before = BusyCores();
  std::atomic<bool> stop = false;
  std::thread thread([&stop] {
    while (!stop) continue;
  });
  const double busy = BusyCores();
  stop = true;
  thread.join();
  EXPECT_GE(before, 0);
  EXPECT_GT(busy, 0.25) << "on a machine that tells its load; " << before << " without the thread";
  EXPECT_LE(busy, std::thread::hardware_concurrency());
}

TEST(MedianSeconds, GivesEachWorkItsTurnInEveryRound) {
  std::vector<size_t> turns(3);
  std::vector<Work> works;
  for (size_t& count : turns) works.emplace_back([&count](size_t) { ++count; });
  const RoundsRequest request{.turn_seconds = 0, .seconds = 0, .least = 4, .most = 9};
  const std::vector<double> medians = MedianSeconds(works, request);
  ASSERT_EQ(medians.size(), works.size());
  // One more finds out how often to repeat it.
  for (const size_t count : turns) EXPECT_EQ(count, 5u);
}

TEST(MedianSeconds, IsEmptyWhenStopped) {
  std::atomic<bool> stop = false;
  const Work work = [&stop](size_t) { stop = true; };
  EXPECT_TRUE(MedianSeconds({&work, 1}, {.turn_seconds = 0, .stop = &stop}).empty());
}

TEST(Bench, MeasuresEveryActivationAtEverySize) {
  BenchRequest request = QuickRequest({100, 5000});
  size_t turns = 0;
  request.watch = [&turns](const BenchProgress& progress) { EXPECT_EQ(progress.done, turns++); };
  for (const size_t threads : {1u, 2u}) {
    turns = 0;
    request.threads = threads;
    const BenchReport report = RunBench(request);
    EXPECT_TRUE(report.complete);
    EXPECT_EQ(turns, 4u);
    ASSERT_EQ(report.speeds.size(), 4u);
    ASSERT_EQ(report.limits.size(), 2u);
    for (size_t i = 0; i < report.speeds.size(); ++i) {
      const ActivationSpeed& speed = report.speeds[i];
      EXPECT_EQ(speed.activation, request.activations[i % 2]);
      EXPECT_EQ(speed.size, request.sizes[i / 2]);
      for (const OperationSpeed& of : speed.operations) {
        EXPECT_GT(of.seconds, 0);
        EXPECT_GT(of.limit_seconds, 0);
        EXPECT_EQ(of.limit == Limit::kTriad,
                  of.operation == Operation::kBackward && speed.activation->saves != Saves::kGate);
      }
    }
  }
}

TEST(Bench, TakesASizeThatTheMemoryHolds) {
  EXPECT_EQ(SizeThatFits(1000, 0), 1000u) << "nobody knows the memory";
  EXPECT_EQ(SizeThatFits(1000, size_t{1} << 30), 1000u);
  const size_t memory = 10'000'000, fitting = SizeThatFits(size_t{1} << 50, memory);
  EXPECT_LT(BenchArrays::BytesFor(fitting), memory);
  EXPECT_GT(BenchArrays::BytesFor(4 * fitting), memory);
}

TEST(Bench, ReportsWhatIsCompleteWhenItIsStopped) {
  BenchRequest request = QuickRequest({100, 200});
  std::atomic<bool> stop = false;
  request.stop = &stop;
  request.watch = [&stop](const BenchProgress& progress) { stop = progress.done == 3; };
  const BenchReport report = RunBench(request);
  EXPECT_FALSE(report.complete);
  EXPECT_EQ(report.speeds.size(), 3u);
  EXPECT_EQ(report.limits.size(), 2u);
}

TEST(ThisMachine, HasCoresAndAClock) {
  const Machine machine = ThisMachine();
  EXPECT_GE(machine.cores, 1u);
  EXPECT_GT(machine.gigahertz, 0);
  EXPECT_TRUE(std::ranges::is_sorted(machine.caches, {}, &Cache::level));
  for (const Cache& cache : machine.caches) EXPECT_GT(cache.bytes, 0u) << "L" << cache.level;
}

TEST(SizeText, IsShortWhereItCanBe) {
  EXPECT_EQ(SizeText(64), "64");
  EXPECT_EQ(SizeText(4096), "4 Ki");
  EXPECT_EQ(SizeText(4097), "4097");
  EXPECT_EQ(SizeText(size_t{3} << 20), "3 Mi");
}

}  // namespace
}  // namespace ramp
