#include "harness/run/report.h"

namespace stackquake {

namespace {

std::string padded(const std::string& file, size_t width) {
  return file + std::string(file.size() < width ? width - file.size() : 0, ' ') + "  ";
}

}  // namespace

std::string report(const std::string& file, size_t width, const runtime::RunResult& result) {
  if (!result.violation) return behaviour_report(file, width, behaviour_of(result));
  return padded(file, width) + "violation\n  " + to_string(*result.violation) + "\n";
}

std::string behaviour_report(const std::string& file, size_t width, const Behaviour& behaviour) {
  return padded(file, width) + to_string(behaviour) + "\n";
}

std::string to_string(const runtime::Violation& violation) {
  std::string text = "VIOLATION " + std::string(violation.check) + " (" + violation.signature + ")";
  if (!violation.function.empty()) text += " in " + violation.function;
  if (violation.line != 0) text += ", line " + std::to_string(violation.line);
  return text + ": " + violation.message;
}

}  // namespace stackquake
