#ifndef STACKQUAKE_HARNESS_AUDIT_SHADOW_WORD_H_
#define STACKQUAKE_HARNESS_AUDIT_SHADOW_WORD_H_

#include <cstdint>

#include "runtime_under_test/check.h"
#include "runtime_under_test/memory.h"
#include "runtime_under_test/word.h"

namespace stackquake {

enum class WordKind : uint8_t {
  kDead,    // not written since its frame was made
  kScalar,  // a number; nil too
  kCode,    // a pc
  kStatic,  // points to a static closure
  kHeap,    // points into a heap object
  kStack,   // points into a goroutine's stack
};

// What a word of managed memory must be: its kind and, for a pointer, its provenance. The
// provenance is the object that the word points into, by a serial number that no other object of
// the run has, and the place in the object. The shadow finds the present address of the place.
//
//   bits   0-2    3-23                    24-33        34-63
//   stack  kind   words from the high end goroutine    frame's serial number
//   bits   0-2    3-28                    32-63
//   heap   kind   word of the heap        object's serial number
//   static kind   word of the data
//
// All bits zero is kDead.
class ShadowWord {
 public:
  constexpr ShadowWord() = default;

  static constexpr ShadowWord scalar() { return ShadowWord(bits_of(WordKind::kScalar)); }
  static constexpr ShadowWord code() { return ShadowWord(bits_of(WordKind::kCode)); }
  static constexpr ShadowWord static_closure(uint32_t word) {
    return ShadowWord(bits_of(WordKind::kStatic) | uint64_t{word} << kPlaceShift);
  }
  static constexpr ShadowWord heap(uint32_t word, uint32_t object) {
    return ShadowWord(bits_of(WordKind::kHeap) | uint64_t{word} << kPlaceShift |
                      uint64_t{object} << kObjectShift);
  }
  // `distance` in words from the stack's high end; `goroutine` is a G::index.
  static constexpr ShadowWord stack(uint32_t distance, uint32_t goroutine, uint32_t frame) {
    STACKQUAKE_CHECK(distance <= kDistanceMask && goroutine <= kGoroutineMask);
    return ShadowWord(bits_of(WordKind::kStack) | uint64_t{distance} << kPlaceShift |
                      uint64_t{goroutine} << kGoroutineShift | uint64_t{frame} << kFrameShift);
  }

  constexpr WordKind kind() const { return static_cast<WordKind>(bits_ & 7); }
  constexpr bool is_pointer() const { return kind() >= WordKind::kStatic; }

  // Of kHeap and kStatic.
  constexpr uint32_t word() const {
    return static_cast<uint32_t>(bits_ >> kPlaceShift) & kHeapMask;
  }
  constexpr uint32_t object() const { return static_cast<uint32_t>(bits_ >> kObjectShift); }

  // Of kStack.
  constexpr uint32_t distance() const {
    return static_cast<uint32_t>(bits_ >> kPlaceShift) & kDistanceMask;
  }
  constexpr uint32_t goroutine() const {
    return static_cast<uint32_t>(bits_ >> kGoroutineShift) & kGoroutineMask;
  }
  constexpr uint32_t frame() const { return static_cast<uint32_t>(bits_ >> kFrameShift); }

  friend constexpr bool operator==(ShadowWord, ShadowWord) = default;

 private:
  static constexpr int kPlaceShift = 3;
  static constexpr int kGoroutineShift = 24;
  static constexpr int kFrameShift = 34;
  static constexpr int kObjectShift = 32;
  static constexpr uint32_t kDistanceMask = (uint32_t{1} << 21) - 1;
  static constexpr uint32_t kGoroutineMask = (uint32_t{1} << 10) - 1;
  static constexpr uint32_t kHeapMask = (uint32_t{1} << 26) - 1;
  static_assert(runtime::kHeapBytes / runtime::kWordBytes <= size_t{1} << 26);

  static constexpr uint64_t bits_of(WordKind kind) { return static_cast<uint64_t>(kind); }
  explicit constexpr ShadowWord(uint64_t bits) : bits_(bits) {}

  uint64_t bits_ = 0;
};
static_assert(sizeof(ShadowWord) == runtime::kWordBytes);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_AUDIT_SHADOW_WORD_H_
