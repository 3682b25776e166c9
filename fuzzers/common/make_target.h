#ifndef STACKQUAKE_FUZZERS_COMMON_MAKE_TARGET_H_
#define STACKQUAKE_FUZZERS_COMMON_MAKE_TARGET_H_

#include <memory>

#include "harness/fuzzing/fuzz_flags.h"
#include "harness/fuzzing/fuzz_target.h"

namespace stackquake {

// What a file of fuzzers/ defines: its target. The rest of its program is in fuzzers/common, once
// for fuzzing engines and once for files.
std::unique_ptr<FuzzTarget> make_target(const FuzzSettings& settings);

}  // namespace stackquake

#endif  // STACKQUAKE_FUZZERS_COMMON_MAKE_TARGET_H_
