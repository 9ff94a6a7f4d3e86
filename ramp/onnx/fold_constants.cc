#include "ramp/onnx/fold_constants.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>
#include <map>
#include <string>
#include <utility>

#include "ramp/network/strided_view.h"

namespace ramp {
namespace {

using Result = std::optional<OnnxTensor>;

// The product of sizes, or nothing where it is 0 or above `most`.
std::optional<size_t> CountWithin(const std::vector<size_t>& sizes, size_t most) {
  size_t count = 1;
  for (const size_t size : sizes) {
    if (size == 0 || size > most / count) return std::nullopt;
    count *= size;
  }
  return count;
}

// The inputs of a node, and its attributes with the inputs that stand for them in later opsets.
class Folding {
 public:
  Folding(const OnnxGraph& graph, const OnnxNode& node, size_t most) : graph_(graph), node_(node), most_(most) {}

  Result Fold() const {
    static const std::map<std::string, Result (Folding::*)() const> kOperators = {
        {"Identity", &Folding::Copy},   {"Dropout", &Folding::Copy},           {"Cast", &Folding::Cast},
        {"Shape", &Folding::ShapeOf},   {"Gather", &Folding::Gather},          {"Unsqueeze", &Folding::Unsqueeze},
        {"Squeeze", &Folding::Squeeze}, {"Concat", &Folding::Concat},          {"Slice", &Folding::Slice},
        {"Reshape", &Folding::Reshape}, {"Transpose", &Folding::Transpose},    {"Expand", &Folding::Expand},
        {"Flatten", &Folding::Flatten}, {"ConstantOfShape", &Folding::Filled},
    };
    if (const auto found = kOperators.find(node_.op); found != kOperators.end()) return (this->*found->second)();
    return Arithmetic();
  }

 private:
  const OnnxTensor& Input(size_t i) const { return *graph_.Constant(node_.inputs[i]); }
  bool HasInput(size_t i) const { return i < node_.inputs.size() && !node_.inputs[i].empty(); }

  std::optional<std::vector<int64_t>> Integers(const std::string& attribute, size_t input) const {
    const auto found = node_.attributes.find(attribute);
    if (found != node_.attributes.end()) {
      const auto* list = std::get_if<std::vector<int64_t>>(&found->second);
      return list == nullptr ? std::nullopt : std::optional(*list);
    }
    if (!HasInput(input)) return std::nullopt;
    return ToIntegers(Input(input).values);
  }

  static std::optional<size_t> Axis(int64_t axis, size_t rank) {
    if (axis < 0) axis += static_cast<int64_t>(rank);
    if (axis < 0 || axis >= static_cast<int64_t>(rank)) return std::nullopt;
    return static_cast<size_t>(axis);
  }
  std::optional<size_t> AxisAttribute(size_t rank) const {
    const std::optional<int64_t> axis = node_.Integer("axis");
    return axis ? Axis(*axis, rank) : std::nullopt;
  }

  Result WithShape(std::vector<size_t> sizes) const {
    OnnxTensor result = Input(0);
    if (CountWithin(sizes, most_) != result.values.size()) return std::nullopt;
    result.shape = Shape(std::move(sizes));
    return result;
  }

  Result Copy() const { return Input(0); }

  // Whole numbers are cut off, not rounded.
  Result Cast() const {
    constexpr double kFloat = 1, kInt32 = 6, kInt64 = 7, kDouble = 11;
    const double to = node_.Number("to").value_or(0);
    OnnxTensor result = Input(0);
    result.whole = to == kInt32 || to == kInt64;
    if (!result.whole && to != kFloat && to != kDouble) return std::nullopt;
    if (result.whole)
      std::ranges::transform(result.values, result.values.begin(), [](float x) { return std::trunc(x); });
    return result;
  }

  Result ShapeOf() const {
    const std::vector<size_t>& sizes = Input(0).shape.sizes();
    if (sizes.empty() || node_.attributes.contains("start") || node_.attributes.contains("end")) return std::nullopt;
    return OnnxTensor{{sizes.size()}, {sizes.begin(), sizes.end()}, true};
  }

  Result Gather() const {
    const OnnxTensor &from = Input(0), &which = Input(1);
    const auto axis = AxisAttribute(from.shape.rank());
    if (!axis) return std::nullopt;
    const std::vector<size_t>& sizes = from.shape.sizes();
    const auto at = sizes.begin() + static_cast<ptrdiff_t>(*axis);
    std::vector<size_t> result_sizes(sizes.begin(), at);
    std::ranges::copy(which.shape.sizes(), std::back_inserter(result_sizes));
    result_sizes.insert(result_sizes.end(), at + 1, sizes.end());
    if (!CountWithin(result_sizes, most_)) return std::nullopt;
    const size_t outer = Shape(std::vector<size_t>(sizes.begin(), at)).count();
    const size_t inner = Shape(std::vector<size_t>(at + 1, sizes.end())).count();
    OnnxTensor result{.shape = Shape(std::move(result_sizes)), .whole = from.whole};
    for (size_t i = 0; i < outer; ++i) {
      for (const int64_t index : ToIntegers(which.values)) {
        const int64_t place = index < 0 ? index + static_cast<int64_t>(*at) : index;
        if (place < 0 || place >= static_cast<int64_t>(*at)) return std::nullopt;
        const auto begin = from.values.begin() + static_cast<ptrdiff_t>((i * *at + static_cast<size_t>(place)) * inner);
        result.values.insert(result.values.end(), begin, begin + static_cast<ptrdiff_t>(inner));
      }
    }
    return result;
  }

  Result Unsqueeze() const {
    const auto axes = Integers("axes", 1);
    const std::vector<size_t>& from = Input(0).shape.sizes();
    if (!axes || axes->size() > kMostAxes) return std::nullopt;
    std::vector<size_t> sizes(from.size() + axes->size(), 0);
    for (const int64_t given : *axes) {
      const auto axis = Axis(given, sizes.size());
      if (!axis || sizes[*axis] != 0) return std::nullopt;
      sizes[*axis] = 1;
    }
    size_t next = 0;
    for (size_t& size : sizes) {
      if (size == 0) size = from[next++];
    }
    return WithShape(std::move(sizes));
  }

  Result Squeeze() const {
    const auto axes = Integers("axes", 1);
    const std::vector<size_t>& from = Input(0).shape.sizes();
    std::vector<bool> gone(from.size());
    for (size_t i = 0; i < from.size() && !axes; ++i) gone[i] = from[i] == 1;
    for (const int64_t given : axes.value_or(std::vector<int64_t>())) {
      const auto axis = Axis(given, from.size());
      if (!axis || from[*axis] != 1) return std::nullopt;
      gone[*axis] = true;
    }
    std::vector<size_t> sizes;
    for (size_t i = 0; i < from.size(); ++i) {
      if (!gone[i]) sizes.push_back(from[i]);
    }
    return WithShape(std::move(sizes));
  }

  Result Concat() const {
    const std::vector<size_t>& first = Input(0).shape.sizes();
    const auto axis = AxisAttribute(first.size());
    if (!axis) return std::nullopt;
    std::vector<size_t> sizes = first;
    sizes[*axis] = 0;
    for (size_t i = 0; i < node_.inputs.size(); ++i) {
      std::vector<size_t> other = Input(i).shape.sizes();
      if (other.size() != first.size()) return std::nullopt;
      sizes[*axis] += std::exchange(other[*axis], first[*axis]);
      if (other != first) return std::nullopt;
    }
    if (!CountWithin(sizes, most_)) return std::nullopt;
    size_t outer = 1;
    for (size_t i = 0; i < *axis; ++i) outer *= sizes[i];
    OnnxTensor result{.shape = Shape(std::move(sizes)), .whole = Input(0).whole};
    for (size_t row = 0; row < outer; ++row) {
      for (size_t i = 0; i < node_.inputs.size(); ++i) {
        const std::vector<float>& values = Input(i).values;
        const auto length = static_cast<ptrdiff_t>(values.size() / outer);
        const auto begin = values.begin() + static_cast<ptrdiff_t>(row) * length;
        result.values.insert(result.values.end(), begin, begin + length);
      }
    }
    return result;
  }

  Result Slice() const {
    const auto starts = Integers("starts", 1), ends = Integers("ends", 2), axes = Integers("axes", 3);
    const auto steps = Integers("steps", 4);
    if (!starts || !ends || starts->size() != ends->size() || (axes && axes->size() != starts->size()) ||
        (steps && steps->size() != starts->size())) {
      return std::nullopt;
    }
    OnnxTensor result = Input(0);
    for (size_t i = 0; i < starts->size(); ++i) {
      const auto axis = Axis(axes ? (*axes)[i] : static_cast<int64_t>(i), result.shape.rank());
      if (!axis || !SliceAxis(result, *axis, (*starts)[i], (*ends)[i], steps ? (*steps)[i] : 1)) return std::nullopt;
    }
    return result;
  }

  static bool SliceAxis(OnnxTensor& tensor, size_t axis, int64_t begin, int64_t end, int64_t step) {
    const auto size = static_cast<int64_t>(tensor.shape[axis]);
    // A step backward may end before the first place.
    const int64_t low = step < 0 ? -1 : 0, high = step < 0 ? size - 1 : size;
    const auto clamp = [&](int64_t place) {
      return std::clamp(place < 0 && place >= -size ? place + size : place, low, high);
    };
    begin = clamp(begin);
    end = clamp(end);
    if (step == 0 || (end - begin) * (step < 0 ? -1 : 1) <= 0) return false;
    step = std::clamp<int64_t>(step, -size, size);
    const int64_t count = (std::abs(end - begin) + std::abs(step) - 1) / std::abs(step);
    const StridedView view =
        SlicedView(tensor.shape, axis, static_cast<size_t>(begin), step, static_cast<size_t>(count));
    Apply(view, tensor);
    return true;
  }

  static void Apply(const StridedView& view, OnnxTensor& tensor) {
    std::vector<float> values(view.count());
    view.Gather(tensor.values.data(), values.data(), 1);
    tensor.values = std::move(values);
    tensor.shape = Shape(view.sizes);
  }

  Result Reshape() const {
    const auto wanted = Integers("shape", 1);
    if (!wanted || wanted->size() > kMostAxes) return std::nullopt;
    const OnnxTensor& input = Input(0);
    std::vector<size_t> sizes;
    std::optional<size_t> open;
    for (int64_t size : *wanted) {
      if (size == 0 && sizes.size() < input.shape.rank() && node_.Number("allowzero") == 0) {
        size = static_cast<int64_t>(input.shape[sizes.size()]);
      }
      if (size == -1 && !open) {
        open = sizes.size();
        size = 1;
      }
      if (size < 1) return std::nullopt;
      sizes.push_back(static_cast<size_t>(size));
    }
    const auto count = CountWithin(sizes, input.values.size());
    if (open && count) sizes[*open] = input.values.size() / *count;
    return WithShape(std::move(sizes));
  }

  Result Flatten() const {
    const OnnxTensor& input = Input(0);
    size_t rows = 1;
    const double axis = node_.Number("axis").value_or(1);
    if (!(axis >= 0 && axis <= static_cast<double>(input.shape.rank()))) return std::nullopt;
    for (size_t i = 0; i < static_cast<size_t>(axis); ++i) rows *= input.shape[i];
    return WithShape({rows, input.values.size() / rows});
  }

  Result Transpose() const {
    OnnxTensor result = Input(0);
    const size_t rank = result.shape.rank();
    if (rank < 2) return result;
    std::vector<size_t> axes;
    const auto given = Integers("perm", 1);
    for (size_t i = 0; i < rank; ++i) {
      const auto axis = given && i < given->size() ? Axis((*given)[i], rank) : std::optional(rank - 1 - i);
      if (!axis || std::ranges::count(axes, *axis) > 0) return std::nullopt;
      axes.push_back(*axis);
    }
    if (given && given->size() != rank) return std::nullopt;
    Apply(TransposedView(result.shape, axes), result);
    return result;
  }

  Result Filled() const {
    std::vector<size_t> sizes;
    for (const int64_t size : ToIntegers(Input(0).values)) sizes.push_back(size < 1 ? 0 : static_cast<size_t>(size));
    const auto count = CountWithin(sizes, most_);
    if (!count || HasNan(Input(0))) return std::nullopt;
    const auto value = static_cast<float>(node_.Number("value").value_or(0));
    return OnnxTensor{.shape = Shape(std::move(sizes)), .values = std::vector<float>(*count, value)};
  }

  Result Expand() const {
    if (HasNan(Input(1))) return std::nullopt;
    std::vector<size_t> sizes;
    for (const int64_t size : ToIntegers(Input(1).values)) sizes.push_back(size < 1 ? 0 : static_cast<size_t>(size));
    if (!CountWithin(sizes, most_)) return std::nullopt;
    const OnnxTensor target{.shape = Shape(sizes)};
    return Combine(Input(0), target, [](float a, float /*b*/) { return a; });
  }

  static bool HasNan(const OnnxTensor& tensor) {
    return std::ranges::any_of(tensor.values, [](float value) { return std::isnan(value); });
  }

  // Of as many axes from the end; an axis of size 1 is repeated. `b` may have no values, then only its shape counts.
  Result Combine(const OnnxTensor& a, const OnnxTensor& b, const std::function<float(float, float)>& combine) const {
    const size_t rank = std::max(a.shape.rank(), b.shape.rank());
    const auto size_of = [&](const OnnxTensor& tensor, size_t axis) {
      const size_t missing = rank - tensor.shape.rank();
      return axis < missing ? 1 : tensor.shape[axis - missing];
    };
    std::vector<size_t> sizes;
    for (size_t axis = 0; axis < rank; ++axis) {
      const size_t first = size_of(a, axis), second = size_of(b, axis);
      if (first != second && first != 1 && second != 1) return std::nullopt;
      sizes.push_back(std::max(first, second));
    }
    const auto count = CountWithin(sizes, most_);
    if (!count) return std::nullopt;
    const auto value_at = [&](const OnnxTensor& tensor, size_t i) {
      size_t place = 0, step = 1;
      for (size_t axis = rank; axis-- > 0; i /= sizes[axis]) {
        const size_t size = size_of(tensor, axis);
        if (size > 1) place += i % sizes[axis] * step;
        step *= size;
      }
      return tensor.values[place];
    };
    OnnxTensor result{.shape = Shape(sizes), .values = std::vector<float>(*count), .whole = a.whole};
    for (size_t i = 0; i < *count; ++i) {
      result.values[i] = combine(value_at(a, i), b.values.empty() ? 0 : value_at(b, i));
    }
    return result;
  }

  Result Arithmetic() const {
    using Unary = float (*)(float);
    using Binary = float (*)(float, float);
    static const std::map<std::string, Unary> kUnary = {{"Neg", [](float x) { return -x; }},
                                                        {"Abs", [](float x) { return std::abs(x); }},
                                                        {"Sqrt", [](float x) { return std::sqrt(x); }},
                                                        {"Exp", [](float x) { return std::exp(x); }},
                                                        {"Log", [](float x) { return std::log(x); }},
                                                        {"Floor", [](float x) { return std::floor(x); }},
                                                        {"Ceil", [](float x) { return std::ceil(x); }},
                                                        {"Reciprocal", [](float x) { return 1 / x; }}};
    static const std::map<std::string, Binary> kBinary = {{"Add", [](float a, float b) { return a + b; }},
                                                          {"Sub", [](float a, float b) { return a - b; }},
                                                          {"Mul", [](float a, float b) { return a * b; }},
                                                          {"Div", [](float a, float b) { return a / b; }},
                                                          {"Pow", [](float a, float b) { return std::pow(a, b); }},
                                                          {"Max", [](float a, float b) { return std::max(a, b); }},
                                                          {"Min", [](float a, float b) { return std::min(a, b); }}};
    for (size_t i = 0; i < node_.inputs.size(); ++i) {
      if (HasNan(Input(i))) return std::nullopt;
    }
    if (const auto unary = kUnary.find(node_.op); unary != kUnary.end() && node_.inputs.size() == 1) {
      OnnxTensor result = Input(0);
      std::ranges::transform(result.values, result.values.begin(), unary->second);
      return result;
    }
    const auto binary = kBinary.find(node_.op);
    if (binary == kBinary.end() || node_.inputs.size() != 2) return std::nullopt;
    Result result = Combine(Input(0), Input(1), binary->second);
    if (result && result->whole && node_.op == "Div") {
      std::ranges::transform(result->values, result->values.begin(), [](float x) { return std::trunc(x); });
    }
    return result;
  }

  static constexpr size_t kMostAxes = 32;

  const OnnxGraph& graph_;
  const OnnxNode& node_;
  size_t most_;
};

}  // namespace

std::optional<OnnxTensor> FoldNode(const OnnxGraph& graph, const OnnxNode& node, size_t most) {
  const bool constant = !node.inputs.empty() && !node.inputs[0].empty() &&
                        std::ranges::all_of(node.inputs, [&](const std::string& input) {
                          return input.empty() || graph.Constant(input) != nullptr;
                        });
  if (!constant || node.outputs.size() != 1) return std::nullopt;
  static constexpr std::string_view kTakesOne[] = {"Gather", "Expand", "Reshape"};
  if (node.inputs.size() < 2 && std::ranges::count(kTakesOne, node.op) > 0) return std::nullopt;
  if (std::ranges::count(node.inputs, "") > 0 && node.op != "Slice") return std::nullopt;
  std::optional<OnnxTensor> folded = Folding(graph, node, most).Fold();
  if (folded && (folded->values.empty() || folded->values.size() > most)) return std::nullopt;
  return folded;
}

}  // namespace ramp
