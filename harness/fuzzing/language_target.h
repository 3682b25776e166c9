#ifndef STACKQUAKE_HARNESS_FUZZING_LANGUAGE_TARGET_H_
#define STACKQUAKE_HARNESS_FUZZING_LANGUAGE_TARGET_H_

#include <string>
#include <string_view>

#include "harness/fuzzing/fuzz_target.h"
#include "harness/language/arena.h"
#include "harness/language/tree.h"

namespace stackquake {

// Holds the language to its promises, for any bytes: parser and checker do not crash; and a nest
// that is printed is a nest again, says the same, and is printed as the same text. What breaks one
// of them is a finding of the check "round-trip".
//
// A text that is no nest is no less of use: it is not rejected.
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
