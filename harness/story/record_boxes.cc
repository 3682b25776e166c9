#include "harness/story/picture_boxes.h"

#include <string>

#include "harness/audit/naming.h"
#include "harness/story/trace_printer.h"
#include "runtime_under_test/records.h"

namespace stackquake {

namespace {

using runtime::Address;
using runtime::kWordBytes;

}  // namespace

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

Box PictureBoxes::record_box(const DeferState& record) const {
  Box box;
  box.kind = record.is_given_back ? BoxKind::kGiven : BoxKind::kRecord;
  box.title = "Defer of " + record.function;
  Row& status = box.rows.emplace_back();
  status.name = record.is_running ? "run by " + record.run_by : "pending";
  if (record.stands_for_frame) status.name = "stands for the frame";
  if (record.is_given_back) status.name = "given back";
  if (!record.is_given_back && !record.is_listed) status.name += ", off the list";
  box.address = record.address;
  box.bytes = record.words.size() * kWordBytes;
  const runtime::DeferLayout& layout = state_.defer_layout;
  for (uint32_t word : {layout.argp, layout.fn, layout.panic, layout.link}) {
    if (word == runtime::kNoWord) continue;
    const Address address = record.address + Address{word} * kWordBytes;
    const WordState& state = record.words[word];
    const bool says_something = state.value != 0 || word == layout.fn || word == layout.link;
    if (!says_something && address != wrong_address_) continue;
    box.rows.push_back(row(names_, state, address));
    box.rows.back().name = names_.in_record(address)->name;
    if (word == layout.fn) box.rows.back().value = record.function;
    if (word == layout.argp) box.rows.back().value = names_.frame_with_sp(state);
    if (state.value == 0 && word != layout.fn) box.rows.back().value = "nil";
  }
  size_t hidden = 0;
  for (size_t word = layout.header_words(); word < record.words.size(); ++word) {
    const Address address = record.address + Address{word} * kWordBytes;
    const bool is_shown = word < layout.header_words() + kFoldedWords || address == wrong_address_;
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
    if (record.is_on_stack) continue;
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
