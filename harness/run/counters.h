#ifndef STACKQUAKE_HARNESS_RUN_COUNTERS_H_
#define STACKQUAKE_HARNESS_RUN_COUNTERS_H_

#include <string_view>

#include "runtime_under_test/result.h"

namespace stackquake {

// Calls visit(name, value) for every counter of a run, in the order of stats.def.
template <typename Visit>
void for_each_counter(const runtime::Stats& stats, Visit visit) {
#define STACKQUAKE_STAT(name) visit(std::string_view(#name), stats.name);
#include "runtime_under_test/stats.def"
#undef STACKQUAKE_STAT
}

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_RUN_COUNTERS_H_
