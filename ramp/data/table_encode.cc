#include "ramp/data/table_encode.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "ramp/base/error.h"
#include "ramp/data/targets.h"

namespace ramp {
namespace {

// Where a column's inputs go: those of row r stand at first + r * stride.
struct InputPlace {
  float* first;
  size_t stride;
};

void EncodeNumbers(const Table& table, std::span<const size_t> rows, size_t place, const TableColumn& column,
                   InputPlace out, Notes& notes) {
  size_t missing = 0, first_line = 0;
  for (size_t r = 0; r < rows.size(); ++r) {
    const std::optional<double> number = NumberAt(table, rows[r], place, column.name);
    if (!number && missing++ == 0) first_line = table.line(rows[r]);
    const double scaled = (number.value_or(column.median) - column.mean) / column.deviation;
    float* const input = out.first + r * out.stride;
    input[0] = static_cast<float>(scaled);
    if (!std::isfinite(input[0])) {
      throw Error(
          fmt::format("{}:{}: column '{}': {} is too far from the training values (mean {}, deviation {}): check it",
                      table.name(), table.line(rows[r]), column.name, *number, column.mean, column.deviation));
    }
    if (column.may_be_missing) input[1] = number ? 0.0f : 1.0f;
  }
  if (missing > 0 && !column.may_be_missing) {
    notes.push_back(
        fmt::format("{}:{}: column '{}' lacks {} value{}, though none was missing in training: the median {} "
                    "stands for {}",
                    table.name(), first_line, column.name, missing, missing == 1 ? "" : "s", column.median,
                    missing == 1 ? "it" : "them"));
  }
}

void EncodeCategory(const Table& table, std::span<const size_t> rows, size_t place, const TableColumn& column,
                    InputPlace out, Notes& notes) {
  const LabelIndex index(column.values);
  size_t unknown = 0, first = 0;
  for (size_t r = 0; r < rows.size(); ++r) {
    float* const input = out.first + r * out.stride;
    std::fill_n(input, column.values.size(), 0.0f);
    const std::string_view cell = table.cell(rows[r], place);
    if (ReadCell(cell).kind == CellKind::kMissing) continue;
    if (const auto value = index.Find(cell)) {
      input[*value] = 1;
    } else if (unknown++ == 0) {
      first = rows[r];
    }
  }
  // Where only the most frequent values are kept, the others are no news.
  if (unknown > 0 && column.values.size() < kMostCategories) {
    notes.push_back(
        fmt::format("{}:{}: column '{}' has {} value{} that the training rows do not have (the first is '{}'): "
                    "all its inputs are 0 there",
                    table.name(), table.line(first), column.name, unknown, unknown == 1 ? "" : "s",
                    Shortened(table.cell(first, place))));
  }
}

void EncodeColumn(const Table& table, std::span<const size_t> rows, size_t place, const TableColumn& column,
                  InputPlace out, Notes& notes) {
  if (column.numeric) {
    EncodeNumbers(table, rows, place, column, out, notes);
  } else {
    EncodeCategory(table, rows, place, column, out, notes);
  }
}

// Inputs of the rows, [rows, encoding.shape.count()]; places[c] is where the encoding's column c stands in the table.
std::vector<float> EncodeInputs(const Table& table, const std::vector<size_t>& rows, const Encoding& encoding,
                                const std::vector<size_t>& places, Notes& notes) {
  const size_t width = encoding.shape.count();
  std::vector<float> inputs(rows.size() * width);
  size_t offset = 0;
  for (size_t c = 0; c < encoding.columns().size(); ++c) {
    const TableColumn& column = encoding.columns()[c];
    if (column.width() == 0) continue;
    EncodeColumn(table, rows, places[c], column, {inputs.data() + offset, width}, notes);
    offset += column.width();
  }
  return inputs;
}

}  // namespace

Dataset EncodeTable(const TableSurvey& survey, const Encoding& encoding) {
  Dataset dataset;
  dataset.encoding = encoding;
  dataset.notes = survey.notes;
  dataset.rows = survey.rows.size();
  dataset.inputs = EncodeInputs(survey.table, survey.rows, encoding, survey.inputs, dataset.notes);
  dataset.notes.insert(dataset.notes.end(), survey.target_notes.begin(), survey.target_notes.end());
  dataset.labels = survey.target_labels;
  if (!survey.target_numbers.empty()) {
    dataset.values = StandardisedTarget(survey.TargetPlace(), survey.target_numbers, encoding);
  }
  return dataset;
}

}  // namespace ramp
