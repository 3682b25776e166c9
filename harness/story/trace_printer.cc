#include "harness/story/trace_printer.h"

#include <algorithm>
#include <cstddef>
#include <string_view>

#include "harness/audit/naming.h"

namespace stackquake {

namespace {

// Deeper calls are not indented further, so that a line still fits a screen.
constexpr size_t kMaxIndentedDepth = 30;

void append_right_aligned(std::string& line, const std::string& text, size_t width) {
  if (text.size() < width) line.append(width - text.size(), ' ');
  line += text;
}

std::string bounds(const runtime::Stack& stack) {
  return hexadecimal(stack.lo) + ".." + hexadecimal(stack.hi) + " (" +
         counted(stack.bytes(), "byte") + ")";
}

std::string signed_number(const Event& event) {
  return std::to_string(static_cast<int64_t>(event.number));
}

std::string runner_of(const Event& event) {
  switch (event.runner) {
    case runtime::DeferRunner::kDeferreturn:
      return "deferreturn";
    case runtime::DeferRunner::kPanic:
      return "panic " + event.value;
    case runtime::DeferRunner::kGoexit:
      return "Goexit";
  }
  return "";
}

std::string copy_text(const Event& event) {
  return "copy " + std::to_string(event.number) + ", " + reason_of(event) + ": stack " +
         bounds(event.old_stack) + " to " + bounds(event.new_stack) + ", " +
         counted(event.bytes, "byte") + " used, " + counted(event.adjusted, "word") + " adjusted";
}

std::string collection_text(const Event& event) {
  std::string text = "collection " + std::to_string(event.number) + ": " +
                     counted(event.freed.size(), "object") + " freed, " +
                     counted(event.bytes, "byte") + " live";
  std::string_view separator = "; freed ";
  for (const FreedObject& object : event.freed) {
    text += std::string(separator) + object.type + " " + hexadecimal(object.address);
    separator = ", ";
  }
  return text;
}

}  // namespace

std::string counted(uint64_t count, const std::string& thing) {
  return std::to_string(count) + " " + thing + (count == 1 ? "" : "s");
}

std::string reason_of(const Event& copy) {
  switch (copy.reason) {
    case runtime::CopyReason::kForced:
      return "forced at safepoint " + std::to_string(copy.safepoint);
    case runtime::CopyReason::kMove:
      return "move()";
    case runtime::CopyReason::kGrowth:
      return "growth";
    case runtime::CopyReason::kShrink:
      return "shrinking";
  }
  return "";
}

std::string to_string(const Event& event) {
  switch (event.kind) {
    case EventKind::kGo:
      return "go " + event.function + " as g" + std::to_string(event.number) + ", stack " +
             bounds(event.new_stack);
    case EventKind::kEnd:
      return "end";
    case EventKind::kWait:
      return "wait";
    case EventKind::kWake:
      return "wake g" + std::to_string(event.number);
    case EventKind::kCall:
      return "call " + event.function;
    case EventKind::kReturn:
      return "return from " + event.function;
    case EventKind::kTrace:
      return "trace " + signed_number(event);
    case EventKind::kDefer:
      return "defer " + event.function + " with " + std::to_string(event.number) +
             " bytes of arguments, record " + hexadecimal(event.address);
    case EventKind::kStart:
      return runner_of(event) + " starts " + event.function;
    case EventKind::kPanic:
      return "panic with " + event.value;
    case EventKind::kAborted:
      return "panic " + event.value + " is aborted";
    case EventKind::kRecover:
      return "recover from panic " + event.value;
    case EventKind::kResumed:
      return "recovered: " + event.function + " goes on at its deferreturn";
    case EventKind::kGoexit:
      return "Goexit";
    case EventKind::kFault:
      return "fault, code " + signed_number(event);
    case EventKind::kNew:
      return "new " + event.value + " of " + counted(event.number, "word") + " at " +
             hexadecimal(event.address);
    case EventKind::kCopy:
      return copy_text(event);
    case EventKind::kCollection:
      return collection_text(event);
    case EventKind::kGivenBack:
    case EventKind::kSudogBack:
    case EventKind::kCopying:
    case EventKind::kCollecting:
    case EventKind::kGoesOn:
    case EventKind::kRunEnds:
      return "";
  }
  return "";
}

std::string trace_line(const Event& event) {
  const std::string text = to_string(event);
  if (text.empty()) return "";
  if (event.goroutine == 0) return "--" + std::string(9, ' ') + text + "\n";
  std::string line = "g" + std::to_string(event.goroutine);
  if (line.size() < 4) line.resize(4, ' ');
  append_right_aligned(line, event.line == 0 ? "" : std::to_string(event.line), 5);
  line.append(2 + 2 * std::min<size_t>(event.depth, kMaxIndentedDepth), ' ');
  return line + text + "\n";
}

}  // namespace stackquake
