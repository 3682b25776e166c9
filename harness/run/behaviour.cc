#include "harness/run/behaviour.h"

#include <algorithm>

namespace stackquake {

Behaviour behaviour_of(const runtime::RunResult& result) {
  return {result.outcome, behaviour_traces(result.traces())};
}

std::vector<std::vector<int64_t>> behaviour_traces(std::span<const std::vector<int64_t>> traces) {
  std::vector<std::vector<int64_t>> kept;
  for (const std::vector<int64_t>& trace : traces) {
    if (!trace.empty()) kept.push_back(trace);
  }
  std::sort(kept.begin(), kept.end());
  return kept;
}

std::string to_string(const runtime::Outcome& outcome) {
  std::string text(runtime::to_string(outcome.kind));
  for (const runtime::ChainLink& link : outcome.chain) {
    text += " " + std::to_string(link.code) + (link.recovered ? " [recovered]" : "");
  }
  return text;
}

std::string to_string(const Behaviour& behaviour) {
  std::string text = to_string(behaviour.outcome);
  text += behaviour.traces.empty() ? "; no traces" : "; traces";
  for (const std::vector<int64_t>& trace : behaviour.traces) {
    std::string values;
    for (int64_t value : trace) values += (values.empty() ? "" : " ") + std::to_string(value);
    text += " [" + values + "]";
  }
  return text;
}

}  // namespace stackquake
