#include "harness/fuzzing/target_lines.h"

#include <nlohmann/json.hpp>
#include <string_view>

#include "harness/run/counters.h"
#include "harness/run/violation_report.h"

namespace stackquake {

namespace {

using Json = nlohmann::ordered_json;

Json json_of(const RunDigest& run) {
  Json json = {{"ending", run.ending}, {"traces", run.traces}};
  for_each_counter(run.stats, [&](std::string_view name, uint64_t value) {
    if (name != "steps") json[name] = value;
  });
  json["steps"] = run.stats.steps;
  return json;
}

std::string dumped(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

std::string finding_line(const runtime::Violation& violation, std::string_view variation) {
  return "stackquake-finding: " + violation_json(violation, variation);
}

std::string variation_line(std::string_view variation) {
  return "stackquake-variation: " + dumped({{"input", variation}});
}

std::string told_run_line(const ToldRun& told) {
  return "stackquake-run: " +
         dumped({{"input", told.input}, {"run", json_of(told.run)}, {"earlier", told.earlier}});
}

std::string situations_line(const FuzzProgress& progress) {
  Json counts = Json::object();
  for (size_t i = 0; progress.situations != nullptr && i < kSituations; ++i) {
    const SituationFacts& facts = all_situations()[i];
    const bool is_met =
        facts.need == kGoroutines ? progress.goroutines : progress.situations->meets(facts.need);
    if (!is_met) continue;
    counts[std::string(facts.name)] = progress.situations->total(static_cast<Situation>(i));
  }
  return "stackquake-situations: " +
         dumped({{"inputs", progress.tally.executions - progress.tally.variations},
                 {"executions", progress.tally.executions},
                 {"valid", progress.tally.valid},
                 {"rejected", progress.tally.rejected},
                 {"situations", counts}});
}

}  // namespace stackquake
