// Reading a short text that a person wrote, such as "step 10 0.5", with messages that show the place of a mistake.
#ifndef RAMP_BASE_WORDS_H_
#define RAMP_BASE_WORDS_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace ramp {

// The words of one part of a text, read one after another: a name and what belongs to it.
class Words {
 public:
  // The part [begin, end) of `text`, which must outlive this. `subject` is what messages call the text: "schedule".
  // Throws UsageError when there is no word.
  Words(std::string_view subject, std::string_view text, size_t begin, size_t end);

  std::string_view name() const { return words_[0].text; }
  // All words behind the name were read.
  bool empty() const { return next_ == words_.size(); }
  // The next word as a number; `meaning` is what the message calls it. Throw UsageError with the place.
  double Number(std::string_view meaning, double low, double high);
  size_t Count(std::string_view meaning, size_t low, size_t high);
  // No word may be left.
  void End() const;
  // Throws UsageError that shows the text with a mark under the next word, or under the name.
  [[noreturn]] void Fail(const std::string& what) const;
  [[noreturn]] void FailAtName(const std::string& what) const;

 private:
  struct Word {
    std::string_view text;
    size_t position = 0;  // in the whole text
  };
  std::string_view subject_, text_;
  std::vector<Word> words_;
  size_t next_ = 1;
};

}  // namespace ramp

#endif  // RAMP_BASE_WORDS_H_
