#include "ramp/data/raw_array.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

#include "ramp/data/test_data.h"

namespace ramp {
namespace {

std::span<const uint8_t> Bytes(const std::string& text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

RawArray Idx(const std::string& bytes) {
  ByteSource source("a.idx", Bytes(bytes));
  return ReadIdx(source);
}
RawArray Npy(const std::string& bytes) {
  ByteSource source("a.npy", Bytes(bytes));
  return ReadNpy(source);
}

template <class T>
std::string Packed(std::vector<T> values, bool big_endian) {
  std::string bytes;
  for (const T value : values) {
    char raw[sizeof(T)];
    std::memcpy(raw, &value, sizeof(T));
    if (big_endian) std::reverse(raw, raw + sizeof(T));
    bytes.append(raw, sizeof(T));
  }
  return bytes;
}

std::string IdxBytes(char type, const std::vector<uint32_t>& sizes, const std::string& data) {
  return std::string{0, 0, type, static_cast<char>(sizes.size())} + Packed(sizes, true) + data;
}

std::string NpyHeader(const std::string& dictionary, char version = 1) {
  const auto length = static_cast<uint16_t>(dictionary.size());
  return std::string("\x93NUMPY") + version + '\0' + Packed<uint16_t>({length}, false) +
         (version > 1 ? std::string(2, '\0') : "") + dictionary;
}
std::string NpyBytes(const std::string& type, const std::string& shape, const std::string& data, bool fortran = false) {
  return NpyHeader("{'descr': '" + type + "', 'fortran_order': " + (fortran ? "True" : "False") +
                   ", 'shape': " + shape + ", }  \n") +
         data;
}

const std::vector<double> kNumbers = {0, 1, 2, 100, 7, 42};

TEST(Idx, ReadsEveryType) {
  const std::string data[] = {
      IdxBytes(0x08, {2, 3}, Packed<uint8_t>({0, 1, 2, 100, 7, 42}, true)),
      IdxBytes(0x09, {2, 3}, Packed<int8_t>({0, 1, 2, 100, 7, 42}, true)),
      IdxBytes(0x0b, {2, 3}, Packed<int16_t>({0, 1, 2, 100, 7, 42}, true)),
      IdxBytes(0x0c, {2, 3}, Packed<int32_t>({0, 1, 2, 100, 7, 42}, true)),
      IdxBytes(0x0d, {2, 3}, Packed<float>({0, 1, 2, 100, 7, 42}, true)),
      IdxBytes(0x0e, {2, 3}, Packed<double>({0, 1, 2, 100, 7, 42}, true)),
  };
  for (const std::string& bytes : data) {
    for (const std::string& form : {bytes, Gzip(bytes)}) {
      const RawArray array = Idx(form);
      EXPECT_EQ(array.sizes, (std::vector<size_t>{2, 3})) << "type " << int{bytes[2]};
      EXPECT_EQ(ToReals(array), kNumbers) << "type " << int{bytes[2]};
    }
  }
}

TEST(Idx, KeepsBytesAsBytes) {
  const InputValues inputs = ToInputs(Idx(IdxBytes(0x08, {3}, "\x01\x02\xff")));
  EXPECT_EQ(std::get<std::vector<uint8_t>>(inputs), (std::vector<uint8_t>{1, 2, 255}));
}

TEST(Idx, RefusesWhatIsDamagedAndSaysWhere) {
  struct Case {
    std::string bytes;
    std::vector<std::string> words;
  };
  const std::string whole = IdxBytes(0x08, {2, 3}, "abcdef");
  const std::string packed = Gzip(whole);
  std::string broken = packed;
  broken[packed.size() - 6] = static_cast<char>(broken[packed.size() - 6] ^ 1);
  const Case cases[] = {
      {"", {"ends at byte 0", "cut off"}},
      {whole.substr(0, 6), {"a.idx", "ends at byte 6", "the size of axis 0"}},
      {whole.substr(0, 15), {"claims 2x3 values of 1 bytes", "at most 3 bytes follow byte 12", "get it again"}},
      {whole + "g", {"goes on after byte 18", "damaged"}},
      {IdxBytes(0x08, {4000000000u, 4000000000u, 4000000000u}, "abc"), {"claims 4000000000x4000000000x4000000000"}},
      {IdxBytes(0x08, {2, 0}, ""), {"sizes 2x0", "nothing in it"}},
      {IdxBytes(0x07, {1}, "a"), {"byte 2: 0x07 is no type"}},
      {IdxBytes(0x08, {}, "a"), {"byte 3: 0 axes"}},
      {IdxBytes(0x08, std::vector<uint32_t>(9, 1), "a"), {"byte 3: 9 axes"}},
      {"abcd", {"byte 0: is no IDX file"}},
      {packed.substr(0, packed.size() - 9), {"gzip data ends too early"}},
      {broken, {"gzip data is damaged"}},
      {Gzip(IdxBytes(0x08, {60000, 784}, "abc")), {"claims 60000x784"}},
      {Gzip(IdxBytes(0x08, {10, 784}, "abc")), {"ends at byte 15", "get it again"}},
  };
  for (const Case& c : cases) ExpectError([&] { Idx(c.bytes); }, c.words, c.words.back());
}

TEST(Arrays, RefuseWhatIsNotFiniteWithItsIndex) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const double inf = std::numeric_limits<double>::infinity();
  const RawArray with_nan = Idx(IdxBytes(0x0d, {2, 2}, Packed<float>({0, 1, nan, 3}, true)));
  const RawArray with_infinity = Idx(IdxBytes(0x0e, {4}, Packed<double>({0, -inf, 2, 3}, true)));
  const RawArray too_large = Idx(IdxBytes(0x0e, {2}, Packed<double>({0, 1e300}, true)));
  ExpectError([&] { ToInputs(with_nan); }, {"a.idx: the value at [1, 0] is nan"}, "nan");
  ExpectError([&] { ToReals(with_infinity); }, {"the value at [1] is -inf"}, "infinity");
  ExpectError([&] { ToInputs(too_large); }, {"[1] is 1e+300, beyond what a 32-bit float can hold"}, "1e300");
}

TEST(Npy, ReadsEveryTypeInBothByteOrders) {
  const auto check = [](const std::string& type, auto zero, bool big) {
    using T = decltype(zero);
    const std::string data = Packed<T>({0, 1, 2, 100, 7, 42}, big);
    const RawArray array = Npy(NpyBytes((big ? ">" : "<") + type, "(2, 3)", data));
    EXPECT_EQ(array.sizes, (std::vector<size_t>{2, 3})) << type;
    EXPECT_EQ(ToReals(array), kNumbers) << type << (big ? " big" : " little");
    EXPECT_EQ(IsInteger(array.type), std::is_integral_v<T>) << type;
  };
  for (const bool big : {false, true}) {
    check("u1", uint8_t{}, big);
    check("u2", uint16_t{}, big);
    check("u4", uint32_t{}, big);
    check("u8", uint64_t{}, big);
    check("i1", int8_t{}, big);
    check("i2", int16_t{}, big);
    check("i4", int32_t{}, big);
    check("i8", int64_t{}, big);
    check("f4", float{}, big);
    check("f8", double{}, big);
  }
  EXPECT_EQ(ToIntegers(Npy(NpyBytes("|b1", "(2,)", std::string("\0\1", 2)))), (std::vector<int64_t>{0, 1}));
}

TEST(Npy, TurnsColumnsFirstIntoRowsFirst) {
  // a[i, j, k] = 100 i + 10 j + k, written with i running fastest.
  std::vector<int32_t> written, expected;
  for (int k = 0; k < 2; ++k)
    for (int j = 0; j < 3; ++j)
      for (int i = 0; i < 4; ++i) written.push_back(100 * i + 10 * j + k);
  for (int i = 0; i < 4; ++i)
    for (int j = 0; j < 3; ++j)
      for (int k = 0; k < 2; ++k) expected.push_back(100 * i + 10 * j + k);
  const RawArray array = Npy(NpyBytes("<i4", "(4, 3, 2)", Packed(written, false), true));
  EXPECT_EQ(ToIntegers(array), std::vector<int64_t>(expected.begin(), expected.end()));
}

TEST(Npy, ReadsHeadersOfEveryVersionAndOrder) {
  EXPECT_EQ(Npy(NpyHeader("{\"shape\":(2,),\"descr\":'|u1','fortran_order':False}", 2) + "ab").rows(), 2u);
  EXPECT_EQ(Npy(NpyHeader("{'shape': (2L, 1L), 'fortran_order': False, 'descr': '|i1'}\n", 3) + "ab").sizes,
            (std::vector<size_t>{2, 1}));
}

TEST(Npy, RefusesWhatIsDamagedOrNoNumbers) {
  struct Case {
    std::string bytes;
    std::vector<std::string> words;
  };
  const std::string whole = NpyBytes("<f4", "(2,)", std::string(8, '\0'));
  const Case cases[] = {
      {"abcdefgh", {"a.npy: byte 0: is no NPY file"}},
      {"\x93NUMPY", {"ends at byte 6"}},
      {NpyHeader("{}", 9), {"byte 6: NPY version 9"}},
      {NpyHeader("{}"), {"byte 12", "descr, fortran_order and shape are not all there", "numpy.save"}},
      {NpyHeader("{'descr': '<f4'"), {"'}' is missing"}},
      {NpyHeader("{'x': 1}"), {"the key 'x' is unknown"}},
      {NpyHeader("{'descr': [('a', '<f4')]}"), {"structures"}},
      {NpyHeader("{'shape': (99999999999999999999999,)}"), {"a size is missing"}},
      {NpyBytes("|O", "(1,)", "a"), {"NumPy type '|O'", "astype('float32')"}},
      {NpyBytes("<U3", "(1,)", "a"), {"NumPy type '<U3'"}},
      {NpyBytes("", "(1,)", "a"), {"NumPy type ''"}},
      {NpyBytes("<f4", "()", "abcd"), {"single value"}},
      {NpyBytes("<f4", "(1000000000000, 1000000000000)", "abcd"), {"claims 1000000000000x1000000000000 values"}},
      {whole.substr(0, whole.size() - 1), {"claims 2 values of 4 bytes, but at most 7 bytes follow"}},
      {whole + "x", {"goes on after byte"}},
  };
  for (const Case& c : cases) ExpectError([&] { Npy(c.bytes); }, c.words, c.words.back());
  const RawArray large = Npy(NpyBytes("<u8", "(1,)", std::string(8, '\xff')));
  ExpectError([&] { ToIntegers(large); }, {"[0] is too large"}, "a large class");
}

}  // namespace
}  // namespace ramp
