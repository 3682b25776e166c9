#include "harness/fuzzing/told_runs.h"

#include <nlohmann/json.hpp>

#include "harness/run/counters.h"

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

}  // namespace

void ToldRuns::ran(std::string_view input) {
  if (earlier_.size() < kEarlier) {
    earlier_.emplace_back(input);
    return;
  }
  std::string oldest = std::move(earlier_.front());
  earlier_.pop_front();
  oldest.assign(input);
  earlier_.push_back(std::move(oldest));
}

std::optional<runtime::Violation> ToldRuns::compare(uint64_t hash, const RunDigest& run) {
  const auto known = remembered_.find(hash);
  if (known == remembered_.end()) {
    if (remembered_.size() < kMostRemembered) remembered_.emplace(hash, run);
    return std::nullopt;
  }
  if (known->second == run) return std::nullopt;
  return not_equal("leftovers", "run again in the same process", known->second, run);
}

std::string ToldRuns::line(std::string_view input, const RunDigest& run) const {
  const Json json = {{"input", input}, {"run", json_of(run)}, {"earlier", earlier_}};
  return "stackquake-run: " + json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace stackquake
