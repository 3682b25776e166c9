#include "harness/reducer/death.h"

#include <sys/wait.h>

#include <algorithm>
#include <regex>
#include <utility>

namespace stackquake::reducer {

namespace {

constexpr std::string_view kSummary = "SUMMARY: ";

// The summary of the first report, and the project's innermost function in its stack trace. Either
// is empty if there is none.
struct Report {
  std::string summary;
  std::string function;
};

void read_line(const std::string& line, Report& report) {
#define STACKQUAKE_DEATH_FUNCTION(pattern) static const std::regex function(pattern);
#define STACKQUAKE_DEATH_REPLACEMENT(pattern, replacement)
#include "harness/reducer/death_rule.def"
#undef STACKQUAKE_DEATH_REPLACEMENT
#undef STACKQUAKE_DEATH_FUNCTION
  std::smatch match;
  if (report.summary.empty() && line.starts_with(kSummary)) {
    report.summary = line.substr(kSummary.size());
  } else if (report.function.empty() && std::regex_search(line, match, function)) {
    report.function = match[1].str();
  }
}

Report report_in(std::string_view said) {
  Report report;
  while (!said.empty()) {
    const size_t length = std::min(said.find('\n'), said.size());
    read_line(std::string(said.substr(0, length)), report);
    said.remove_prefix(std::min(length + 1, said.size()));
  }
  return report;
}

std::string without_places(std::string summary) {
#define STACKQUAKE_DEATH_FUNCTION(pattern)
#define STACKQUAKE_DEATH_REPLACEMENT(pattern, replacement) {std::regex(pattern), replacement},
  static const std::pair<std::regex, const char*> replacements[] = {
#include "harness/reducer/death_rule.def"
  };
#undef STACKQUAKE_DEATH_REPLACEMENT
#undef STACKQUAKE_DEATH_FUNCTION
  for (const auto& [pattern, replacement] : replacements) {
    summary = std::regex_replace(summary, pattern, replacement);
  }
  return summary;
}

}  // namespace

std::string death_signature(std::string_view said, int status) {
  const Report report = report_in(said);
  if (!report.summary.empty()) {
    const std::string text = without_places(report.summary);
    const bool has_place = text.find("deadly signal") == std::string::npos;
    return has_place || report.function.empty() ? text : text + " in " + report.function;
  }
  if (WIFSIGNALED(status)) return "killed by signal " + std::to_string(WTERMSIG(status));
  return "ended with status " + std::to_string(WEXITSTATUS(status));
}

}  // namespace stackquake::reducer
