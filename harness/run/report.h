#ifndef STACKQUAKE_HARNESS_RUN_REPORT_H_
#define STACKQUAKE_HARNESS_RUN_REPORT_H_

// A run, told to people: one line per nest, and a paragraph where something was wrong with it.

#include <cstddef>
#include <string>

#include "harness/run/behaviour.h"
#include "runtime_under_test/result.h"

namespace stackquake {

// "FILE  exit; traces [1 2]", with the file's name as `printable` makes it, padded to `width`
// bytes. Of a run with a violation the behaviour means nothing, and "violation" stands in its
// place. With line ends.
std::string report(const std::string& file, size_t width, const runtime::RunResult& result);

// "FILE  exit; traces [1 2]", likewise.
std::string behaviour_report(const std::string& file, size_t width, const Behaviour& behaviour);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_RUN_REPORT_H_
