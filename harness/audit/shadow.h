#ifndef STACKQUAKE_HARNESS_AUDIT_SHADOW_H_
#define STACKQUAKE_HARNESS_AUDIT_SHADOW_H_

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <vector>

#include "harness/audit/goroutine_shadow.h"
#include "harness/audit/heap_shadow.h"
#include "harness/audit/shadow_word.h"
#include "runtime_under_test/g.h"
#include "runtime_under_test/memory.h"
#include "runtime_under_test/word.h"

namespace stackquake {

// What became of a store or load that the shadow was told of.
enum class Access : uint8_t {
  kFine,
  kFreed,        // the word is of an object that the collector has freed
  kNobodys,      // no stack and no object is there
  kHeapToStack,  // a pointer into a stack was stored in an object that may not hold one
  kNoTarget,     // a pointer was stored that points to nobody's memory, or to a freed object
};

// The shadow of all managed memory: beside every word, what it is. It is written as the interpreter
// and the runtime tell of their stores, never for a copy or a collection, and nothing of it depends
// on what the runtime believes.
//
// A store to the running goroutine's own stack, as most are, costs a comparison and a store.
// Between runs nothing has to be cleared.
class Shadow {
 public:
  // Before a run.
  void reset();

  // ---- Goroutines ----

  GoroutineShadow& begin_goroutine(const runtime::G& g);
  GoroutineShadow& goroutine(uint32_t index) { return *goroutines_[index]; }
  std::span<const std::unique_ptr<GoroutineShadow>> goroutines() const {
    return {goroutines_.data(), used_goroutines_};
  }

  // Whose stack the next stores most likely go to.
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
      std::memmove(current_word(to), current_word(from), size_t{words} * sizeof(ShadowWord));
    }
    return Access::kFine;
  }

  // ---- Questions ----

  HeapShadow& heap() { return heap_; }

  // The shadow of a word; null where it is nobody's.
  const ShadowWord* find(runtime::Address address) {
    return is_on_current_stack(address) ? current_word(address) : writable(address);
  }

  // What a pointer made here and now to `target` is: of nil a scalar.
  Access provenance(runtime::Address target, ShadowWord& pointer) {
    if (is_on_current_stack(target)) {
      const uint32_t distance = current_->distance_of(target);
      pointer = ShadowWord::stack(distance, current_->index(), current_->frame_at(distance));
      return Access::kFine;
    }
    return provenance_elsewhere(target, pointer);
  }

  // What a word of this shadow must hold. Only for pointers; 0 where its target is gone.
  runtime::Address expected(ShadowWord pointer);

 private:
  bool is_on_current_stack(runtime::Address address) const {
    return address - current_lo_ < current_bytes_;
  }
  ShadowWord* current_word(runtime::Address address) const {
    return reinterpret_cast<ShadowWord*>(address + to_shadow_);
  }
  Access fill(runtime::Address to, uint32_t words, ShadowWord value) {
    if (!is_on_current_stack(to)) return fill_elsewhere(to, words, value);
    if (words == 1) {
      *current_word(to) = value;
    } else {
      std::fill_n(current_word(to), words, value);
    }
    return Access::kFine;
  }

  ShadowWord* writable(runtime::Address address);
  Access why_not(runtime::Address address);
  GoroutineShadow* owner_of(runtime::Address address);
  Access fill_elsewhere(runtime::Address to, uint32_t words, ShadowWord value);
  Access pointer_elsewhere(runtime::Address to, ShadowWord pointer);
  Access copy_elsewhere(runtime::Address to, runtime::Address from, uint32_t words);
  Access provenance_elsewhere(runtime::Address target, ShadowWord& pointer);
  bool may_point_to_stacks(runtime::Address address);

  HeapShadow heap_;
  std::vector<std::unique_ptr<GoroutineShadow>> goroutines_;  // by G::index; kept across runs
  size_t used_goroutines_ = 0;
  GoroutineShadow* current_ = nullptr;
  runtime::Address current_lo_ = 0;
  uint64_t current_bytes_ = 0;
  uint64_t to_shadow_ = 0;
  uint32_t frames_ = 0;
  ShadowWord static_word_ = ShadowWord::code();
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_AUDIT_SHADOW_H_
