#ifndef STACKQUAKE_HARNESS_CLI_REPORT_H_
#define STACKQUAKE_HARNESS_CLI_REPORT_H_

// Reports of runs for people: one line per nest, and a paragraph for a violation.

#include <cstddef>
#include <string>

#include "harness/run/behaviour.h"
#include "runtime_under_test/result.h"

namespace stackquake {

// "FILE  exit; traces [1 2]", with line ends. The file's name is made `printable` and padded to
// `width` bytes. A run with a violation has no meaningful behaviour, so "violation" replaces it.
std::string report(const std::string& file, size_t width, const runtime::RunResult& result);

// The same for a behaviour without a run, with a remark behind it unless that is empty.
std::string behaviour_report(const std::string& file, size_t width, const Behaviour& behaviour,
                             const std::string& remark = "");

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_CLI_REPORT_H_
