// Running a plan allocates nothing: this program's operator new counts.
#include <dlfcn.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>
#include <string_view>

#include "ramp/base/threads.h"
#include "ramp/training/test_data.h"
#include "ramp/training/trainer.h"

namespace {

std::atomic<bool> counting = false;
std::atomic<size_t> allocations = 0;

// oneDNN's execute builds a map of its arguments inside the library, which no caller can avoid; those are not ours.
bool IsOurs(void* caller) {
  Dl_info information;
  if (::dladdr(caller, &information) == 0 || information.dli_fname == nullptr) return true;
  return std::string_view(information.dli_fname).find("libdnnl") == std::string_view::npos;
}

void* Allocate(size_t size, size_t alignment, void* caller) {
  if (counting && IsOurs(caller)) ++allocations;
  void* memory = alignment <= alignof(std::max_align_t)
                     ? std::malloc(size)
                     : std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

}  // namespace

void* operator new(size_t size) { return Allocate(size, 1, __builtin_return_address(0)); }
void* operator new[](size_t size) { return Allocate(size, 1, __builtin_return_address(0)); }
void* operator new(size_t size, std::align_val_t alignment) {
  return Allocate(size, static_cast<size_t>(alignment), __builtin_return_address(0));
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, size_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, size_t, std::align_val_t) noexcept { std::free(memory); }

namespace ramp {
namespace {

// Counts from the 11th to the 110th step of an epoch, when all plans are there.
class Counter : public TrainingObserver {
 public:
  void OnStep(const StepView& view) override {
    if (view.step == 10) allocations = 0;
    counting = view.step >= 10 && view.step < 110;
    if (view.step == 110) counted_ = allocations;
  }
  size_t counted() const { return counted_; }

 private:
  size_t counted_ = 1000000;
};

TEST(Training, AllocatesNothingInAHundredSteps) {
  for (const int threads : {1, 2}) {
    SetThreads(threads);
    // Small products, ones that oneDNN does, and what works on pictures.
    for (const char* text :
         {"dense 16, relu, dropout 0.2, dense", "dense 300, relu, dropout 0.2, dense 200, prelu, dense",
          "conv 20 3x3 stride 2x1, batchnorm, relu, conv 20 3x3 groups 20, maxpool 2, layernorm, averagepool 1, "
          "dense"}) {
      TrainingData data = MakeRings(13000, 60, Task::kClassification, 1);
      data.examples.encoding.shape = {6, 5, 2};
      Network network(text, data.examples.encoding.shape, 3);
      Trainer trainer(network, data, {.epochs = 1, .batch = 64});
      Counter counter;
      trainer.Watch(counter);
      trainer.Run();
      EXPECT_EQ(counter.counted(), 0u) << text << " on " << threads << " threads";
    }
  }
  SetThreads(0);
}

TEST(Counting, SeesAnAllocation) {
  allocations = 0;
  counting = true;
  delete new int(1);
  const std::vector<int> memory(100);
  counting = false;
  EXPECT_GE(allocations + memory.size() - 100, 1u);
}

}  // namespace
}  // namespace ramp
