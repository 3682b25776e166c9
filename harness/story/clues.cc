#include "harness/story/clues.h"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

#include "runtime_under_test/memory.h"
#include "runtime_under_test/records.h"

namespace stackquake {

namespace {

using runtime::kWordBytes;

// "`y` of main" for "y of main", "a node" for "node".
std::string quoted_target(const std::string& target) {
  if (target.starts_with("panic ")) return target;
  const size_t of = target.find(" of ");
  if (of == std::string::npos) return "a " + target;
  return quoted(target.substr(0, of)) + target.substr(of);
}

}  // namespace

std::string quoted(const std::string& name) {
  return "`" + name + "`";
}

std::string line_text(uint32_t line) {
  return line == 0 ? "" : " in line " + std::to_string(line);
}

std::string with_capital(std::string text) {
  constexpr std::string_view kWords[] = {"a ", "an ", "the ", "argument ", "bad ", "goroutine "};
  const bool is_word = std::any_of(std::begin(kWords), std::end(kWords),
                                   [&](std::string_view word) { return text.starts_with(word); });
  if (is_word) text[0] -= 'a' - 'A';
  return text;
}

std::string runner_function(const DeferState& record) {
  return record.run_by.starts_with("panic") ? "gopanic" : "Goexit";
}

std::optional<Clues> Clues::of(const Evidence& evidence) {
  const runtime::Violation* violation = evidence.violation();
  const State* state = evidence.last_state();
  if (violation == nullptr || state == nullptr) return std::nullopt;
  Clues clues{evidence, *violation, *state, WordNames(evidence.recording.functions, *state),
              nullptr};
  if (violation->word.goroutine == 0 && violation->word.place != 0) {
    clues.record = clues.names.record_of(violation->word.place);
  }
  return clues;
}

// ---- The wrong word ----

bool Clues::is_missed_by_copier() const {
  return violation.check == "stale-pointer" || violation.signature.ends_with(":copier misses") ||
         violation.signature.ends_with(":both miss");
}

bool Clues::is_argument() const {
  return record != nullptr && argument() < record->words.size() - state.defer_layout.header_words();
}

size_t Clues::argument() const {
  return (violation.word.place - record->address) / kWordBytes - state.defer_layout.header_words();
}

const FrameState* Clues::frame() const {
  if (violation.word.goroutine != state.goroutine) return nullptr;
  const auto index = names.frame_of(violation.word.place);
  return index ? &state.frames[*index] : nullptr;
}

std::string Clues::frame_name() const {
  const FrameState* in = frame();
  return in == nullptr ? "the frame" : without_package(names.function(*in).name);
}

// ---- Records ----

const DeferState* Clues::pending_nil_func() const {
  const auto found =
      std::find_if(state.defers.begin(), state.defers.end(), [&](const DeferState& defer) {
        return defer.is_listed && !defer.is_running &&
               defer.words[state.defer_layout.fn].value == 0;
      });
  return found == state.defers.end() ? nullptr : &*found;
}

// ---- In words ----

std::string Clues::where() const {
  std::string text;
  if (!violation.function.empty()) text += " in " + quoted(violation.function);
  if (violation.line != 0)
    text += (text.empty() ? " in" : ",") + std::string(" line ") + std::to_string(violation.line);
  return text;
}

std::string Clues::word_name() const {
  std::string name;
  const WordState* word = nullptr;
  if (record != nullptr) {
    const auto named = names.in_record(violation.word.place);
    if (!named) return "";
    word = &record->words[(violation.word.place - record->address) / kWordBytes];
    name = is_argument() ? "argument " + quoted(named->name) + " of the deferred call of " +
                               quoted(record->function)
                         : quoted(named->name) + " of the Defer of " + quoted(record->function);
  } else if (frame() != nullptr) {
    const auto named = names.on_stack(violation.word.place);
    word = state.word(violation.word.place);
    name = named->text();
    if (const PanicState* panic = names.panic_in(*frame());
        panic != nullptr && named->name.starts_with("Panic.")) {
      name = quoted(named->name.substr(6)) + " of " + panic_name(panic->value);
    }
  }
  if (word != nullptr && word->is_pointer()) {
    name += ", the address of " + quoted_target(names.value(*word)) + ",";
  }
  return name;
}

std::string Clues::what() const {
  std::string name = word_name();
  if (name.empty()) name = violation.place.empty() ? "a word" : violation.place;
  const std::string the = name.starts_with("argument") ? "the " : "";
  std::string verb = "is wrong";
  if (violation.check == "stale-pointer") {
    verb = "was not adjusted by ";
    verb += evidence.recording.last_copy && evidence.is_found_at_copy()
                ? "copy " + std::to_string(evidence.recording.last_copy->number) + " of the stack"
                : "a copy of the stack";
  } else if (violation.signature.ends_with(":copier misses")) {
    verb = "would not be adjusted by a copy of the stack";
  } else if (violation.signature.ends_with(":both miss")) {
    verb = "is seen neither by a copy of the stack nor by a collection";
  } else if (violation.signature.ends_with(":collector misses")) {
    verb = "is not seen by a collection";
  } else if (violation.check == "kept-object") {
    constexpr std::string_view kCollection = "a collection";
    return "A collection" + where() + "," + violation.message.substr(kCollection.size());
  }
  return with_capital(the + name) + " " + verb + line_text(violation.line);
}

Cause Clues::because(const std::string& reason, const std::string& function) const {
  return {.sentence = what() + ", because " + reason + ".", .function = function};
}

}  // namespace stackquake
