#include "ramp/data/number_dress.h"

#include <gtest/gtest.h>

#include "ramp/data/csv.h"

namespace ramp {
namespace {

TEST(ADressedNumber, IsReadByItsDecimalMark) {
  struct Case {
    const char* cell;
    char mark;
    const char* plain;  // "": no number
    const char* unit;
  };
  const Case cases[] = {
      {"12", '.', "12", ""},
      {"-0.5", '.', "-0.5", ""},
      {".5", '.', "0.5", ""},
      {"5.", '.', "5", ""},
      {"1e-3", '.', "1e-3", ""},
      {"1,234,567", '.', "1234567", ""},
      {"2,372.03", '.', "2372.03", ""},
      {"2.372,03", ',', "2372.03", ""},
      {"1.784", ',', "1784", ""},
      {"0.784", ',', "", ""},
      {"1,784", '.', "1784", ""},
      {"1,78", '.', "", ""},
      {"1,2345", '.', "", ""},
      {"1234,567", '.', "", ""},
      {"0,123", '.', "", ""},
      {"1,234 567", '.', "", ""},
      {"1 234,5", ',', "1234.5", ""},
      {"1\xC2\xA0"
       "234,5",
       ',', "1234.5", ""},
      {"1\xE2\x80\xAF"
       "234",
       ',', "1234", ""},
      {"1'234.5", '.', "1234.5", ""},
      {"1\xE2\x80\x99"
       "234.5",
       '.', "1234.5", ""},
      {"47.4 %", '.', "47.4", "%"},
      {"47,4%", ',', "47.4", "%"},
      {"$47.44", '.', "47.44", "$"},
      {"$1,234.50", '.', "1234.50", "$"},
      {"-$5", '.', "-5", "$"},
      {"$-5", '.', "-5", "$"},
      {"12 \xE2\x82\xAC", ',', "12", "\xE2\x82\xAC"},
      {"EUR 12", '.', "12", "EUR"},
      {"12 EUR", '.', "12", "EUR"},
      {"154 m2", '.', "154", "m2"},
      {"154m\xC2\xB2", '.', "154", "m\xC2\xB2"},
      {"80 km/h", '.', "80", "km/h"},
      {"(12)", '.', "-12", ""},
      {"($1,200)", '.', "-1200", "$"},
      {"12-", '.', "-12", ""},
      {"\xE2\x88\x92"
       "3.5",
       '.', "-3.5", ""},
      {"+7", '.', "7", ""},
      {"+49 170 123", '.', "", ""},
      {"", '.', "", ""},
      {"-", '.', "", ""},
      {".", '.', "", ""},
      {"%", '.', "", ""},
      {"v2", '.', "", ""},
      {"Q3", '.', "", ""},
      {"page 7", '.', "", ""},
      {"25-34", '.', "", ""},
      {"2024-01-01", '.', "", ""},
      {"12:30", '.', "", ""},
      {"1.2.3", '.', "", ""},
      {"192.168.0.1", ',', "", ""},
      {"--5", '.', "", ""},
      {"5 apples and pears", '.', "", ""},
      {"nan", '.', "", ""},
  };
  for (const Case& c : cases) {
    const auto number = Undress(c.cell, c.mark);
    EXPECT_EQ(number ? number->plain : "", c.plain) << "'" << c.cell << "' with " << c.mark;
    if (!number) continue;
    EXPECT_EQ(number->unit, c.unit) << "'" << c.cell << "'";
    EXPECT_EQ(ReadCell(number->plain).kind, CellKind::kNumber) << number->plain;
  }
}

TEST(ADressedNumber, WithAZeroInFrontOrTooManyDigitsIsACode) {
  EXPECT_TRUE(Undress("007", '.')->code);
  EXPECT_TRUE(Undress("01220", '.')->code);
  EXPECT_FALSE(Undress("0", '.')->code);
  EXPECT_FALSE(Undress("0.5", '.')->code);
  EXPECT_FALSE(Undress("100", '.')->code);
  EXPECT_FALSE(Undress("123456789012345", '.')->code);
  EXPECT_TRUE(Undress("1234567890123456", '.')->code);
}

TEST(TheDecimalMark, IsTheOneThatAloneExplainsACell) {
  for (const char* cell : {"1,5", "1.234,5", "1.234.567", "0,123", "1234,567", "47,4 %"}) {
    EXPECT_EQ(DecimalMarkOf(cell), ',') << cell;
  }
  for (const char* cell : {"1.5", "1,234.5", "1,234,567", "0.123", "$1,234.50"})
    EXPECT_EQ(DecimalMarkOf(cell), '.') << cell;
  for (const char* cell : {"12", "1.234", "1,234", "Smith, J.", "a.b", "1.2.3", ""}) {
    EXPECT_EQ(DecimalMarkOf(cell), std::nullopt) << cell;
  }
}

}  // namespace
}  // namespace ramp
