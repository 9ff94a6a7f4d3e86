// The fourth pass over a table: its examples become inputs and targets.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "ramp/base/error.h"
#include "ramp/data/table_survey.h"
#include "ramp/data/targets.h"

namespace ramp {
namespace {

// Where a column's inputs go: those of row r stand at first + r * stride.
struct InputPlace {
  float* first;
  size_t stride;
};

void EncodeNumbers(TableSurvey& survey, size_t place, const TableColumn& column, InputPlace out) {
  const Table& table = survey.table;
  size_t missing = 0, first_line = 0;
  for (size_t r = 0; r < survey.rows.size(); ++r) {
    const std::optional<double> number = NumberAt(table, survey.rows[r], place, column.name);
    if (!number && missing++ == 0) first_line = table.line(survey.rows[r]);
    const double scaled = (number.value_or(column.median) - column.mean) / column.deviation;
    float* const input = out.first + r * out.stride;
    input[0] = static_cast<float>(scaled);
    if (!std::isfinite(input[0])) {
      throw Error(
          fmt::format("{}:{}: column '{}': {} is too far from the training values (mean {}, deviation {}): check it",
                      table.name(), table.line(survey.rows[r]), column.name, *number, column.mean, column.deviation));
    }
    if (column.may_be_missing) input[1] = number ? 0.0f : 1.0f;
  }
  if (missing > 0 && !column.may_be_missing) {
    survey.notes.push_back(
        fmt::format("{}:{}: column '{}' lacks {} value{}, though none was missing in training: the median {} "
                    "stands for {}",
                    table.name(), first_line, column.name, missing, missing == 1 ? "" : "s", column.median,
                    missing == 1 ? "it" : "them"));
  }
}

void EncodeCategory(TableSurvey& survey, size_t place, const TableColumn& column, InputPlace out) {
  const Table& table = survey.table;
  const LabelIndex index(column.values);
  size_t unknown = 0, first = 0;
  for (size_t r = 0; r < survey.rows.size(); ++r) {
    float* const input = out.first + r * out.stride;
    std::fill_n(input, column.values.size(), 0.0f);
    const std::string_view cell = table.cell(survey.rows[r], place);
    if (ReadCell(cell).kind == CellKind::kMissing) continue;
    if (const auto value = index.Find(cell)) {
      input[*value] = 1;
    } else if (unknown++ == 0) {
      first = survey.rows[r];
    }
  }
  // Where only the most frequent values are kept, the others are no news.
  if (unknown > 0 && column.values.size() < kMostCategories) {
    survey.notes.push_back(
        fmt::format("{}:{}: column '{}' has {} value{} that the training rows do not have (the first is '{}'): "
                    "all its inputs are 0 there",
                    table.name(), table.line(first), column.name, unknown, unknown == 1 ? "" : "s",
                    Shortened(table.cell(first, place))));
  }
}

// [rows, encoding.shape.count()]
std::vector<float> EncodeInputs(TableSurvey& survey, const Encoding& encoding) {
  const size_t width = encoding.shape.count();
  std::vector<float> inputs(survey.rows.size() * width);
  size_t offset = 0;
  for (size_t c = 0; c < encoding.columns().size(); ++c) {
    const TableColumn& column = encoding.columns()[c];
    if (column.width() == 0) continue;
    const auto encode = column.numeric ? EncodeNumbers : EncodeCategory;
    encode(survey, survey.inputs[c], column, {inputs.data() + offset, width});
    offset += column.width();
  }
  return inputs;
}

}  // namespace

Dataset EncodeTable(Survey& any, const Encoding& encoding, Use) {
  auto& survey = static_cast<TableSurvey&>(any);
  Dataset dataset;
  dataset.encoding = encoding;
  dataset.rows = survey.rows.size();
  dataset.inputs = EncodeInputs(survey, encoding);
  dataset.notes = survey.notes;
  dataset.notes.insert(dataset.notes.end(), survey.target_notes.begin(), survey.target_notes.end());
  dataset.labels = survey.target_labels;
  if (!survey.target_numbers.empty()) {
    dataset.values = StandardisedTarget(survey.TargetPlace(), survey.target_numbers, encoding);
  }
  return dataset;
}

}  // namespace ramp
