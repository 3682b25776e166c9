#include "harness/cli/sweep_events.h"

#include "harness/language/language.h"
#include "harness/run/violation_report.h"

namespace stackquake {

std::string line_of(const nlohmann::ordered_json& event) {
  return event.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

std::string text_of_run(const Nest& nest, const Directives& directives,
                        const Placement& placement) {
  Nest other = nest;
  other.directives = placed(directives, placement);
  std::string text;
  print(other, text);
  return text;
}

void tell_violation(nlohmann::ordered_json& event, const Placement& placement,
                    const runtime::Violation& violation) {
  event["move_at"] = placement.copies;
  event["gc_at"] = placement.collections;
  event["violation"] = to_json(violation);
}

}  // namespace stackquake
