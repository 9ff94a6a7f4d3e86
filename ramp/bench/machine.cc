#include "ramp/bench/machine.h"

#include <fmt/format.h>
#include <sched.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <fstream>
#include <optional>
#include <sstream>
#include <thread>

#include "ramp/bench/limits.h"

namespace ramp {
namespace {

// The first line of one of the system's files, empty when there is none.
std::string LineOf(const std::string& path) {
  std::string line;
  std::ifstream file(path);
  std::getline(file, line);
  return line;
}

// What stands behind `key` and a colon in a file of such lines.
std::string Value(const std::string& path, const std::string& key) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with(key)) continue;
    const size_t colon = line.find(':');
    if (colon == std::string::npos) continue;
    const size_t start = line.find_first_not_of(" \t", colon + 1);
    return start == std::string::npos ? "" : line.substr(start);
  }
  return "";
}

// "32K", "1024 kB", "5"; nothing for "max" and whatever else is no number.
std::optional<size_t> Bytes(const std::string& text) {
  std::istringstream stream(text);
  size_t number = 0;
  if (!(stream >> number)) return std::nullopt;
  std::string unit;
  stream >> unit;
  if (unit.starts_with('K') || unit.starts_with('k')) return number << 10;
  if (unit.starts_with('M')) return number << 20;
  return number;
}

// Of a list like "0-3,8".
size_t CoresIn(const std::string& list) {
  size_t cores = 0;
  std::istringstream stream(list);
  for (std::string part; std::getline(stream, part, ',');) {
    std::istringstream ends(part);
    size_t first = 0, last = 0;
    char dash = 0;
    if (!(ends >> first)) continue;
    cores += ends >> dash >> last && last > first ? last - first + 1 : 1;
  }
  return std::max<size_t>(cores, 1);
}

std::vector<Cache> Caches() {
  std::vector<Cache> caches;
  for (int index = 0;; ++index) {
    const std::string folder = fmt::format("/sys/devices/system/cpu/cpu0/cache/index{}/", index);
    const std::string type = LineOf(folder + "type");
    if (type.empty()) break;
    const std::optional<size_t> bytes = Bytes(LineOf(folder + "size"));
    if (type == "Instruction" || !bytes) continue;
    caches.push_back({static_cast<int>(Bytes(LineOf(folder + "level")).value_or(0)), *bytes,
                      CoresIn(LineOf(folder + "shared_cpu_list"))});
  }
  std::ranges::stable_sort(caches, {}, &Cache::level);
  return caches;
}

// Each addition needs the one before, and takes one cycle on every processor.
double Gigahertz() {
  using Clock = std::chrono::steady_clock;
  constexpr int kRounds = 15;
  // So many in a row that the loop around them does not count.
  constexpr size_t kLoops = 5'000, kAdditions = 64;
  double fastest = 0;
  size_t sum = 0, summand = 1;
  const auto add = [&] {
    sum += summand;
    // Hides the sum from the compiler, which would add all at once.
    asm volatile("" : "+r"(sum), "+r"(summand));
  };
  const auto add_eight = [&] { add(), add(), add(), add(), add(), add(), add(), add(); };
  for (int round = 0; round < kRounds; ++round) {
    const auto start = Clock::now();
    for (size_t loop = 0; loop < kLoops; ++loop) {
      add_eight(), add_eight(), add_eight(), add_eight();
      add_eight(), add_eight(), add_eight(), add_eight();
    }
    const std::chrono::duration<double, std::nano> taken = Clock::now() - start;
    fastest = std::max(fastest, static_cast<double>(kLoops * kAdditions) / taken.count());
  }
  return fastest;
}

// What a core has done since the system started, in the system's ticks.
struct Ticks {
  double busy = 0, all = 0;
};

// Of the cores that this thread may use: others belong to other programs, and disturb none here.
std::vector<Ticks> TicksOfCores() {
  cpu_set_t usable;
  if (sched_getaffinity(0, sizeof(usable), &usable) != 0) return {};
  std::vector<Ticks> cores;
  std::ifstream stat("/proc/stat");
  for (std::string line; std::getline(stat, line);) {
    std::istringstream words(line);
    std::string name;
    words >> name;
    size_t core = 0;
    const auto [end, error] =
        std::from_chars(name.data() + std::min<size_t>(3, name.size()), name.data() + name.size(), core);
    if (!name.starts_with("cpu") || error != std::errc() || core >= CPU_SETSIZE || !CPU_ISSET(core, &usable)) continue;
    double user = 0, nice = 0, system = 0, idle = 0, waiting = 0, interrupts = 0, soft_interrupts = 0, stolen = 0;
    words >> user >> nice >> system >> idle >> waiting >> interrupts >> soft_interrupts >> stolen;
    const double busy = user + nice + system + interrupts + soft_interrupts;
    cores.push_back({busy, busy + idle + waiting + stolen});
  }
  return cores;
}

}  // namespace

Machine ThisMachine() {
  return {.processor = Value("/proc/cpuinfo", "model name"),
          .instruction_set = std::string(BestLimitLoops().instruction_set),
          .cores = std::max(1u, std::thread::hardware_concurrency()),
          .caches = Caches(),
          .gigahertz = Gigahertz()};
}

size_t AvailableMemory() {
  size_t available = Bytes(Value("/proc/meminfo", "MemAvailable")).value_or(0);
  const std::string group = "/sys/fs/cgroup/";
  const auto most = Bytes(LineOf(group + "memory.max")), used = Bytes(LineOf(group + "memory.current"));
  if (most && used) available = std::min(available, *most - std::min(*most, *used));
  return available;
}

double BusyCores() {
  const std::vector<Ticks> before = TicksOfCores();
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  const std::vector<Ticks> after = TicksOfCores();
  double busy = 0;
  for (size_t i = 0; i < std::min(before.size(), after.size()); ++i) {
    const double all = after[i].all - before[i].all;
    if (all > 0) busy += (after[i].busy - before[i].busy) / all;
  }
  return busy;
}

}  // namespace ramp
