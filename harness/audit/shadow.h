#ifndef STACKQUAKE_HARNESS_AUDIT_SHADOW_H_
#define STACKQUAKE_HARNESS_AUDIT_SHADOW_H_

// The shadow of all managed memory: beside every word, what it is, whatever the runtime believes.
//
// A ShadowWord has the kind of a word (dead, number, pc, pointer) and, of a pointer, what it points
// to: a place in an object by the object's serial number, or a place in a stack by its distance
// from the high end. Neither changes when a stack moves, so a copy needs no work here:
//
//      stack of goroutine 1                 its GoroutineShadow's memory
//
//      hi      +-------------+              end     +------------------------------+
//              | return pc   |                      | code                         |
//              | x = 7       | <--.                 | number                       |
//              | &x          | ---'                 | stack: goroutine 1, 2 below, |
//              |             |                      |        frame 12              |
//      sp      +-------------+                      +------------------------------+
//              | unused      |                      | of frames that have returned |
//
//      address of a word's shadow = address of the word + GoroutineShadow::to_shadow()
//
// A copy changes only to_shadow(). Expected of the word &x is then address_at(2) on the new stack,
// as long as frame 12 is there. The shadow of the heap lies at fixed places (HeapShadow); that of
// the static closures is one word, since nobody writes them in a run.
//
// It is written as the interpreter and the runtime tell of their stores, never for a copy or a
// collection. Each store is checked on the way: whether a stack or an object is there, and whether
// it may hold a pointer into a stack.
//
// A slot of a channel's buffer is dead once its element has been received: no event and no word of
// the channel says so, but the copy out of the slot.
//
// A store to the running goroutine's own stack, as most are, costs a comparison and a store. Other
// stacks are found by LivingStacks. Between runs nothing has to be cleared: a serial number of an
// earlier run finds no object.

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <vector>

#include "harness/audit/goroutine_shadow.h"
#include "harness/audit/heap_shadow.h"
#include "harness/audit/living_stacks.h"
#include "harness/audit/shadow_word.h"
#include "runtime_under_test/check.h"
#include "runtime_under_test/g.h"
#include "runtime_under_test/memory.h"
#include "runtime_under_test/word.h"

namespace stackquake {

// The shadow's answer to a store or a load.
enum class Access : uint8_t {
  kFine,
  kFreed,        // the word belongs to an object that the collector has freed
  kUnowned,      // no stack and no object is there
  kBeyond,       // the words begin in a stack or object, and end behind it
  kHeapToStack,  // a pointer into a stack was stored in an object that may not hold one
  kNoTarget,     // a pointer was stored that points to unowned memory, or to a freed object
};

class Shadow {
 public:
  // Begins a run.
  void reset();

  // ---- Goroutines ----

  GoroutineShadow& begin_goroutine(const runtime::G& g);
  GoroutineShadow& goroutine(uint32_t index) {
    STACKQUAKE_CHECK(index < used_goroutines_);
    return *goroutines_[index];
  }
  std::span<const std::unique_ptr<GoroutineShadow>> goroutines() const {
    return {goroutines_.data(), used_goroutines_};
  }

  void end_goroutine(const runtime::G& g);

  // The stacks of the goroutines that have begun and not ended.
  const LivingStacks& stacks() const { return stacks_; }

  // The next stores go most likely to the stack of this goroutine, which makes them faster.
  void set_current(const runtime::G& g);
  void moved(const runtime::G& g);
  GoroutineShadow& current() { return *current_; }

  uint32_t new_frame_serial() { return ++frames_; }

  // ---- Stores. The words themselves have been written already ----

  Access scalars(runtime::Address to, uint32_t words) {
    return fill(to, words, ShadowWord::scalar());
  }
  Access code(runtime::Address to) { return fill(to, 1, ShadowWord::code()); }
  Access pointer(runtime::Address to, runtime::Address target) {
    ShadowWord pointer;
    const Access access = provenance(target, pointer);
    if (access != Access::kFine) return access;
    if (is_on_current_stack(to)) {
      *current_word(to) = pointer;
      return Access::kFine;
    }
    return pointer_elsewhere(to, pointer);
  }
  Access copy(runtime::Address to, runtime::Address from, uint32_t words) {
    if (!is_on_current_stack(to) || !is_on_current_stack(from)) {
      return copy_elsewhere(to, from, words);
    }
    if (words == 1) {
      *current_word(to) = *current_word(from);
    } else {
      if (!fits_current_stack(to, words) || !fits_current_stack(from, words)) [[unlikely]]
        return Access::kBeyond;
      std::memmove(current_word(to), current_word(from), size_t{words} * sizeof(ShadowWord));
    }
    return Access::kFine;
  }

  // ---- Questions ----

  HeapShadow& heap() { return heap_; }

  // The shadow of a word; null if no stack and no object is there.
  const ShadowWord* find(runtime::Address address) {
    return is_on_current_stack(address) ? current_word(address) : writable(address);
  }

  // Sets `pointer` to the shadow of a pointer to `target` that is made at this moment: a scalar if
  // `target` is nil.
  Access provenance(runtime::Address target, ShadowWord& pointer) {
    if (is_on_current_stack(target)) {
      const uint32_t distance = current_->distance_of(target);
      pointer = ShadowWord::stack(distance, current_->index(), current_->frame_at(distance));
      return Access::kFine;
    }
    return provenance_elsewhere(target, pointer);
  }

  // The address that a word with this shadow must hold; 0 if its target is gone. Only for pointers.
  runtime::Address expected(ShadowWord pointer);

 private:
  bool is_on_current_stack(runtime::Address address) const {
    return address - current_lo_ < current_bytes_;
  }
  bool fits_current_stack(runtime::Address address, uint32_t words) const {
    return address - current_lo_ + uint64_t{words} * runtime::kWordBytes <= current_bytes_;
  }
  ShadowWord* current_word(runtime::Address address) const {
    return reinterpret_cast<ShadowWord*>(address + to_shadow_);
  }
  Access fill(runtime::Address to, uint32_t words, ShadowWord value) {
    if (!is_on_current_stack(to)) return fill_elsewhere(to, words, value);
    if (words == 1) {
      *current_word(to) = value;
    } else {
      if (!fits_current_stack(to, words)) [[unlikely]]
        return Access::kBeyond;
      std::fill_n(current_word(to), words, value);
    }
    return Access::kFine;
  }

  ShadowWord* writable(runtime::Address address) { return writable(address, 1); }
  ShadowWord* writable(runtime::Address address, uint32_t words);
  Access why_not(runtime::Address address);
  const GoroutineShadow* owner_of(runtime::Address address) const;
  Access fill_elsewhere(runtime::Address to, uint32_t words, ShadowWord value);
  Access pointer_elsewhere(runtime::Address to, ShadowWord pointer);
  Access copy_elsewhere(runtime::Address to, runtime::Address from, uint32_t words);
  void received(runtime::Address from);
  Access provenance_elsewhere(runtime::Address target, ShadowWord& pointer);
  bool may_point_to_stacks(runtime::Address address);

  HeapShadow heap_;
  std::vector<std::unique_ptr<GoroutineShadow>> goroutines_;  // by G::index; kept across runs
  size_t used_goroutines_ = 0;
  LivingStacks stacks_;
  GoroutineShadow* current_ = nullptr;
  runtime::Address current_lo_ = 0;
  uint64_t current_bytes_ = 0;
  uint64_t to_shadow_ = 0;
  uint32_t frames_ = 0;
  ShadowWord static_word_ = ShadowWord::code();
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_AUDIT_SHADOW_H_
