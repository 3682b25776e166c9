#ifndef STACKQUAKE_HARNESS_FUZZING_LANGUAGE_TARGET_H_
#define STACKQUAKE_HARNESS_FUZZING_LANGUAGE_TARGET_H_

#include <string>
#include <string_view>

#include "harness/fuzzing/fuzz_target.h"
#include "harness/language/arena.h"
#include "harness/language/tree.h"

namespace stackquake {

// Checks the promises of the language on any bytes:
//   - The parser and the checker do not crash.
//   - A nest that is printed is again a nest, equal to the first, and printed as the same text.
// A broken promise is a finding of the check "round-trip".
//
// A text that is not a nest is still a valid input, and is not rejected.
class LanguageTarget final : public FuzzTarget {
 public:
  FuzzVerdict run_one(std::string_view text) override;

 private:
  FuzzVerdict failed(std::string_view what);

  Arena arena_;
  Arena second_arena_;
  std::string printed_;
  std::string printed_again_;
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_FUZZING_LANGUAGE_TARGET_H_
