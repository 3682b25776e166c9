#include "harness/reducer/death.h"

#include <sys/wait.h>

#include <regex>

namespace stackquake::reducer {

namespace {

// The rest of the first line that begins with "SUMMARY: "; empty if there is no such line.
std::string summary_in(std::string_view said) {
  static const std::regex line(R"((?:^|\n)SUMMARY: ([^\n]*))");
  std::cmatch match;
  return std::regex_search(said.begin(), said.end(), match, line) ? match[1].str() : "";
}

// The innermost function of the project in a report's stack trace; empty if there is none.
std::string innermost_function(std::string_view said) {
  static const std::regex frame(R"((?:^|\n)\s+#\d+ 0x\w+ in ([^\n]+) )"
                                R"([^\s]*\b(?:fuzzers|harness|runtime_under_test)/[^\s:]+:\d)");
  std::cmatch match;
  return std::regex_search(said.begin(), said.end(), match, frame) ? match[1].str() : "";
}

std::string without_places(const std::string& summary) {
  static const std::regex build(R"(\(BuildId: \w+\))");
  static const std::regex place(R"((\S*/)?([^/\s:]+):\d+(:\d+)?)");
  static const std::regex library(R"(\((\S*/)?([^/\s()]+\.so[^/\s()]*)\+0x[0-9a-f]+\))");
  static const std::regex program(R"(\([^\s()]+\+0x[0-9a-f]+\))");
  static const std::regex number(R"((^|[^\w.])(0x[0-9a-f]+|\d+)\b)");
  std::string text = std::regex_replace(summary, build, "");
  text = std::regex_replace(text, place, "$2");
  text = std::regex_replace(text, library, "($2)");
  text = std::regex_replace(text, program, "(program)");
  return std::regex_replace(text, number, "$1N");
}

std::string with_single_spaces(const std::string& text) {
  static const std::regex outer(R"(^\s+|\s+$)");
  static const std::regex inner(R"(\s+)");
  return std::regex_replace(std::regex_replace(text, outer, ""), inner, " ");
}

}  // namespace

std::string death_signature(std::string_view said, int status) {
  const std::string summary = summary_in(said);
  if (!summary.empty()) {
    std::string text = without_places(summary);
    if (text.find("deadly signal") != std::string::npos) {
      const std::string function = innermost_function(said);
      if (!function.empty()) text += " in " + function;
    }
    return with_single_spaces(text);
  }
  if (WIFSIGNALED(status)) return "killed by signal " + std::to_string(WTERMSIG(status));
  return "ended with status " + std::to_string(WEXITSTATUS(status));
}

}  // namespace stackquake::reducer
