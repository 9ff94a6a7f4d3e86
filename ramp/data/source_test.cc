#include "ramp/data/source.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "ramp/data/test_data.h"

namespace ramp {
namespace {

// Twenty rows with a number, a category, and two classes.
std::string SmallTable(const std::string& header = "size,colour,kind\n") {
  std::string csv = header;
  for (int row = 0; row < 20; ++row) {
    csv += std::to_string(row * row % 17) + ".5," + (row % 3 == 0 ? "red" : "blue") + "," + (row % 2 == 0 ? "a" : "b") +
           "\n";
  }
  return csv;
}

// What Gather gives for all rows.
std::vector<float> Inputs(const Dataset& data) {
  std::vector<uint32_t> rows(data.rows);
  std::iota(rows.begin(), rows.end(), 0u);
  std::vector<float> inputs(data.rows * data.encoding.shape.count());
  data.Gather(rows, inputs.data());
  return inputs;
}

std::string IdxPictures(uint8_t count) {
  std::string bytes = {0, 0, 8, 3, 0, 0, 0, static_cast<char>(count), 0, 0, 0, 2, 0, 0, 0, 2};
  for (int i = 0; i < count * 4; ++i) bytes += static_cast<char>(i * 7);
  return bytes;
}
std::string IdxLabels(uint8_t count) {
  std::string bytes = {0, 0, 8, 1, 0, 0, 0, static_cast<char>(count)};
  for (int i = 0; i < count; ++i) bytes += static_cast<char>(i % 2 == 0 ? 3 : 5);
  return bytes;
}
std::string Npy(const std::string& type, const std::string& shape, const std::string& data) {
  const std::string header = "{'descr': '" + type + "', 'fortran_order': False, 'shape': " + shape + ", }\n";
  return std::string("\x93NUMPY\x01\0", 8) + static_cast<char>(header.size()) + '\0' + header + data;
}
std::string Floats(const std::vector<float>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float)};
}

TEST(TrainingDataOf, NoPathIsTheGeneratedDigits) {
  const TrainingData data = ReadTrainingData({});
  EXPECT_EQ(data.name, "digits");
  EXPECT_EQ(data.examples.rows, 12000u);
  EXPECT_EQ(data.test.size(), 2400u);
  EXPECT_EQ(data.validation.size(), 960u);
  EXPECT_EQ(data.training.size(), 8640u);
}

TEST(Split, CoversAllRowsOnceAndDependsOnTheSeed) {
  const TemporaryFolder folder;
  const std::string path = folder.Write("t.csv", SmallTable());
  const TrainingData one = ReadTrainingData({.path = path, .seed = 1});
  const TrainingData again = ReadTrainingData({.path = path, .seed = 1});
  const TrainingData other = ReadTrainingData({.path = path, .seed = 2});
  EXPECT_EQ(one.training, again.training);
  EXPECT_NE(one.test, other.test);
  EXPECT_EQ(one.test.size(), 4u);
  EXPECT_EQ(one.validation.size(), 2u);
  std::vector<uint32_t> all = one.training;
  all.insert(all.end(), one.validation.begin(), one.validation.end());
  all.insert(all.end(), one.test.begin(), one.test.end());
  std::sort(all.begin(), all.end());
  for (uint32_t row = 0; row < 20; ++row) EXPECT_EQ(all[row], row);
}

TEST(Table, IsFittedOnItsTrainingRowsAlone) {
  const TemporaryFolder folder;
  const TrainingData data = ReadTrainingData({.path = folder.Write("t.csv", SmallTable())});
  const std::vector<float> inputs = Inputs(data.examples);
  double sum = 0, squares = 0;
  for (const uint32_t row : data.training) {
    const double value = static_cast<double>(inputs[row * 3]);
    sum += value;
    squares += value * value;
    EXPECT_EQ(inputs[row * 3 + 1] + inputs[row * 3 + 2], 1);
    EXPECT_EQ(inputs[row * 3 + 2], row % 3 == 0 ? 1 : 0) << "blue comes before red";
    EXPECT_EQ(data.examples.labels[row], static_cast<int32_t>(row % 2));
  }
  const double count = static_cast<double>(data.training.size());
  EXPECT_NEAR(sum / count, 0, 1e-6);
  EXPECT_NEAR(squares / count, 1, 1e-6);
}

TEST(Table, ChoosesTheTaskFromTheTarget) {
  struct Case {
    std::string what;
    std::function<std::string(int)> target;
    Task task;
  };
  const Case cases[] = {
      {"text", [](int row) { return std::string(row % 2 == 0 ? "x" : "y"); }, Task::kClassification},
      {"few whole numbers", [](int row) { return std::to_string(row % 3); }, Task::kClassification},
      {"few whole numbers written as 1.0", [](int row) { return std::to_string(row % 3) + ".0"; },
       Task::kClassification},
      {"fractions", [](int row) { return std::to_string(row % 2) + ".5"; }, Task::kRegression},
      {"many whole numbers", [](int row) { return std::to_string(row * 3); }, Task::kRegression},
  };
  const TemporaryFolder folder;
  for (const Case& c : cases) {
    std::string csv;
    for (int row = 0; row < 60; ++row) csv += std::to_string(row * 7 % 13) + "," + c.target(row) + "\n";
    const TrainingData data = ReadTrainingData({.path = folder.Write("t.csv", csv)});
    EXPECT_EQ(data.examples.encoding.task, c.task) << c.what;
    EXPECT_EQ(data.examples.rows, 60u) << c.what;
  }
}

TEST(Table, TakesTheTaskThatIsAskedFor) {
  const TemporaryFolder folder;
  std::string csv;
  for (int row = 0; row < 60; ++row) csv += std::to_string(row * 7 % 13) + "," + std::to_string(row % 3) + "\n";
  const std::string path = folder.Write("t.csv", csv);
  EXPECT_EQ(ReadTrainingData({.path = path, .task = Task::kRegression}).examples.encoding.task, Task::kRegression);
}

TEST(Table, FindsOutWhetherItHasAHeader) {
  struct Case {
    std::string csv;
    bool header;
  };
  const Case cases[] = {
      {"age,kind\n1,a\n2,b\n3,a\n4,b\n5,a\n6,b\n", true},
      {"1,a\n2,b\n3,a\n4,b\n5,a\n6,b\n", false},
      {"colour,kind\nred,a\nblue,b\nred,a\nblue,b\nred,b\n", true},
      {"red,a\nblue,b\nred,a\nblue,b\nred,b\nblue,a\n", false},
      {",kind\n1,a\n2,b\n3,a\n4,b\n5,a\n6,b\n", true},
      {"?,a\n2,b\n3,a\n4,b\n5,a\n6,b\n", false},
  };
  const TemporaryFolder folder;
  for (const Case& c : cases) {
    const TrainingData data = ReadTrainingData({.path = folder.Write("t.csv", c.csv)});
    EXPECT_EQ(data.examples.encoding.table()->header, c.header) << c.csv;
  }
}

TEST(Table, TakesItsTargetByNameOrNumber) {
  const TemporaryFolder folder;
  const std::string named = folder.Write("named.csv", SmallTable());
  const std::string bare = folder.Write("bare.csv", SmallTable(""));
  EXPECT_EQ(ReadTrainingData({.path = named}).examples.encoding.table()->target, "kind");
  EXPECT_EQ(ReadTrainingData({.path = named, .target = "colour"}).examples.encoding.table()->target_index, 1u);
  EXPECT_EQ(ReadTrainingData({.path = bare}).examples.encoding.table()->target_index, 2u);
  EXPECT_EQ(ReadTrainingData({.path = bare, .target = "2"}).examples.encoding.table()->target_index, 1u);
  ExpectError<UsageError>([&] { ReadTrainingData({.path = named, .target = "color"}); },
                          {"named.csv:1", "no column 'color'", "did you mean 'colour'?", "'size'"}, "color");
  ExpectError<UsageError>([&] { ReadTrainingData({.path = bare, .target = "4"}); }, {"no column 4", "from 1 to 3"},
                          "4");
}

TEST(Table, TellsWhatItLeavesOutOrReplaces) {
  std::string csv = "id,name,always,age,empty,kind\n";
  for (int row = 0; row < 40; ++row) {
    const std::string number = std::to_string(row);
    csv += number + ",person " + number + ",1," + (row % 4 == 0 ? "" : number + ".5") + ",?," +
           (row == 7       ? ""
            : row % 2 == 0 ? "a"
                           : "b") +
           "\n";
  }
  const TemporaryFolder folder;
  const TrainingData data = ReadTrainingData({.path = folder.Write("t.csv", csv)});
  const Notes& notes = data.examples.notes;
  EXPECT_TRUE(HasNote(notes, "t.csv:9: 1 row is left out, as the target 'kind' is missing"));
  EXPECT_TRUE(HasNote(notes, "column 'id' counts the rows (0 to 39)"));
  EXPECT_TRUE(HasNote(notes, "column 'name' is left out: it holds"));
  EXPECT_TRUE(HasNote(notes, "column 'always' is left out: it is 1 in every training row"));
  EXPECT_TRUE(HasNote(notes, "column 'empty' is left out: it has no value"));
  EXPECT_EQ(data.examples.rows, 39u);
  EXPECT_EQ(data.examples.encoding.shape, Shape{3});  // id, age, and whether the age is missing

  const std::vector<float> inputs = Inputs(data.examples);
  const TableColumn& age = data.examples.encoding.columns()[3];
  EXPECT_EQ(inputs[2], 1);
  EXPECT_FLOAT_EQ(inputs[1], static_cast<float>((age.median - age.mean) / age.deviation));
  EXPECT_EQ(inputs[3 + 2], 0);
}

TEST(Table, ReadsDecimalCommasWhereCommasDoNotSeparate) {
  const TemporaryFolder folder;
  std::string commas = "weight;size;kind\n", points = commas;
  for (int row = 0; row < 20; ++row) {
    const std::string end = std::to_string(row) + (row % 2 == 0 ? ";a\n" : ";b\n");
    commas += (row == 7 ? "" : "-1," + std::to_string(row)) + ";0,5" + end;
    points += (row == 7 ? "" : "-1." + std::to_string(row)) + ";0.5" + end;
  }
  const TrainingData with = ReadTrainingData({.path = folder.Write("t.csv", commas)});
  const TrainingData without = ReadTrainingData({.path = folder.Write("p.csv", points)});
  EXPECT_EQ(with.examples.encoding.ToJson(), without.examples.encoding.ToJson());
  EXPECT_EQ(with.examples.inputs, without.examples.inputs);
  EXPECT_TRUE(HasNote(with.examples.notes, "column 'weight': '-1,0' is read as -1.0"));
  EXPECT_EQ(ReadForPrediction(folder.Write("one.csv", "weight;size\n-1,5;0,52\n"), with.examples.encoding).rows, 1u);
  std::string thousands = "a,b\n";
  for (int row = 0; row < 20; ++row)
    thousands += "\"1,00" + std::to_string(row % 5) + "\"," + std::to_string(row) + ".5\n";
  EXPECT_TRUE(HasNote(ReadTrainingData({.path = folder.Write("t.csv", thousands)}).examples.notes,
                      "column 'a': '1,000' is read as 1000"));
}

TEST(Table, TakesYearsAboveOtherNumbersForAHeader) {
  const TemporaryFolder folder;
  std::string below;
  for (int row = 0; row < 20; ++row) {
    below +=
        std::to_string(row) + ".5," + std::to_string(row * 3 % 7) + ".1," + std::to_string(row * row % 11) + ".2\n";
  }
  const TrainingData data =
      ReadTrainingData({.path = folder.Write("t.csv", "2000,2005,2010\n" + below), .target = "2005"});
  EXPECT_EQ(data.examples.rows, 20u);
  EXPECT_EQ(data.examples.encoding.columns()[1].name, "2010");
  EXPECT_TRUE(HasNote(data.examples.notes, "t.csv:1: the years in it are taken for the names of columns"));
  // Numbers that are no years, or no even steps, are a row like the others.
  for (const char* first : {"2000,2005,2011\n", "1,2,3\n", "2000,2001,5.5\n"}) {
    EXPECT_EQ(ReadTrainingData({.path = folder.Write("t.csv", first + below)}).examples.rows, 21u) << first;
  }
}

TEST(Table, HoldsOutTheRowsWithSomeValues) {
  const TemporaryFolder folder;
  std::string csv = "city,size,kind\n";
  for (int row = 0; row < 30; ++row) {
    csv += std::string(row % 3 == 0   ? "Rome"
                       : row % 3 == 1 ? "Oslo"
                                      : "Bonn") +
           "," + std::to_string(row * row % 17) + "," + (row % 2 == 0 ? "a" : "b") + "\n";
  }
  const std::string path = folder.Write("t.csv", csv);
  const TrainingData data = ReadTrainingData({.path = path, .hold_out = "city=Rome,Oslo"});
  EXPECT_EQ(data.test.size(), 20u);
  for (const uint32_t row : data.test) EXPECT_NE(row % 3, 2u);
  EXPECT_EQ(data.training.size() + data.validation.size(), 10u);
  EXPECT_EQ(data.examples.encoding.shape, Shape{1}) << "the city is no input";
  EXPECT_TRUE(HasNote(data.examples.notes, "column 'city' is left out: rows are held out by it"));
  EXPECT_EQ(ReadForPrediction(path, Encoding::FromJson(data.examples.encoding.ToJson())).rows, 30u);
  struct Case {
    std::string hold_out;
    std::vector<std::string> words;
  };
  const Case cases[] = {
      {"city=Paris", {"no 'Paris' in column 'city'", "'Rome'"}},
      {"town=Rome", {"there is no column 'town'", "'city'"}},
      {"kind=a", {"'kind' is the target"}},
      {"Rome", {"a table needs the column", "city=Rome"}},
      {"city=Rome,Oslo,Bonn", {"nothing is left to train on"}},
  };
  for (const Case& c : cases) {
    ExpectError<UsageError>([&] { ReadTrainingData({.path = path, .hold_out = c.hold_out}); }, c.words, c.hold_out);
  }
}

TEST(Table, KeepsTheHundredMostFrequentValuesOfACategory) {
  std::string csv = "city,kind\n";
  for (int row = 0; row < 900; ++row) csv += "c" + std::to_string(row % 150) + "," + (row % 2 == 0 ? "a" : "b") + "\n";
  const TemporaryFolder folder;
  const TrainingData data = ReadTrainingData({.path = folder.Write("t.csv", csv)});
  EXPECT_EQ(data.examples.encoding.shape, Shape{100});
  EXPECT_TRUE(HasNote(data.examples.notes, "column 'city' has 150 different texts: the 100 most frequent are kept"));
}

TEST(Table, RefusesWhatCannotBeLearnedFrom) {
  struct Case {
    std::string csv;
    std::vector<std::string> words;
  };
  std::string different = "a,b\n";
  for (int row = 0; row < 60; ++row) {
    different += std::to_string(row % 7) + ",text" + std::to_string(row) + "\n";
  }
  const Case cases[] = {
      {"a,b\n1,x\n2,x\n3,x\n4,x\n", {"target 'b'", "one class", "choose another target"}},
      {"a,b\n1,2.5\n2,2.5\n3,2.5\n4,2.5\n", {"is 2.5 in every training row"}},
      {"1,0.5\n2,1.5\n", {"its 2 rows cannot be split", "--valid"}},
      {"a\n1\n2\n", {"one column", "separate the columns"}},
      {"a,b\n1,?\n2,\n", {"no row has a value of the target 'b'"}},
      {"a,b\n1,x\n1,y\n1,x\n1,y\n1,x\n1,y\n1,x\n1,y\n", {"no column is of use", "column 'a' is left out"}},
      {"a,b\n1,x\n2,y\n3,x\n1e99,y\n5,x\n6,y\n",
       {"t.csv:5: column 'a': '1e99' is no finite number", "leave the cell empty"}},
      {"a;b\n1,5;x\n2.5;y\n3;x\n4;y\n5;x\n6;y\n",
       {"t.csv:2: column 'a': '1,5' has a decimal comma", "'2.5' on line 3 a decimal point"}},
      {different, {"60 different values in 60 rows are too many for classes", "--target"}},
      {"a,b\n1,2\n1,2,3\n", {"t.csv:3: has 3 fields where 2 are expected"}},
      {"", {"t.csv: is empty"}},
      {std::string("\x7f"
                   "ELF\0\1\2",
                   7),
       {"t.csv: byte 4", "no text"}},
  };
  const TemporaryFolder folder;
  for (const Case& c : cases) {
    ExpectError([&] { ReadTrainingData({.path = folder.Write("t.csv", c.csv)}); }, c.words, c.csv.substr(0, 200));
  }
}

TEST(Request, RefusesPathsAndFractionsThatCannotBe) {
  const TemporaryFolder folder;
  const std::string path = folder.Write("t.csv", SmallTable());
  ExpectError([&] { ReadTrainingData({.path = folder.path() + "/none.csv"}); }, {"none.csv: there is no such file"},
              "");
  ExpectError([&] { ReadTrainingData({.path = folder.path()}); },
              {"no data that is known by its name", "train-images-idx3-ubyte", "x.npy", "name one of t.csv"}, "folder");
  ExpectError<UsageError>([&] { ReadTrainingData({.path = path, .test = "1.5"}); }, {"--test is 1.5", "below 1"},
                          "1.5");
  ExpectError<UsageError>([&] { ReadTrainingData({.path = path, .test = "0"}); }, {"--test is 0"}, "0");
  ExpectError<UsageError>([&] { ReadTrainingData({.path = path, .valid = 1}); }, {"--valid is 1"}, "valid 1");
  ExpectError<UsageError>([&] { ReadTrainingData({.path = path, .valid = std::nan("")}); }, {"--valid is nan"}, "nan");
  ExpectError([&] { ReadTrainingData({.path = path, .test = "0.99"}); }, {"cannot be split", "smaller fractions"},
              "0.99");
  ExpectError([&] { ReadTrainingData({.path = path, .test = "none.csv"}); }, {"none.csv: there is no such file"},
              "test");
  ExpectError<UsageError>([&] { ReadTrainingData({.target = "x"}); }, {"digits", "--target", "tables"}, "digits");
}

TEST(TestFile, IsReadLikeTheTrainingData) {
  const TemporaryFolder folder;
  const std::string path = folder.Write("t.csv", SmallTable());
  const std::string test = folder.Write("test.csv", "kind,extra,colour,size\nb.,1,red,2\na,2,green,?\n,1,red,3\n");
  const TrainingData data = ReadTrainingData({.path = path, .test = test});
  ASSERT_TRUE(data.test_set.has_value());
  EXPECT_TRUE(data.test.empty());
  EXPECT_EQ(data.training.size(), 18u);
  EXPECT_EQ(data.test_set->labels, (std::vector<int32_t>{1, 0}));
  const std::vector<float> inputs = Inputs(*data.test_set);
  EXPECT_EQ(inputs[2], 1) << "red";
  EXPECT_EQ(inputs[3 + 1] + inputs[3 + 2], 0) << "green is not known";
  const Notes& notes = data.test_set->notes;
  EXPECT_TRUE(HasNote(notes, "test.csv:2: 1 of 2 targets end in a dot"));
  EXPECT_TRUE(HasNote(notes, "test.csv:3: column 'colour' has 1 value that the training rows do not have"));
  EXPECT_TRUE(HasNote(notes, "test.csv:3: column 'size' lacks 1 value"));
  EXPECT_TRUE(HasNote(notes, "test.csv:4: 1 row is left out"));
  EXPECT_TRUE(HasNote(notes, "1 column not known from the training is not used"));
  const std::string strange = folder.Write("test.csv", "size,colour,kind\n1,red,c\n");
  ExpectError([&] { ReadTrainingData({.path = path, .test = strange}); }, {"test.csv:2: 'c' is no class of the target"},
              "c");
  const std::string blind = folder.Write("test.csv", "size,colour\n1,red\n");
  ExpectError([&] { ReadTrainingData({.path = path, .test = blind}); }, {"no column 'kind', the target"}, "no target");
}

TEST(Prediction, TakesRawTablesWithOrWithoutTheTarget) {
  const TemporaryFolder folder;
  const Encoding encoding = ReadTrainingData({.path = folder.Write("t.csv", SmallTable())}).examples.encoding;
  const auto read = [&](const std::string& csv) { return ReadForPrediction(folder.Write("p.csv", csv), encoding); };
  EXPECT_FALSE(read("size,colour\n1,red\n").has_targets());
  EXPECT_EQ(read("colour,kind,size\nred,b,1\nred,a,1\n").labels, (std::vector<int32_t>{1, 0}));
  // Every row gets an answer, so none is left out.
  const Dataset partly = read("size,colour,kind\n1,red,a\n2,blue,\n");
  EXPECT_EQ(partly.rows, 2u);
  EXPECT_FALSE(partly.has_targets());
  EXPECT_TRUE(HasNote(partly.notes, "1 of 2 rows have no target: the targets are not used"));
  EXPECT_TRUE(HasNote(read("size,colour,kind\n1,red,z\n").notes, "p.csv:2: 'z' is no class"));

  struct Case {
    std::string csv;
    std::vector<std::string> words;
  };
  const Case cases[] = {
      {"size,colour\n1,red\nbig,blue\n",
       {"p.csv:3: column 'size': here stands 'big' where a number is needed", "correct it"}},
      {"size,colour\n1e99,red\n", {"p.csv:2: column 'size': '1e99' is no finite number"}},
      {"size,color\n1,red\n", {"p.csv:1: there is no column 'colour' (did you mean 'color'?)"}},
      {"1,red\n", {"p.csv:1: no column has a name known", "'size', 'colour'"}},
      {"size,colour\n", {"has a header but no rows"}},
      {"", {"is empty"}},
  };
  for (const Case& c : cases) ExpectError([&] { read(c.csv); }, c.words, c.csv);
  ExpectError([&] { ReadForPrediction(folder.Write("p.idx", IdxPictures(2)), encoding); }, {"holds arrays", "CSV"},
              "IDX");
}

TEST(Prediction, GoesByPlaceWhereTheTableHasNoHeader) {
  const TemporaryFolder folder;
  const Encoding encoding =
      ReadTrainingData({.path = folder.Write("t.csv", SmallTable("")), .target = "2"}).examples.encoding;
  const auto read = [&](const std::string& csv) { return ReadForPrediction(folder.Write("p.csv", csv), encoding); };
  const Dataset with = read("1,red,a\n2,blue,b\n");
  const Dataset without = read("1,a\n2,b\n");
  EXPECT_EQ(with.labels, (std::vector<int32_t>{1, 0}));
  EXPECT_FALSE(without.has_targets());
  EXPECT_EQ(Inputs(with), Inputs(without));
  ExpectError([&] { read("1,red,a,b\n"); }, {"p.csv:1: has 4 columns", "trained on 2 and the target"}, "4 columns");
  const Dataset named = read("size,colour,kind\n1,red,a\n2,blue,b\n");
  EXPECT_EQ(Inputs(named), Inputs(with));
  EXPECT_TRUE(HasNote(named.notes, "p.csv:1: 'size' stands above numbers"));
  ExpectError([&] { read("1,red,a\nsize,blue,b\n"); }, {"p.csv:2", "column 'column 1': here stands 'size'"}, "a word");
}

TEST(Table, CallsARowNumberOnlyWhatGrowsByAboutOneFromRowToRow) {
  std::string csv = "id,square,time,kind\n";
  for (int row = 0; row < 40; ++row) {
    csv += std::to_string(7 + row + row / 10) + "," + std::to_string(row * row) + "," + std::to_string(900 + 60 * row) +
           (row % 2 == 0 ? ",a\n" : ",b\n");
  }
  const TemporaryFolder folder;
  const Notes notes = ReadTrainingData({.path = folder.Write("t.csv", csv)}).examples.notes;
  EXPECT_TRUE(HasNote(notes, "column 'id' counts the rows (7 to 49)"));
  EXPECT_FALSE(HasNote(notes, "column 'square' counts the rows"));
  EXPECT_FALSE(HasNote(notes, "column 'time' counts the rows"));
}

TEST(Table, SaysWhereTooFewRowsAreLeft) {
  const TemporaryFolder folder;
  const std::string table = folder.Write("t.csv", "a,price\n1,10.5\n2,11.5\n3,12.5\n");
  ExpectError([&] { ReadTrainingData({.path = table}); }, {"target 'price': 1 row is left for training", "add rows"},
              "three rows");
}

TEST(Idx, FoldersAndFilesAreFoundByTheirNames) {
  const TemporaryFolder folder;
  folder.Write("train-images.idx3-ubyte", IdxPictures(20));
  folder.Write("train-labels-idx1-ubyte.gz", Gzip(IdxLabels(20)));
  const std::string images = folder.Write("t10k-images-idx3-ubyte.gz", Gzip(IdxPictures(6)));
  folder.Write("t10k-labels-idx1-ubyte", IdxLabels(6));
  const TrainingData data = ReadTrainingData({.path = folder.path() + "/"});
  EXPECT_EQ(data.name, std::filesystem::path(folder.path()).filename().string());
  EXPECT_EQ(data.examples.encoding.shape, (Shape{2, 2, 1}));
  EXPECT_EQ(data.examples.encoding.labels, (std::vector<std::string>{"3", "5"}));
  EXPECT_EQ(data.examples.labels[1], 1);
  EXPECT_EQ(data.training.size() + data.validation.size(), 20u);
  ASSERT_TRUE(data.test_set.has_value());
  EXPECT_EQ(data.test_set->rows, 6u);
  EXPECT_TRUE(std::holds_alternative<std::vector<uint8_t>>(data.examples.inputs));

  const TrainingData own = ReadTrainingData({.path = folder.path(), .test = "0.5"});
  EXPECT_FALSE(own.test_set.has_value());
  EXPECT_EQ(own.test.size(), 10u);
  EXPECT_EQ(ReadTrainingData({.path = images}).examples.rows, 6u);
  EXPECT_EQ(ReadForPrediction(folder.path(), data.examples.encoding).rows, 6u);
  EXPECT_EQ(ReadForPrediction(images, data.examples.encoding).labels.size(), 6u);

  folder.Write("t10k-labels-idx1-ubyte", IdxLabels(5));
  ExpectError(
      [&] { ReadTrainingData({.path = folder.path()}); },
      {"t10k-labels-idx1-ubyte: has 5 targets", "t10k-images-idx3-ubyte.gz has 6 rows", "do not belong together"},
      "labels of another length");
  const std::string alone = folder.Write("pictures", IdxPictures(3));
  ExpectError([&] { ReadTrainingData({.path = alone}); }, {"pictures: has no file of targets beside it"}, "no labels");
  EXPECT_FALSE(ReadForPrediction(alone, data.examples.encoding).has_targets());
}

TEST(NpyPairs, TakeTheChannelsOfPicturesFirstOrLastAsTheModelNeedsThem) {
  const TemporaryFolder folder;
  // Two pictures of 2 x 3 with 2 channels: a value is row, channel, place in hundreds, tens and ones.
  std::vector<float> first, last;
  for (int row = 0; row < 2; ++row) {
    for (int channel = 0; channel < 2; ++channel) {
      for (int place = 0; place < 6; ++place) first.push_back(static_cast<float>(100 * row + 10 * channel + place));
    }
    for (int place = 0; place < 6; ++place) {
      for (int channel = 0; channel < 2; ++channel)
        last.push_back(static_cast<float>(100 * row + 10 * channel + place));
    }
  }
  Encoding encoding;
  encoding.task = Task::kRegression;
  encoding.shape = {2, 3, 2};
  encoding.SetScale({.mean = {0}, .deviation = {1}});
  const std::string front = folder.Write("first.npy", Npy("<f4", "(2, 2, 2, 3)", Floats(first)));
  const std::string behind = folder.Write("last.npy", Npy("<f4", "(2, 2, 3, 2)", Floats(last)));
  const Dataset as_first = ReadForPrediction(front, encoding), as_last = ReadForPrediction(behind, encoding);
  EXPECT_EQ(Inputs(as_first), last);
  EXPECT_EQ(Inputs(as_last), last);
  EXPECT_EQ(as_first.notes, std::vector<std::string>{front + ": its examples have the channels first"});
  EXPECT_TRUE(as_last.notes.empty());
}

TEST(NpyPairs, StandardiseEachColumnOfATableAndAllValuesOfAPicture) {
  const TemporaryFolder folder;
  std::vector<float> inputs, targets;
  for (int row = 0; row < 12; ++row) {
    inputs.insert(inputs.end(), {static_cast<float>(row), static_cast<float>(100 * row), 5, 1});
    targets.push_back(static_cast<float>(row) * 0.5f);
  }
  const std::string flat = folder.Write("X.npy", Npy("<f4", "(12, 4)", Floats(inputs)));
  folder.Write("y.npy", Npy("<f4", "(12, 1)", Floats(targets)));
  const TrainingData table = ReadTrainingData({.path = flat});
  EXPECT_EQ(table.examples.encoding.task, Task::kRegression);
  EXPECT_EQ(table.examples.encoding.scale()->mean.size(), 4u);
  const std::vector<float> encoded = Inputs(table.examples);
  EXPECT_NEAR(encoded[0], encoded[1], 1e-5) << "columns of one shape become alike";
  EXPECT_EQ(encoded[2], 0) << "a column that never changes";
  const double raw = static_cast<double>(table.examples.values[3]) * table.examples.encoding.target_deviation +
                     table.examples.encoding.target_mean;
  EXPECT_NEAR(raw, 1.5, 1e-6);

  folder.Write("X.npy", Npy("<f4", "(12, 2, 2)", Floats(inputs)));
  const TrainingData pictures = ReadTrainingData({.path = folder.path()});
  EXPECT_EQ(pictures.examples.encoding.shape, (Shape{2, 2, 1}));
  EXPECT_EQ(pictures.examples.encoding.scale()->mean.size(), 1u);
  ExpectError([&] { ReadForPrediction(flat, table.examples.encoding); },
              {"have the shape 2x2x1, but the model takes 4"}, "another shape");

  folder.Write("y.npy", Npy("|i1", "(12,)", std::string(12, '\1')));
  ExpectError([&] { ReadTrainingData({.path = flat}); }, {"y.npy: all its 12 targets are of one class"}, "one class");
  folder.Write("y.npy", Npy("|i1", "(6, 2)", std::string(12, '\1')));
  ExpectError([&] { ReadTrainingData({.path = flat}); }, {"has the sizes 6x2", "argmax"}, "one-hot");
  inputs[5] = std::nanf("");
  folder.Write("X.npy", Npy("<f4", "(12, 4)", Floats(inputs)));
  folder.Write("y.npy", Npy("<f4", "(12,)", Floats(targets)));
  ExpectError([&] { ReadTrainingData({.path = flat}); }, {"X.npy: the value at [1, 1] is nan"}, "nan");
}

TEST(RealData, IsReadWithTheRightCounts) {
  struct Case {
    std::string path, target, test;
    size_t rows, tests, inputs, classes;
  };
  const Case cases[] = {
      {"mnist", "", "", 60000, 10000, 784, 10},
      {"fashion-mnist", "", "", 60000, 10000, 784, 10},
      {"adult/adult-train.csv", "", "adult/adult-test.csv", 32561, 16281, 0, 2},
      {"california-housing/housing.csv", "median_house_value", "", 20640, 4128, 14, 0},
      {"wine-quality/winequality-red.csv", "", "", 1599, 320, 11, 6},
      {"breast-cancer-wisconsin/breast-cancer-wisconsin.csv", "", "", 699, 140, 10, 2},
      {"titanic/train.csv", "Survived", "", 891, 178, 12, 2},
  };
  if (RealData("mnist").empty()) GTEST_SKIP() << "no real data beside the sources (../shared/data)";
  for (const Case& c : cases) {
    const TrainingData data = ReadTrainingData(
        {.path = RealData(c.path), .target = c.target, .test = c.test.empty() ? "" : RealData(c.test)});
    const Encoding& encoding = data.examples.encoding;
    EXPECT_EQ(data.examples.rows, c.rows) << c.path;
    EXPECT_EQ(data.test_set ? data.test_set->rows : data.test.size(), c.tests) << c.path;
    if (c.inputs > 0) {
      EXPECT_EQ(encoding.shape.count(), c.inputs) << c.path;
    }
    EXPECT_EQ(encoding.labels.size(), c.classes) << c.path;
    EXPECT_EQ(Encoding::FromJson(encoding.ToJson()).ToJson(), encoding.ToJson()) << c.path;
  }
}

TEST(RealData, OfTheTitanicIsPredictedFromTheFileWithoutTheTarget) {
  const std::string path = RealData("titanic/train.csv");
  if (path.empty()) GTEST_SKIP() << "no real data beside the sources (../shared/data)";
  const Encoding encoding = ReadTrainingData({.path = path, .target = "Survived"}).examples.encoding;
  const Dataset test = ReadForPrediction(RealData("titanic/test.csv"), encoding);
  EXPECT_EQ(test.rows, 418u);
  EXPECT_FALSE(test.has_targets());
}

}  // namespace
}  // namespace ramp
