#ifndef STACKQUAKE_HARNESS_AUDIT_PLACE_H_
#define STACKQUAKE_HARNESS_AUDIT_PLACE_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "harness/audit/goroutine_shadow.h"
#include "runtime_under_test/code.h"
#include "runtime_under_test/word.h"

namespace stackquake {

// What a word is to the runtime.
enum class WordRole : uint8_t {
  kLocal,             // of a frame
  kArgument,          // of a frame
  kReturnPc,          // of a frame
  kPanicArgp,         // of a Panic in gopanic's frame
  kPanicArg,          //
  kPanicLink,         //
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

// A word that matters, and what it is to the runtime.
struct Place {
  runtime::Address address = 0;  // in managed memory or in a G
  WordRole role = WordRole::kLocal;
  uint32_t number = 0;                          // of a local or argument, in words
  const runtime::Function* function = nullptr;  // whose frame or deferred call it is of, if any
  uint32_t frames_out = 0;                      // from the innermost frame
  bool faulted = false;                         // the frame was interrupted by a fault
  const ShadowDefer* defer = nullptr;           // whose record it is of, if any
};

// A function as part of a signature: "nest" for all of a nest, "reflectcall" for one of any size
// class, since neither a name nor a size is a cause of anything; the runtime's own by their names.
std::string_view signature_of(const runtime::Function& function);

// The place as part of a signature: equal for words that are wrong for the same reason. Runtime
// functions have their names, those of nests are all "nest": "nest:local", "gopanic:Panic.link",
// "Defer run by Goexit:argument".
std::string signature_of(const Place& place);

// The place for people: "argument word 1 of setBig (3 frames out)", "fn of the deferred call of
// body.func1 that a panic runs".
std::string to_string(const Place& place);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_AUDIT_PLACE_H_
