// hinges: a dense layer that also reads a piecewise-linear code of its numbers, fitted to the training rows.
#include "ramp/kernel/hinges.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "ramp/base/error.h"
#include "ramp/network/bias_and_activation.h"
#include "ramp/network/fit_bins.h"
#include "ramp/network/layers/layers.h"
#include "ramp/network/loops.h"
#include "ramp/network/matrix_product.h"
#include "ramp/network/network_text.h"
#include "ramp/network/onnx_chain.h"

namespace ramp {
namespace {

constexpr size_t kMostUnits = size_t{1} << 24;
constexpr size_t kMostColumns = size_t{1} << 20;
constexpr size_t kLeastBins = 2, kUsualBins = 16, kMostBins = 4096;

// Columns first to last, from 0.
struct ColumnRange {
  size_t first = 0, last = 0;
};

// The code of a layer: which columns have one, and its edges. A bin of width 0 is not used; those that are come first.
struct Edges {
  std::span<const size_t> columns;
  size_t bins = 0;
  const float* low = nullptr;    // [columns, bins]
  const float* width = nullptr;  // [columns, bins]

  size_t UsedBins(size_t column) const {
    const float* widths = width + column * bins;
    size_t used = 0;
    while (used < bins && widths[used] > 0) ++used;
    return used;
  }
};

// The bin that holds x, or -1 without bins. A NaN is in the first one, where its fraction is a NaN as well.
template <class Number>
int32_t BinOf(Number x, const float* low, size_t used) {
  int32_t below = 0;
  for (size_t bin = 0; bin < used; ++bin) below += static_cast<Number>(low[bin]) <= x ? 1 : 0;
  return used == 0 ? -1 : std::max(below - 1, 0);
}

template <class Number>
Number FractionOf(Number x, float low, float width) {
  return std::clamp((x - static_cast<Number>(low)) / static_cast<Number>(width), Number{0}, Number{1});
}

constexpr size_t RoundedToCacheLine(size_t floats) {
  constexpr size_t kFloats = kAlignment / sizeof(float);
  return (floats + kFloats - 1) / kFloats * kFloats;
}

// y = x W + code(x) V + b. The weights are those of the inputs, then V.
class HingesStep final : public Step {
 public:
  HingesStep(const StepContext& c, std::vector<size_t> columns, size_t bins)
      : context_(c),
        columns_(std::move(columns)),
        bins_(bins),
        inputs_(c.input_shape().count()),
        units_(c.output_shape.units()),
        behind_(c, 1, false),
        shared_floats_(SharedFloats(c.batch, inputs_, columns_.size() * bins_, units_, c.training)),
        forward_({c.batch, units_, inputs_, c.precision}, {c.input()}, {c.parameters[0]},
                 BiasAndActivation::Products(c), Scratch()) {
    if (!c.training) return;
    weight_gradient_ = MatrixProduct({inputs_, units_, c.batch, c.precision}, {c.input(), true}, {c.output_gradient},
                                     c.parameter_gradients[0], Scratch());
  }

  // Scratch that the products, the sums of weights and the buckets of gradients use one after another.
  static size_t SharedFloats(size_t batch, size_t inputs, size_t codes, size_t units, bool training) {
    const size_t product =
        training ? MatrixProduct::ScratchFloats({.rows = batch, .columns = inputs, .depth = units}, true) : 0;
    return RoundedToCacheLine(std::max(product, codes * units));
  }
  // Behind it, the places of the batch's numbers. They are found again on the way back: that costs less than keeping.
  static size_t PlaceFloats(size_t batch, size_t columns) { return 2 * RoundedToCacheLine(batch * columns); }

  void Forward() override {
    forward_.Run();
    FindPlaces();
    SumHinges(CodeWeights(), columns_.size(), bins_, units_, Scratch());
    float* sums = BiasAndActivation::Products(context_);
    ForEachRowRange(context_.batch, columns_.size() * units_, [&](size_t begin, size_t end, size_t /*part*/) {
      AddHinges({.places = Places(begin, end),
                 .bins = bins_,
                 .units = units_,
                 .weights = CodeWeights(),
                 .below = Scratch(),
                 .sums = sums + begin * units_});
    });
    behind_.Forward();
  }

  void Backward() override {
    behind_.Backward();
    weight_gradient_.Run();
    FindPlaces();
    DifferentiateHinges({.places = Places(0, context_.batch),
                         .bins = bins_,
                         .units = units_,
                         .gradient = context_.output_gradient,
                         .weight_gradient = context_.parameter_gradients[0] + inputs_ * units_,
                         .scratch = Scratch()});
    // Edges are statistics, whose gradient is zero.
    for (const size_t block : {size_t{2}, size_t{3}}) {
      std::fill_n(context_.parameter_gradients[block], columns_.size() * bins_, 0.0f);
    }
  }

 private:
  float* Scratch() const { return reinterpret_cast<float*>(context_.scratch); }
  int32_t* Bins() const { return reinterpret_cast<int32_t*>(Scratch() + shared_floats_); }
  float* Fractions() const { return Scratch() + shared_floats_ + RoundedToCacheLine(context_.batch * columns_.size()); }
  const float* CodeWeights() const { return context_.parameters[0] + inputs_ * units_; }
  Edges EdgesOf() const { return {columns_, bins_, context_.parameters[2], context_.parameters[3]}; }
  HingePlaces Places(size_t begin, size_t end) const {
    const size_t columns = columns_.size();
    return {end - begin, columns, Bins() + begin * columns, Fractions() + begin * columns};
  }

  void FindPlaces() const {
    const Edges edges = EdgesOf();
    for (size_t column = 0; column < columns_.size(); ++column) {
      const size_t used = edges.UsedBins(column);
      const float* low = edges.low + column * bins_;
      const float* width = edges.width + column * bins_;
      for (size_t row = 0; row < context_.batch; ++row) {
        const float x = context_.input()[row * inputs_ + columns_[column]];
        const size_t place = row * columns_.size() + column;
        const int32_t bin = BinOf(x, low, used);
        Bins()[place] = bin;
        Fractions()[place] = bin < 0 ? 0.0f : FractionOf(x, low[bin], width[bin]);
      }
    }
  }

  StepContext context_;
  std::vector<size_t> columns_;
  size_t bins_, inputs_, units_;
  BiasAndActivation behind_;
  size_t shared_floats_;
  MatrixProduct forward_, weight_gradient_;
};

class Hinges final : public Layer {
 public:
  Hinges(size_t units, size_t bins, std::vector<ColumnRange> ranges)
      : units_(units), bins_(bins), ranges_(std::move(ranges)) {}

  std::string Text() const override {
    std::string text = fmt::format("{} {} {}", HingesDefinition().name, units_, bins_);
    for (const ColumnRange& range : ranges_) {
      text += range.first == range.last ? fmt::format(" {}", range.first + 1)
                                        : fmt::format(" {}-{}", range.first + 1, range.last + 1);
    }
    return text;
  }
  Shape OutputShape(const Shapes& inputs) const override {
    if (!ranges_.empty() && ranges_.back().last >= inputs[0].count()) {
      throw UsageError(fmt::format("network: '{}' codes input {}, but there are {}", Text(), ranges_.back().last + 1,
                                   inputs[0].count()));
    }
    return {units_};
  }
  std::vector<ParameterBlock> Parameters(const Shapes& shapes) const override {
    const size_t inputs = shapes[0].count(), columns = Columns(inputs).size();
    const size_t rows = inputs + columns * bins_;
    return {{"weight", ParameterBlock::Kind::kWeight, {rows, units_}, rows, units_, 0},
            {"bias", ParameterBlock::Kind::kBias, {units_}, 0, 0, 0},
            {"low", ParameterBlock::Kind::kStatistic, {columns, bins_}, 0, 0, 0},
            {"width", ParameterBlock::Kind::kStatistic, {columns, bins_}, 0, 0, 0}};
  }
  bool FitsInputs() const override { return true; }
  void FitInputs(const Shapes& shapes, std::span<const float> inputs,
                 std::span<const std::span<float>> parameters) const override {
    const size_t count = shapes[0].count();
    const std::vector<size_t> columns = Columns(count);
    for (size_t column = 0; column < columns.size(); ++column) {
      std::vector<float> values;
      for (size_t i = columns[column]; i < inputs.size(); i += count) values.push_back(inputs[i]);
      const std::vector<float> edges = FitBins(std::move(values), bins_);
      for (size_t bin = 0; bin < bins_; ++bin) {
        const bool used = bin + 1 < edges.size();
        parameters[2][column * bins_ + bin] = used ? edges[bin] : 0;
        parameters[3][column * bins_ + bin] = used ? edges[bin + 1] - edges[bin] : 0;
      }
    }
  }
  bool TakesActivation() const override { return true; }
  MemoryDemand Demand(const Shapes& inputs, size_t batch, bool training, const Activation* taken) const override {
    MemoryDemand demand = BiasAndActivation::Demand(batch, units_, training, taken);
    demand.backward_reads_input = true;
    const size_t count = inputs[0].count(), columns = Columns(count).size();
    const size_t activation = RoundedToCacheLine(demand.scratch_bytes / sizeof(float) + 1);
    const size_t shared = HingesStep::SharedFloats(batch, count, columns * bins_, units_, training);
    demand.scratch_bytes = sizeof(float) * std::max(activation, shared + HingesStep::PlaceFloats(batch, columns));
    return demand;
  }
  std::unique_ptr<Step> MakeStep(const StepContext& context) const override {
    if (context.input_gradient() != nullptr) {
      throw UsageError(fmt::format(
          "network: '{}' reads what other layers compute, but its edges are those of the data: put it first", Text()));
    }
    return std::make_unique<HingesStep>(context, Columns(context.input_shape().count()), bins_);
  }
  std::vector<double> Reference(const ReferenceContext& c) const override {
    const size_t inputs = c.input_shape().count();
    const std::vector<size_t> columns = Columns(inputs);
    const std::span<const double> weight = c.parameters[0], low = c.parameters[2], width = c.parameters[3];
    std::vector<double> output;
    for (size_t row = 0; row < c.batch; ++row) {
      for (size_t unit = 0; unit < units_; ++unit) {
        double sum = c.parameters[1][unit];
        for (size_t i = 0; i < inputs; ++i) sum += c.input()[row * inputs + i] * weight[i * units_ + unit];
        for (size_t bin = 0; bin < columns.size() * bins_; ++bin) {
          const double x = c.input()[row * inputs + columns[bin / bins_]];
          if (width[bin] > 0)
            sum += std::clamp((x - low[bin]) / width[bin], 0.0, 1.0) * weight[(inputs + bin) * units_ + unit];
        }
        output.push_back(sum);
      }
    }
    return output;
  }
  std::string WriteOnnx(OnnxWriter& writer, const std::vector<std::string>& inputs, const Shapes& shapes,
                        std::span<const std::span<const float>> parameters) const override;

 private:
  // Those with a code, ascending.
  std::vector<size_t> Columns(size_t inputs) const {
    std::vector<size_t> columns;
    if (ranges_.empty()) {
      for (size_t i = 0; i < inputs; ++i) columns.push_back(i);
    }
    for (const ColumnRange& range : ranges_) {
      for (size_t i = range.first; i <= range.last; ++i) columns.push_back(i);
    }
    return columns;
  }

  size_t units_, bins_;
  std::vector<ColumnRange> ranges_;  // ascending; empty: all
};

// What ONNX computes of each input and used bin: clip((x - low) / width, least, most).
struct Codes {
  std::vector<int64_t> inputs;
  std::vector<float> low, width, least, most;

  void Add(size_t input, float from, float by, float bottom, float top) {
    inputs.push_back(static_cast<int64_t>(input));
    low.push_back(from);
    width.push_back(by);
    least.push_back(bottom);
    most.push_back(top);
  }
};

constexpr float kUnbounded = std::numeric_limits<float>::infinity();

std::string Hinges::WriteOnnx(OnnxWriter& writer, const std::vector<std::string>& inputs, const Shapes& shapes,
                              std::span<const std::span<const float>> parameters) const {
  const size_t count = shapes[0].count();
  const std::vector<size_t> columns = Columns(count);
  Codes codes;
  for (size_t i = 0; i < count; ++i) codes.Add(i, 0, 1, -kUnbounded, kUnbounded);
  std::vector<float> weights(parameters[0].begin(), parameters[0].begin() + static_cast<ptrdiff_t>(count * units_));
  for (size_t bin = 0; bin < columns.size() * bins_; ++bin) {
    if (!(parameters[3][bin] > 0)) continue;
    codes.Add(columns[bin / bins_], parameters[2][bin], parameters[3][bin], 0, 1);
    const std::span<const float> row = parameters[0].subspan((count + bin) * units_, units_);
    weights.insert(weights.end(), row.begin(), row.end());
  }
  const Shape all{codes.low.size()};
  const std::string flat = shapes[0].rank() == 1 ? inputs[0] : writer.Node("Flatten", inputs, {{"axis", int64_t{1}}});
  std::string value = writer.Node("Gather", {flat, writer.Integers("coded", codes.inputs)}, {{"axis", int64_t{1}}});
  value = writer.Node("Sub", {value, writer.Initializer("low", all, codes.low)});
  value = writer.Node("Div", {value, writer.Initializer("width", all, codes.width)});
  value = writer.Node("Max", {value, writer.Initializer("least", all, codes.least)});
  value = writer.Node("Min", {value, writer.Initializer("most", all, codes.most)});
  return writer.Node("Gemm", {value, writer.Initializer("weight", {codes.low.size(), units_}, weights),
                              writer.Initializer("bias", {units_}, parameters[1])});
}

LayerPointer Parse(LayerWords& words) {
  const size_t units = words.Count("the number of units", 1, kMostUnits);
  const size_t bins = words.empty() ? kUsualBins : words.Count("the number of bins", kLeastBins, kMostBins);
  std::vector<ColumnRange> ranges;
  size_t next = 1;
  while (!words.empty()) {
    const auto [first, last] = words.CountRange("the number of an input, or two with - between", next, kMostColumns);
    ranges.push_back({first - 1, last - 1});
    next = last + 1;
  }
  return std::make_shared<Hinges>(units, bins, std::move(ranges));
}

// The chain that Hinges::WriteOnnx writes, from its Gather on.
class HingesFromOnnx {
 public:
  explicit HingesFromOnnx(const OnnxPlace& place) : place_(place), chain_(place) {}

  std::optional<LayerFromOnnx> Read() {
    const OnnxNode& gather = place_.node();
    const OnnxTensor* inputs = place_.Constant(1);
    if (gather.op != "Gather" || gather.inputs[0] != place_.value() || place_.shape().rank() != 1 ||
        inputs == nullptr || inputs->shape.rank() != 1 || gather.Integer("axis") != 1) {
      return std::nullopt;
    }
    codes_.inputs = ToIntegers(inputs->values);
    if (!Follow("Sub", codes_.low) || !Follow("Div", codes_.width) || !Follow("Max", codes_.least) ||
        !Follow("Min", codes_.most) || !FollowProduct() || !FindBins()) {
      return std::nullopt;
    }
    return Layer();
  }

 private:
  bool Follow(std::string_view op, std::vector<float>& values) {
    const OnnxTensor* constant = chain_.NextConstant(op);
    if (constant == nullptr || constant->values.size() != codes_.inputs.size()) return false;
    values = constant->values;
    return true;
  }

  bool FollowProduct() {
    const OnnxNode* gemm = chain_.Next("Gemm");
    if (gemm == nullptr || gemm->inputs.size() != 3 || gemm->Number("alpha") != 1 || gemm->Number("beta") != 1 ||
        gemm->Number("transA") != 0 || gemm->Number("transB") != 0) {
      return false;
    }
    const OnnxTensor* weight = place_.graph.Constant(gemm->inputs[1]);
    const OnnxTensor* bias = place_.graph.Constant(gemm->inputs[2]);
    if (weight == nullptr || bias == nullptr || weight->shape.rank() != 2) return false;
    if (weight->shape[0] != codes_.inputs.size() || bias->values.size() != weight->shape[1]) return false;
    weight_ = weight->values;
    bias_ = bias->values;
    return !bias_.empty() && bias_.size() <= kMostUnits;
  }

  // All inputs as they are, and behind them the bins, whose edges meet.
  bool FindBins() {
    const size_t inputs = place_.shape().count();
    if (codes_.inputs.size() <= inputs) return false;
    for (size_t i = 0; i < codes_.inputs.size(); ++i) {
      const bool plain = i < inputs;
      const float bound = plain ? kUnbounded : 1;
      if (codes_.most[i] != bound || codes_.least[i] != (plain ? -kUnbounded : 0)) return false;
      if (plain && (codes_.inputs[i] != static_cast<int64_t>(i) || codes_.low[i] != 0 || codes_.width[i] != 1)) {
        return false;
      }
      if (plain) continue;
      if (codes_.inputs[i] < 0 || codes_.inputs[i] >= static_cast<int64_t>(inputs) || !(codes_.width[i] > 0))
        return false;
      if (i > inputs && codes_.inputs[i] < codes_.inputs[i - 1]) return false;
      if (i > inputs && codes_.inputs[i] == codes_.inputs[i - 1] && !(codes_.low[i] > codes_.low[i - 1])) return false;
      bins_of_[static_cast<size_t>(codes_.inputs[i])].push_back(i);
    }
    for (const auto& [input, bins] : bins_of_) most_bins_ = std::max(most_bins_, bins.size());
    return most_bins_ <= kMostBins && (inputs + bins_of_.size() * most_bins_) * bias_.size() <= place_.most_values;
  }

  LayerFromOnnx Layer() const {
    const size_t inputs = place_.shape().count(), units = bias_.size();
    const auto row = [&](size_t code) { return weight_.begin() + static_cast<ptrdiff_t>(code * units); };
    std::vector<float> weights(weight_.begin(), row(inputs)), low, width;
    std::vector<ColumnRange> ranges;
    for (const auto& [input, bins] : bins_of_) {
      if (!ranges.empty() && ranges.back().last + 1 == input) {
        ranges.back().last = input;
      } else {
        ranges.push_back({input, input});
      }
      for (const size_t code : bins) {
        weights.insert(weights.end(), row(code), row(code + 1));
        low.push_back(codes_.low[code]);
        width.push_back(codes_.width[code]);
      }
      low.resize(low.size() + most_bins_ - bins.size());
      width.resize(low.size());
      weights.resize((inputs + low.size()) * units);
    }
    if (bins_of_.size() == inputs) ranges.clear();
    return {.layer = std::make_shared<Hinges>(units, most_bins_, std::move(ranges)),
            .parameters = {std::move(weights), bias_, std::move(low), std::move(width)},
            .output = chain_.value(),
            .nodes = chain_.covered()};
  }

  const OnnxPlace& place_;
  OnnxChain chain_;
  Codes codes_;
  std::vector<float> weight_, bias_;
  std::map<size_t, std::vector<size_t>> bins_of_;  // codes of an input, ascending
  size_t most_bins_ = kLeastBins;
};

std::optional<LayerFromOnnx> FromOnnx(const OnnxPlace& place) { return HingesFromOnnx(place).Read(); }

}  // namespace

const LayerDefinition& HingesDefinition() {
  static const LayerDefinition definition{
      .name = "hinges",
      .notation = "hinges UNITS [BINS [INPUTS ...]]",
      .summary = "dense, and each number in BINS pieces (16) as well, cut where the training rows have equal shares",
      .parse = Parse,
      .from_onnx = FromOnnx};
  return definition;
}

}  // namespace ramp
