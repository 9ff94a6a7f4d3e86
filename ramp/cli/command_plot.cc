// ramp plot: curves of activations and sheets of generated digits, to the terminal, SVG or PNG.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <memory>
#include <variant>

#include "ramp/activation/activation.h"
#include "ramp/base/error.h"
#include "ramp/base/file.h"
#include "ramp/cli/commands.h"
#include "ramp/cli/curves.h"
#include "ramp/cli/output.h"
#include "ramp/cli/terminal.h"
#include "ramp/data/digits.h"

namespace ramp {
namespace {

constexpr const char* kDigits = "digits";

struct PlotCommand {
  std::vector<std::string> names;
  std::string svg, png;
  PlotRange range;
  bool no_derivative = false;
  size_t count = 20;
  uint64_t seed = 1;
};

PictureGrid SheetOfDigits(size_t count, uint64_t seed) {
  const Dataset digits = GenerateDigits(count, seed);
  const auto& pixels = std::get<std::vector<uint8_t>>(digits.inputs);
  constexpr size_t kPixels = kDigitSide * kDigitSide;
  PictureGrid grid{.height = kDigitSide, .width = kDigitSide, .columns = 10, .pictures = {}, .labels = {}};
  for (size_t i = 0; i < digits.rows; ++i) {
    const auto begin = pixels.begin() + static_cast<std::ptrdiff_t>(i * kPixels);
    grid.pictures.emplace_back(begin, begin + kPixels);
    grid.labels.push_back(digits.encoding.labels.at(static_cast<size_t>(digits.labels[i])));
  }
  return grid;
}

std::string TerminalPicture(const Plot& plot) {
  return ToTerminal(plot, WidthOf(Channel::kOutput), HeightOf(Channel::kOutput), HasColour(Channel::kOutput));
}

std::string TerminalPicture(const PictureGrid& grid) {
  return ToTerminal(grid, WidthOf(Channel::kOutput), HasColour(Channel::kOutput));
}

void WritePicture(const std::string& path, std::string_view bytes) {
  WriteFileWhole(path, bytes);
  PrintNote(fmt::format("wrote {} ({} bytes)", path, bytes.size()));
}

template <class Picture>
void Show(const Picture& picture, const PlotCommand& command) {
  if (!command.svg.empty()) WritePicture(command.svg, ToSvg(picture));
  if (!command.png.empty()) WritePicture(command.png, ToPng(picture));
  if (command.svg.empty() && command.png.empty()) PrintResult(TerminalPicture(picture));
}

void RunPlot(const PlotCommand& command) {
  if (command.names.size() == 1 && command.names[0] == kDigits) {
    Show(SheetOfDigits(command.count, command.seed), command);
    return;
  }
  if (!(command.range.from < command.range.to) || !std::isfinite(command.range.from) ||
      !std::isfinite(command.range.to)) {
    throw UsageError(
        fmt::format("--from {} must be less than --to {}, and both finite", command.range.from, command.range.to));
  }
  std::vector<ChosenActivation> chosen;
  for (const std::string& name : command.names) {
    if (name == kDigits) throw UsageError("digits are a sheet of their own: plot them without curves");
    chosen.push_back(ChooseActivation(name));
  }
  Show(PlotOf(chosen, command.range, !command.no_derivative), command);
}

// "relu" and the first activation with a parameter, "elu(1)", from the table.
std::string Examples() {
  const auto family = Activations();
  const auto found = std::ranges::find_if(family, [](const Activation& row) { return !row.parameters.empty(); });
  if (found == family.end()) return std::string(family[0].name);
  return fmt::format("{} \"{}({})\"", family[0].name, found->name, found->parameters[0].initial);
}

}  // namespace

void AddPlotCommand(CLI::App& app) {
  auto command = std::make_shared<PlotCommand>();
  CLI::App* plot = app.add_subcommand("plot", "Draw activations and their derivatives, or a sheet of generated digits");
  plot->add_option("NAME", command->names,
                   fmt::format("Activations, for example {} (ramp activations lists them), or digits", Examples()))
      ->required();
  plot->add_option("--svg", command->svg, "Write an SVG file instead");
  plot->add_option("--png", command->png, "Write a PNG file instead");
  plot->add_option("--from", command->range.from, "Left end")->capture_default_str();
  plot->add_option("--to", command->range.to, "Right end")->capture_default_str();
  plot->add_flag("--no-derivative", command->no_derivative, "The curves alone");
  plot->add_option("--count", command->count, "How many digits")->capture_default_str()->check(CLI::Range(1, 1000));
  plot->add_option("--seed", command->seed, "Which digits")->capture_default_str();
  plot->callback([command] { RunPlot(*command); });
}

}  // namespace ramp
