#ifndef STACKQUAKE_RUNTIME_UNDER_TEST_RECORDS_H_
#define STACKQUAKE_RUNTIME_UNDER_TEST_RECORDS_H_

// The runtime's records in managed memory, by Go 1.4's names. A copy adjusts them besides the
// frames.
//
// A Defer is a heap object, in go1.13 also a part of a frame. The call's arguments lie behind it:
//
//      +0   siz, started   two numbers of 32 bits
//      +8   argp           --> sp of the frame that deferred: on the stack
//      +16  pc             where deferproc returns to; a recovery makes it return there again
//      +24  fn             --> closure: static, in the heap or on the stack; 0 for a nil func()
//      +32  panic          --> the Panic that runs the call: on the stack
//      +40  link           --> the Defer made before it
//      +48  siz bytes of arguments, by the entry map of fn's function
//
// A Panic lies in the frame of its gopanic, so it moves with the stack, and the map of that frame
// covers its pointers:
//
//      +0   argp           --> arguments of the deferred call that it runs, which may recover it
//      +8   arg            an any: type, and data --> boxed int
//      +24  link           --> the panic that was in progress when this one began
//      +32  recovered, aborted
//
// A stack with one pending and one running deferred call, and a panic in progress:
//
//      main's frame        <-------------- argp   Defer 1 (pending: started 0)
//      f's frame           <-------------- argp   Defer 2 (running: started 1) --link--> Defer 1
//      gopanic's frame     Panic <-------- panic      ^                 G::defer --> Defer 2
//      call16's frame        `-- argp --> the arguments in this frame   G::panic --> Panic
//      the deferred call's frame
//
// A Defer is in use from deferproc to freedefer, a sudog from acquire_sudog to release_sudog.
// Records that were given back lie in pools, linked by `link` or `next`. All their other pointers
// are 0 then, in designs that promise so (Design::wipes_freed_defers): they keep nothing alive, and
// a copy can miss nothing in them. A collection empties the pools.
//
// kPointerMask has a bit for each word of a heap record that the collector follows: bit 0 is the
// first word. It does not follow the argp of a Defer and the g of a Sudog.

#include <cstddef>
#include <cstdint>

#include "runtime_under_test/word.h"

namespace stackquake::runtime {

// A deferred call. Go's _defer since change f95beae61.
struct Defer {
  int32_t siz;       // bytes of arguments and result
  uint32_t started;  // 1 once a panic or Goexit runs it
  Address argp;      // sp of the frame that deferred
  Word pc;           // where deferproc returns to, also after a recovery
  Address fn;        // closure, perhaps on the stack; 0 for a nil func()
  Address panic;     // the Panic that runs it
  Address link;      // the Defer made before it

  static constexpr uint32_t kHeaderWords = 6;
  static constexpr uint64_t kPointerMask = 0b111000;  // fn, panic, link

  Address address() const { return address_of(this); }
  Address arguments() const { return address() + Address{kHeaderWords} * kWordBytes; }
};
static_assert(sizeof(Defer) == size_t{Defer::kHeaderWords} * kWordBytes);

// A value of type `any`: Go's eface, with a small number for the type descriptor.
struct Any {
  Word type;     // 0 nil, kInt, or a runtime error
  Address data;  // the boxed int of kInt; 0 for a runtime error

  static constexpr Word kInt = 1;
  // A runtime error with the negative code of the built-in code().
  static Any error(int64_t code) { return {static_cast<Word>(1 - code), 0}; }
};

// The codes of the runtime errors.
constexpr int64_t kNilDereference = -1;
constexpr int64_t kIndexOutOfRange = -2;
constexpr int64_t kDivisionByZero = -3;
constexpr int64_t kClosedChannel = -5;
constexpr int64_t kCloseOfNilChannel = -6;

// The result of the built-in code() for a value.
int64_t code_of(Any value);

// A panic that is in progress. Go's _panic.
struct Panic {
  Address argp;  // of the deferred call that it runs: the function with this argp may recover it
  Any arg;
  Address link;  // the panic that was in progress when this one began
  Word recovered;
  Word aborted;

  static constexpr uint32_t kWords = 6;
};
static_assert(sizeof(Panic) == size_t{Panic::kWords} * kWordBytes);

// A goroutine that waits in the queue of a channel: a heap object. A select has one per case.
struct Sudog {
  Word g;              // index of the goroutine
  Address selectdone;  // a flag on the goroutine's stack: its select has been served; else 0
  Address next;        // in the queue, or in the pool
  Address prev;
  Address elem;      // the value to send, or where a received one goes: on the goroutine's stack
  Address waitlink;  // the goroutine's next one: G::waiting

  static constexpr uint32_t kWords = 6;
  static constexpr uint64_t kPointerMask = 0b111110;
};
static_assert(sizeof(Sudog) == size_t{Sudog::kWords} * kWordBytes);

// A queue of sudogs, linked both ways.
struct Waitq {
  Address first;
  Address last;
};

// A channel: a heap object with a ring of dataqsiz words behind the header, of which qcount hold
// elements, from recvx on.
struct Hchan {
  Word qcount;
  Word dataqsiz;  // 0: unbuffered
  Word closed;    // 0 or 1
  Word sendx;     // where the next element goes; below dataqsiz
  Word recvx;     // where the oldest element lies
  Waitq recvq;
  Waitq sendq;

  static constexpr uint32_t kHeaderWords = 9;
  static constexpr uint64_t kPointerMask = 0b111100000;

  Address buffer() const { return address_of(this) + Address{kHeaderWords} * kWordBytes; }
};
static_assert(sizeof(Hchan) == size_t{Hchan::kHeaderWords} * kWordBytes);

}  // namespace stackquake::runtime

#endif  // STACKQUAKE_RUNTIME_UNDER_TEST_RECORDS_H_
