#include "ramp/data/safetensors.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

#include "ramp/base/error.h"

namespace ramp {
namespace {

std::span<const uint8_t> Bytes(const std::string& text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

// A file with that header.
std::string File(const std::string& header, const std::string& data) {
  std::string bytes(8, '\0');
  const uint64_t length = header.size();
  std::memcpy(bytes.data(), &length, 8);
  return bytes + header + data;
}

TEST(Safetensors, AreTheBytesThatTheFormatSays) {
  const float values[] = {1, -2};
  const Safetensors content{.tensors = {{.name = "a",
                                         .type = "F32",
                                         .shape = {2, 1},
                                         .bytes = {reinterpret_cast<const uint8_t*>(values), 8}}},
                            .metadata = {{"who", "me \"and\" you"}}};
  std::string header =
      R"({"__metadata__":{"who":"me \"and\" you"},"a":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]}})";
  header.append((8 - header.size() % 8) % 8, ' ');
  EXPECT_EQ(WriteSafetensors(content), File(header, std::string("\0\0\x80\x3f\0\0\0\xc0", 8)));
}

TEST(Safetensors, AreReadAsTheyWereWritten) {
  const std::string bytes = File(
      R"({"b":{"dtype":"U8","shape":[3],"data_offsets":[4,7]},"none":{"shape":[0,9],"dtype":"F64","data_offsets":[4,4]},)"
      R"("a":{"dtype":"I32","shape":[],"data_offsets":[0,4]},"__metadata__":{"key":"text"}}   )",
      "abcdxyz");
  const Safetensors content = ReadSafetensors("x", Bytes(bytes));
  ASSERT_EQ(content.tensors.size(), 3u);
  EXPECT_EQ(content.tensors[0].name, "b");
  EXPECT_EQ(std::string(content.Find("b")->bytes.begin(), content.Find("b")->bytes.end()), "xyz");
  EXPECT_EQ(content.Find("a")->bytes.size(), 4u);
  EXPECT_EQ(content.Find("none")->shape, (std::vector<size_t>{0, 9}));
  EXPECT_EQ(content.Find("c"), nullptr);
  EXPECT_EQ(content.metadata.at("key"), "text");
}

TEST(Safetensors, AreRefusedWithAReason) {
  struct Case {
    std::string bytes, expected;
  };
  const std::string one = R"("a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]})";
  const Case cases[] = {
      {"", "it has 0 bytes"},
      {"1234567", "it has 7 bytes"},
      {std::string(8, '\xff') + "{}", "more than there is"},
      {File("", ""), "byte 8 is not the '{'"},
      {File(" {}", ""), "byte 8 is not the '{'"},
      {File("{", ""), "no JSON"},
      {File("{} x", ""), "no JSON"},
      {File("{\"a\":\"\xff\"}", ""), "no JSON"},
      {File("{" + one + "," + one + "}", "x"), "its header has 'a' twice"},
      {File(R"({"a":{"dtype":"U8","dtype":"U8","shape":[1],"data_offsets":[0,1]}})", "x"), "has 'dtype' twice"},
      {File("{\"a\":" + std::string(100000, '['), ""), "nested too deeply"},
      {File(R"({"a":7})", ""), "'a' is no description"},
      {File(R"({"a":{"shape":[1],"data_offsets":[0,1]}})", "x"), "'a' has no dtype"},
      {File(R"({"a":{"dtype":"U8","data_offsets":[0,1]}})", "x"), "'a' has no list 'shape'"},
      {File(R"({"a":{"dtype":"U8","shape":[1]}})", "x"), "'a' has no list 'data_offsets'"},
      {File(R"({"a":{"dtype":"U8","shape":[-1],"data_offsets":[0,1]}})", "x"), "no whole number"},
      {File(R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1],"more":1}})", "x"), "something besides"},
      {File(R"({"a":{"dtype":"X8","shape":[1],"data_offsets":[0,1]}})", "x"), "its type X8"},
      {File(R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[0,1]}})", "x"), "'a' has 1 bytes"},
      {File(R"({"a":{"dtype":"F64","shape":[2305843009213693952,8],"data_offsets":[0,0]}})", ""), "'a' has 0 bytes"},
      {File("{" + one + "}", ""), "'a' does not lie within"},
      {File(R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[1,0]}})", "x"), "'a' does not lie within"},
      {File("{" + one + "}", "xy"), "bytes follow its last tensor"},
      {File(R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}})", "xy"), "leave a gap"},
      {File("{" + one + R"(,"b":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}})", "x"), "overlap"},
      {File(R"({"__metadata__":[]})", ""), "metadata are no object"},
      {File(R"({"__metadata__":{"a":1}})", ""), "the metadata 'a' is no text"},
  };
  for (const Case& c : cases) {
    try {
      ReadSafetensors("file.safetensors", Bytes(c.bytes));
      ADD_FAILURE() << "taken: " << c.expected;
    } catch (const Error& error) {
      EXPECT_EQ(std::string(error.what()).find("file.safetensors: "), 0u) << error.what();
      EXPECT_NE(std::string(error.what()).find(c.expected), std::string::npos) << error.what();
    }
  }
}

TEST(Safetensors, AreNotWrittenWhenTheyContradictThemselves) {
  const uint8_t byte[] = {7};
  const StoredTensor good{.name = "a", .type = "U8", .shape = {1}, .bytes = byte};
  StoredTensor bad = good;
  bad.shape = {2};
  EXPECT_THROW(WriteSafetensors({.tensors = {good, good}, .metadata = {}}), Error);
  EXPECT_THROW(WriteSafetensors({.tensors = {bad}, .metadata = {}}), Error);
}

}  // namespace
}  // namespace ramp
