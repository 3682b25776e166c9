#include "harness/story/rules.h"

#include <algorithm>
#include <string>
#include <utility>

#include "runtime_under_test/memory.h"
#include "runtime_under_test/records.h"

namespace stackquake {

namespace {

using runtime::kWordBytes;

std::optional<Cause> started_again(const Clues& clues) {
  const auto& steps = clues.evidence.recording.steps;
  if (clues.violation.signature != "bad-defer-chain:started twice" || steps.empty())
    return std::nullopt;
  const Event& again = steps.back().event;
  if (again.kind != EventKind::kStart) return std::nullopt;
  for (auto step = steps.rbegin() + 1; step != steps.rend(); ++step) {
    const Event& first = step->event;
    if (first.kind != EventKind::kStart || first.address != again.address) continue;
    const bool by_panic = again.runner == runtime::DeferRunner::kPanic;
    const std::string runner = by_panic ? "gopanic" : "Goexit";
    const std::string starter =
        first.runner == runtime::DeferRunner::kPanic ? panic_name(first.value) : "a Goexit";
    std::string sentence = runner + line_text(again.line) + " starts the deferred call of ";
    sentence.append(quoted(again.function)).append(" again, which ").append(starter);
    sentence.append(" had started").append(line_text(first.line));
    sentence += ", because it does not look whether the head of the list has been started.";
    return Cause{sentence, runner};
  }
  return std::nullopt;
}

std::optional<Cause> record_keeps_pointer(const Clues& clues) {
  if (clues.violation.check != "bad-defer-chain") return std::nullopt;
  const bool about_panic = clues.violation.signature.ends_with(":stale panic");
  const bool about_fn = clues.violation.signature.ends_with(":stale fn");
  const runtime::DeferLayout& layout = clues.state.defer_layout;
  const uint32_t word = about_panic ? layout.panic : layout.fn;
  if (!about_panic && !about_fn) return std::nullopt;
  for (const DeferState& record : clues.state.defers) {
    if (!record.is_given_back || record.words[word].value == 0) continue;
    const std::string giver = without_package(record.given_back_in);
    const std::string field = about_panic ? "panic" : "fn";
    std::string sentence = "The Defer of " + quoted(record.function) + " from line " +
                           std::to_string(record.line) + " still has its " + quoted(field);
    if (about_panic) sentence += ", the address of " + record.run_by + ",";
    sentence += " after it was given back, because " + giver +
                " takes a record off the list without clearing its " + quoted(field) +
                " first; no copy finds it there.";
    return Cause{std::move(sentence), giver, record.address + runtime::Address{word} * kWordBytes};
  }
  return std::nullopt;
}

std::optional<Cause> aborted_panic_linked(const Clues& clues) {
  if (clues.violation.signature != "bad-panic-chain:dead frame") return std::nullopt;
  const auto gone = std::find_if(
      clues.state.panics.begin(), clues.state.panics.end(),
      [](const PanicState& panic) { return panic.is_linked && panic.is_gone && panic.is_aborted; });
  if (gone == clues.state.panics.end()) return std::nullopt;
  std::string recovered = "the later one";
  for (const Step& step : clues.evidence.recording.steps) {
    if (step.event.kind == EventKind::kRecover) recovered = panic_name(step.event.value);
  }
  return Cause{"The goroutine's chain of panics still leads to " + panic_name(gone->value) +
                   ", whose frame is gone," + clues.where() + ", because recovery took only " +
                   recovered + " off the chain and left " + panic_name(gone->value) +
                   ", which that one had aborted.",
               "recovery", 0, true};
}

std::optional<Cause> panics_inherited(const Clues& clues) {
  const auto& steps = clues.evidence.recording.steps;
  if (clues.violation.signature != "bad-panic-chain:inherited" || steps.empty())
    return std::nullopt;
  const Event& begun = steps.back().event;
  if (begun.kind != EventKind::kGo) return std::nullopt;
  uint32_t ended = 0;
  std::string value;
  for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
    const Event& event = step->event;
    if (event.kind == EventKind::kEnd && ended == 0) ended = event.goroutine;
    if (event.kind != EventKind::kPanic || event.goroutine != ended) continue;
    value = event.value;
    break;
  }
  if (ended == 0 || value.empty()) return std::nullopt;
  const std::string old = "goroutine " + std::to_string(ended);
  return Cause{"Goroutine " + std::to_string(begun.number) + ", started" + line_text(begun.line) +
                   ", begins with " + panic_name(value) + " of " + old + ", because " + old +
                   " ended by Goexit in a deferred call of that panic and goexit0 left the chain "
                   "of panics in its G.",
               "goexit0"};
}

std::optional<Cause> nil_func_started(const Clues& clues) {
  if (clues.violation.signature != "throw:gopanic:fn") return std::nullopt;
  const DeferState* nil = clues.pending_nil_func();
  if (nil == nullptr || nil->address != clues.state.defer_head.value) return std::nullopt;
  return Cause{"gopanic" + line_text(clues.violation.line) +
                   " reads the code of the nil func() that was deferred" + line_text(nil->line) +
                   ", because it starts a deferred call without asking whether its fn is nil; in "
                   "the runtime the fault is no panic of the program but its end.",
               "gopanic"};
}

// The call has returned, and its record has just been looked at for the last time.
std::optional<Cause> arguments_written_back(const Clues& clues) {
  if (clues.violation.signature != "bad-defer-chain:arguments") return std::nullopt;
  for (const DeferState& record : clues.state.defers) {
    const Step* last = clues.last_step([](const Event&) { return true; });
    const bool is_over = last != nullptr && last->event.kind == EventKind::kGivenBack &&
                         last->event.address == record.address;
    if (!record.is_running || (record.is_given_back && !is_over)) continue;
    const Step* end = clues.last_step([&](const Event& event) {
      const bool is_return = event.kind == EventKind::kReturn && event.function == record.function;
      return is_return || (event.kind == EventKind::kStart && event.address == record.address);
    });
    if (end == nullptr || end->event.kind != EventKind::kReturn) continue;
    return Cause{"The Defer of " + quoted(record.function) + " from line " +
                     std::to_string(record.line) +
                     " no longer has the arguments that it was deferred with, because reflectcall "
                     "copied the whole block of arguments back into it when the call that " +
                     record.run_by + " ran returned" + line_text(end->event.line) +
                     ", and not only results.",
                 "reflectcall"};
  }
  return std::nullopt;
}

}  // namespace

std::span<const Rule> rules_of_lists() {
  static constexpr Rule kRules[] = {started_again,    record_keeps_pointer, aborted_panic_linked,
                                    panics_inherited, nil_func_started,     arguments_written_back};
  return kRules;
}

}  // namespace stackquake
