#include "runtime_under_test/channels.h"

#include "runtime_under_test/check.h"
#include "runtime_under_test/runtime.h"

namespace stackquake::runtime {

void Channels::makechan(Address channel, uint32_t capacity) {
  record_at<Hchan>(channel)->dataqsiz = capacity;
}

Hchan* Channels::channel_at(const G& g, uint16_t slot) const {
  const Address channel = *at(g.slot_address(slot));
  const Heap::Object object = runtime_.heap().find(channel);
  const bool is_channel = object.start == channel &&
                          (object.type == kTypeChannel || object.type == kTypePointerChannel);
  if (channel == 0 || is_channel) return record_at<Hchan>(channel);
  runtime_.fail("bad-dereference", "chan", "channel", "what is taken for a channel is none");
  return nullptr;
}

Sudog* Channels::sudog_at(Address address) const {
  const Heap::Object object = runtime_.heap().find(address);
  if (object.start == address && object.type == kTypeSudog) return record_at<Sudog>(address);
  runtime_.fail("bad-dereference", "chan", "sudog", "what is taken for a sudog is none");
  return nullptr;
}

// ---- Sudogs ----

Sudog* Channels::acquire_sudog(G& g) {
  Address address = sudogcache_;
  if (address != 0 && sudog_at(address) == nullptr) address = sudogcache_ = 0;
  if (address != 0) {
    sudogcache_ = record_at<Sudog>(address)->next;
  } else {
    address = runtime_.newobject(Sudog::kWords, kTypeSudog);
  }
  auto* sudog = record_at<Sudog>(address);
  if (has_pointers(*sudog)) {
    runtime_.fail("throw", "acquireSudog", "sudog", "a cached sudog still has pointers");
  }
  runtime_.store_pointer(address_of(&sudog->next), 0);
  runtime_.store_scalar(address_of(&sudog->g), g.index);
  if (Observer* observer = runtime_.observer()) observer->sudog_acquired(g, *sudog);
  return sudog;
}

void Channels::release_sudog(Sudog* sudog) {
  if (has_pointers(*sudog) || (sudog->next != 0 && !runtime_.has(Defect::kSelectDequeueByG))) {
    runtime_.fail("throw", "releaseSudog", "sudog", "a sudog is released with pointers set");
  }
  if (Observer* observer = runtime_.observer()) observer->sudog_released(*sudog);
  runtime_.store_pointer(address_of(&sudog->next), sudogcache_);
  sudogcache_ = address_of(sudog);
}

// Go added each of these checks with the repair of a defect. So a check is off when its defect is
// on.
bool Channels::has_pointers(const Sudog& sudog) const {
  return (sudog.elem != 0 && !runtime_.has(Defect::kSudogElemAndParamStale)) ||
         (sudog.selectdone != 0 && !runtime_.has(Defect::kSudogSelectdoneStale)) ||
         (sudog.prev != 0 && !runtime_.has(Defect::kSelectDequeueByG)) ||
         (sudog.waitlink != 0 && !runtime_.has(Defect::kSudogLinksKept));
}

// The operation that the sudog waited for is done, or will not be.
void Channels::forget_elem(Sudog* sudog) {
  if (runtime_.has(Defect::kSudogElemAndParamStale)) return;  // elem stays set in the cache
  runtime_.store_pointer(address_of(&sudog->elem), 0);
}

void Channels::forget_param(G& g) {
  if (runtime_.has(Defect::kSudogElemAndParamStale)) return;  // param keeps naming the sudog
  g.param = 0;
}

void Channels::clearpools() {
  // Each link is cut, so that a stray pointer to a cached sudog keeps only this sudog alive.
  while (sudogcache_ != 0) {
    Sudog* sudog = sudog_at(sudogcache_);
    if (sudog == nullptr) return;
    sudogcache_ = sudog->next;
    runtime_.store_pointer(address_of(&sudog->next), 0);
  }
}

void Channels::enqueue(Waitq& queue, Sudog* sudog) {
  const Address address = address_of(sudog);
  runtime_.store_pointer(address_of(&sudog->next), 0);
  runtime_.store_pointer(address_of(&sudog->prev), queue.last);
  if (queue.last == 0) {
    runtime_.store_pointer(address_of(&queue.first), address);
  } else if (Sudog* last = sudog_at(queue.last)) {
    runtime_.store_pointer(address_of(&last->next), address);
  }
  runtime_.store_pointer(address_of(&queue.last), address);
  if (Observer* observer = runtime_.observer()) observer->sudog_enqueued(*sudog, queue);
}

void Channels::dequeue_sudog(Waitq& queue, Sudog* sudog) {
  const Address address = address_of(sudog);
  const bool queued = sudog->prev != 0 || sudog->next != 0 || queue.first == address;
  if (!queued && !runtime_.has(Defect::kSelectDupDequeue)) return;
  if (sudog->prev != 0 && sudog_at(sudog->prev) == nullptr) return;
  if (sudog->next != 0 && sudog_at(sudog->next) == nullptr) return;
  if (sudog->prev != 0) {
    runtime_.store_pointer(address_of(&record_at<Sudog>(sudog->prev)->next), sudog->next);
  } else {
    runtime_.store_pointer(address_of(&queue.first), sudog->next);
  }
  if (sudog->next != 0) {
    runtime_.store_pointer(address_of(&record_at<Sudog>(sudog->next)->prev), sudog->prev);
  } else {
    runtime_.store_pointer(address_of(&queue.last), sudog->prev);
  }
  runtime_.store_pointer(address_of(&sudog->next), 0);
  runtime_.store_pointer(address_of(&sudog->prev), 0);
}

Sudog* Channels::dequeue(Waitq& queue) {
  while (queue.first != 0) {
    Sudog* sudog = sudog_at(queue.first);
    if (sudog == nullptr) return nullptr;
    dequeue_sudog(queue, sudog);
    if (runtime_.finished()) return nullptr;
    if (sudog->selectdone == 0) return sudog;
    if (!g_of(*sudog).stack.contains(sudog->selectdone)) {
      runtime_.fail("bad-dereference", "dequeue", "sudog.selectdone",
                    "the flag of a select is not on its goroutine's stack");
      return nullptr;
    }
    // The first sudog of a select that is dequeued serves the select; the others are skipped.
    if (*at(sudog->selectdone) != 0 && !runtime_.has(Defect::kSelectServedTwice)) continue;
    runtime_.store_scalar(sudog->selectdone, 1);
    return sudog;
  }
  return nullptr;
}

G& Channels::g_of(const Sudog& sudog) const {
  return runtime_.scheduler().goroutine(sudog.g);
}

void Channels::wake(Sudog* sudog, Address param) {
  G& g = g_of(*sudog);
  g.param = param;
  runtime_.scheduler().ready(g);
}

// ---- Moving one element ----

// A collection comes between the load of `elem`, on the stack of the goroutine that waits with the
// sudog, and its use. `element` is a slot of the running goroutine. False when the run has ended.
bool Channels::passes_safepoint_with(const Sudog& sudog, Address elem, Address& element) {
  G& g = *runtime_.scheduler().current();
  const uint64_t distance = g.distance(element);
  const uint64_t number = runtime_.stats().safepoints++;
  if (runtime_.safepoint_slow(g, SafepointKind::kOther, number) == Flow::kUnwind) return false;
  element = g.at_distance(distance);
  if (g_of(sudog).stack.contains(elem)) return true;
  runtime_.fail("bad-dereference", "chan", "sudog.elem",
                "an element is moved to or from a stack that was freed");
  return false;
}

// Moves the element to a waiting receiver. False if no receiver waits.
bool Channels::hand_over(Hchan* channel, Address element) {
  Sudog* receiver = dequeue(channel->recvq);
  if (receiver == nullptr) return false;
  const Address elem = receiver->elem;
  if (elem != 0 && runtime_.has(Defect::kSudogElemReadEarly) &&
      !passes_safepoint_with(*receiver, elem, element)) {
    return true;
  }
  if (elem != 0) runtime_.store_copy(elem, element, 1);
  forget_elem(receiver);
  wake(receiver, address_of(receiver));
  return true;
}

bool Channels::take_from_sender(Hchan* channel, Address element) {
  Sudog* sender = dequeue(channel->sendq);
  if (sender == nullptr) return false;
  if (sender->elem == 0) {
    runtime_.fail("bad-dereference", "chanrecv", "sudog.elem", "a sender has nothing to send");
    return false;
  }
  const Address elem = sender->elem;
  if (runtime_.has(Defect::kSudogElemReadEarly) && !passes_safepoint_with(*sender, elem, element)) {
    return true;
  }
  runtime_.store_copy(element, elem, 1);
  forget_elem(sender);
  wake(sender, address_of(sender));
  return true;
}

void Channels::push(Hchan* channel, Address element) {
  STACKQUAKE_CHECK(channel->sendx < channel->dataqsiz);
  runtime_.store_copy(channel->buffer() + channel->sendx * kWordBytes, element, 1);
  channel->sendx = (channel->sendx + 1) % channel->dataqsiz;
  ++channel->qcount;
  if (Sudog* receiver = dequeue(channel->recvq)) wake(receiver, 0);
}

void Channels::pop(Hchan* channel, Address element) {
  STACKQUAKE_CHECK(channel->recvx < channel->dataqsiz);
  const Address from = channel->buffer() + channel->recvx * kWordBytes;
  runtime_.store_copy(element, from, 1);
  runtime_.store_scalar(from, 0);
  channel->recvx = (channel->recvx + 1) % channel->dataqsiz;
  --channel->qcount;
  if (Sudog* sender = dequeue(channel->sendq)) wake(sender, 0);
}

// ---- Waiting ----

Flow Channels::block_for_ever(G& g) {
  return runtime_.scheduler().park(g);
}

// Waits in the channel's queue until another goroutine wakes this goroutine, for one of two
// reasons:
//
//  - It has moved the element at `element`, if that is not 0. g.param is the sudog then.
//  - The channel has changed or was closed. g.param is 0 then.
Flow Channels::wait_in(G& g, uint16_t channel_slot, Address element, bool is_send) {
  Hchan* channel = channel_at(g, channel_slot);
  STACKQUAKE_CHECK(channel != nullptr);  // a nil one is waited for by block_for_ever
  Sudog* sudog = acquire_sudog(g);
  runtime_.store_pointer(address_of(&sudog->elem), element);
  runtime_.store_pointer(address_of(&sudog->selectdone), 0);
  g.param = 0;
  enqueue(is_send ? channel->sendq : channel->recvq, sudog);
  if (runtime_.has(Defect::kWaitingSetLate)) {
    // A copy finds the sudog on no list of the goroutine.
    const uint64_t number = runtime_.stats().safepoints++;
    if (runtime_.safepoint_slow(g, SafepointKind::kOther, number) == Flow::kUnwind) {
      return Flow::kUnwind;
    }
  }
  // Go keeps the sudog in a local of chansend as well. Here only g.waiting keeps it alive once it
  // is out of the queue.
  g.waiting = address_of(sudog);
  if (runtime_.scheduler().park(g) == Flow::kUnwind) return Flow::kUnwind;
  if (g.waiting != address_of(sudog)) {
    runtime_.fail("throw", "chan", "sudog", "the waiting list of a goroutine is corrupted");
    return Flow::kUnwind;
  }
  if (is_send && element != 0 && g.param == 0 && runtime_.has(Defect::kClosedSendLeavesWaiting)) {
    return Flow::kContinue;  // the sender panics, and g.waiting stays set
  }
  g.waiting = 0;
  release_sudog(sudog);
  return Flow::kContinue;
}

// ---- Operations ----

Flow Channels::chansend(G& g, uint16_t channel_slot, uint16_t element_slot) {
  Hchan* channel = channel_at(g, channel_slot);
  ++runtime_.stats().channel_operations;
  if (channel == nullptr) return block_for_ever(g);
  if (channel->closed != 0) {
    runtime_.raise(g, RuntimeFunction::kPanicchan, kClosedChannel);
    return Flow::kContinue;
  }
  if (channel->dataqsiz != 0) return send_buffered(g, channel_slot, element_slot);
  if (hand_over(channel, g.slot_address(element_slot))) return Flow::kContinue;
  if (wait_in(g, channel_slot, g.slot_address(element_slot), true) == Flow::kUnwind)
    return Flow::kUnwind;
  if (g.param == 0) runtime_.raise(g, RuntimeFunction::kPanicchan, kClosedChannel);
  forget_param(g);
  return Flow::kContinue;
}

Flow Channels::send_buffered(G& g, uint16_t channel_slot, uint16_t element_slot) {
  Hchan* channel = channel_at(g, channel_slot);
  while (channel->qcount == channel->dataqsiz) {
    if (wait_in(g, channel_slot, 0, true) == Flow::kUnwind) return Flow::kUnwind;
    if (channel->closed != 0) {
      runtime_.raise(g, RuntimeFunction::kPanicchan, kClosedChannel);
      return Flow::kContinue;
    }
  }
  push(channel, g.slot_address(element_slot));
  return Flow::kContinue;
}

Flow Channels::chanrecv(G& g, uint16_t channel_slot, uint16_t element_slot) {
  Hchan* channel = channel_at(g, channel_slot);
  ++runtime_.stats().channel_operations;
  if (channel == nullptr) return block_for_ever(g);
  if (channel->dataqsiz != 0) return receive_buffered(g, channel_slot, element_slot);
  const Address element = g.slot_address(element_slot);
  if (channel->closed != 0) {
    runtime_.store_scalar(element, 0);
    return Flow::kContinue;
  }
  if (take_from_sender(channel, element)) return Flow::kContinue;
  if (wait_in(g, channel_slot, g.slot_address(element_slot), false) == Flow::kUnwind)
    return Flow::kUnwind;
  if (g.param == 0) runtime_.store_scalar(g.slot_address(element_slot), 0);
  forget_param(g);
  return Flow::kContinue;
}

Flow Channels::receive_buffered(G& g, uint16_t channel_slot, uint16_t element_slot) {
  Hchan* channel = channel_at(g, channel_slot);
  while (channel->qcount == 0) {
    if (channel->closed != 0) {
      runtime_.store_scalar(g.slot_address(element_slot), 0);
      return Flow::kContinue;
    }
    if (wait_in(g, channel_slot, 0, false) == Flow::kUnwind) return Flow::kUnwind;
  }
  pop(channel, g.slot_address(element_slot));
  return Flow::kContinue;
}

Flow Channels::closechan(G& g, uint16_t channel_slot) {
  Hchan* channel = channel_at(g, channel_slot);
  ++runtime_.stats().channel_operations;
  if (channel == nullptr || channel->closed != 0) {
    runtime_.raise(g, RuntimeFunction::kPanicchan,
                   channel == nullptr ? kCloseOfNilChannel : kClosedChannel);
    return Flow::kContinue;
  }
  channel->closed = 1;
  while (Sudog* receiver = dequeue(channel->recvq)) {
    if (!runtime_.has(Defect::kCloseKeepsElem)) forget_elem(receiver);
    wake(receiver, 0);
  }
  while (Sudog* sender = dequeue(channel->sendq)) {
    if (!runtime_.has(Defect::kCloseKeepsElem)) forget_elem(sender);
    wake(sender, 0);
  }
  return Flow::kContinue;
}

}  // namespace stackquake::runtime
