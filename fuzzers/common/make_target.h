#ifndef STACKQUAKE_FUZZERS_COMMON_MAKE_TARGET_H_
#define STACKQUAKE_FUZZERS_COMMON_MAKE_TARGET_H_

#include <memory>

#include "harness/fuzzing/fuzz_settings.h"
#include "harness/fuzzing/fuzz_target.h"

namespace stackquake {

// Each file of fuzzers/ defines this function for its target. The rest of the program is in
// fuzzers/common: one part for fuzzing engines, one for files.
std::unique_ptr<FuzzTarget> make_target(const FuzzSettings& settings);

}  // namespace stackquake

#endif  // STACKQUAKE_FUZZERS_COMMON_MAKE_TARGET_H_
