#include "ramp/network/precision.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

#include "ramp/base/error.h"
#include "ramp/network/matrix_product.h"

namespace ramp {
namespace {

TEST(Precisions, AreFoundByNameOrRefusedWithTheReason) {
  for (const PrecisionDefinition& row : Precisions()) {
    if (CanCompute(row.precision)) {
      EXPECT_EQ(FindPrecision(row.name), row.precision) << row.name;
    } else {
      EXPECT_THROW(FindPrecision(row.name), UsageError) << row.name;
    }
  }
  EXPECT_THROW(FindPrecision("float31"), UsageError);
  EXPECT_TRUE(CanCompute(Precision::kFloat32));
}

// Operands may be rounded to the format's significand, sums may not.
TEST(Precisions, RoundWhatIsMultipliedAndNoMore) {
  constexpr size_t kRows = 64, kColumns = 64, kDepth = 512;
  std::mt19937 random(1);
  std::normal_distribution<float> normal;
  std::vector<float> a(kRows * kDepth), b(kDepth * kColumns), c(kRows * kColumns);
  for (float& value : a) value = normal(random);
  for (float& value : b) value = normal(random);
  struct Case {
    Precision precision;
    double rounding;  // of one operand, relative
  };
  for (const auto& [precision, rounding] : {Case{Precision::kFloat32, 0}, Case{Precision::kBfloat16, 0x1p-8}}) {
    if (!CanCompute(precision)) continue;
    MatrixProduct product({kRows, kColumns, kDepth, precision}, {a.data()}, {b.data()}, c.data(), nullptr);
    product.Run();
    for (size_t row = 0; row < kRows; ++row) {
      for (size_t column = 0; column < kColumns; ++column) {
        double sum = 0, magnitude = 0;
        for (size_t i = 0; i < kDepth; ++i) {
          const double term = double{a[row * kDepth + i]} * b[i * kColumns + column];
          sum += term;
          magnitude += std::abs(term);
        }
        ASSERT_NEAR(c[row * kColumns + column], sum, magnitude * (2.01 * rounding + 0x1p-20))
            << "row " << row << ", column " << column << ", precision " << static_cast<int>(precision);
      }
    }
  }
}

}  // namespace
}  // namespace ramp
