// Any bytes: parser and checker live through them, and what is a nest survives being printed.

#include "fuzzers/common/make_target.h"
#include "harness/fuzzing/language_target.h"

std::unique_ptr<stackquake::FuzzTarget> stackquake::make_target(const FuzzSettings& /*settings*/) {
  return std::make_unique<LanguageTarget>();
}
