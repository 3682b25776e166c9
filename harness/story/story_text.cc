#include "harness/story/story_text.h"

#include <algorithm>

#include "harness/run/file_names.h"
#include "harness/story/cause.h"

namespace stackquake {

namespace {

// A tree or table that is longer is cut in its middle.
constexpr size_t kMostLines = 40;

std::string padded(std::string text, size_t width) {
  if (text.size() < width) text.append(width - text.size(), ' ');
  return text;
}

std::string line_number(uint32_t line) {
  return line == 0 ? "" : "line " + std::to_string(line);
}

std::string settings_of(const Story& story) {
  std::string text = "design " + story.design;
  for (const std::string& defect : story.defects) text += ", defect " + defect;
  if (!story.poison.empty()) text += ", poison " + story.poison;
  return text;
}

std::string head(const Story& story) {
  std::string text = "# " + printable(story.file) + "\n\n" + story.headline + "\n\n";
  if (const runtime::Violation* violation = story.evidence.violation()) {
    text += "- check: `" + std::string(violation->check) + "`\n";
    text += "- signature: `" + violation->signature + "`\n";
    if (!story.function.empty()) text += "- at fault: `" + story.function + "`\n";
  }
  return text + "- settings: " + settings_of(story) + "\n";
}

// What is cut out of the middle of long lists.
bool is_cut(size_t i, size_t size) {
  return size > kMostLines && i >= kMostLines / 2 && i < size - kMostLines / 2;
}

std::string nesting_text(const Story& story) {
  if (story.nesting.empty()) return "";
  std::string text = "\n## In progress\n\n```\n";
  size_t width = 0;
  for (const NestingLine& line : story.nesting) {
    width = std::max(width, 2 * size_t{line.depth} + line.text.size());
  }
  for (size_t i = 0; i < story.nesting.size(); ++i) {
    if (is_cut(i, story.nesting.size())) {
      if (i == kMostLines / 2) text += "…\n";
      continue;
    }
    const NestingLine& line = story.nesting[i];
    const std::string tree = std::string(2 * size_t{line.depth}, ' ') + line.text;
    text += line.line == 0 ? tree : padded(tree, width + 2) + line_number(line.line);
    text += "\n";
  }
  return text + "```\n";
}

std::string nest_text(const Story& story) {
  std::string text = "\n## The nest\n\n```go\n";
  for (size_t i = 0; i < story.nest.size(); ++i) {
    const auto number = static_cast<uint32_t>(i + 1);
    const auto mark = std::find_if(story.marks.begin(), story.marks.end(),
                                   [&](const Mark& each) { return each.line == number; });
    const std::string digits = std::to_string(number);
    std::string line = mark == story.marks.end() ? "  " : "> ";
    line += std::string(digits.size() < 4 ? 4 - digits.size() : 0, ' ') + digits;
    if (!story.nest[i].empty()) line += "  " + story.nest[i];
    if (mark != story.marks.end()) line += "    // <- " + mark->text;
    text += line + "\n";
  }
  return text + "```\n";
}

std::string history_text(const Story& story) {
  const std::string name = wrong_word_name(story.evidence);
  if (name.empty() && story.history.empty()) return "";
  std::string text = "\n## The wrong word\n\n";
  const size_t value = name.find(", the address of");
  text += (name.empty() ? "an object" : name.substr(0, value)) + ":\n\n";
  for (const HistoryLine& line : story.history) {
    text += "- " + (line.line == 0 ? "" : line_number(line.line) + ": ") +
            (line.is_wrong ? "**" + line.text + "**" : line.text) + "\n";
  }
  if (!story.holds.empty()) text += "- it holds " + story.holds + "\n";
  if (!story.should_hold.empty()) text += "- it should hold " + story.should_hold + "\n";
  return text;
}

std::string trace_table(const TracePair& pair) {
  const size_t rows = std::max(pair.expected.size(), pair.actual.size());
  const size_t first = *pair.difference();
  const auto value = [](const std::vector<int64_t>& trace, size_t i) {
    return i < trace.size() ? std::to_string(trace[i]) : std::string("(nothing)");
  };
  std::string text = "   " + padded("must trace", 22) + "traces\n";
  const size_t begin = first > 8 ? first - 8 : 0;
  const size_t end = std::min(rows, first + 8);
  if (begin > 0) text += "   …\n";
  for (size_t i = begin; i < end; ++i) {
    text += i == first ? " > " : "   ";
    text += padded(value(pair.expected, i), 22) + value(pair.actual, i);
    text += i == first ? "   <- first difference\n" : "\n";
  }
  return end < rows ? text + "   …\n" : text;
}

std::string behaviour_text(const Story& story) {
  std::string text = "\n## Behaviour\n\n";
  if (!story.why_not_compared.empty()) {
    return text + "Not compared: " + story.why_not_compared + ".\n";
  }
  if (story.behaves_as_expected()) {
    return text +
           "Where no check ends the run, the nest behaves as it must: " + story.actual_outcome +
           ".\n";
  }
  text += "Where no check ends the run, the nest does not behave as it must.\n";
  if (story.expected_outcome != story.actual_outcome) {
    text += "\n- must end with: " + story.expected_outcome +
            "\n- ends with: " + story.actual_outcome + "\n";
  }
  for (size_t i = 0; i < story.traces.size(); ++i) {
    if (!story.traces[i].difference()) continue;
    text += "\nGoroutine " + std::to_string(i + 1) + ":\n\n```\n" + trace_table(story.traces[i]) +
            "```\n";
  }
  return text;
}

}  // namespace

std::string story_text(const Story& story) {
  return head(story) + nesting_text(story) + nest_text(story) + history_text(story) +
         behaviour_text(story);
}

}  // namespace stackquake
