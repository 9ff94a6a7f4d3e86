#include "ramp/network/activation_onnx.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>
#include <utility>

#include "ramp/base/error.h"

namespace ramp {
namespace {

struct Expression {
  enum class Kind { kInput, kNumber, kParameter, kOperator };
  Kind kind = Kind::kInput;
  double number = 0;                                                // kNumber
  size_t parameter = 0;                                             // kParameter: which of the activation's
  std::string op = {};                                              // kOperator
  std::vector<Expression> arguments = {};                           // kOperator
  std::vector<std::pair<std::string, Expression>> attributes = {};  // kOperator: numbers and parameters
};

// What other programs, and later opsets, write for forms of the table.
struct OtherForm {
  std::string_view form, other;
};
constexpr OtherForm kOtherForms[] = {
    {"Relu(x)", "Max(x, 0)"},
    {"Relu(x)", "Clip(x, 0)"},
    {"Relu(x)", "Where(Greater(x, 0), x, 0)"},
    {"Relu(x)", "Where(Less(x, 0), 0, x)"},
    {"LeakyRelu(x, alpha=slope)", "Where(Greater(x, 0), x, Mul(x, slope))"},
    {"LeakyRelu(x, alpha=slope)", "Where(GreaterOrEqual(x, 0), x, Mul(x, slope))"},
    {"LeakyRelu(x, alpha=slope)", "Where(Less(x, 0), Mul(x, slope), x)"},
    {"LeakyRelu(x, alpha=slope)", "Max(x, Mul(x, slope))"},
    {"Mul(Mul(x, 0.5), Add(Erf(Div(x, 1.41421356)), 1))", "Mul(Mul(x, Add(Erf(Div(x, 1.41421356)), 1)), 0.5)"},
    {"Mul(Mul(x, 0.5), Add(Erf(Div(x, 1.41421356)), 1))", "Mul(x, Mul(Add(Erf(Div(x, 1.41421356)), 1), 0.5))"},
    {"Mul(Mul(x, 0.5), Add(Erf(Div(x, 1.41421356)), 1))", "Mul(Mul(x, 0.5), Add(Erf(Mul(x, 0.70710678)), 1))"},
    {"Mul(Mul(x, 0.5), Add(Erf(Div(x, 1.41421356)), 1))", "Gelu(x)"},
    {"Mul(x, Tanh(Softplus(x)))", "Mish(x)"},
    {"Div(Softplus(Mul(x, beta)), beta)", "Softplus(x)"},
    {"Neg(Softplus(Neg(x)))", "Log(Sigmoid(x))"},
    {"Softsign(x)", "Div(x, Add(Abs(x), 1))"},
    {"HardSwish(x)", "Mul(x, HardSigmoid(x, alpha=0.16666667, beta=0.5))"},
    {"HardSwish(x)", "Div(Mul(x, Clip(Add(x, 3), 0, 6)), 6)"},
    {"HardSigmoid(x, alpha=0.16666667, beta=0.5)", "Div(Clip(Add(x, 3), 0, 6), 6)"},
};

std::vector<std::string_view> FormsOf(const Activation& activation) {
  std::vector<std::string_view> forms = {activation.onnx};
  for (const auto& [form, other] : kOtherForms) {
    if (form == activation.onnx) forms.push_back(other);
  }
  return forms;
}

class Parser {
 public:
  Parser(const Activation& activation, std::string_view form) : activation_(activation), text_(form) {}

  Expression Parse() {
    Expression whole = ParseExpression();
    if (next_ != text_.size()) Fail("the end");
    return whole;
  }

 private:
  // The table is ours, so this is seen by whoever writes a new row.
  [[noreturn]] void Fail(std::string_view expected) const {
    throw Error(fmt::format("activation '{}': its ONNX form '{}' should have {} at character {}", activation_.name,
                            text_, expected, next_ + 1));
  }

  char Peek() {
    next_ = std::min(text_.find_first_not_of(' ', next_), text_.size());
    return next_ < text_.size() ? text_[next_] : '\0';
  }
  bool Take(char wanted) {
    if (Peek() != wanted) return false;
    ++next_;
    return true;
  }
  std::string_view TakeWord() {
    Peek();
    const size_t begin = next_;
    next_ = std::min(text_.find_first_of(" ,()=", begin), text_.size());
    if (next_ == begin) Fail("a name or a number");
    return text_.substr(begin, next_ - begin);
  }

  Expression ParseExpression() {
    const std::string_view word = TakeWord();
    return Take('(') ? ParseOperator(word) : Leaf(word);
  }

  Expression Leaf(std::string_view word) const {
    if (word == "x") return {.kind = Expression::Kind::kInput};
    for (size_t i = 0; i < activation_.parameters.size(); ++i) {
      if (activation_.parameters[i].name == word) return {.kind = Expression::Kind::kParameter, .parameter = i};
    }
    double number = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
    if (error != std::errc() || end != word.data() + word.size()) Fail("x, a parameter or a number before this");
    return {.kind = Expression::Kind::kNumber, .number = number};
  }

  Expression ParseOperator(std::string_view name) {
    Expression expression{.kind = Expression::Kind::kOperator, .op = std::string(name)};
    do {
      const std::string_view word = TakeWord();
      if (Take('=')) {
        expression.attributes.emplace_back(word, Leaf(TakeWord()));
      } else {
        expression.arguments.push_back(Take('(') ? ParseOperator(word) : Leaf(word));
      }
    } while (Take(','));
    if (!Take(')')) Fail("a comma or a parenthesis");
    return expression;
  }

  const Activation& activation_;
  std::string_view text_;
  size_t next_ = 0;
};

// Writes an expression as nodes.
class ExpressionWriter {
 public:
  ExpressionWriter(OnnxWriter& writer, const std::string& input, const Activation& activation,
                   std::span<const float> parameters, std::span<const float> learned)
      : writer_(writer), input_(input), activation_(activation), parameters_(parameters), learned_(learned) {}

  // The name of the value that holds the result.
  std::string Write(const Expression& expression) {
    if (expression.kind == Expression::Kind::kInput) return input_;
    if (expression.kind == Expression::Kind::kOperator) return WriteNode(expression);
    if (IsLearned(expression)) {
      return writer_.Initializer(activation_.parameters[expression.parameter].name, {learned_.size()}, learned_);
    }
    const float value = Value(expression);
    const bool named = expression.kind == Expression::Kind::kParameter;
    return writer_.Initializer(named ? activation_.parameters[expression.parameter].name : "constant", {}, {&value, 1});
  }

 private:
  bool IsLearned(const Expression& leaf) const {
    return leaf.kind == Expression::Kind::kParameter && activation_.parameters[leaf.parameter].learned;
  }
  float Value(const Expression& leaf) const {
    return leaf.kind == Expression::Kind::kNumber ? static_cast<float>(leaf.number) : parameters_[leaf.parameter];
  }
  std::string WriteNode(const Expression& expression) {
    std::vector<std::string> inputs;
    for (const Expression& argument : expression.arguments) inputs.push_back(Write(argument));
    OnnxAttributes attributes;
    for (const auto& [name, value] : expression.attributes) attributes[name] = Value(value);
    return writer_.Node(expression.op, inputs, attributes);
  }

  OnnxWriter& writer_;
  const std::string& input_;
  const Activation& activation_;
  std::span<const float> parameters_, learned_;
};

// What a match has found out so far.
struct Findings {
  std::array<std::optional<float>, kMostParameters> parameters = {};
  std::optional<std::vector<float>> learned = {};
  std::set<size_t> nodes = {};
};

// Compares an expression with the part of a graph that ends in a value.
class Matcher {
 public:
  Matcher(const OnnxPlace& place, const Activation& activation)
      : place_(place), graph_(place.graph), activation_(activation) {}

  // `findings` is meaningless after a mismatch.
  bool Match(const Expression& expression, const std::string& value, Findings& findings) const {
    if (expression.kind == Expression::Kind::kInput) return value == place_.value();
    if (expression.kind == Expression::Kind::kOperator) {
      const auto writer = graph_.writers.find(value);
      return writer != graph_.writers.end() && MatchNode(expression, writer->second, findings);
    }
    const OnnxTensor* constant = graph_.Constant(value);
    if (constant == nullptr) return false;
    if (expression.kind == Expression::Kind::kParameter && activation_.parameters[expression.parameter].learned) {
      return MatchLearned(*constant, findings);
    }
    // More axes than [batch, units] would add an axis to the result.
    return constant->values.size() == 1 && constant->shape.rank() <= 2 &&
           MatchNumber(expression, constant->values[0], findings);
  }

  bool MatchNode(const Expression& expression, size_t index, Findings& findings) const {
    const OnnxNode& node = graph_.nodes[index];
    std::vector<std::string> inputs = node.inputs;
    // What is left out at the end may be named by nothing.
    while (!inputs.empty() && inputs.back().empty()) inputs.pop_back();
    if (node.op != expression.op || node.outputs.size() != 1 || inputs.size() != expression.arguments.size()) {
      return false;
    }
    findings.nodes.insert(index);
    return MatchAttributes(expression, node, findings) && MatchArguments(expression, node.op, inputs, findings);
  }

 private:
  bool MatchArguments(const Expression& expression, const std::string& op, const std::vector<std::string>& inputs,
                      Findings& findings) const {
    const auto match_in_order = [&](const std::vector<std::string>& order) {
      Findings trial = findings;
      for (size_t i = 0; i < order.size(); ++i) {
        if (!Match(expression.arguments[i], order[i], trial)) return false;
      }
      findings = std::move(trial);
      return true;
    };
    static constexpr std::string_view kCommutative[] = {"Add", "Mul", "Max", "Min"};
    const bool swaps = inputs.size() == 2 && std::ranges::count(kCommutative, op) > 0;
    return match_in_order(inputs) || (swaps && match_in_order({inputs[1], inputs[0]}));
  }

  bool MatchAttributes(const Expression& expression, const OnnxNode& node, Findings& findings) const {
    for (const auto& [name, wanted] : expression.attributes) {
      const std::optional<double> number = node.Number(name);
      if (!number || !MatchNumber(wanted, static_cast<float>(*number), findings)) return false;
    }
    // What the expression does not mention must be as if it were not there.
    return std::ranges::all_of(node.attributes, [&](const auto& attribute) {
      const std::string& name = attribute.first;
      const auto mentions = [&](const auto& mentioned) { return mentioned.first == name; };
      // Gelu says so of its approximation.
      const bool is_none = attribute.second == OnnxAttribute(std::string("none"));
      return is_none || std::ranges::any_of(expression.attributes, mentions) ||
             (OnnxDefault(node.op, name) && node.Number(name) == OnnxDefault(node.op, name));
    });
  }

  bool MatchNumber(const Expression& leaf, float value, Findings& findings) const {
    if (leaf.kind == Expression::Kind::kNumber) {
      // Other programs write such a number with fewer digits.
      return std::abs(value - leaf.number) <= 1e-6 * std::abs(leaf.number);
    }
    const ActivationParameter& parameter = activation_.parameters[leaf.parameter];
    if (!(value >= parameter.low && value <= parameter.high)) return false;
    std::optional<float>& found = findings.parameters[leaf.parameter];
    if (found && *found != value) return false;
    found = value;
    return true;
  }

  bool MatchLearned(const OnnxTensor& constant, Findings& findings) const {
    std::optional<std::vector<float>> values = place_.Broadcast(constant);
    if (!values || (values->size() > 1 && values->size() != place_.shape().units())) return false;
    if (findings.learned && *findings.learned != *values) return false;
    findings.learned = std::move(values);
    return true;
  }

  const OnnxPlace& place_;
  const OnnxGraph& graph_;
  const Activation& activation_;
};

// Nobody else reads what its nodes write on the way.
bool IsClosed(const OnnxGraph& graph, size_t last, const std::set<size_t>& nodes) {
  return std::ranges::all_of(nodes, [&](size_t node) {
    const std::string& value = graph.nodes[node].outputs[0];
    const auto readers = graph.readers.find(value);
    return node == last ||
           (value != graph.output && readers != graph.readers.end() &&
            std::ranges::all_of(readers->second, [&](size_t reader) { return nodes.contains(reader); }));
  });
}

size_t Depth(const Expression& expression) {
  size_t deepest = 0;
  for (const Expression& argument : expression.arguments) deepest = std::max(deepest, Depth(argument));
  return expression.kind == Expression::Kind::kOperator ? deepest + 1 : 0;
}

// The nodes that read `value`, or what those write, and so on, `depth` times.
std::set<size_t> NodesBehind(const OnnxGraph& graph, const std::string& value, size_t depth) {
  // An activation has a few nodes; where there are more, a hostile file wants to keep us busy.
  constexpr size_t kMost = 64;
  std::set<size_t> found;
  std::vector<std::string> values = {value};
  for (; depth > 0 && !values.empty(); --depth) {
    std::vector<std::string> next;
    for (const std::string& read : values) {
      const auto readers = graph.readers.find(read);
      if (readers == graph.readers.end()) continue;
      for (const size_t node : readers->second) {
        if (found.size() == kMost) return found;
        if (!found.insert(node).second) continue;
        next.insert(next.end(), graph.nodes[node].outputs.begin(), graph.nodes[node].outputs.end());
      }
    }
    values = std::move(next);
  }
  return found;
}

MatchedActivation MakeMatched(const Activation& activation, const OnnxNode& last, const Findings& findings) {
  MatchedActivation matched{.activation = &activation,
                            .parameters = activation.initial_parameters(),
                            .learned = {},
                            .output = last.outputs[0],
                            .nodes = findings.nodes};
  for (size_t i = 0; i < kMostParameters; ++i) {
    if (findings.parameters[i]) matched.parameters[i] = *findings.parameters[i];
  }
  if (findings.learned) matched.learned = *findings.learned;
  return matched;
}

}  // namespace

std::string WriteActivation(OnnxWriter& writer, const std::string& input, const Activation& activation,
                            std::span<const float> parameters, std::span<const float> learned) {
  return ExpressionWriter(writer, input, activation, parameters, learned)
      .Write(Parser(activation, activation.onnx).Parse());
}

std::optional<MatchedActivation> MatchActivation(const OnnxPlace& place, std::span<const Activation> family) {
  std::optional<MatchedActivation> best;
  for (const Activation& activation : family) {
    for (const std::string_view form : FormsOf(activation)) {
      const Expression expression = Parser(activation, form).Parse();
      const Matcher matcher(place, activation);
      for (const size_t node : NodesBehind(place.graph, place.value(), Depth(expression))) {
        Findings findings;
        if (!matcher.MatchNode(expression, node, findings)) continue;
        if (best && best->nodes.size() >= findings.nodes.size()) continue;
        if (!findings.nodes.contains(place.index) || !IsClosed(place.graph, node, findings.nodes)) continue;
        best = MakeMatched(activation, place.graph.nodes[node], findings);
      }
    }
  }
  return best;
}

}  // namespace ramp
