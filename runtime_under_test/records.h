#ifndef STACKQUAKE_RUNTIME_UNDER_TEST_RECORDS_H_
#define STACKQUAKE_RUNTIME_UNDER_TEST_RECORDS_H_

// The runtime's records in managed memory, by Go 1.4's names. Which of their words are pointers is
// told by the types of object_type.h for those in the heap, and by the frame map of gopanic for a
// Panic.

#include <cstddef>
#include <cstdint>

#include "runtime_under_test/word.h"

namespace stackquake::runtime {

// A deferred call: a heap object with `siz` bytes of arguments behind the header. Go's _defer since
// change f95beae61.
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

// What the built-in code() makes of a value.
int64_t code_of(Any value);

// A panic that is in progress: it lies inside gopanic's frame, so it moves with the stack. Go's
// _panic.
struct Panic {
  Address argp;  // of the deferred call that it runs: who may recover it
  Any arg;
  Address link;  // the panic that was in progress when this one began
  Word recovered;
  Word aborted;

  static constexpr uint32_t kWords = 6;
};
static_assert(sizeof(Panic) == size_t{Panic::kWords} * kWordBytes);

// A goroutine waiting on a channel.
struct Sudog {
  Word g;              // id of the goroutine
  Address selectdone;  // the flag on the stack of a select, or 0
  Address next;
  Address prev;
  Address elem;  // the value to send, or where a received one goes: on the stack
  Address waitlink;

  static constexpr uint32_t kWords = 6;
  static constexpr uint64_t kPointerMask = 0b111110;
};
static_assert(sizeof(Sudog) == size_t{Sudog::kWords} * kWordBytes);

struct Waitq {
  Address first;
  Address last;
};

// A channel; its buffer of dataqsiz words lies behind it.
struct Hchan {
  Word qcount;
  Word dataqsiz;
  Word closed;
  Word sendx;
  Word recvx;
  Waitq recvq;
  Waitq sendq;

  static constexpr uint32_t kHeaderWords = 9;
  static constexpr uint64_t kPointerMask = 0b111100000;

  Address buffer() const { return address_of(this) + Address{kHeaderWords} * kWordBytes; }
};
static_assert(sizeof(Hchan) == size_t{Hchan::kHeaderWords} * kWordBytes);

}  // namespace stackquake::runtime

#endif  // STACKQUAKE_RUNTIME_UNDER_TEST_RECORDS_H_
