#include "harness/fuzzing/fuzz_target.h"

#include "harness/run/violation_report.h"

namespace stackquake {

std::string finding_line(const runtime::Violation& violation) {
  return "stackquake-finding: " + violation_json(violation);
}

}  // namespace stackquake
