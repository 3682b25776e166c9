#include "harness/run/event_log.h"

#include <algorithm>

#include "harness/audit/naming.h"
#include "runtime_under_test/scheduler.h"

namespace stackquake {

namespace {

using runtime::G;

// Deeper calls are not indented further, so that a line still fits a screen.
constexpr size_t kMaxIndentedDepth = 30;

void append_right_aligned(std::string& line, const std::string& text, size_t width) {
  if (text.size() < width) line.append(width - text.size(), ' ');
  line += text;
}

std::string counted(uint64_t count, const std::string& thing) {
  return std::to_string(count) + " " + thing + (count == 1 ? "" : "s");
}

std::string bounds(const runtime::Stack& stack) {
  return hexadecimal(stack.lo) + ".." + hexadecimal(stack.hi) + " (" +
         counted(stack.bytes(), "byte") + ")";
}

std::string reason_of(const runtime::StackCopy& copy, uint64_t safepoint) {
  switch (copy.reason) {
    case runtime::CopyReason::kForced:
      return "forced at safepoint " + std::to_string(safepoint);
    case runtime::CopyReason::kMove:
      return "move()";
    case runtime::CopyReason::kGrowth:
      return "growth";
    case runtime::CopyReason::kShrink:
      return "shrinking";
  }
  return "";
}

}  // namespace

// ---- Lines ----

void EventLog::write(const G& g, size_t depth, const std::string& text) {
  const uint32_t number = stacks_.line(runtime_.program(), g);
  std::string line = "g" + std::to_string(g.id);
  if (line.size() < 4) line.resize(4, ' ');
  append_right_aligned(line, number == 0 ? "" : std::to_string(number), 5);
  line.append(2 + 2 * std::min(depth, kMaxIndentedDepth), ' ');
  sink_(line + text + "\n");
}

void EventLog::write(const G& g, const std::string& text) {
  stacks_.settle(g);
  write(g, stacks_.depth(g), text);
}

void EventLog::write(const std::string& text) {
  const G* g = runtime_.scheduler().current();
  if (g != nullptr) {
    write(*g, text);
  } else {
    sink_("--" + std::string(9, ' ') + text + "\n");
  }
}

// ---- Calls ----

void EventLog::called(const G& g, const runtime::Function& function) {
  stacks_.enter(runtime_.program(), g, function);
  write(g, stacks_.depth(g) - 1, "call " + name_of(function));
}

void EventLog::returning(const G& g, const runtime::Function& function) {
  stacks_.settle(g);
  if (!stacks_.stands_in_innermost(g)) return;
  write(g, stacks_.depth(g) - 1, "return from " + name_of(function));
}

void EventLog::traced(const G& g, int64_t value) {
  write(g, "trace " + std::to_string(value));
}

// ---- Deferred calls and panics ----

void EventLog::deferred(const G& g, const runtime::Defer& d) {
  write(g, "defer " + closure_name(runtime_, g, d.fn) + " with " + std::to_string(d.siz) +
               " bytes of arguments, record " + hexadecimal(d.address()));
}

void EventLog::defer_started(const G& g, const runtime::Defer& d, runtime::DeferRunner runner) {
  std::string who = "deferreturn";
  if (runner == runtime::DeferRunner::kGoexit) who = "Goexit";
  if (runner == runtime::DeferRunner::kPanic) {
    who = "panic " + panic_value(runtime_, runtime::record_at<runtime::Panic>(g.panic)->arg);
  }
  write(g, who + " starts " + closure_name(runtime_, g, d.fn));
}

void EventLog::panicked(const G& g, const runtime::Panic& p) {
  write(g, "panic with " + panic_value(runtime_, p.arg));
}

void EventLog::panic_aborted(const G& g, const runtime::Panic& p) {
  write(g, "panic " + panic_value(runtime_, p.arg) + " is aborted");
}

void EventLog::recovered(const G& g, const runtime::Panic& p) {
  write(g, "recover from panic " + panic_value(runtime_, p.arg));
}

void EventLog::resumed_after_recovery(const G& g, const runtime::Defer& d) {
  write(g, "recovered: " + function_at(runtime_.program(), d.pc) + " goes on at its deferreturn");
}

void EventLog::goexit_called(const G& g) {
  write(g, "Goexit");
}

void EventLog::faulted(const G& g, int64_t code) {
  write(g, "fault, code " + std::to_string(code));
}

// ---- Goroutines ----

void EventLog::goroutine_started(const G& g) {
  stacks_.clear(g);
  write("go " + function_at(runtime_.program(), g.sched.pc) + " as g" + std::to_string(g.id) +
        ", stack " + bounds(g.stack));
}

void EventLog::goroutine_ended(const G& g) {
  stacks_.clear(g);
  write(g, "end");
}

void EventLog::blocked(const G& g) {
  write(g, "wait");
}

void EventLog::readied(const G& g) {
  write("wake g" + std::to_string(g.id));
}

// ---- Memory ----

void EventLog::allocated(runtime::Address object, uint32_t words, uint16_t type) {
  types_[object] = type;
  write("new " + type_name(runtime_.program(), type) + " of " + counted(words, "word") + " at " +
        hexadecimal(object));
}

void EventLog::safepoint(const G& /*g*/, uint64_t number) {
  safepoint_ = number;
}

void EventLog::stack_copied(const G& g, const runtime::StackCopy& copy) {
  write(g, "copy " + std::to_string(runtime_.stats().copies) + ", " + reason_of(copy, safepoint_) +
               ": stack " + bounds(copy.old_stack) + " to " + bounds(copy.new_stack) + ", " +
               counted(copy.used_bytes, "byte") + " used, " + counted(copy.words_adjusted, "word") +
               " adjusted");
}

void EventLog::collected(const runtime::Collection& collection) {
  std::string text = "collection " + std::to_string(runtime_.stats().collections) + ": " +
                     counted(collection.freed.size(), "object") + " freed, " +
                     counted(collection.live_bytes, "byte") + " live";
  std::string_view separator = "; freed ";
  for (const runtime::Address object : collection.freed) {
    text += std::string(separator) + type_name(runtime_.program(), types_[object]) + " " +
            hexadecimal(object);
    separator = ", ";
  }
  write(text);
}

}  // namespace stackquake
