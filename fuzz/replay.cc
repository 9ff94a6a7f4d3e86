// Runs a fuzz target without a fuzzer: over every file of its corpus, and over random changes of each. What it ran last
// when it crashes lies in the file that it names.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "ramp/base/random.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

using Bytes = std::vector<uint8_t>;

Bytes Read(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// Flips, sets, removes, repeats or inserts a few bytes.
Bytes Changed(Bytes bytes, ramp::Random& random) {
  const uint64_t changes = 1 + random.Below(4);
  for (uint64_t change = 0; change < changes; ++change) {
    const size_t at = random.Below(bytes.size() + 1);
    const auto place = bytes.begin() + static_cast<ptrdiff_t>(at);
    const bool inside = at < bytes.size();
    switch (random.Below(5)) {
      case 0:
        if (inside) *place = static_cast<uint8_t>(*place ^ (1u << random.Below(8)));
        break;
      case 1:
        if (inside) *place = static_cast<uint8_t>(random.Below(256));
        break;
      case 2:
        bytes.erase(place, place + static_cast<ptrdiff_t>(random.Below(bytes.size() - at + 1)));
        break;
      case 3:
        bytes.insert(place, static_cast<uint8_t>("0123456789,;\"\n\t?.-{}[]:' \xff"[random.Below(26)]));
        break;
      default:
        if (inside) {
          const Bytes part(place, place + static_cast<ptrdiff_t>(1 + random.Below(bytes.size() - at)));
          bytes.insert(bytes.end(), part.begin(), part.end());
        }
        break;
    }
  }
  return bytes;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: %s CORPUS CHANGES\n", argv[0]);
    return 2;
  }
  const long changes = std::atol(argv[2]);
  const std::string last = std::string(argv[0]) + ".last";
  ramp::Random random(1);
  size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(argv[1])) {
    const Bytes original = Read(entry.path());
    ++files;
    for (long i = 0; i <= changes; ++i) {
      const Bytes bytes = i == 0 ? original : Changed(original, random);
      std::ofstream(last, std::ios::binary)
          .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
      LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
    }
  }
  std::filesystem::remove(last);
  std::printf("%zu files, %ld changes of each\n", files, changes);
  return files == 0 ? 1 : 0;
}
