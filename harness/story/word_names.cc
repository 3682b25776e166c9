#include "harness/story/word_names.h"

#include <algorithm>
#include <regex>

#include "harness/audit/naming.h"
#include "runtime_under_test/poison.h"
#include "runtime_under_test/records.h"

namespace stackquake {

namespace {

using runtime::Address;
using runtime::kWordBytes;

// Larger numbers are addresses, patterns of dead memory or random.
constexpr int64_t kShortNumber = 1'000'000'000;

}  // namespace

std::string panic_name(const std::string& value) {
  return value.starts_with("a runtime error") ? "panic (runtime error)" : "panic " + value;
}

bool is_place(const std::string& name) {
  return name.starts_with("word ") || name.starts_with("argument word ");
}

std::string without_package(const std::string& function) {
  constexpr std::string_view kPackage = "runtime.";
  return function.starts_with(kPackage) ? function.substr(kPackage.size()) : function;
}

std::optional<size_t> WordNames::frame_of(uint64_t distance) const {
  for (size_t i = state_.frames.size(); i-- > 0;) {
    const FrameState& frame = state_.frames[i];
    if (distance > frame.distance) continue;
    const uint64_t slot = (frame.distance - distance) / kWordBytes;
    if (slot < function(frame).words.size()) return i;
  }
  return std::nullopt;
}

const PanicState* WordNames::panic_in(const FrameState& frame) const {
  const uint64_t low = frame.distance - function(frame).frame_words * uint64_t{kWordBytes};
  for (const PanicState& panic : state_.panics) {
    if (!panic.is_gone && panic.distance <= frame.distance && panic.distance > low) return &panic;
  }
  return nullptr;
}

std::string WordNames::name_in_runtime(const FrameState& frame, uint64_t distance) const {
  if (const PanicState* panic = panic_in(frame); panic != nullptr && distance <= panic->distance) {
    const uint64_t word = (panic->distance - distance) / kWordBytes;
    if (word < state_.panic_layout.words())
      return "Panic." + std::string(state_.panic_layout.names[word]);
  }
  for (const DeferState& mark : state_.defers) {
    if (!mark.is_mark) continue;
    const uint64_t first = state_.stack.hi - mark.address;
    if (distance > first) continue;
    const uint64_t word = (first - distance) / kWordBytes;
    if (word < state_.defer_layout.header_words()) {
      return "mark." + std::string(state_.defer_layout.names[word]);
    }
  }
  const WordState* word = state_.word(distance);
  if (word != nullptr && word->kind == WordKind::kHeap && word->target == "Defer") return "d";
  return "";
}

// A closure on the stack is the pc of its function, and then the addresses of what it captures.
std::optional<NamedWord> WordNames::in_closure(const FrameState& frame, uint64_t slot) const {
  const FunctionFacts& facts = function(frame);
  if (!facts.is_nest || slot >= facts.frame_words) return std::nullopt;
  for (uint64_t first = slot + 1; first-- > 0;) {
    const WordState* word = state_.word(frame.distance - first * kWordBytes);
    if (word == nullptr || !facts.words[first].empty()) return std::nullopt;
    if (word->kind != WordKind::kCode) continue;
    if (first == slot) return NamedWord{"closure " + word->target, facts.name};
    const FunctionFacts* literal = function_named(word->target);
    uint64_t number = slot - first;
    for (size_t i = 0; literal != nullptr && i < literal->words.size(); ++i) {
      if (!literal->words[i].starts_with("&") || --number != 0) continue;
      return NamedWord{literal->words[i], "the closure " + literal->name + " in " + facts.name};
    }
    return std::nullopt;
  }
  return std::nullopt;
}

std::optional<NamedWord> WordNames::on_stack(uint64_t distance) const {
  const std::optional<size_t> index = frame_of(distance);
  if (!index) return std::nullopt;
  const FrameState& frame = state_.frames[*index];
  const FunctionFacts& facts = function(frame);
  const uint64_t slot = (frame.distance - distance) / kWordBytes;
  std::string name = facts.words[slot];
  if (name.empty() && !facts.is_nest) name = name_in_runtime(frame, distance);
  if (name.empty() && (facts.is_wrapper || (!facts.is_nest && slot == 0))) name = "arguments";
  if (name.empty()) {
    if (auto word = in_closure(frame, slot)) return word;
  }
  if (name.empty() && slot == facts.frame_words) name = "return pc";
  if (name.empty() && slot > facts.frame_words) {
    name = "argument word " + std::to_string(slot - facts.frame_words - 1);
  }
  if (name.empty()) name = "word " + std::to_string(slot);
  return NamedWord{name, without_package(facts.name)};
}

std::string WordNames::frame_with_sp(const WordState& word) const {
  const std::optional<uint64_t> distance = state_.distance_of(word.expected);
  for (const FrameState& frame : state_.frames) {
    if (distance && *distance == frame.distance) {
      return "frame of " + without_package(function(frame).name);
    }
  }
  return value(word);
}

bool WordNames::is_sp_in_panic(uint64_t distance) const {
  const runtime::PanicLayout& layout = state_.panic_layout;
  return std::ranges::any_of(state_.panics, [&](const PanicState& panic) {
    const uint64_t word = (panic.distance - distance) / kWordBytes;
    return distance <= panic.distance && word < layout.words() &&
           (word == layout.start_sp || word == layout.sp);
  });
}

const DeferState* WordNames::record_of(Address address) const {
  for (const DeferState& record : state_.defers) {
    if (address - record.address < record.words.size() * kWordBytes) return &record;
  }
  return nullptr;
}

const FunctionFacts* WordNames::function_named(const std::string& name) const {
  const auto found = std::find_if(functions_.begin(), functions_.end(),
                                  [&](const FunctionFacts& facts) { return facts.name == name; });
  return found == functions_.end() ? nullptr : &*found;
}

std::optional<NamedWord> WordNames::in_record(Address address) const {
  const DeferState* record = record_of(address);
  if (record == nullptr || record->is_mark) return std::nullopt;
  const uint64_t word = (address - record->address) / kWordBytes;
  const std::string owner = "the deferred call of " + record->function;
  const runtime::DeferLayout& layout = state_.defer_layout;
  if (word < layout.header_words()) return NamedWord{std::string(layout.names[word]), owner};
  const uint64_t argument = word - layout.header_words();
  std::string name;
  if (const FunctionFacts* facts = function_named(record->function)) {
    const uint64_t slot = facts->frame_words + 1 + argument;
    if (slot < facts->words.size()) name = facts->words[slot];
  }
  if (name.empty()) name = "argument word " + std::to_string(argument);
  return NamedWord{name, owner};
}

std::optional<NamedWord> WordNames::at(Address address) const {
  if (auto record = in_record(address)) return record;
  const std::optional<uint64_t> distance = state_.distance_of(address);
  return distance ? on_stack(*distance) : std::nullopt;
}

std::string WordNames::value(const WordState& word) const {
  switch (word.kind) {
    case WordKind::kDead:
      return "";
    case WordKind::kScalar: {
      const auto number = static_cast<int64_t>(word.value);
      const bool is_short = number < kShortNumber && number > -kShortNumber;
      return is_short ? std::to_string(number) : hexadecimal(word.value);
    }
    case WordKind::kCode:
      return "in " + without_package(word.target);
    case WordKind::kStatic:
      return without_package(word.target);
    case WordKind::kHeap:
      if (const DeferState* record = record_of(word.value)) return "Defer of " + record->function;
      return word.target;
    case WordKind::kStack:
      break;
  }
  const std::optional<uint64_t> distance = state_.distance_of(word.expected);
  for (const PanicState& panic : state_.panics) {
    if (distance && panic.distance == *distance && !panic.is_gone) return panic_name(panic.value);
  }
  const auto target = distance ? on_stack(*distance) : std::nullopt;
  return target ? target->name + " of " + target->owner : "a stack";
}

std::string with_variable_names(const std::vector<FunctionFacts>& functions, std::string text) {
  static const std::regex place(R"((local|argument) word (\d+) of ([\w.]+))");
  std::string out;
  std::smatch match;
  while (std::regex_search(text, match, place)) {
    std::string replacement = match.str();
    for (const FunctionFacts& facts : functions) {
      if (!facts.is_nest || facts.name != match.str(3)) continue;
      size_t slot = std::stoul(match.str(2));
      if (match.str(1) == "argument") slot += facts.frame_words + size_t{1};
      if (slot < facts.words.size() && !facts.words[slot].empty()) {
        replacement = "`" + facts.words[slot] + "` of " + facts.name;
      } else if (match.str(1) == "local") {
        replacement = "a temporary of " + facts.name;
      }
    }
    out += match.prefix().str() + replacement;
    text = match.suffix().str();
  }
  return out + text;
}

}  // namespace stackquake
