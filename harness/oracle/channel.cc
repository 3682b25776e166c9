#include "harness/oracle/channel.h"

#include "harness/oracle/goroutine.h"

namespace stackquake::oracle {

void WaitQueue::append(Waiter& waiter) {
  waiter.queued = true;
  waiter.next = nullptr;
  waiter.previous = last_;
  (last_ == nullptr ? first_ : last_->next) = &waiter;
  last_ = &waiter;
}

void WaitQueue::remove(Waiter& waiter) {
  if (!waiter.queued) return;
  waiter.queued = false;
  (waiter.previous == nullptr ? first_ : waiter.previous->next) = waiter.next;
  (waiter.next == nullptr ? last_ : waiter.next->previous) = waiter.previous;
}

Waiter* WaitQueue::take() {
  while (first_ != nullptr) {
    Waiter& waiter = *first_;
    remove(waiter);
    if (waiter.goroutine->is_served) continue;
    waiter.goroutine->is_served = true;
    return &waiter;
  }
  return nullptr;
}

void Channel::push(Word element) {
  buffer[(first + count) % buffer.size()] = element;
  ++count;
}

Word Channel::pop() {
  const Word element = buffer[first];
  first = static_cast<uint32_t>((first + 1) % buffer.size());
  --count;
  return element;
}

}  // namespace stackquake::oracle
