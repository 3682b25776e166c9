#include "harness/reducer/death.h"

#include <sys/wait.h>

#include <regex>

namespace stackquake::reducer {

namespace {

// The rest of the line after "SUMMARY: "; empty if there is no such line.
std::string_view summary_in(std::string_view said) {
  constexpr std::string_view kMark = "SUMMARY: ";
  const size_t mark = said.find(kMark);
  if (mark == std::string_view::npos) return {};
  const std::string_view rest = said.substr(mark + kMark.size());
  return rest.substr(0, rest.find('\n'));
}

std::string without_places(std::string_view summary) {
  static const std::regex place(R"((\S*/)?([^/\s:]+):\d+(:\d+)?)");
  static const std::regex module(R"(\((\S*/)?([^/\s()]+)\+0x[0-9a-f]+\))");
  static const std::regex number(R"((^|[^\w.])(0x[0-9a-f]+|\d+)\b)");
  std::string text = std::regex_replace(std::string(summary), place, "$2");
  text = std::regex_replace(text, module, "($2)");
  return std::regex_replace(text, number, "$1N");
}

}  // namespace

std::string death_signature(std::string_view said, int status) {
  const std::string_view summary = summary_in(said);
  if (!summary.empty()) return without_places(summary);
  if (WIFSIGNALED(status)) return "killed by signal " + std::to_string(WTERMSIG(status));
  return "ended with status " + std::to_string(WEXITSTATUS(status));
}

}  // namespace stackquake::reducer
