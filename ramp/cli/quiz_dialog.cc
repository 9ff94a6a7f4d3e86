#include "ramp/cli/quiz_dialog.h"

#include <fmt/format.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <iostream>
#include <set>

#include "ramp/base/error.h"
#include "ramp/cli/output.h"
#include "ramp/cli/status.h"
#include "ramp/cli/terminal.h"
#include "ramp/cli/wrapped.h"

namespace ramp {
namespace {

constexpr size_t kWidestText = 80;

char LetterOf(size_t place) { return static_cast<char>('a' + place); }

// The place that a letter stands for, in the order shown.
std::optional<size_t> PlaceOf(char letter, const AskedQuestion& asked) {
  for (size_t place = 0; place < asked.order.size(); ++place) {
    if (LetterOf(place) == std::tolower(static_cast<unsigned char>(letter))) return place;
  }
  return std::nullopt;
}

bool TakesSeveral(const AskedQuestion& asked) { return asked.question->kind == QuestionKind::kSeveral; }

std::vector<size_t> ChoicesAt(const std::set<size_t>& places, const AskedQuestion& asked) {
  std::vector<size_t> choices;
  for (const size_t place : places) choices.push_back(asked.order[place]);
  return choices;
}

// From pipes and files, and for people whose terminal cannot move its cursor.
class LineDialog : public QuizDialog {
 public:
  explicit LineDialog(bool quiet_output) : quiet_output_(quiet_output) {}

  std::optional<std::vector<size_t>> Answer(const AskedQuestion& asked, const std::string& head) override {
    const Question& question = *asked.question;
    std::string text = fmt::format("\n{}\n{}\n", head, Wrapped(std::string(question.text), kWidestText, ""));
    for (size_t place = 0; place < asked.order.size(); ++place) {
      const std::string label = fmt::format("  {}  {}", LetterOf(place), question.choices[asked.order[place]].text);
      text += Wrapped(label, kWidestText, "     ") + "\n";
    }
    Say(text);
    for (;;) {
      Prompt(TakesSeveral(asked) ? "letters of all that are right: " : "letter: ");
      const std::optional<std::string> line = ReadLine();
      if (!line) return std::nullopt;
      try {
        return ChoicesAt(PlacesIn(*line, asked), asked);
      } catch (const UsageError& error) {
        Say(fmt::format("{}\n", error.what()));
      }
    }
  }

  void Say(const std::string& text) override {
    if (quiet_output_) {
      PrintProgress(text);
    } else {
      PrintResult(text);
    }
  }

  // Lines that were written before the questions were seen do not go on for longer than one round.
  bool WantsRetry() override {
    if (!IsTerminal(Channel::kInput)) return false;
    Prompt("ask again what was wrong? y or n: ");
    const std::optional<std::string> line = ReadLine();
    return line && line->starts_with('y');
  }

  int Rating() override {
    for (;;) {
      Prompt("rate this quiz from 1 to 5 (empty: no rating): ");
      const std::optional<std::string> line = ReadLine();
      if (!line || line->empty()) return 0;
      if (line->size() == 1 && '1' <= line->front() && line->front() <= '5') return line->front() - '0';
      Say(fmt::format("'{}' is no number from 1 to 5\n", *line));
    }
  }

 private:
  static std::set<size_t> PlacesIn(const std::string& line, const AskedQuestion& asked) {
    std::set<size_t> places;
    for (const char c : line) {
      if (c == ' ' || c == ',' || c == '\t' || c == '\r') continue;
      const std::optional<size_t> place = PlaceOf(c, asked);
      if (!place) throw UsageError(fmt::format("'{}' is none of a to {}", line, LetterOf(asked.order.size() - 1)));
      places.insert(*place);
    }
    if (places.size() > 1 && !TakesSeveral(asked)) throw UsageError("one letter is asked for");
    return places;
  }

  void Prompt(const std::string& text) { Say(text); }

  std::optional<std::string> ReadLine() {
    std::string line;
    const bool got = static_cast<bool>(std::getline(std::cin, line));
    // What was typed ended the line already.
    if (!IsTerminal(Channel::kInput)) Say("\n");
    if (!got) return std::nullopt;
    while (!line.empty() && std::isspace(static_cast<unsigned char>(line.back())) != 0) line.pop_back();
    return line;
  }

  bool quiet_output_;
};

// Each key is read as it is pressed, Ctrl-C as well: otherwise it would leave the terminal as it is set here.
class RawInput {
 public:
  RawInput() {
    ::tcgetattr(STDIN_FILENO, &before_);
    termios raw = before_;
    raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO | ISIG);
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    ::tcsetattr(STDIN_FILENO, TCSADRAIN, &raw);
  }
  ~RawInput() { ::tcsetattr(STDIN_FILENO, TCSADRAIN, &before_); }
  RawInput(const RawInput&) = delete;
  RawInput& operator=(const RawInput&) = delete;

 private:
  termios before_{};
};

// Beside the bytes.
constexpr int kEnd = -1, kUp = 1000, kDown = 1001, kLeave = 1002;
constexpr int kInterruptKey = 3, kEndOfInputKey = 4, kEscape = 27;

// The next byte, if one comes soon.
int ReadByte(int milliseconds) {
  pollfd input{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
  if (::poll(&input, 1, milliseconds) <= 0) return kEnd;
  unsigned char byte = 0;
  return ::read(STDIN_FILENO, &byte, 1) == 1 ? byte : kEnd;
}

// A key: a byte, or one of the above.
int ReadKey() {
  constexpr int kForEver = -1, kRestOfKey = 50;
  const int byte = ReadByte(kForEver);
  if (byte == kEnd || byte == kEndOfInputKey) return kLeave;
  if (byte == kInterruptKey) throw ExitStatus{kInterruptedStatus};
  if (byte != kEscape) return byte;
  const int bracket = ReadByte(kRestOfKey);
  if (bracket == kEnd) return kLeave;
  const int letter = bracket == '[' || bracket == 'O' ? ReadByte(kRestOfKey) : kEnd;
  return letter == 'A' ? kUp : letter == 'B' ? kDown : 0;
}

bool IsEnter(int key) { return key == '\r' || key == '\n'; }

// On a terminal.
class KeyDialog : public QuizDialog {
 public:
  std::optional<std::vector<size_t>> Answer(const AskedQuestion& asked, const std::string& head) override {
    const RawInput raw;
    std::set<size_t> ticked;
    size_t cursor = 0;
    drawn_ = 0;
    for (;;) {
      Draw(asked, head, ticked, cursor);
      const int key = ReadKey();
      if (key == kLeave || key == 'q') return std::nullopt;
      if (IsEnter(key)) return ChoicesAt(ticked, asked);
      if (key == kUp) cursor = (cursor + asked.order.size() - 1) % asked.order.size();
      if (key == kDown) cursor = (cursor + 1) % asked.order.size();
      const std::optional<size_t> place = key == ' ' ? cursor : PlaceOf(static_cast<char>(key), asked);
      if (!place || key >= kUp) continue;
      cursor = *place;
      Tick(*place, TakesSeveral(asked), ticked);
    }
  }

  void Say(const std::string& text) override { PrintResult(text); }

  bool WantsRetry() override {
    Say("ask again what was wrong? y or n ");
    const RawInput raw;
    const int key = ReadKey();
    Say(key == 'y' ? "yes\n" : "no\n");
    return key == 'y';
  }

  int Rating() override {
    Say("rate this quiz: 1 to 5, any other key: no rating ");
    const RawInput raw;
    const int key = ReadKey();
    const bool rated = '1' <= key && key <= '5';
    Say(rated ? fmt::format("{}\n", key - '0') : "\n");
    return rated ? key - '0' : 0;
  }

 private:
  static void Tick(size_t place, bool several, std::set<size_t>& ticked) {
    if (!several) ticked.clear();
    if (!ticked.insert(place).second) ticked.erase(place);
  }

  void Draw(const AskedQuestion& asked, const std::string& head, const std::set<size_t>& ticked, size_t cursor) {
    const size_t width = std::min(WidthOf(Channel::kOutput), kWidestText);
    const bool several = TakesSeveral(asked);
    const Question& question = *asked.question;
    std::string text = fmt::format("\n{}\n\n{}\n\n", head, Wrapped(std::string(question.text), width, ""));
    for (size_t place = 0; place < asked.order.size(); ++place) {
      const std::string box = several                  ? (ticked.contains(place) ? "[x]" : "[ ]")
                              : ticked.contains(place) ? "(*)"
                                                       : "( )";
      const std::string line = fmt::format("{} {} {}  {}", place == cursor ? ">" : " ", box, LetterOf(place),
                                           question.choices[asked.order[place]].text);
      text += Wrapped(line, width, "         ") + "\n";
    }
    const std::string keys =
        fmt::format("a-{} or arrows and Space: {}; Enter: {}; q: leave", LetterOf(asked.order.size() - 1),
                    several ? "tick all that are right" : "choose", ticked.empty() ? "no answer" : "answer");
    text += "\n" + Wrapped(keys, width, "") + "\n";
    // Over what was drawn before.
    if (drawn_ > 0) text = fmt::format("\x1b[{}A\r\x1b[J{}", drawn_, text);
    PrintResult(text);
    drawn_ = static_cast<size_t>(std::ranges::count(text, '\n'));
  }

  size_t drawn_ = 0;  // lines
};

}  // namespace

std::unique_ptr<QuizDialog> MakeQuizDialog(bool quiet_output) {
  const bool keys = !quiet_output && IsTerminal(Channel::kInput) && MovesCursor(Channel::kOutput);
  if (keys) return std::make_unique<KeyDialog>();
  return std::make_unique<LineDialog>(quiet_output);
}

}  // namespace ramp
