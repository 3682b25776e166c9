#ifndef STACKQUAKE_RUNTIME_UNDER_TEST_DEFERRED_CALL_H_
#define STACKQUAKE_RUNTIME_UNDER_TEST_DEFERRED_CALL_H_

// Deferred calls and panics as everybody but their design sees them.
//
// A design keeps deferred calls in records of its own, and panics as well. Events hand out a
// DeferredCall or an Unwinding, which is made from such a record and true at that moment. Whoever
// has to look into a record later finds its words by a layout: see Design::defer_layout.

#include <cstdint>
#include <span>
#include <string_view>

#include "runtime_under_test/records.h"
#include "runtime_under_test/word.h"

namespace stackquake::runtime {

// Of a word that the records of a design do not have.
constexpr uint32_t kNoWord = UINT32_MAX;

// What the words of the records of deferred calls are. Numbers count the words of a record from its
// address. A copy or a collection may have to keep up with each of the words that are named here.
struct DeferLayout {
  std::span<const std::string_view> names;  // of all words of the header
  uint32_t argp = kNoWord;                  // --> sp of the frame that deferred
  uint32_t fn = kNoWord;                    // --> closure
  uint32_t panic = kNoWord;                 // --> record of the panic that runs the call
  uint32_t link = kNoWord;                  // --> the next record of the list

  // The address of a word of a record.
  static Address word(Address record, uint32_t number) {
    return record + Address{number} * kWordBytes;
  }
  // The arguments of the call lie behind the header.
  uint32_t header_words() const { return static_cast<uint32_t>(names.size()); }
  Address arguments(Address record) const { return word(record, header_words()); }
};

// The same of the records of panics, which lie in frames of gopanic.
struct PanicLayout {
  std::span<const std::string_view> names;
  uint32_t argp = kNoWord;  // --> arguments of the call that may recover the panic
  uint32_t data = kNoWord;  // --> the boxed value
  uint32_t link = kNoWord;  // --> the next record of the chain

  // The place of a panic or Goexit on the stack, where the record keeps it.
  uint32_t start_sp = kNoWord;  // --> sp of the frame of gopanic or Goexit
  uint32_t sp = kNoWord;        // --> sp of the frame whose deferred calls run
  uint32_t bits = kNoWord;      // --> the bits of that frame's open-coded calls
  uint32_t slots = kNoWord;     // --> the first slot of these calls

  uint32_t words() const { return static_cast<uint32_t>(names.size()); }
  static Address word(Address record, uint32_t number) { return DeferLayout::word(record, number); }
};

// Where the record of a deferred call lies.
enum class DeferPlace : uint8_t {
  kHeap,   // an object of its own, of kTypeDefer
  kFrame,  // in the frame that defers
  kSlot,   // open-coded: the slot of its closure, in the frame that defers. There is no record
  kMark,  // in a frame of the runtime. It is no deferred call of the program, but a mark among them
};

enum class DeferProgress : uint8_t { kPending, kRunByPanic, kRunByGoexit };

// A deferred call that has not ended, or whose record is just given back.
struct DeferredCall {
  Address record = 0;  // names the call: no other call has a record there
  DeferPlace place = DeferPlace::kHeap;
  DeferProgress progress = DeferProgress::kPending;
  Address frame = 0;  // sp of the frame that deferred; of no frame for a mark
  Word pc = 0;        // in the function that deferred
  Address fn = 0;     // closure; 0 for a nil func()
  Address link = 0;   // the next record of the list
  Address arguments = 0;
  uint32_t argument_words = 0;

  // No call, but a record that stands on the list for all open-coded calls of the frame. It may be
  // given back without being started.
  bool stands_for_frame = false;
};

enum class UnwindingKind : uint8_t {
  kPanic,
  kGoexit,  // in designs in which a Goexit has a record on the chain of panics
};

// A panic or a Goexit in progress.
struct Unwinding {
  Address record = 0;  // in the frame of gopanic or Goexit
  UnwindingKind kind = UnwindingKind::kPanic;
  Any value;
  Address argp = 0;
  Address link = 0;  // the next record of the chain
  bool recovered = false;
  bool aborted = false;
};

}  // namespace stackquake::runtime

#endif  // STACKQUAKE_RUNTIME_UNDER_TEST_DEFERRED_CALL_H_
