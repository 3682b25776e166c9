#ifndef STACKQUAKE_FUZZERS_COMMON_FRONT_H_
#define STACKQUAKE_FUZZERS_COMMON_FRONT_H_

// What differs between the fuzz targets of `quake fuzz` and those that are built for services such
// as OSS-Fuzz: where the settings come from, and who reads the reports on standard error.
//
//   for_quake.cc     Settings are flags. Reports are lines of JSON.
//   for_services.cc  Settings are compiled in: such services pass on neither flags nor environment.
//                    Findings are text. Nothing else is reported.

#include <memory>
#include <optional>
#include <span>

#include "harness/fuzzing/counter_filter.h"
#include "harness/fuzzing/fuzz_target.h"
#include "harness/fuzzing/situations.h"
#include "harness/fuzzing/told_runs.h"
#include "runtime_under_test/result.h"

namespace stackquake {

struct StartedTarget {
  std::unique_ptr<FuzzTarget> target;
  std::optional<CounterFilter> filter;  // called after each input
};

// Makes the target. Ends the process if the arguments have a flag that does not exist.
StartedTarget start_target(std::span<const char* const> arguments);

// The process aborts afterwards.
void report_finding(const FuzzTarget& target);

void report_run(const ToldRun& told);

void report_progress(const FuzzProgress& progress);

}  // namespace stackquake

#endif  // STACKQUAKE_FUZZERS_COMMON_FRONT_H_
