#include "harness/run/behaviour.h"

#include <algorithm>

namespace stackquake {

Behaviour behaviour_of(const runtime::RunResult& result) {
  Behaviour behaviour{result.outcome, {}};
  for (const std::vector<int64_t>& trace : result.traces()) {
    if (!trace.empty()) behaviour.traces.push_back(trace);
  }
  std::sort(behaviour.traces.begin(), behaviour.traces.end());
  return behaviour;
}

std::string to_string(const Behaviour& behaviour) {
  std::string text(runtime::to_string(behaviour.outcome.kind));
  for (const runtime::ChainLink& link : behaviour.outcome.chain) {
    text += " " + std::to_string(link.code) + (link.recovered ? " [recovered]" : "");
  }
  text += behaviour.traces.empty() ? "; no traces" : "; traces";
  for (const std::vector<int64_t>& trace : behaviour.traces) {
    std::string values;
    for (int64_t value : trace) values += (values.empty() ? "" : " ") + std::to_string(value);
    text += " [" + values + "]";
  }
  return text;
}

}  // namespace stackquake
