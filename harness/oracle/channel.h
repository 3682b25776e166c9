#ifndef STACKQUAKE_HARNESS_ORACLE_CHANNEL_H_
#define STACKQUAKE_HARNESS_ORACLE_CHANNEL_H_

#include <cstdint>
#include <span>

#include "harness/oracle/value.h"

namespace stackquake::oracle {

struct Channel;
struct Goroutine;

// A goroutine's place in a channel's queue. Belongs to the goroutine, which has one for its send or
// receive, or one for each case of its select.
struct Waiter {
  Goroutine* goroutine = nullptr;
  Waiter* previous = nullptr;
  Waiter* next = nullptr;
  uint32_t number = 0;  // of the select's case
  bool queued = false;
  Word element = 0;  // what a sender sends
};

// Waiters in the order in which they came.
class WaitQueue {
 public:
  void append(Waiter& waiter);

  // Does nothing when it is not queued.
  void remove(Waiter& waiter);

  // Takes the first out of the queue, or null. Of a select's waiters the first that is taken serves
  // it; the others are passed over.
  Waiter* take();

 private:
  Waiter* first_ = nullptr;
  Waiter* last_ = nullptr;
};

// A channel. Its elements, ints or *node, are words.
struct Channel {
  std::span<Word> buffer;  // empty: unbuffered
  uint32_t first = 0;      // of the `count` elements in it
  uint32_t count = 0;
  bool closed = false;
  WaitQueue receivers;
  WaitQueue senders;

  bool is_buffered() const { return !buffer.empty(); }
  bool is_full() const { return count == buffer.size(); }

  void push(Word element);
  Word pop();
};

}  // namespace stackquake::oracle

#endif  // STACKQUAKE_HARNESS_ORACLE_CHANNEL_H_
