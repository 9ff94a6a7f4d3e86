// Outcomes as a web page that stands alone.
#include <fmt/format.h>

#include <algorithm>

#include "ramp/lab/report.h"

namespace ramp::lab {
namespace {

// Colours of text stand out from what is behind them by a contrast of at least 4.5 (WCAG 2.1, 1.4.3), on light pages
// and on dark ones.
constexpr std::string_view kStyle = R"(
:root{color-scheme:light dark;--paper:#fff;--panel:#f5f7f9;--ink:#22262c;--faint:#565e68;--line:#d5dae0;--link:#005a9c;
--holds:#00634a;--depends:#7a4a00;--fails:#9c1c3c}
@media (prefers-color-scheme:dark){:root{--paper:#15191f;--panel:#1d222a;--ink:#e3e6ea;--faint:#a3acb7;--line:#39414b;
--link:#7cc4f5;--holds:#4fd1a5;--depends:#f2b04c;--fails:#ff94ab}}
*{box-sizing:border-box}
html{font:17px/1.55 system-ui,-apple-system,"Segoe UI",sans-serif;-webkit-text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink)}
header,main,footer{max-width:46rem;margin:0 auto;padding:0 1.25rem}
header{padding-top:3rem}
h1{font-size:2.1rem;line-height:1.15;margin:0 0 .75rem;letter-spacing:-.01em}
h2{font-size:1.5rem;line-height:1.25;margin:0 0 .75rem}
h3{font-size:1rem;margin:1.75rem 0 .5rem}
p{margin:0 0 1rem}
a{color:var(--link)}
a:focus-visible,[tabindex]:focus-visible{outline:3px solid var(--link);outline-offset:2px}
.lead{font-size:1.15rem}
.facts{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1rem;margin:0 0 1rem;font-size:.9rem}
.facts dt{color:var(--faint)}
.facts dd{margin:0}
article{border-top:1px solid var(--line);padding-top:2.25rem;margin-top:3rem}
blockquote{margin:0 0 1rem;padding:0 0 0 1rem;border-left:4px solid var(--line);font-size:1.15rem}
.verdict{padding:.75rem 1rem;background:var(--panel);border-left:4px solid currentColor;border-radius:0 6px 6px 0}
.verdict span{color:var(--ink)}
.holds{color:var(--holds)}.depends{color:var(--depends)}.fails{color:var(--fails)}
.tag{font-weight:600;white-space:nowrap}
.wide{overflow-x:auto;margin:0 0 1rem}
table{border-collapse:collapse;width:100%;font-size:.88rem;line-height:1.4;font-variant-numeric:tabular-nums}
caption{text-align:left;color:var(--faint);padding:0 0 .4rem}
th,td{text-align:left;vertical-align:top;padding:.4rem .75rem .4rem 0;border-bottom:1px solid var(--line)}
thead th{border-bottom:2px solid var(--line);font-weight:600}
tbody th{font-weight:400}
.interval,.detail{display:block;color:var(--faint);font-size:.8rem}
.interval{white-space:nowrap}
figure{margin:1.5rem 0}
figure svg{display:block;max-width:100%;height:auto;margin:0 auto}
figcaption{color:var(--faint);font-size:.85rem;margin-top:.4rem}
code{font:.85rem ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
pre{background:var(--panel);padding:.75rem 1rem;border-radius:6px;white-space:pre-wrap;overflow-wrap:anywhere;margin:0 0 1rem}
footer{color:var(--faint);font-size:.85rem;padding-top:2rem;padding-bottom:3rem}
@media print{html{font-size:10.5pt}header,main,footer{max-width:none;padding-left:0;padding-right:0}header{padding-top:0}
article{break-before:page;border-top:0;margin-top:0;padding-top:0}figure,tr,.verdict{break-inside:avoid}
h2,h3,caption{break-after:avoid}.wide{overflow:visible}a{color:inherit;text-decoration:none}}
)";

std::string Escaped(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    const bool special = c == '&' || c == '<' || c == '>' || c == '"' || c == '\'';
    escaped += special ? fmt::format("&#{};", static_cast<int>(c)) : std::string(1, c);
  }
  return escaped;
}

std::string_view ClassOf(Verdict verdict) {
  constexpr std::string_view kClasses[] = {"holds", "fails", "depends"};
  return kClasses[static_cast<size_t>(verdict)];
}

std::string_view ClassOf(Result result) {
  constexpr std::string_view kClasses[] = {"holds", "fails", "depends"};
  return kClasses[static_cast<size_t>(result)];
}

std::string ToHtml(const Estimate& estimate, int digits) {
  std::string html = ToText(estimate.mean, digits);
  if (estimate.low < estimate.high) {
    html += fmt::format(" <span class=\"interval\">{} to {}</span>", ToText(estimate.low, digits),
                        ToText(estimate.high, digits));
  }
  return html;
}

std::string ToHtml(const Table::Cell& cell, int digits) {
  if (const auto* estimate = std::get_if<Estimate>(&cell)) return ToHtml(*estimate, digits);
  return Escaped(std::get<std::string>(cell));
}

// A table that may be wider than a small page: then it moves by itself, also by the keyboard.
std::string Wide(const std::string& label, const std::string& table) {
  return fmt::format("<div class=\"wide\" role=\"region\" tabindex=\"0\" aria-label=\"{}\">\n{}</div>\n",
                     Escaped(label), table);
}

std::string Head(const std::vector<std::string>& columns) {
  std::string html = "<thead><tr>";
  for (const std::string& column : columns) html += fmt::format("<th scope=\"col\">{}</th>", Escaped(column));
  return html + "</tr></thead>\n";
}

std::string ToHtml(const Table& table, std::string_view name) {
  std::string html =
      fmt::format("<table><caption>{}</caption>\n{}<tbody>\n", Escaped(table.title), Head(table.columns));
  for (const auto& row : table.rows) {
    html += "<tr>";
    for (size_t column = 0; column < row.size(); ++column) {
      const std::string cell = ToHtml(row[column], table.digits);
      html += column == 0 ? fmt::format("<th scope=\"row\">{}</th>", cell) : fmt::format("<td>{}</td>", cell);
    }
    html += "</tr>\n";
  }
  return Wide(fmt::format("{}: {}", name, table.title), html + "</tbody></table>\n");
}

std::string ExpectationsOf(const Outcome& outcome) {
  std::string html = fmt::format(
      "<table><caption>Each bound was set before the run. Measured: the mean of {} {}, and "
      "its 95 % interval.</caption>\n{}<tbody>\n",
      outcome.trials, outcome.experiment->exact ? "parts" : "trials",
      Head({"that ...", "expected", "measured", "result", "why this bound"}));
  for (const Judgement& judgement : outcome.judgements) {
    html += fmt::format(
        "<tr><th scope=\"row\">{} <span class=\"detail\">{}</span></th><td>{}</td><td>{}</td><td class=\"{} "
        "tag\">{}</td><td>{}</td></tr>\n",
        Escaped(judgement.expectation.when), Escaped(judgement.expectation.quantity), BoundText(judgement.expectation),
        ToHtml(judgement.estimate, 3), ClassOf(judgement.result), Name(judgement.result),
        Escaped(judgement.expectation.basis));
  }
  return Wide(fmt::format("{}: what was expected", outcome.experiment->name), html + "</tbody></table>\n");
}

bool HasErrorBars(const Picture& picture) {
  if (const auto* plot = std::get_if<Plot>(&picture.picture)) {
    return std::ranges::any_of(plot->curves, [](const Curve& curve) { return !curve.low.empty(); });
  }
  return std::ranges::any_of(std::get<BarChart>(picture.picture).panels,
                             [](const BarPanel& panel) { return !panel.low.empty(); });
}

std::string ToHtml(const Outcome& outcome) {
  const Experiment& experiment = *outcome.experiment;
  std::string html = fmt::format(
      "<article id=\"{0}\" aria-labelledby=\"{0}-title\">\n<h2 id=\"{0}-title\">{0}</h2>\n"
      "<blockquote><p>{1}</p></blockquote>\n"
      "<p class=\"verdict {2}\"><strong>This {3}.</strong> <span>{4}.</span></p>\n<p>{5}</p>\n",
      experiment.name, Escaped(experiment.claim), ClassOf(outcome.verdict), Name(outcome.verdict),
      Escaped(outcome.reason), Escaped(experiment.question));
  for (const Picture& picture : outcome.presentation.pictures) {
    html += "<figure>\n" + std::visit([](const auto& shown) { return ToSvg(shown); }, picture.picture);
    html +=
        fmt::format("<figcaption>{}{} {}{}.</figcaption>\n</figure>\n",
                    HasErrorBars(picture) ? "The thin lines are 95 % intervals. " : "", outcome.trials,
                    experiment.exact ? "parts" : "trials", outcome.data.empty() ? "" : " on " + Escaped(outcome.data));
  }
  html += "<h3>What was expected</h3>\n" + ExpectationsOf(outcome);
  if (!outcome.presentation.tables.empty()) html += "<h3>What was measured</h3>\n";
  for (const Table& table : outcome.presentation.tables) html += ToHtml(table, experiment.name);
  html += fmt::format("<h3>In practice</h3>\n<p>{}</p>\n<h3>Measure it again</h3>\n<pre><code>{}</code></pre>\n",
                      Escaped(experiment.practice), Escaped(CommandOf(experiment, outcome.settings)));
  return html + "</article>\n";
}

std::string Overview(std::span<const Outcome> outcomes) {
  std::string html = "<h2>All claims</h2>\n";
  std::string table = "<table>\n" + Head({"experiment", "claim", "verdict"}) + "<tbody>\n";
  for (const Outcome& outcome : outcomes) {
    table += fmt::format(
        "<tr><th scope=\"row\"><a href=\"#{0}\">{0}</a></th><td>{1}</td><td class=\"{2} tag\">{3}</td></tr>\n",
        outcome.experiment->name, Escaped(outcome.experiment->claim), ClassOf(outcome.verdict), Name(outcome.verdict));
  }
  return html + Wide("All claims", table + "</tbody></table>\n");
}

std::string FactsOf(const Provenance& provenance, std::span<const Outcome> outcomes) {
  std::string html = "<dl class=\"facts\">\n";
  const auto add = [&html](std::string_view name, const std::string& value) {
    if (!value.empty()) html += fmt::format("<dt>{}</dt><dd>{}</dd>\n", name, Escaped(value));
  };
  double seconds = 0;
  for (const Outcome& outcome : outcomes) seconds += outcome.seconds;
  add("Measured with", provenance.version);
  add("On", provenance.machine);
  add("Date", provenance.date);
  add("Took", fmt::format("{:.0f} s", seconds));
  add("Command", provenance.command);
  return html + "</dl>\n";
}

}  // namespace

std::string ToHtml(std::span<const Outcome> outcomes, const Provenance& provenance) {
  std::string html =
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src "
      "data:\">\n<title>What is said about ReLU, measured</title>\n<style>";
  html += std::string(kStyle) + "</style>\n</head>\n<body>\n<header>\n<h1>What is said about ReLU, measured</h1>\n";
  html += fmt::format(
      "<p class=\"lead\">{} {}: {}.</p>\n<p>Each claim was turned into quantities with bounds before anything ran. "
      "Every "
      "trial has its own random numbers; an expectation is met where the whole 95 % interval over the trials lies on "
      "its side of the bound. A claim holds where all of its expectations are met, does not hold where one that it "
      "cannot do without is missed, and depends otherwise.</p>\n",
      outcomes.size(), outcomes.size() == 1 ? "claim" : "claims", CountVerdicts(outcomes));
  html += FactsOf(provenance, outcomes) + "</header>\n<main>\n";
  if (outcomes.size() > 1) html += Overview(outcomes);
  for (const Outcome& outcome : outcomes) html += ToHtml(outcome);
  return html + "</main>\n<footer><p>Made by ramp lab.</p></footer>\n</body>\n</html>\n";
}

}  // namespace ramp::lab
