// The first pass over a table: what its cells are, before any row is chosen and any number is scaled.
//
// A table takes four passes, a file each:
//   survey (here)      header, names, columns, examples and target
//   split.h            the rows that train
//   table_fit.cc       the encoding, from the rows that train
//   table_encode.cc    inputs and targets of all examples, by an encoding
// A table to train on and a table for a trained model have surveys of the same form: only this pass differs.
//
// The target of a training: text is a class. Numbers are classes too when they are whole, at most 20 different, and on
// average twice there; otherwise they are numbers to predict, and a text among more numbers is an error.
#ifndef RAMP_DATA_TABLE_SURVEY_H_
#define RAMP_DATA_TABLE_SURVEY_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ramp/data/csv.h"
#include "ramp/data/data_kind.h"
#include "ramp/data/table_columns.h"

namespace ramp {

struct TableSurvey : Survey {
  Table table;          // each cell as text, table.cell(row, column), also of rows and columns that are not used
  bool header = false;  // row 0 of the table names the columns
  std::vector<std::string> names;  // of all columns of the table, each different
  std::vector<size_t> rows;        // the table's rows that are examples: example r stands in row rows[r]
  std::vector<size_t> inputs;      // the table's columns in the order of the encoding's columns
  std::optional<size_t> target;    // the table's column to predict

  // The targets of the examples, by the training's classes or as raw numbers; both are empty where they are not used.
  std::string target_name;
  std::vector<int32_t> target_labels;
  std::vector<double> target_numbers;
  Notes target_notes;

  // A survey for a training has these as well.
  std::vector<ColumnSurvey> columns;  // [table.columns()], what the cells of `rows` hold
  Task task = Task::kClassification;
  std::vector<std::string> labels;  // classification: the classes of the target
  std::optional<size_t> group;      // the column that rows are held out by: no input

  // Of the target, for messages.
  std::string TargetPlace() const;
};

// Rows without a target are left out. Throws Error, or UsageError where the request names no column.
TableSurvey SurveyToTrain(Table table, const DataRequest& request);

// A table for a trained model: its columns are found by their names, or without a header by their numbers. `for_test`:
// the target is needed, and rows without one are left out; else each row is an example. Throws Error.
TableSurvey SurveyForModel(Table table, const Encoding& encoding, bool for_test);

// `training` numbers examples of the survey, which gets the notes. Throws Error when there is nothing to learn.
Encoding FitTable(Survey& survey, const DataRequest& request, std::span<const uint32_t> training);

// The dataset has the survey's notes. Throws Error for cells that are no numbers, or too far from the training's.
Dataset EncodeTable(Survey& survey, const Encoding& encoding, Use use);

}  // namespace ramp

#endif  // RAMP_DATA_TABLE_SURVEY_H_
