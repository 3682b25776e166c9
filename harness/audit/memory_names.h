#ifndef STACKQUAKE_HARNESS_AUDIT_MEMORY_NAMES_H_
#define STACKQUAKE_HARNESS_AUDIT_MEMORY_NAMES_H_

#include <string>

#include "harness/audit/goroutine_shadow.h"
#include "harness/audit/shadow.h"
#include "harness/audit/shadow_word.h"
#include "runtime_under_test/code.h"
#include "runtime_under_test/word.h"

namespace stackquake {

// Describes addresses and words of the current run for people, by the notes of the shadow. Nothing
// is read from managed memory.
class MemoryNames {
 public:
  MemoryNames(const runtime::Program& program, Shadow& shadow)
      : program_(program), shadow_(shadow) {}

  // The word at an address: "local word 2 of main", "word 1 of a node", "the closure of down"; the
  // number itself if nothing is there. `sp` is that of the running goroutine. Frames below it,
  // which the goroutine's shadow may still have, are gone and are not named.
  std::string place(runtime::Address address, runtime::Address sp);

  // A word with this shadow and value: "the number 7", "the address of …", "nil", "a pc of down".
  std::string value(ShadowWord shadow, runtime::Word value, runtime::Address sp);

 private:
  std::string stack_place(const GoroutineShadow& goroutine, runtime::Address address,
                          runtime::Address sp) const;
  std::string heap_place(runtime::Address address);

  const runtime::Program& program_;
  Shadow& shadow_;
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_AUDIT_MEMORY_NAMES_H_
