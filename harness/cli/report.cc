#include "harness/cli/report.h"

#include "harness/run/file_names.h"
#include "harness/run/violation_text.h"

namespace stackquake {

namespace {

std::string padded(const std::string& file, size_t width) {
  const std::string shown = printable(file);
  return shown + std::string(shown.size() < width ? width - shown.size() : 0, ' ') + "  ";
}

}  // namespace

std::string report(const std::string& file, size_t width, const runtime::RunResult& result) {
  if (!result.violation) return behaviour_report(file, width, behaviour_of(result));
  // The lines of the violation, indented further than the line of the nest.
  std::string told = "violation\n  ";
  for (const char c : to_string(*result.violation)) told += c == '\n' ? "\n  " : std::string(1, c);
  return padded(file, width) + told + "\n";
}

std::string behaviour_report(const std::string& file, size_t width, const Behaviour& behaviour,
                             const std::string& remark) {
  return padded(file, width) + to_string(behaviour) + (remark.empty() ? "" : "; " + remark) + "\n";
}

}  // namespace stackquake
