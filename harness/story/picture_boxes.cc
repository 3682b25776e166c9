#include "harness/story/picture_boxes.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <string>
#include <utility>

#include "harness/audit/naming.h"
#include "runtime_under_test/records.h"

namespace stackquake {

namespace {

using runtime::Address;
using runtime::Defer;
using runtime::kWordBytes;

// Words in a row of which no single one matters become one row, from this many on.
constexpr size_t kFoldedWords = 4;

RowKind row_kind(WordKind kind) {
  switch (kind) {
    case WordKind::kDead:
      return RowKind::kDead;
    case WordKind::kScalar:
      return RowKind::kNumber;
    case WordKind::kCode:
    case WordKind::kStatic:
      return RowKind::kCode;
    case WordKind::kHeap:
      return RowKind::kHeap;
    case WordKind::kStack:
      return RowKind::kStack;
  }
  return RowKind::kDead;
}

std::string counted(size_t count, const std::string& thing) {
  return std::to_string(count) + " " + thing + (count == 1 ? "" : "s");
}

// "a" of "a[2]"; the whole name of another word.
std::string stem(const std::string& name) {
  return name.substr(0, name.find('['));
}

std::string frame_title(const WordNames& names, const FrameState& frame) {
  std::string title = without_package(names.function(frame).name);
  if (const PanicState* panic = names.panic_in(frame)) {
    title += ", " + panic_name(panic->value);
    if (panic->is_recovered) title += " [recovered]";
    if (panic->is_aborted) title += " [aborted]";
  }
  return title;
}

}  // namespace

PictureBoxes::PictureBoxes(const PictureRequest& request)
    : request_(request), state_(*request.state), names_(*request.functions, *request.state) {
  if (request.wrong_distance) {
    wrong_ = state_.word(*request.wrong_distance);
    wrong_address_ = state_.stack.hi - *request.wrong_distance;
  } else if (request.wrong_address != 0) {
    wrong_address_ = request.wrong_address;
    if (const DeferState* record = names_.record_of(wrong_address_)) {
      wrong_ = &record->words[(wrong_address_ - record->address) / kWordBytes];
    }
  }
  choose_frames();
}

// ---- Which frames are shown whole ----

void PictureBoxes::choose(std::optional<size_t> frame) {
  if (frame) whole_[*frame] = true;
}

void PictureBoxes::choose_frames() {
  whole_.assign(state_.frames.size(), state_.frames.size() <= kMostWholeFrames);
  const auto choose_target = [&](Address address) {
    if (const auto distance = state_.distance_of(address)) choose(names_.frame_of(*distance));
  };
  if (wrong_address_ != 0) choose_target(wrong_address_);
  if (wrong_ != nullptr && wrong_->is_pointer()) choose_target(wrong_->expected);
  size_t unwinding = 0;
  size_t innermost = 0;
  for (size_t i = state_.frames.size(); i-- > 0;) {
    const FunctionFacts& facts = names_.function(state_.frames[i]);
    const bool unwinds = facts.name == "runtime.gopanic" || facts.name == "runtime.Goexit";
    if (unwinds && unwinding++ < 3) whole_[i] = true;
    if (facts.is_nest && innermost++ < 2) whole_[i] = true;
  }
  size_t running = 0;
  for (const DeferState& record : state_.defers) {
    if (record.is_mark || record.is_given_back || !record.is_running || running++ == 2) continue;
    choose(names_.frame_of(record.frame));
  }
  if (!whole_.empty()) whole_.front() = true;
}

// ---- A stack ----

std::vector<Box> PictureBoxes::stack() const {
  return column(state_, whole_);
}

std::vector<Box> PictureBoxes::old_stack() const {
  const State& old = *request_.old_state;
  std::vector<bool> whole(old.frames.size(), false);
  const WordNames names(*request_.functions, old);
  if (wrong_ != nullptr) {
    const auto distance = old.distance_of(wrong_->value);
    const auto frame = distance ? names.frame_of(*distance) : std::nullopt;
    if (frame) whole[*frame] = true;
  }
  return column(old, whole);
}

// A frame that is not shown whole is still shown by itself where no other such frame is beside it.
std::vector<Box> PictureBoxes::column(const State& state, const std::vector<bool>& whole) const {
  std::vector<Box> boxes;
  for (size_t i = 0; i < state.frames.size();) {
    size_t end = i;
    while (end < state.frames.size() && !whole[end]) ++end;
    if (end > i + 1) {
      boxes.push_back(folded_frames(state, i, end));
      i = end;
      continue;
    }
    boxes.push_back(frame_box(state, i));
    if (!whole[i]) boxes.back().rows.clear();
    ++i;
  }
  return boxes;
}

Box PictureBoxes::frame_box(const State& state, size_t index) const {
  const WordNames names(*request_.functions, state);
  const FrameState& frame = state.frames[index];
  const FunctionFacts& facts = names.function(frame);
  Box box;
  box.kind = facts.is_nest ? BoxKind::kFrame : BoxKind::kRuntime;
  box.title = frame_title(names, frame);
  box.note = std::to_string(facts.frame_words * kWordBytes) + " bytes";
  if (facts.is_nest && frame.line != 0)
    box.note = "line " + std::to_string(frame.line) + ", " + box.note;
  box.address = state.stack.hi - frame.distance;
  box.bytes = facts.words.size() * kWordBytes;
  if (frame.is_deferred) box.rows.push_back({.name = "run by " + frame.run_by});
  std::ranges::move(frame_rows(state, index), std::back_inserter(box.rows));
  return box;
}

Box PictureBoxes::folded_frames(const State& state, size_t first, size_t end) const {
  const WordNames names(*request_.functions, state);
  std::vector<std::pair<std::string, size_t>> functions;
  for (size_t i = first; i < end; ++i) {
    const std::string name = without_package(names.function(state.frames[i]).name);
    const auto known = std::find_if(functions.begin(), functions.end(),
                                    [&](const auto& each) { return each.first == name; });
    if (known == functions.end()) {
      functions.emplace_back(name, 1);
    } else {
      ++known->second;
    }
  }
  std::string title = counted(end - first, "frame") + ":";
  for (const auto& [name, count] : functions) {
    title += " " + name + (count == 1 ? "" : " ×" + std::to_string(count)) + ",";
  }
  title.pop_back();
  Box box;
  box.kind = BoxKind::kFolded;
  box.title = title;
  box.address = state.stack.hi - state.frames[end - 1].distance;
  const FrameState& outermost = state.frames[first];
  const Address high =
      state.stack.hi - outermost.distance + names.function(outermost).words.size() * kWordBytes;
  box.bytes = high - box.address;
  box.note = std::to_string(box.bytes) + " bytes";
  return box;
}

// What belongs to a variable or a closure; of the runtime's frames, the pointers of their records.
bool PictureBoxes::says_something(const WordNames& names, const FunctionFacts& facts, uint64_t slot,
                                  const WordState& word, uint64_t distance) {
  if (slot == facts.frame_words) return false;
  if (!facts.words[slot].empty()) return true;
  const bool is_pointer = word.kind == WordKind::kHeap || word.kind == WordKind::kStack;
  const bool is_closure = facts.is_nest && word.kind == WordKind::kCode;
  if (!is_closure && (facts.is_nest || facts.is_wrapper || !is_pointer)) return false;
  const auto named = names.on_stack(distance);
  return named && !is_place(named->name) && named->name != "Panic.arg";
}

// The slots of a frame that are shown, from the highest, and the wrong word. The outgoing arguments
// are shown in the frame of their callee.
std::vector<uint64_t> PictureBoxes::shown_words(const State& state, size_t index) const {
  const WordNames names(*request_.functions, state);
  const FrameState& frame = state.frames[index];
  const FunctionFacts& facts = names.function(frame);
  uint64_t low = 0;
  if (index + 1 < state.frames.size()) low = names.function(state.frames[index + 1]).argument_words;
  std::vector<uint64_t> slots;
  for (uint64_t slot = facts.words.size(); slot-- > low;) {
    const uint64_t distance = frame.distance - slot * kWordBytes;
    const WordState* word = state.word(distance);
    if (word == nullptr) continue;
    const bool is_wrong = &state == &state_ && state.stack.hi - distance == wrong_address_;
    if (is_wrong || says_something(names, facts, slot, *word, distance)) slots.push_back(slot);
  }
  return slots;
}

std::vector<Row> PictureBoxes::frame_rows(const State& state, size_t index) const {
  const WordNames names(*request_.functions, state);
  const FrameState& frame = state.frames[index];
  const FunctionFacts& facts = names.function(frame);
  std::vector<Row> rows;
  const std::vector<uint64_t> slots = shown_words(state, index);
  for (size_t i = 0; i < slots.size();) {
    const std::string array = stem(facts.words[slots[i]]);
    size_t end = i;
    while (end < slots.size() && !array.empty() &&
           facts.words[slots[end]].starts_with(array + "[")) {
      ++end;
    }
    const uint64_t distance = frame.distance - slots[i] * kWordBytes;
    if (end - i >= kFoldedWords) {
      Row folded;
      folded.name = array;
      folded.value = counted(end - i, "word");
      folded.kind = RowKind::kFolded;
      folded.address = state.stack.hi - frame.distance + slots[end - 1] * kWordBytes;
      folded.bytes = (end - i) * kWordBytes;
      rows.push_back(std::move(folded));
      i = end;
      continue;
    }
    const Address address = state.stack.hi - distance;
    rows.push_back(row(names, *state.word(distance), address));
    if (const auto named = names.on_stack(distance)) rows.back().name = named->name;
    // gopanic has the address of the record in more than one word.
    const bool is_repeated =
        rows.size() > 1 && rows.back().name == "d" && !rows.back().is_wrong &&
        std::any_of(rows.begin(), rows.end() - 1, [](const Row& each) { return each.name == "d"; });
    if (is_repeated) rows.pop_back();
    ++i;
  }
  return rows;
}

Row PictureBoxes::row(const WordNames& names, const WordState& word, Address address) const {
  Row row;
  row.kind = row_kind(word.kind);
  row.value = names.value(word);
  row.address = address;
  row.bytes = kWordBytes;
  row.is_found = address == wrong_address_ && wrong_address_ != 0;
  row.is_wrong = row.is_found || word.is_wrong();
  if (word.kind == WordKind::kHeap || word.kind == WordKind::kStack) {
    row.target = word.value;
    row.expected = word.expected;
  }
  return row;
}

// ---- Records ----

Row PictureBoxes::head(const char* name, const WordState& word) const {
  Row row;
  row.name = name;
  row.kind = word.value == 0 ? RowKind::kNumber : row_kind(word.kind);
  row.value = word.value == 0 ? "nil" : "";
  row.target = row.expected = word.value;
  return row;
}

Box PictureBoxes::g_box() const {
  Box box;
  box.kind = BoxKind::kG;
  box.title = "goroutine " + std::to_string(state_.goroutine);
  box.rows.push_back(head("defer", state_.defer_head));
  box.rows.push_back(head("panic", state_.panic_head));
  box.rows.back().is_found = box.rows.back().is_wrong = request_.wrong_panic_head;
  for (const PanicState& panic : state_.panics) {
    const bool is_head = state_.stack.hi - panic.distance == state_.panic_head.value;
    if (is_head && panic.is_gone) box.rows.back().value = panic_name(panic.value) + ", gone";
  }
  return box;
}

// argp is the address of no word, but of a frame.
std::string PictureBoxes::frame_at(const WordState& argp) const {
  const auto distance = state_.distance_of(argp.expected);
  for (const FrameState& frame : state_.frames) {
    if (distance && *distance == frame.distance) {
      return "frame of " + without_package(names_.function(frame).name);
    }
  }
  return names_.value(argp);
}

Box PictureBoxes::record_box(const DeferState& record) const {
  Box box;
  box.kind = record.is_given_back ? BoxKind::kGiven : BoxKind::kRecord;
  box.title = "Defer of " + record.function;
  Row& status = box.rows.emplace_back();
  status.name = record.is_running ? "run by " + record.run_by : "pending";
  if (record.is_given_back) status.name = "given back";
  if (!record.is_given_back && !record.is_listed) status.name += ", off the list";
  box.address = record.address;
  box.bytes = record.words.size() * kWordBytes;
  for (uint32_t word : {kArgpWord, kFnWord, kPanicWord, kLinkWord}) {
    const Address address = record.address + Address{word} * kWordBytes;
    const WordState& state = record.words[word];
    const bool says_something = state.value != 0 || word == kFnWord || word == kLinkWord;
    if (!says_something && address != wrong_address_) continue;
    box.rows.push_back(row(names_, state, address));
    box.rows.back().name = names_.in_record(address)->name;
    if (word == kFnWord) box.rows.back().value = record.function;
    if (word == kArgpWord) box.rows.back().value = frame_at(state);
    if (state.value == 0 && word != kFnWord) box.rows.back().value = "nil";
  }
  size_t hidden = 0;
  for (size_t word = Defer::kHeaderWords; word < record.words.size(); ++word) {
    const Address address = record.address + Address{word} * kWordBytes;
    const bool is_shown = word < Defer::kHeaderWords + kFoldedWords || address == wrong_address_;
    if (!is_shown) {
      ++hidden;
      continue;
    }
    box.rows.push_back(row(names_, record.words[word], address));
    box.rows.back().name = names_.in_record(address)->name;
  }
  if (hidden != 0) {
    Row& rest = box.rows.emplace_back();
    rest.name = "…";
    rest.value = counted(hidden, "more argument word");
    rest.kind = RowKind::kFolded;
  }
  return box;
}

std::vector<Box> PictureBoxes::records() const {
  std::vector<Box> boxes = {g_box()};
  size_t folded = 0;
  for (const DeferState& record : state_.defers) {
    if (record.is_mark) continue;
    const bool is_wrong = names_.record_of(wrong_address_) == &record;
    if (record.is_given_back && !is_wrong) continue;
    if (boxes.size() > kMostRecords && !is_wrong) {
      ++folded;
      continue;
    }
    boxes.push_back(record_box(record));
  }
  if (folded != 0) {
    Box& rest = boxes.emplace_back();
    rest.kind = BoxKind::kFolded;
    rest.title = counted(folded, "more Defer record");
  }
  const bool is_object = wrong_address_ != 0 && !request_.wrong_distance && wrong_ == nullptr;
  if (is_object) {
    Box& object = boxes.emplace_back();
    object.kind = BoxKind::kObject;
    object.title = "wrong object, " + hexadecimal(wrong_address_);
    object.address = wrong_address_;
    object.bytes = kWordBytes;
  }
  return boxes;
}

}  // namespace stackquake
