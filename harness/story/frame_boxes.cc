#include "harness/story/picture_boxes.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "harness/story/trace_printer.h"

namespace stackquake {

namespace {

using runtime::Address;
using runtime::kWordBytes;

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

// Whether the box of a record says that the call runs.
bool has_running_record(const State& state, const StartingCallState& starting) {
  return std::ranges::any_of(state.defers, [&](const DeferState& record) {
    return record.is_running && !record.is_given_back && record.function == starting.function;
  });
}

}  // namespace

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
  for (const OpenCallState& call : state.open_calls) {
    if (call.frame != frame.distance) continue;
    box.rows.push_back({.name = "pending", .value = call.function});
  }
  const bool is_last = index + 1 == state.frames.size();
  if (is_last && state.starting && !has_running_record(state, *state.starting)) {
    box.rows.push_back({.name = "starts", .value = state.starting->function});
  }
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
    const WordState& word = *state.word(distance);
    rows.push_back(row(names, word, address));
    if (names.is_sp_in_panic(distance)) rows.back().value = names.frame_with_sp(word);
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

}  // namespace stackquake
