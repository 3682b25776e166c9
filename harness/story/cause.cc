#include "harness/story/cause.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "harness/story/word_names.h"
#include "runtime_under_test/memory.h"
#include "runtime_under_test/records.h"

namespace stackquake {

namespace {

using runtime::Defer;
using runtime::kWordBytes;
using runtime::Violation;

std::string quoted(const std::string& name) {
  return "`" + name + "`";
}

// "`y` of main" for "y of main", "a node" for "node".
std::string quoted_target(const std::string& target) {
  if (target.starts_with("panic ")) return target;
  const size_t of = target.find(" of ");
  if (of == std::string::npos) return "a " + target;
  return quoted(target.substr(0, of)) + target.substr(of);
}

// Names of functions keep their first letter.
std::string with_capital(std::string text) {
  constexpr std::string_view kWords[] = {"a ", "an ", "the ", "argument ", "bad "};
  const bool is_word = std::any_of(std::begin(kWords), std::end(kWords),
                                   [&](std::string_view word) { return text.starts_with(word); });
  if (is_word) text[0] -= 'a' - 'A';
  return text;
}

std::string line_text(uint32_t line) {
  return line == 0 ? "" : " in line " + std::to_string(line);
}

// The function whose loop runs a deferred call.
std::string runner_function(const DeferState& record) {
  return record.run_by.starts_with("panic") ? "gopanic" : "Goexit";
}

// The rules, in the order in which they are tried.
class CauseFinder {
 public:
  CauseFinder(const Evidence& evidence, const Violation& violation, const State& state)
      : evidence_(evidence),
        violation_(violation),
        state_(state),
        names_(evidence.recording.functions, state) {
    if (violation.word.goroutine == 0 && violation.word.place != 0) {
      record_ = names_.record_of(violation.word.place);
    }
  }

  Cause find() const {
    constexpr std::array kRules = {
        &CauseFinder::record_off_the_list,      &CauseFinder::closure_instead_of_arguments,
        &CauseFinder::arguments_not_described,  &CauseFinder::links_rewritten_in_walk,
        &CauseFinder::older_panic_not_reached,  &CauseFinder::map_of_return_address,
        &CauseFinder::frame_not_seen,           &CauseFinder::started_again,
        &CauseFinder::record_keeps_pointer,     &CauseFinder::aborted_panic_linked,
        &CauseFinder::panics_inherited,         &CauseFinder::mark_on_stack_moved,
        &CauseFinder::number_taken_for_pointer, &CauseFinder::pool_keeps_record,
        &CauseFinder::record_not_wiped,         &CauseFinder::sudog_keeps_pointer,
        &CauseFinder::other_behaviour};
    for (const auto rule : kRules) {
      if (std::optional<Cause> cause = (this->*rule)()) return *std::move(cause);
    }
    const std::string place = where();
    if (place.empty()) return {.sentence = with_capital(violation_.message) + "."};
    return {.sentence = "In" + place.substr(3) + ": " + violation_.message + "."};
  }

  std::string word_name() const;

 private:
  std::string where() const;
  std::string what() const;
  std::optional<Cause> because(std::string reason, std::string function) const {
    return Cause{.sentence = what() + ", because " + std::move(reason) + ".",
                 .function = std::move(function)};
  }

  bool is_missed_by_copier() const {
    return violation_.check == "stale-pointer" ||
           violation_.signature.ends_with(":copier misses") ||
           violation_.signature.ends_with(":both miss");
  }
  bool is_argument() const {
    return record_ != nullptr && argument() < record_->words.size() - Defer::kHeaderWords;
  }
  size_t argument() const {
    return (violation_.word.place - record_->address) / kWordBytes - Defer::kHeaderWords;
  }
  const Testimony* testimony() const {
    return evidence_.testimony ? &*evidence_.testimony : nullptr;
  }
  const FrameState* frame() const {
    if (violation_.word.goroutine != state_.goroutine) return nullptr;
    const auto index = names_.frame_of(violation_.word.place);
    return index ? &state_.frames[*index] : nullptr;
  }
  std::string frame_name() const {
    const FrameState* in = frame();
    return in == nullptr ? "the frame" : without_package(names_.function(*in).name);
  }

  std::optional<Cause> record_off_the_list() const;
  std::optional<Cause> closure_instead_of_arguments() const;
  std::optional<Cause> arguments_not_described() const;
  std::optional<Cause> links_rewritten_in_walk() const;
  std::optional<Cause> older_panic_not_reached() const;
  std::optional<Cause> map_of_return_address() const;
  std::optional<Cause> frame_not_seen() const;
  std::optional<Cause> started_again() const;
  std::optional<Cause> record_keeps_pointer() const;
  std::optional<Cause> aborted_panic_linked() const;
  std::optional<Cause> panics_inherited() const;
  std::optional<Cause> mark_on_stack_moved() const;
  bool is_link_moved(const DeferState& record) const;
  std::optional<Cause> number_taken_for_pointer() const;
  std::optional<Cause> pool_keeps_record() const;
  std::optional<Cause> record_not_wiped() const;
  std::optional<Cause> sudog_keeps_pointer() const;
  std::optional<Cause> other_behaviour() const;

  const Evidence& evidence_;
  const Violation& violation_;
  const State& state_;
  WordNames names_;
  const DeferState* record_ = nullptr;  // with the wrong word
};

// ---- What is wrong, and where ----

std::string CauseFinder::where() const {
  std::string text;
  if (!violation_.function.empty()) text += " in " + quoted(violation_.function);
  if (violation_.line != 0)
    text += (text.empty() ? " in" : ",") + std::string(" line ") + std::to_string(violation_.line);
  return text;
}

std::string CauseFinder::word_name() const {
  std::string name;
  const WordState* word = nullptr;
  if (record_ != nullptr) {
    const auto named = names_.in_record(violation_.word.place);
    if (!named) return "";
    word = &record_->words[(violation_.word.place - record_->address) / kWordBytes];
    name = is_argument() ? "argument " + quoted(named->name) + " of the deferred call of " +
                               quoted(record_->function)
                         : quoted(named->name) + " of the Defer of " + quoted(record_->function);
  } else if (frame() != nullptr) {
    const auto named = names_.on_stack(violation_.word.place);
    word = state_.word(violation_.word.place);
    name = named->text();
    if (const PanicState* panic = names_.panic_in(*frame());
        panic != nullptr && named->name.starts_with("Panic.")) {
      name = quoted(named->name.substr(6)) + " of " + panic_name(panic->value);
    }
  }
  if (word != nullptr && word->is_pointer()) {
    name += ", the address of " + quoted_target(names_.value(*word)) + ",";
  }
  return name;
}

std::string CauseFinder::what() const {
  std::string name = word_name();
  if (name.empty()) name = violation_.place.empty() ? "a word" : violation_.place;
  const std::string the = name.starts_with("argument") ? "the " : "";
  std::string verb = "is wrong";
  if (violation_.check == "stale-pointer") {
    verb = "was not adjusted by ";
    verb += evidence_.recording.last_copy && evidence_.is_found_at_copy()
                ? "copy " + std::to_string(evidence_.recording.last_copy->number) + " of the stack"
                : "a copy of the stack";
  } else if (violation_.signature.ends_with(":copier misses")) {
    verb = "would not be adjusted by a copy of the stack";
  } else if (violation_.signature.ends_with(":both miss")) {
    verb = "is seen neither by a copy of the stack nor by a collection";
  } else if (violation_.signature.ends_with(":collector misses")) {
    verb = "is not seen by a collection";
  } else if (violation_.check == "kept-object") {
    constexpr std::string_view kCollection = "a collection";
    return "A collection" + where() + "," + violation_.message.substr(kCollection.size());
  }
  return with_capital(the + name) + " " + verb + line_text(violation_.line);
}

// ---- Words of deferred calls ----

// The arguments of a call that has been started, and has no frame yet, are in its record alone.
std::optional<Cause> CauseFinder::record_off_the_list() const {
  if (!is_argument() || !record_->is_running || !is_missed_by_copier()) return std::nullopt;
  const std::string runner = runner_function(*record_);
  if (!record_->is_listed) {
    return because(runner +
                       " had taken its Defer off the list before it called the function, and "
                       "adjustdefers finds only records on the list",
                   runner);
  }
  if (testimony() != nullptr && testimony()->is_named_by_copier) return std::nullopt;
  return because("adjustdefers passed over its Defer, which " + record_->run_by +
                     " had started, as if " + runner +
                     " had taken it off the list before it called the function",
                 runner);
}

std::optional<Cause> CauseFinder::closure_instead_of_arguments() const {
  const bool holds = is_argument() && is_missed_by_copier() && testimony() != nullptr &&
                     testimony()->is_closure_on_stack && !testimony()->is_named_by_copier;
  if (!holds) return std::nullopt;
  return because("adjustdefers adjusts the closure " + quoted(record_->function) +
                     ", which lies on the stack, and then leaves the arguments behind it out",
                 "adjustdefers");
}

std::optional<Cause> CauseFinder::arguments_not_described() const {
  const bool holds = is_argument() && !record_->is_running && testimony() != nullptr &&
                     testimony()->described_words != 0 &&
                     argument() >= testimony()->described_words &&
                     !testimony()->is_named_by_records;
  if (!holds) return std::nullopt;
  return because("tracebackdefers describes only the first " +
                     std::to_string(testimony()->described_words) +
                     " words of the arguments of a pending call",
                 "tracebackdefers");
}

// ---- Words of frames ----

// The walk leads to the word as long as nobody rewrites anything: in the copy it went by what the
// copy had rewritten.
std::optional<Cause> CauseFinder::links_rewritten_in_walk() const {
  const auto linked = std::count_if(state_.panics.begin(), state_.panics.end(),
                                    [](const PanicState& panic) { return panic.is_linked; });
  const bool holds = violation_.check == "stale-pointer" && testimony() != nullptr &&
                     testimony()->is_in_frame && testimony()->is_frame_faulted &&
                     testimony()->is_named_by_frames && linked > 1;
  if (!holds) return std::nullopt;
  return because(
      "gentraceback took the frame of " + quoted(frame_name()) +
          ", which a fault had interrupted, for dead: it follows the chain of panics by "
          "links that adjustframe, its own callback, had just rewritten to the new stack",
      "gentraceback");
}

std::optional<Cause> CauseFinder::older_panic_not_reached() const {
  const FrameState* in = frame();
  const PanicState* panic = in == nullptr ? nullptr : names_.panic_in(*in);
  if (panic == nullptr || panic->distance != violation_.word.place) return std::nullopt;
  const bool is_newest = state_.panic_head.value == state_.stack.hi - panic->distance;
  const bool holds = violation_.check == "stale-pointer" && !is_newest && testimony() != nullptr &&
                     testimony()->is_named_by_copier && !testimony()->is_named_by_frames;
  if (!holds) return std::nullopt;
  return because(
      "adjustpanics follows the chain of panics by links that adjustframe has already "
      "moved to the new stack, where nothing is yet, and so adjusts the newest panic alone",
      "adjustpanics");
}

std::optional<Cause> CauseFinder::map_of_return_address() const {
  const bool holds = is_missed_by_copier() && testimony() != nullptr && testimony()->is_in_frame &&
                     !testimony()->is_named_by_frames && testimony()->is_live_at_call &&
                     !testimony()->is_live_at_return && !testimony()->is_frame_faulted;
  if (!holds) return std::nullopt;
  return because(
      "adjustframe takes the pointer map of the return address itself instead of the "
      "call before it, and in that map the word is dead",
      "adjustframe");
}

std::optional<Cause> CauseFinder::frame_not_seen() const {
  if (!is_missed_by_copier() || testimony() == nullptr || !testimony()->is_in_frame) {
    return std::nullopt;
  }
  if (!testimony()->is_frame_seen) {
    return because("gentraceback does not see the frame of " + quoted(frame_name()),
                   "gentraceback");
  }
  if (testimony()->is_frame_live) return std::nullopt;
  return because("gentraceback takes the live frame of " + quoted(frame_name()) + " for dead",
                 "gentraceback");
}

// ---- Lists ----

std::optional<Cause> CauseFinder::started_again() const {
  const auto& steps = evidence_.recording.steps;
  if (violation_.signature != "bad-defer-chain:started twice" || steps.empty()) return std::nullopt;
  const Event& again = steps.back().event;
  if (again.kind != EventKind::kStart) return std::nullopt;
  for (auto step = steps.rbegin() + 1; step != steps.rend(); ++step) {
    const Event& first = step->event;
    if (first.kind != EventKind::kStart || first.address != again.address) continue;
    const bool by_panic = again.runner == runtime::DeferRunner::kPanic;
    const std::string runner = by_panic ? "gopanic" : "Goexit";
    const std::string starter =
        first.runner == runtime::DeferRunner::kPanic ? panic_name(first.value) : "a Goexit";
    return Cause{runner + line_text(again.line) + " starts the deferred call of " +
                     quoted(again.function) + " again, which " + starter + " had started" +
                     line_text(first.line) +
                     ", because it does not look whether the head of the list has been started.",
                 runner};
  }
  return std::nullopt;
}

std::optional<Cause> CauseFinder::record_keeps_pointer() const {
  if (violation_.check != "bad-defer-chain") return std::nullopt;
  const bool about_panic = violation_.signature.ends_with(":stale panic");
  const bool about_fn = violation_.signature.ends_with(":stale fn");
  const uint32_t word = about_panic ? kPanicWord : kFnWord;
  if (!about_panic && !about_fn) return std::nullopt;
  for (const DeferState& record : state_.defers) {
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

std::optional<Cause> CauseFinder::aborted_panic_linked() const {
  if (violation_.signature != "bad-panic-chain:dead frame") return std::nullopt;
  const auto gone = std::find_if(
      state_.panics.begin(), state_.panics.end(),
      [](const PanicState& panic) { return panic.is_linked && panic.is_gone && panic.is_aborted; });
  if (gone == state_.panics.end()) return std::nullopt;
  std::string recovered = "the later one";
  for (const Step& step : evidence_.recording.steps) {
    if (step.event.kind == EventKind::kRecover) recovered = panic_name(step.event.value);
  }
  return Cause{"The goroutine's chain of panics still leads to " + panic_name(gone->value) +
                   ", whose frame is gone," + where() + ", because recovery took only " +
                   recovered + " off the chain and left " + panic_name(gone->value) +
                   ", which that one had aborted.",
               "recovery", 0, true};
}

std::optional<Cause> CauseFinder::panics_inherited() const {
  const auto& steps = evidence_.recording.steps;
  if (violation_.signature != "bad-panic-chain:inherited" || steps.empty()) return std::nullopt;
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

// A link to a record in a frame must move with the stack. The walk of the list goes by the links,
// and finds nothing in the new stack yet.
std::optional<Cause> CauseFinder::mark_on_stack_moved() const {
  const auto& before = evidence_.recording.before_copy;
  const bool in_copy = violation_.signature.starts_with("throw:adjustdefers") &&
                       evidence_.is_found_at_copy() && before;
  if (!in_copy) return std::nullopt;
  const auto marks =
      std::count_if(before->defers.begin(), before->defers.end(),
                    [](const DeferState& record) { return record.is_mark && record.is_listed; });
  const auto moved = std::find_if(before->defers.begin(), before->defers.end(),
                                  [&](const DeferState& record) { return is_link_moved(record); });
  if (marks == 0 || moved == before->defers.end()) return std::nullopt;
  const std::string mover =
      moved->is_mark ? "adjustframe has already" : "adjustdefers itself has just";
  return Cause{"adjustdefers leaves the list of deferred calls in a copy of the stack" +
                   line_text(violation_.line) +
                   ", because gopanic marks each panic in progress with a Defer record in its own "
                   "frame, and " +
                   mover +
                   " moved the link to such a record to the new stack, where nothing is yet.",
               "gopanic"};
}

// Whether the link of a record led to the old stack before the copy, and leads to the new one now.
bool CauseFinder::is_link_moved(const DeferState& record) const {
  const runtime::Stack& old_stack = evidence_.recording.before_copy->stack;
  const runtime::Word link = record.words[kLinkWord].value;
  if (!record.is_listed || !old_stack.contains(link)) return false;
  const WordState* now = nullptr;
  if (record.is_mark) {
    now = state_.word(old_stack.hi - record.address - uint64_t{kLinkWord} * kWordBytes);
  } else if (const DeferState* same = names_.record_of(record.address)) {
    now = &same->words[kLinkWord];
  }
  return now != nullptr && runtime::in_stacks(now->value) && !old_stack.contains(now->value);
}

// ---- What a collection keeps ----

std::optional<Cause> CauseFinder::number_taken_for_pointer() const {
  if (violation_.check != "kept-object" || evidence_.holders.empty()) return std::nullopt;
  const Holder& holder = evidence_.holders.front();
  const bool holds =
      holder.kind == WordKind::kScalar && holder.type == "Defer" && !holder.is_given_back;
  if (!holds) return std::nullopt;
  const auto named = names_.in_record(holder.address);
  const DeferState* record = names_.record_of(holder.address);
  if (!named || record == nullptr) return std::nullopt;
  return because("the collector takes every word of a Defer record for a pointer, and " +
                     quoted(named->name) +
                     ", a number among the arguments of the deferred call of " +
                     quoted(record->function) + ", equals the object's address",
                 "scanblock");
}

std::optional<Cause> CauseFinder::pool_keeps_record() const {
  const auto& holders = evidence_.holders;
  if (violation_.check != "kept-object" || holders.size() < 2) return std::nullopt;
  const bool by_links = std::all_of(holders.begin(), holders.end() - 1, [](const Holder& holder) {
    return holder.type == "Defer" && holder.is_given_back && holder.word == kLinkWord;
  });
  if (!by_links || !holders.back().type.empty()) return std::nullopt;
  const auto distance = state_.distance_of(holders.back().address);
  const auto named = distance ? names_.on_stack(*distance) : std::nullopt;
  const std::string root = named ? "a frame of " + named->owner : "a stack";
  return because("a collection drops the pools of records by their heads alone: " + root +
                     " still names a record that was given back, and its links lead to " +
                     (holders.size() == 2 ? "this one" : "others and this one"),
                 "clearpools");
}

std::optional<Cause> CauseFinder::record_not_wiped() const {
  if (violation_.check != "kept-object") return std::nullopt;
  const auto holder =
      std::find_if(evidence_.holders.begin(), evidence_.holders.end(),
                   [](const Holder& each) { return each.type == "Defer" && each.is_given_back; });
  if (holder == evidence_.holders.end() || holder->word == kLinkWord) return std::nullopt;
  std::string word = "its arguments";
  if (holder->word == kFnWord) word = "its fn";
  if (holder->word == kPanicWord) word = "its panic";
  return because(
      "freedefer puts records into the pool without wiping them, and one of them keeps " + word,
      "freedefer");
}

// ---- Channels ----

std::optional<Cause> CauseFinder::sudog_keeps_pointer() const {
  constexpr std::string_view kStale = "leaked-record:sudog:stale ";
  const Event& release = evidence_.recording.last_sudog_release;
  const bool holds = violation_.signature.starts_with(kStale) && !release.value.empty();
  if (!holds) return std::nullopt;
  const std::string field = violation_.signature.substr(kStale.size());
  return Cause{"A sudog still has its " + quoted(field) + " after " + release.value +
                   line_text(release.line) + " has given it back, because " + release.value +
                   " puts sudogs into the cache without clearing their " + quoted(field) + ".",
               release.value};
}

// ---- Behaviour ----

// Without a cause, but in fewer words than the check's.
std::optional<Cause> CauseFinder::other_behaviour() const {
  if (violation_.check != "behaviour-mismatch") return std::nullopt;
  const auto& expected = evidence_.expected_traces;
  const auto& actual = evidence_.actual_traces;
  for (size_t i = 0; i < std::min(expected.size(), actual.size()); ++i) {
    const auto [right, wrong] =
        std::mismatch(expected[i].begin(), expected[i].end(), actual[i].begin(), actual[i].end());
    const bool ends = wrong == actual[i].end();
    if (ends && right == expected[i].end()) continue;
    const std::string traced = ends ? "traces nothing more" : "traces " + std::to_string(*wrong);
    const std::string must = right == expected[i].end() ? "nothing more" : std::to_string(*right);
    const auto number = static_cast<size_t>(right - expected[i].begin()) + 1;
    return Cause{.sentence = "Goroutine " + std::to_string(i + 1) + " " + traced +
                             " where it must trace " + must + ", as value " +
                             std::to_string(number) + " of its trace."};
  }
  if (evidence_.expected_outcome == evidence_.actual_outcome) return std::nullopt;
  return Cause{.sentence = "The nest ends with " + evidence_.actual_outcome +
                           " where it must end with " + evidence_.expected_outcome + "."};
}

}  // namespace

Cause find_cause(const Evidence& evidence) {
  const Violation* violation = evidence.violation();
  if (violation == nullptr) return {};
  const State* state = evidence.last_state();
  if (state == nullptr) return {.sentence = with_capital(violation->message) + "."};
  return CauseFinder(evidence, *violation, *state).find();
}

std::string wrong_word_name(const Evidence& evidence) {
  const State* state = evidence.last_state();
  if (evidence.violation() == nullptr || state == nullptr) return "";
  return CauseFinder(evidence, *evidence.violation(), *state).word_name();
}

}  // namespace stackquake
