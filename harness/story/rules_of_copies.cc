#include "harness/story/rules.h"

#include <algorithm>

#include "runtime_under_test/memory.h"
#include "runtime_under_test/records.h"

namespace stackquake {

namespace {

using runtime::kWordBytes;

// The arguments of a call that has been started, and has no frame yet, are in its record alone.
std::optional<Cause> record_off_the_list(const Clues& clues) {
  if (!clues.is_argument() || !clues.record->is_running || !clues.is_missed_by_copier())
    return std::nullopt;
  const std::string runner = runner_function(*clues.record);
  if (!clues.record->is_listed) {
    return clues.because(runner +
                             " had taken its Defer off the list before it called the function, and "
                             "adjustdefers finds only records on the list",
                         runner);
  }
  if (clues.testimony() != nullptr && clues.testimony()->is_named_by_copier) return std::nullopt;
  return clues.because("adjustdefers passed over its Defer, which " + clues.record->run_by +
                           " had started, as if " + runner +
                           " had taken it off the list before it called the function",
                       runner);
}

std::optional<Cause> closure_instead_of_arguments(const Clues& clues) {
  const bool holds = clues.is_argument() && clues.is_missed_by_copier() &&
                     clues.testimony() != nullptr && clues.testimony()->is_closure_on_stack &&
                     !clues.testimony()->is_named_by_copier;
  if (!holds) return std::nullopt;
  return clues.because("adjustdefers adjusts the closure " + quoted(clues.record->function) +
                           ", which lies on the stack, and then leaves the arguments behind it out",
                       "adjustdefers");
}

std::optional<Cause> arguments_not_described(const Clues& clues) {
  const bool holds = clues.is_argument() && !clues.record->is_running &&
                     clues.testimony() != nullptr && clues.testimony()->described_words != 0 &&
                     clues.argument() >= clues.testimony()->described_words &&
                     !clues.testimony()->is_named_by_records;
  if (!holds) return std::nullopt;
  return clues.because("tracebackdefers describes only the first " +
                           std::to_string(clues.testimony()->described_words) +
                           " words of the arguments of a pending call",
                       "tracebackdefers");
}

// The walk leads to the word as long as nobody rewrites anything: in the copy it went by what the
// copy had rewritten.
std::optional<Cause> links_rewritten_in_walk(const Clues& clues) {
  const auto linked = std::count_if(clues.state.panics.begin(), clues.state.panics.end(),
                                    [](const PanicState& panic) { return panic.is_linked; });
  const bool holds = clues.violation.check == "stale-pointer" && clues.testimony() != nullptr &&
                     clues.testimony()->is_in_frame && clues.testimony()->is_frame_faulted &&
                     clues.testimony()->is_named_by_frames && linked > 1;
  if (!holds) return std::nullopt;
  return clues.because(
      "gentraceback took the frame of " + quoted(clues.frame_name()) +
          ", which a fault had interrupted, for dead: it follows the chain of panics by "
          "links that adjustframe, its own callback, had just rewritten to the new stack",
      "gentraceback");
}

std::optional<Cause> older_panic_not_reached(const Clues& clues) {
  const FrameState* in = clues.frame();
  const PanicState* panic = in == nullptr ? nullptr : clues.names.panic_in(*in);
  if (panic == nullptr || panic->distance != clues.violation.word.place) return std::nullopt;
  const bool is_newest = clues.state.panic_head.value == clues.state.stack.hi - panic->distance;
  const bool holds = clues.violation.check == "stale-pointer" && !is_newest &&
                     clues.testimony() != nullptr && clues.testimony()->is_named_by_copier &&
                     !clues.testimony()->is_named_by_frames;
  if (!holds) return std::nullopt;
  return clues.because(
      "adjustpanics follows the chain of panics by links that adjustframe has already "
      "moved to the new stack, where nothing is yet, and so adjusts the newest panic alone",
      "adjustpanics");
}

std::optional<Cause> map_of_return_address(const Clues& clues) {
  const bool holds = clues.is_missed_by_copier() && clues.testimony() != nullptr &&
                     clues.testimony()->is_in_frame && !clues.testimony()->is_named_by_frames &&
                     clues.testimony()->is_live_at_call && !clues.testimony()->is_live_at_return &&
                     !clues.testimony()->is_frame_faulted;
  if (!holds) return std::nullopt;
  return clues.because(
      "adjustframe takes the pointer map of the return address itself instead of the "
      "call before it, and in that map the word is dead",
      "adjustframe");
}

std::optional<Cause> frame_not_seen(const Clues& clues) {
  if (!clues.is_missed_by_copier() || clues.testimony() == nullptr ||
      !clues.testimony()->is_in_frame) {
    return std::nullopt;
  }
  if (!clues.testimony()->is_frame_seen) {
    return clues.because("gentraceback does not see the frame of " + quoted(clues.frame_name()),
                         "gentraceback");
  }
  if (clues.testimony()->is_frame_live) return std::nullopt;
  return clues.because(
      "gentraceback takes the live frame of " + quoted(clues.frame_name()) + " for dead",
      "gentraceback");
}

// Whether the link of a record led to the old stack before the copy, and leads to the new one now.
bool is_link_moved(const Clues& clues, const DeferState& record) {
  const runtime::Stack& old_stack = clues.evidence.recording.before_copy->stack;
  const uint32_t number = clues.state.defer_layout.link;
  const runtime::Word link = record.words[number].value;
  if (!record.is_listed || !old_stack.contains(link)) return false;
  const WordState* now = nullptr;
  if (record.is_mark) {
    now = clues.state.word(old_stack.hi - record.address - uint64_t{number} * kWordBytes);
  } else if (const DeferState* same = clues.names.record_of(record.address)) {
    now = &same->words[number];
  }
  return now != nullptr && runtime::in_stacks(now->value) && !old_stack.contains(now->value);
}

// A link to a record in a frame must move with the stack. The walk of the list goes by the links,
// and finds nothing in the new stack yet.
std::optional<Cause> mark_on_stack_moved(const Clues& clues) {
  const auto& before = clues.evidence.recording.before_copy;
  const bool in_copy = clues.violation.signature.starts_with("throw:adjustdefers") &&
                       clues.evidence.is_found_at_copy() && before;
  if (!in_copy) return std::nullopt;
  const auto marks =
      std::count_if(before->defers.begin(), before->defers.end(),
                    [](const DeferState& record) { return record.is_mark && record.is_listed; });
  const auto moved =
      std::find_if(before->defers.begin(), before->defers.end(),
                   [&](const DeferState& record) { return is_link_moved(clues, record); });
  if (marks == 0 || moved == before->defers.end()) return std::nullopt;
  const std::string mover =
      moved->is_mark ? "adjustframe has already" : "adjustdefers itself has just";
  return Cause{"adjustdefers leaves the list of deferred calls in a copy of the stack" +
                   line_text(clues.violation.line) +
                   ", because gopanic marks each panic in progress with a Defer record in its own "
                   "frame, and " +
                   mover +
                   " moved the link to such a record to the new stack, where nothing is yet.",
               "gopanic"};
}

// ---- Deferred calls that are asked for their maps ----

std::optional<Cause> nil_func_read_by_copier(const Clues& clues) {
  if (clues.violation.signature != "bad-dereference:adjustdefers:fn") return std::nullopt;
  const DeferState* nil = clues.pending_nil_func();
  if (nil == nullptr) return std::nullopt;
  return Cause{.sentence = "adjustdefers reads the code of the nil func() that was deferred" +
                           line_text(nil->line) + ", in a copy of the stack" +
                           line_text(clues.violation.line) +
                           ", because it looks for the map of the arguments through the fn of "
                           "each Defer without asking whether that is nil.",
               .function = "adjustdefers"};
}

// No copy takes a number for a pointer unless a map says so. That of a built-in has no pointers.
std::optional<Cause> number_described_as_pointer(const Clues& clues) {
  if (clues.violation.signature != "throw:adjustpointers:pointer") return std::nullopt;
  for (const DeferState& record : clues.state.defers) {
    const FunctionFacts* function = clues.names.function_named(record.function);
    if (!record.is_listed || function == nullptr || !function->is_shim) continue;
    for (size_t i = clues.state.defer_layout.header_words(); i < record.words.size(); ++i) {
      const WordState& word = record.words[i];
      if (word.kind != WordKind::kScalar || word.value == 0) continue;
      return Cause{
          .sentence = "adjustdefers takes " + clues.names.value(word) +
                      ", a number that is an argument of the deferred call of " +
                      quoted(record.function) + " from line " + std::to_string(record.line) +
                      ", for a pointer, because the argument map of " + quoted(record.function) +
                      ", which no compiler has made, says that every word is one.",
          .function = "adjustdefers"};
    }
  }
  return std::nullopt;
}

}  // namespace

std::span<const Rule> rules_of_copies() {
  static constexpr Rule kRules[] = {record_off_the_list,     closure_instead_of_arguments,
                                    arguments_not_described, links_rewritten_in_walk,
                                    older_panic_not_reached, map_of_return_address,
                                    frame_not_seen,          mark_on_stack_moved,
                                    nil_func_read_by_copier, number_described_as_pointer};
  return kRules;
}

}  // namespace stackquake
