#include "harness/story/picture_boxes.h"

#include <algorithm>

#include "runtime_under_test/memory.h"

namespace stackquake {

namespace {

using runtime::Address;
using runtime::kWordBytes;

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

// ---- Rows ----

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

Row PictureBoxes::head(const char* name, const WordState& word) const {
  Row row;
  row.name = name;
  row.kind = word.value == 0 ? RowKind::kNumber : row_kind(word.kind);
  row.value = word.value == 0 ? "nil" : "";
  row.target = row.expected = word.value;
  return row;
}

}  // namespace stackquake
