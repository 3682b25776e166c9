#include "runtime_under_test/adjust.h"

#include <algorithm>

#include "runtime_under_test/poison.h"
#include "runtime_under_test/records.h"

namespace stackquake::runtime {

void Adjuster::visit(const Stkframe& frame) {
  ++runtime_.work;
  // Before anything else: the deferred call of a nil func() has no function to ask.
  if (frame.continpc == 0) return;
  FrameMaps maps;
  if (!frame_maps(runtime_.program(), frame, maps)) {
    runtime_.fail("throw", "adjustframe", "", "missing stack map");
    return;
  }
  if (runtime_.has(Defect::kLiveMapAtReturnPc)) use_map_at_return_pc(frame, maps);
  if (runtime_.has(Defect::kSelectRegionNotAdjusted)) leave_words_below_elements(frame, maps);
  // A copy of a stack is paid for by its bytes too, but arguments of a deferred call are on none.
  if (frame.sp == 0) runtime_.work += frame.fn->argument_words;
  for (uint16_t slot : maps.locals) adjustslot(*frame.fn, at(frame.sp)[slot]);
  for (uint16_t word : maps.arguments) adjustslot(*frame.fn, at(frame.argp)[word]);
}

// The map of the instruction that the call returns to, where that is a safepoint itself.
void Adjuster::use_map_at_return_pc(const Stkframe& frame, FrameMaps& maps) const {
  const Program& program = runtime_.program();
  const uint32_t index = code_index(frame.continpc);
  if (index == frame.fn->entry || program.locals_map_of[index] == kNoMap) return;
  maps.locals = program.slots(program.locals_maps[program.locals_map_of[index]]);
}

// The words up to the highest one that a channel operation may write are left to that operation.
void Adjuster::leave_words_below_elements(const Stkframe& frame, FrameMaps& maps) const {
  while (!maps.locals.empty() &&
         frame.sp + Address{maps.locals.front()} * kWordBytes <= highest_element_) {
    maps.locals = maps.locals.subspan(1);
  }
}

void Adjuster::adjustslot(const Function& function, Word& word) {
  const bool is_wrong = (word != 0 && word < kPageBytes) || is_poison(word);
  if (is_wrong && notes_ == nullptr) {
    runtime_.fail("throw", "adjustpointers", "pointer",
                  "a pointer in a frame or deferred call of " + std::string(function.name) +
                      (is_poison(word) ? " holds poison" : " holds a small number"));
  }
  adjustpointer(word);
}

void Adjuster::adjustsudogs(G& g) {
  for (Address address = g.waiting; address != 0; address = record_at<Sudog>(address)->waitlink) {
    ++runtime_.work;
    auto* sudog = record_at<Sudog>(address);
    if (!runtime_.has(Defect::kSudogElemNotAdjusted)) adjustpointer(sudog->elem);
    if (!runtime_.has(Defect::kSelectdoneNotAdjusted)) adjustpointer(sudog->selectdone);
    highest_element_ = std::max(highest_element_, sudog->elem);
    if (runtime_.has(Defect::kFirstSudogAdjusted)) break;
  }
}

}  // namespace stackquake::runtime
