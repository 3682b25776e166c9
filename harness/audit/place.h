#ifndef STACKQUAKE_HARNESS_AUDIT_PLACE_H_
#define STACKQUAKE_HARNESS_AUDIT_PLACE_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "harness/audit/goroutine_shadow.h"
#include "runtime_under_test/code.h"
#include "runtime_under_test/deferred_call.h"
#include "runtime_under_test/word.h"

namespace stackquake {

// The role of a word in the runtime.
enum class WordRole : uint8_t {
  kLocal,             // of a frame
  kArgument,          // of a frame
  kReturnPc,          // of a frame
  kPanicArgp,         // of a Panic in the frame of gopanic or Goexit
  kPanicArg,          //
  kPanicLink,         //
  kPanicStartSp,      //
  kPanicSp,           //
  kPanicBits,         //
  kPanicSlots,        //
  kDeferFn,           // of a Defer record
  kDeferArgp,         //
  kDeferPanic,        //
  kDeferLink,         //
  kDeferredArgument,  // behind a Defer record's header
  kSudogElem,         // of a sudog
  kSudogSelectdone,   //
  kSudogLink,         // next, prev and waitlink
  kCtxt,              // of a G
  kGPanic,            //
  kGDefer,            //
  kGWaiting,          //
  kGParam,            //
  kObjectWord,        // of any other heap object
};

// Whether it is the role of a word of a Panic.
constexpr bool is_of_panic(WordRole role) {
  return WordRole::kPanicArgp <= role && role <= WordRole::kPanicSlots;
}

// Calls `visit` with number and role of every pointer that the Panics of a design have.
template <class Visit>
void each_panic_pointer(const runtime::PanicLayout& layout, Visit&& visit) {
  const auto word = [&](uint32_t number, WordRole role) {
    if (number != runtime::kNoWord) visit(number, role);
  };
  word(layout.argp, WordRole::kPanicArgp);
  word(layout.data, WordRole::kPanicArg);
  word(layout.link, WordRole::kPanicLink);
  word(layout.start_sp, WordRole::kPanicStartSp);
  word(layout.sp, WordRole::kPanicSp);
  word(layout.bits, WordRole::kPanicBits);
  word(layout.slots, WordRole::kPanicSlots);
}

// A word and its role in the runtime.
struct Place {
  runtime::Address address = 0;  // in managed memory or in a G
  WordRole role = WordRole::kLocal;
  uint32_t number = 0;                          // of a local or argument, in words
  const runtime::Function* function = nullptr;  // of the word's frame or deferred call, if any
  uint32_t frames_out = 0;                      // from the innermost frame
  bool faulted = false;                         // the frame was interrupted by a fault
  const ShadowDefer* defer = nullptr;           // the deferred call of the word's record, if any
};

// A function as part of a signature: "nest" for every function of a nest, "reflectcall" for every
// size class, since neither a name nor a size is a cause; other functions of the runtime by name.
std::string_view signature_of(const runtime::Function& function);

// The place as part of a signature, equal for words that are wrong for the same reason:
// "nest:local", "gopanic:Panic.link", "Defer run by Goexit:argument".
std::string signature_of(const Place& place);

// The place as text for people: "argument word 1 of setBig (3 frames out)", "fn of the deferred
// call of body.func1 that a panic runs".
std::string to_string(const Place& place);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_AUDIT_PLACE_H_
