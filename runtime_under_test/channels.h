#ifndef STACKQUAKE_RUNTIME_UNDER_TEST_CHANNELS_H_
#define STACKQUAKE_RUNTIME_UNDER_TEST_CHANNELS_H_

#include <cstdint>
#include <vector>

#include "runtime_under_test/code.h"
#include "runtime_under_test/g.h"
#include "runtime_under_test/records.h"
#include "runtime_under_test/word.h"

namespace stackquake::runtime {

class Runtime;

// Channels, as Go 1.4 has them. In an unbuffered operation the element goes directly from sender to
// receiver, through a sudog whose elem points into the waiting goroutine's frame. A buffered
// operation waits for room or for an element, and then tries again.
//
// While a goroutine waits in an unbuffered operation or a select, its sudogs are on the list
// G::waiting, and the copier adjusts their elem and selectdone. All pointers of a sudog are nil
// before it goes back to the cache.
//
// Operands are slots of the frame at g.sched.sp. The operations run on the goroutine's fiber, after
// their safepoint, and may wait. A channel of 0 is nil. All return kUnwind when the run has ended.
class Channels {
 public:
  explicit Channels(Runtime& runtime) : runtime_(runtime) {}

  void reset() { sudogcache_ = 0; }

  // The words of a channel object with room for `capacity` elements.
  static uint32_t words(uint32_t capacity) { return Hchan::kHeaderWords + capacity; }
  static void makechan(Address channel, uint32_t capacity);

  Flow chansend(G& g, uint16_t channel_slot, uint16_t element_slot);
  Flow chanrecv(G& g, uint16_t channel_slot, uint16_t element_slot);
  Flow closechan(G& g, uint16_t channel_slot);

  // Leaves g.sched.pc at the case that was chosen. `done_slot` is a word of the frame that tells
  // other goroutines that the select has been served.
  Flow selectgo(G& g, const SelectTable& table, uint16_t done_slot);

  // Empties the cache of sudogs. Called when a collection begins.
  void clearpools();

 private:
  // The channel that a slot names; null for nil, and after a violation for what is no channel.
  Hchan* channel_at(const G& g, uint16_t slot) const;
  // The sudog that a queue or the cache names; null after a violation if none is there.
  Sudog* sudog_at(Address address) const;
  Sudog* acquire_sudog(G& g);
  void release_sudog(Sudog* sudog);
  bool has_pointers(const Sudog& sudog) const;
  void forget_elem(Sudog* sudog);
  void forget_param(G& g);
  G& g_of(const Sudog& sudog) const;
  void enqueue(Waitq& queue, Sudog* sudog);
  Sudog* dequeue(Waitq& queue);
  void dequeue_sudog(Waitq& queue, Sudog* sudog);
  void wake(Sudog* sudog, Address param);

  Flow send_buffered(G& g, uint16_t channel_slot, uint16_t element_slot);
  Flow receive_buffered(G& g, uint16_t channel_slot, uint16_t element_slot);
  Flow wait_in(G& g, uint16_t channel_slot, Address element, bool is_send);
  Flow block_for_ever(G& g);
  bool passes_safepoint_with(const Sudog& sudog, Address elem, Address& element);
  bool hand_over(Hchan* channel, Address element);
  bool take_from_sender(Hchan* channel, Address element);
  void push(Hchan* channel, Address element);
  void pop(Hchan* channel, Address element);

  enum class Readiness : uint8_t { kNotReady, kReady, kClosed };
  Readiness try_case(G& g, const SelectCase& select_case);
  void enqueue_cases(G& g, const SelectTable& table, uint16_t done_slot);
  const SelectCase* dequeue_cases(G& g, const SelectTable& table);
  void dequeue_loser(Waitq& queue, Sudog* sudog);
  void shuffle_cases(const SelectTable& table);
  void pass_wakeups_on(const G& g, const SelectTable& table);

  Runtime& runtime_;
  Address sudogcache_ = 0;           // linked through Sudog::next
  std::vector<uint32_t> pollorder_;  // of the select that is running
};

}  // namespace stackquake::runtime

#endif  // STACKQUAKE_RUNTIME_UNDER_TEST_CHANNELS_H_
