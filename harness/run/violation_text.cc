#include "harness/run/violation_text.h"

#include <string_view>

namespace stackquake {

namespace {

using runtime::Violation;
using runtime::WordEvent;
using runtime::WordEventKind;

// ", body, line 12", or the known part of it.
std::string position(std::string_view function, uint32_t line) {
  std::string text;
  if (!function.empty()) text += ", " + std::string(function);
  if (line != 0) text += ", line " + std::to_string(line);
  return text;
}

std::string copies(const WordEvent& event) {
  std::string last = "copy " + std::to_string(event.number);
  if (event.count == 1) return last;
  return std::to_string(event.count) + " copies, the last of them " + last;
}

// The code that did it, unless it was the nest itself.
std::string doer(const WordEvent& event) {
  switch (event.kind) {
    case WordEventKind::kAllocated:
    case WordEventKind::kStored:
      return "";
    case WordEventKind::kAdjusted:
    case WordEventKind::kMissed:
      return " by " + copies(event);
    case WordEventKind::kFreed:
      return " by collection " + std::to_string(event.number);
  }
  return "";
}

// "stored in main, line 9: the address of …".
std::string to_string(const WordEvent& event) {
  const std::string where = position(event.function, event.line);
  const std::string by = doer(event);
  std::string text = std::string(runtime::to_string(event.kind)) + by;
  if (!where.empty()) {
    text += (by.empty() ? " in" : ", in") + where.substr(1);
  } else if (by.empty()) {
    text += " by the runtime";
  }
  return event.what.empty() ? text : text + ": " + event.what;
}

}  // namespace

std::string to_string(const Violation& violation) {
  std::string where = position(violation.function, violation.line);
  if (violation.goroutine != 0)
    where = ", goroutine " + std::to_string(violation.goroutine) + where;
  std::string text = "VIOLATION " + std::string(violation.check) + " (" + violation.signature + ")";
  if (!where.empty()) text += " in" + where.substr(1);
  text += "\n  " + violation.message;
  for (const WordEvent& event : violation.history) text += "\n  " + to_string(event);
  return text;
}

}  // namespace stackquake
