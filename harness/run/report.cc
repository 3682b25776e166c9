#include "harness/run/report.h"

#include "harness/run/behaviour.h"

namespace stackquake {

std::string report(const std::string& file, size_t width, const runtime::RunResult& result) {
  std::string text = file;
  if (file.size() < width) text.append(width - file.size(), ' ');
  text += "  ";
  if (!result.violation) return text + to_string(behaviour_of(result)) + "\n";
  return text + "violation\n  " + to_string(*result.violation) + "\n";
}

std::string to_string(const runtime::Violation& violation) {
  std::string text = "VIOLATION " + std::string(violation.check) + " (" + violation.signature + ")";
  if (!violation.function.empty()) text += " in " + violation.function;
  if (violation.line != 0) text += ", line " + std::to_string(violation.line);
  return text + ": " + violation.message;
}

}  // namespace stackquake
