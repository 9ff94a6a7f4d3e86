#include "ramp/activation/gates.h"

#include <gtest/gtest.h>

#include <bit>
#include <vector>

#include "ramp/base/random.h"

namespace ramp {
namespace {

TEST(Gates, CountsAndAccumulatesWhatEachBitSays) {
  Random random(1);
  for (const size_t units : {1u, 63u, 64u, 65u, 300u}) {
    for (const size_t rows : {1u, 2u, 17u}) {
      std::vector<uint64_t> words(Gates::Words(rows, units));
      for (size_t i = 0; i < words.size(); ++i) {
        const size_t spare = (i + 1) % Gates::WordsPerRow(units) == 0 ? Gates::WordsPerRow(units) * 64 - units : 0;
        // All bits, no bit, and a random half.
        words[i] = (i % 3 == 0 ? ~uint64_t{0} : i % 3 == 1 ? 0 : random.Next()) >> spare;
      }
      const Gates gates(words.data(), rows, units);
      size_t open = 0;
      std::vector<uint64_t> ever(gates.words_per_row()), always(gates.words_per_row(), ~uint64_t{0});
      gates.Accumulate(rows, ever, always);
      for (size_t unit = 0; unit < units; ++unit) {
        size_t times = 0;
        for (size_t row = 0; row < rows; ++row) times += gates.IsOpen(row, unit) ? 1u : 0u;
        open += times;
        EXPECT_EQ((ever[unit / 64] >> (unit % 64) & 1u) != 0, times > 0) << units << " units, unit " << unit;
        EXPECT_EQ((always[unit / 64] >> (unit % 64) & 1u) != 0, times == rows) << units << " units, unit " << unit;
      }
      EXPECT_EQ(gates.CountOpen(), open) << rows << " rows of " << units;
    }
  }
}

}  // namespace
}  // namespace ramp
