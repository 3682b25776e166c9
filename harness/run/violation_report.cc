#include "harness/run/violation_report.h"

#include <nlohmann/json.hpp>

#include "harness/audit/naming.h"

namespace stackquake {

namespace {

using Json = nlohmann::ordered_json;
using runtime::Violation;
using runtime::WordEvent;
using runtime::WordEventKind;

Json to_json(const WordEvent& event) {
  Json json = {{"event", runtime::to_string(event.kind)},
               {"function", event.function},
               {"line", event.line}};
  if (!event.what.empty()) json["what"] = event.what;
  const bool has_value =
      event.kind != WordEventKind::kAllocated && event.kind != WordEventKind::kFreed;
  if (has_value) json["value"] = hexadecimal(event.value);
  if (event.number != 0) json["number"] = event.number;
  if (event.count != 1) json["count"] = event.count;
  return json;
}

}  // namespace

Json to_json(const Violation& violation) {
  Json history = Json::array();
  for (const WordEvent& event : violation.history) history.push_back(to_json(event));
  Json json = {{"check", violation.check},       {"signature", violation.signature},
               {"message", violation.message},   {"line", violation.line},
               {"function", violation.function}, {"goroutine", violation.goroutine},
               {"place", violation.place}};
  json["history"] = std::move(history);
  return json;
}

std::string violation_json(const Violation& violation, std::string_view input) {
  Json json = to_json(violation);
  if (!input.empty()) json["input"] = input;
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace stackquake
