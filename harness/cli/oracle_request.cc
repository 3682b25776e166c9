#include "harness/cli/oracle_request.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/cli/nest_command.h"
#include "harness/cli/report.h"
#include "harness/cli/report_json.h"
#include "harness/language/language.h"
#include "harness/oracle/expectation.h"
#include "harness/run/oracle_behaviour.h"

namespace stackquake {

namespace {

// For people: why nothing is expected of other runtimes; empty where their behaviour is compared.
std::string remark(const std::optional<std::string_view>& not_compared) {
  if (!not_compared || not_compared->empty()) return "";
  const std::string why(*not_compared);
  if (why == "schedule") return "not compared: the behaviour depends on the schedule";
  if (why == "addresses") {
    return "not compared: the behaviour depends on the numbers that addr() gives";
  }
  return "not compared: the outcome " + why + " says nothing about a runtime";
}

class OracleCommand final : public NestCommand {
 public:
  OracleCommand(const OracleRequest& request, std::FILE* out, std::FILE* errors)
      : NestCommand(request, out, errors), request_(request) {}

 private:
  const Nest* load(std::string_view text, Diagnostic& diagnostic) override {
    arena_.reset();
    return stackquake::load(text, arena_, diagnostic);
  }

  void run_nest(const std::string& file, const Nest& nest, const Directives& directives) override {
    const OracleOptions options = oracle_options(directives, request_.level);
    const Expectation expectation = expectations_.of(nest, options);
    std::optional<std::string_view> not_compared;
    if (request_.schedules > 0) not_compared = why_not_compared(nest, expectation, options);
    const Behaviour behaviour = behaviour_of(*expectation.result);
    const std::vector<std::string_view> events = expectation.result->events.names();
    put_result(
        json() ? behaviour_json(file, to_string(request_.level), behaviour, events, not_compared)
               : behaviour_report(file, width(), behaviour, remark(not_compared)));
  }

  std::string_view why_not_compared(const Nest& nest, const Expectation& expectation,
                                    OracleOptions options) {
    if (!expectation.is_compared()) return expectation.why_not_compared;
    const OracleResult& result = *expectation.result;
    if (expectations_.depends_on_rare_addresses(nest, options, result)) return "addresses";
    if (!is_alike_under_schedules(nest, result, options)) return "schedule";
    if (result.traces().size() < 2) return "";
    for (auto freedom : {&OracleOptions::preempts_anywhere, &OracleOptions::direct_handoff,
                         &OracleOptions::by_priority}) {
      options.*freedom = true;
      if (!is_alike_under_schedules(nest, result, options)) return "schedule";
    }
    return "";
  }

  bool is_alike_under_schedules(const Nest& nest, const OracleResult& result,
                                OracleOptions options) {
    for (uint32_t schedule = 1; schedule < request_.schedules; ++schedule) {
      ++options.seed;
      if (!behave_alike(result, oracle_.evaluate(nest, options))) return false;
    }
    return true;
  }

  const OracleRequest& request_;
  Arena arena_;
  Expectations expectations_;
  Oracle oracle_;
};

}  // namespace

ExitStatus oracle_request(const OracleRequest& request, std::FILE* out, std::FILE* errors) {
  return OracleCommand(request, out, errors).run();
}

}  // namespace stackquake
