// Any bytes: parser and checker must not crash, and a nest must stay the same when it is printed.

#include "fuzzers/common/make_target.h"
#include "harness/fuzzing/language_target.h"

std::unique_ptr<stackquake::FuzzTarget> stackquake::make_target(const FuzzSettings& /*settings*/) {
  return std::make_unique<LanguageTarget>();
}
