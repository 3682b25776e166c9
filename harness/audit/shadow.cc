#include "harness/audit/shadow.h"

#include "runtime_under_test/object_type.h"

namespace stackquake {

namespace {

using runtime::Address;
using runtime::kWordBytes;

bool is_channel(const HeapObject& object) {
  return object.type == runtime::kTypeChannel || object.type == runtime::kTypePointerChannel;
}

bool in_data(Address address) {
  return address - runtime::kDataBase < runtime::kDataBytes;
}

}  // namespace

void Shadow::reset() {
  heap_.reset();
  for (size_t i = 0; i < used_goroutines_; ++i) goroutines_[i]->reset();
  used_goroutines_ = 0;
  stacks_.clear();
  current_ = nullptr;
  current_lo_ = 0;
  current_bytes_ = 0;
  frames_ = 0;
}

// ---- Goroutines ----

GoroutineShadow& Shadow::begin_goroutine(const runtime::G& g) {
  while (goroutines_.size() <= g.index) goroutines_.push_back(std::make_unique<GoroutineShadow>());
  used_goroutines_ = std::max<size_t>(used_goroutines_, g.index + 1);
  goroutines_[g.index]->begin(g);
  stacks_.put(g.index, g.stack);
  return *goroutines_[g.index];
}

void Shadow::end_goroutine(const runtime::G& g) {
  goroutine(g.index).end();
  stacks_.remove(g.index);
}

void Shadow::set_current(const runtime::G& g) {
  current_ = &goroutine(g.index);
  current_lo_ = current_->stack().lo;
  current_bytes_ = current_->stack().bytes();
  to_shadow_ = current_->to_shadow();
}

void Shadow::moved(const runtime::G& g) {
  goroutine(g.index).move_to(g.stack);
  stacks_.put(g.index, g.stack);
  if (current_ == &goroutine(g.index)) set_current(g);
}

const GoroutineShadow* Shadow::owner_of(Address address) const {
  const std::optional<uint32_t> owner = stacks_.owner_of(address);
  return owner ? goroutines_[*owner].get() : nullptr;
}

// ---- Stores that do not go to the current stack ----

// The shadow of the first of `words` words; null unless they belong to one stack or object.
ShadowWord* Shadow::writable(Address address, uint32_t words) {
  const Address end = address + Address{words} * kWordBytes;
  if (is_on_current_stack(address)) {
    return fits_current_stack(address, words) ? current_word(address) : nullptr;
  }
  if (runtime::in_heap(address)) {
    const HeapObject* object = heap_.object_at(address);
    if (object == nullptr || object->freed) return nullptr;
    const bool fits = end <= object->start + Address{object->words} * kWordBytes;
    return fits ? heap_.word(address) : nullptr;
  }
  if (in_data(address)) {
    return words == 1 ? &static_word_ : nullptr;
  }
  const GoroutineShadow* owner = runtime::in_stacks(address) ? owner_of(address) : nullptr;
  if (owner == nullptr || end > owner->stack().hi) return nullptr;
  return owner->word(address);
}

Access Shadow::why_not(Address address) {
  if (writable(address, 1) != nullptr) return Access::kBeyond;
  if (!runtime::in_heap(address)) return Access::kUnowned;
  return heap_.object_at(address) == nullptr ? Access::kUnowned : Access::kFreed;
}

Access Shadow::fill_elsewhere(Address to, uint32_t words, ShadowWord value) {
  // Static closures are written only before a run.
  if (in_data(to)) return Access::kFine;
  ShadowWord* shadow = writable(to, words);
  if (shadow == nullptr) return why_not(to);
  std::fill_n(shadow, words, value);
  if (runtime::in_heap(to)) heap_.stored(to, words);
  return Access::kFine;
}

bool Shadow::may_point_to_stacks(Address address) {
  const HeapObject* object = heap_.object_at(address);
  return object != nullptr &&
         (object->type == runtime::kTypeDefer || object->type == runtime::kTypeSudog);
}

Access Shadow::pointer_elsewhere(Address to, ShadowWord pointer) {
  ShadowWord* shadow = writable(to);
  if (shadow == nullptr) return why_not(to);
  *shadow = pointer;
  if (runtime::in_heap(to)) heap_.stored(to, 1);
  const bool is_wrong =
      pointer.kind() == WordKind::kStack && runtime::in_heap(to) && !may_point_to_stacks(to);
  return is_wrong ? Access::kHeapToStack : Access::kFine;
}

Access Shadow::copy_elsewhere(Address to, Address from, uint32_t words) {
  if (words == 0) return Access::kFine;
  const ShadowWord* source = writable(from, words);
  if (source == nullptr) return why_not(from);
  ShadowWord* target = writable(to, words);
  if (target == nullptr) return why_not(to);
  std::memmove(target, source, size_t{words} * sizeof(ShadowWord));
  if (runtime::in_heap(from)) received(from);
  if (!runtime::in_heap(to)) return Access::kFine;
  heap_.stored(to, words);
  if (may_point_to_stacks(to)) return Access::kFine;
  const bool is_wrong = std::any_of(
      target, target + words, [](ShadowWord word) { return word.kind() == WordKind::kStack; });
  return is_wrong ? Access::kHeapToStack : Access::kFine;
}

// Only a receive reads a slot of a channel's buffer. The slot is dead then, whatever it holds.
void Shadow::received(Address from) {
  const HeapObject* object = heap_.object_at(from);
  if (object != nullptr && is_channel(*object)) *heap_.word(from) = ShadowWord();
}

// ---- Provenance ----

Access Shadow::provenance_elsewhere(Address target, ShadowWord& pointer) {
  if (target == 0) {
    pointer = ShadowWord::scalar();
    return Access::kFine;
  }
  if (runtime::in_heap(target)) {
    const HeapObject* object = heap_.object_at(target);
    if (object == nullptr || object->freed) return Access::kNoTarget;
    pointer = ShadowWord::heap(HeapShadow::word_index(target), object->serial);
    return Access::kFine;
  }
  if (in_data(target)) {
    pointer = ShadowWord::static_closure(
        static_cast<uint32_t>((target - runtime::kDataBase) / kWordBytes));
    return Access::kFine;
  }
  const GoroutineShadow* owner = runtime::in_stacks(target) ? owner_of(target) : nullptr;
  if (owner == nullptr) return Access::kNoTarget;
  const uint32_t distance = owner->distance_of(target);
  pointer = ShadowWord::stack(distance, owner->index(), owner->frame_at(distance));
  return Access::kFine;
}

Address Shadow::expected(ShadowWord pointer) {
  switch (pointer.kind()) {
    case WordKind::kStatic:
      return runtime::kDataBase + Address{pointer.word()} * kWordBytes;
    case WordKind::kHeap:
      return HeapShadow::address_of_word(pointer.word());
    case WordKind::kStack: {
      const GoroutineShadow& owner = goroutine(pointer.goroutine());
      const bool lives =
          owner.alive() && (pointer.frame() == 0 || owner.has_frame(pointer.frame()));
      return lives ? owner.address_at(pointer.distance()) : 0;
    }
    default:
      return 0;
  }
}

}  // namespace stackquake
