#ifndef STACKQUAKE_HARNESS_AUDIT_GOROUTINE_SHADOW_H_
#define STACKQUAKE_HARNESS_AUDIT_GOROUTINE_SHADOW_H_

#include <cstdint>
#include <vector>

#include "harness/audit/reserved_memory.h"
#include "harness/audit/shadow_word.h"
#include "runtime_under_test/deferred_call.h"
#include "runtime_under_test/g.h"
#include "runtime_under_test/observer.h"
#include "runtime_under_test/records.h"
#include "runtime_under_test/traceback.h"

namespace stackquake {

// Distances are those of G::distance, in words: an address is named by how far below the stack's
// high end it lies, which a copy keeps.

// A frame that its function has made.
struct ShadowFrame {
  uint32_t serial = 0;
  uint32_t distance = 0;  // of sp
  const runtime::Function* function = nullptr;

  uint32_t argp_distance() const { return distance - function->frame_words - 1; }
};

// A deferred call that has not ended.
struct ShadowDefer {
  runtime::DeferPlace place = runtime::DeferPlace::kHeap;
  runtime::Address record = 0;  // in the heap; 0 for one on the stack
  uint32_t distance = 0;        // of a record on the stack
  uint32_t argument_words = 0;  // behind the record; 0 for a mark
  uint32_t arguments_at = 0;    // the distance of those of an open-coded call, which has no record
  uint32_t object = 0;          // its serial number
  uint64_t arguments = 0;       // a hash of the arguments when the call was deferred
  uint32_t frame = 0;           // the frame that deferred the call
  bool running = false;
  bool unlisted = false;          // running, and its record had left the list before it began
  bool consumed = false;          // its arguments are in the called function's frame
  bool stands_for_frame = false;  // no call: for all open-coded calls of the frame
  runtime::DeferRunner runner = runtime::DeferRunner::kDeferreturn;

  bool is_in_heap() const { return place == runtime::DeferPlace::kHeap; }
  bool is_in_frame() const { return place == runtime::DeferPlace::kFrame; }
  bool is_in_slot() const { return place == runtime::DeferPlace::kSlot; }
  bool is_mark() const { return place == runtime::DeferPlace::kMark; }
};

// A panic whose gopanic is on the stack.
struct ShadowPanic {
  uint32_t distance = 0;  // of the record
  uint32_t frame = 0;     // gopanic's
  bool recovered = false;
  bool aborted = false;
};

// A goroutine by the events of its run: its frames, deferred calls and panics, and the shadow of
// its stack. Nothing here is read from the stack, from the lists of a G or from a record, so it
// stays true when those are broken.
class GoroutineShadow {
 public:
  GoroutineShadow();

  // A goroutine begins in this G. Words of its stack that are written before any frame is made
  // belong to frame 0.
  void begin(const runtime::G& g);
  bool alive() const { return alive_; }
  void end() { alive_ = false; }

  // Forgets the goroutine, and gives back what an unusually large one has taken.
  void reset();

  uint32_t index() const { return index_; }
  uint32_t id() const { return id_; }

  // ---- The stack ----

  const runtime::Stack& stack() const { return stack_; }
  bool contains(runtime::Address address) const { return stack_.contains(address); }

  // A copy has moved the goroutine to this stack.
  void move_to(const runtime::Stack& stack);

  // Whether the address is where the word at `distance` lay before one of the last copies.
  bool was_at(runtime::Address address, uint32_t distance) const;

  uint32_t distance_of(runtime::Address address) const {
    return static_cast<uint32_t>((stack_.hi - address) / runtime::kWordBytes);
  }
  runtime::Address address_at(uint32_t distance) const {
    return stack_.hi - runtime::Address{distance} * runtime::kWordBytes;
  }

  // The shadow of the word at an address of the stack. The shadow of the next higher word follows
  // it, as on the stack.
  ShadowWord* word(runtime::Address address) const {
    return reinterpret_cast<ShadowWord*>(address + to_shadow_);
  }
  // What to add to an address of the stack to get that of its word's shadow.
  uint64_t to_shadow() const { return to_shadow_; }

  // ---- Frames, from the outermost ----

  const std::vector<ShadowFrame>& frames() const { return frames_; }

  // `function` has made its frame at g.sched.sp; its words are dead.
  void enter(const runtime::G& g, const runtime::Function& function, uint32_t serial);

  // Forgets frames that lie deeper than the registers: they have returned or were unwound.
  void settle(const runtime::G& g);
  void leave(const runtime::G& g);  // the frame at g.sched.sp returns
  // The frame with this serial number continues: the frames below it were unwound. settle() cannot
  // tell this of a frame without words: the return address of the next call lies where such a frame
  // begins.
  void unwind_to(uint32_t serial);

  // The serial number of the frame that a word belongs to: that of the frame whose locals or
  // outgoing arguments it is. 0 for words outside of all frames.
  uint32_t frame_at(uint32_t distance) const;
  bool has_frame(uint32_t serial) const;

  // The frame with this serial number; null if it is gone.
  const ShadowFrame* frame(uint32_t serial) const;

  // The frame whose sp is at this distance; null if no frame has it.
  const ShadowFrame* frame_with_sp(uint32_t distance) const;

  // ---- Deferred calls, the newest last ----

  std::vector<ShadowDefer>& defers() { return defers_; }
  const std::vector<ShadowDefer>& defers() const { return defers_; }
  runtime::Address address_of(const ShadowDefer& d) const {
    return d.is_in_heap() ? d.record : address_at(d.distance);
  }
  ShadowDefer* find_defer(runtime::Address record);
  const ShadowDefer* find_defer(runtime::Address record) const;

  // Whether a call with this record was deferred by the frame, by one below it, or by one that is
  // gone. Does not look at those of older frames: there may be many.
  bool has_defer_since(uint32_t frame, runtime::Address record) const;

  // Marks all running calls: their arguments have been copied into the frames of their functions.
  void consume_running_defers();

  // ---- Panics, the newest last. settle() drops those whose frame is gone ----

  std::vector<ShadowPanic>& panics() { return panics_; }
  const std::vector<ShadowPanic>& panics() const { return panics_; }
  ShadowPanic* find_panic(uint32_t distance);

  // The record that deferreturn has started and not yet given back; 0 if there is none.
  runtime::Address finishing = 0;

 private:
  // The check finds a missed pointer at the copy that missed it, for which one stack would do. The
  // others are for stale pointers that were stored somewhere else in the meantime. The number is
  // picked, not measured.
  static constexpr uint32_t kRememberedStacks = 8;

  void pop_frame() { frames_.pop_back(); }
  void drop_panics();

  ReservedMemory shadow_;
  bool alive_ = false;
  uint32_t index_ = 0;
  uint32_t id_ = 0;
  runtime::Stack stack_;
  uint64_t to_shadow_ = 0;
  uint32_t deepest_ = 0;
  std::vector<runtime::Address> earlier_his_;  // high ends of stacks before the last copies, a ring
  uint32_t copies_ = 0;
  std::vector<ShadowFrame> frames_;
  mutable size_t last_asked_ = 0;  // the place in frames_ that has_frame found last
  std::vector<ShadowDefer> defers_;
  std::vector<ShadowPanic> panics_;
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_AUDIT_GOROUTINE_SHADOW_H_
