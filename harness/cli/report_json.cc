#include "harness/cli/report_json.h"

#include <nlohmann/json.hpp>

#include "harness/run/counters.h"
#include "harness/run/file_names.h"
#include "harness/run/violation_report.h"

namespace stackquake {

namespace {

using Json = nlohmann::ordered_json;

std::string line(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json of_file(const std::string& file) {
  Json json = {{"file", file}};
  if (!is_utf8(file)) json["file_hex"] = hexadecimal(file);
  return json;
}

Json to_json(const runtime::Outcome& outcome) {
  Json chain = Json::array();
  for (const runtime::ChainLink& link : outcome.chain) {
    chain.push_back({{"code", link.code}, {"recovered", link.recovered}});
  }
  return {{"kind", runtime::to_string(outcome.kind)}, {"chain", std::move(chain)}};
}

Json to_json(const runtime::Stats& stats) {
  Json json;
  for_each_counter(stats, [&](std::string_view name, uint64_t value) { json[name] = value; });
  return json;
}

}  // namespace

std::string report_json(const std::string& file, const Settings& settings,
                        const runtime::RunResult& result,
                        std::optional<std::span<const NamedCount>> situations) {
  const Behaviour behaviour = behaviour_of(result);
  Json json = of_file(file);
  json["design"] = settings.design;
  json["defects"] = settings.defects;
  json["outcome"] = to_json(behaviour.outcome);
  json["traces"] = behaviour.traces;
  json["verdict"] = result.violation ? "violation" : "ok";
  json["violation"] = result.violation ? to_json(*result.violation) : Json();
  json["stats"] = to_json(result.stats);
  if (situations) {
    Json counts = Json::object();
    for (const auto& [name, count] : *situations) counts[std::string(name)] = count;
    json["situations"] = std::move(counts);
  }
  return line(json);
}

std::string behaviour_json(const std::string& file, std::string_view level,
                           const Behaviour& behaviour, std::span<const std::string_view> events,
                           std::optional<std::string_view> not_compared) {
  Json json = of_file(file);
  json["level"] = level;
  json["outcome"] = to_json(behaviour.outcome);
  json["traces"] = behaviour.traces;
  json["events"] = std::vector(events.begin(), events.end());
  if (not_compared) json["not_compared"] = not_compared->empty() ? Json() : Json(*not_compared);
  return line(json);
}

std::string error_json(const std::string& file, std::span<const std::string> errors) {
  Json json = of_file(file);
  json["error"] = errors.front();
  const auto further = errors.subspan(1);
  if (!further.empty()) json["further_errors"] = std::vector(further.begin(), further.end());
  return line(json);
}

}  // namespace stackquake
