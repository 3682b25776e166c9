#ifndef STACKQUAKE_HARNESS_ORACLE_CHANNEL_H_
#define STACKQUAKE_HARNESS_ORACLE_CHANNEL_H_

#include <cstdint>
#include <span>

#include "harness/oracle/value.h"

namespace stackquake::oracle {

struct Channel;
struct Goroutine;

// A goroutine's entry in a channel's queue. The goroutine owns its entries: one for a send or a
// receive, or one for each case of a select.
struct Waiter {
  Goroutine* goroutine = nullptr;
  Waiter* previous = nullptr;
  Waiter* next = nullptr;
  uint32_t number = 0;  // of the select's case
  bool queued = false;
  Word element = 0;  // the value that a sender sends
};

// Waiters in the order in which they arrived.
class WaitQueue {
 public:
  void append(Waiter& waiter);

  // Does nothing when the waiter is not queued.
  void remove(Waiter& waiter);

  // Removes and returns the first waiter, or null. The first waiter of a select that is taken
  // serves the select; its other waiters are skipped.
  Waiter* take();

 private:
  Waiter* first_ = nullptr;
  Waiter* last_ = nullptr;
};

// A channel. An element, an int or a *node, is one word.
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
