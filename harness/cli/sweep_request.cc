#include "harness/cli/sweep_request.h"

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "harness/cli/marker.h"
#include "harness/cli/nest_command.h"
#include "harness/cli/sweep_events.h"
#include "harness/language/language.h"
#include "harness/run/file_names.h"
#include "harness/run/nest_checker.h"
#include "harness/sweep/placements.h"

namespace stackquake {

namespace {

using Json = nlohmann::ordered_json;
using std::chrono::steady_clock;

class SweepCommand final : public NestCommand, private SweepWatcher {
 public:
  SweepCommand(const SweepRequest& request, std::FILE* out, std::FILE* errors)
      : NestCommand(request, out, errors),
        request_(request),
        plan_(request.plan),
        marker_(request.marker),
        checker_(request.settings.design, request.settings.defect_set()) {
    plan_.checks = request.settings.checks_mode();
  }

  bool can_mark() const { return marker_.works(); }

 private:
  const Nest* load(std::string_view text, Diagnostic& diagnostic) override {
    return checker_.load(text, diagnostic);
  }

  void run_nest(const std::string& file, const Nest& nest, const Directives& directives) override {
    file_ = file;
    nest_ = &nest;
    directives_ = &directives;
    runtime::Options options = options_of(directives);
    options.poison = request_.settings.poison_mode(options.poison);
    if (request_.show) return show(options);
    done_ = steps_ = 0;
    seen_.clear();
    sweep(checker_, options, plan_, *this);
    tell("end");
    plan_.from = 0;
    ++file_number_;
  }

  void show(const runtime::Options& options) {
    const auto placement = placement_of(checker_, options, plan_, *request_.show);
    Json event = {{"event", "shown"}, {"nest", nullptr}};
    if (placement) event["nest"] = text_of_run(*nest_, *directives_, *placement);
    put_result(line_of(event));
  }

  void beginning(uint64_t run) override { marker_.set(file_number_, run); }

  void planned(uint64_t safepoints, uint64_t runs) override {
    Json event = {{"event", "nest"}, {"file", file_}};
    if (!is_utf8(file_)) event["file_hex"] = hexadecimal(file_);
    event["safepoints"] = safepoints;
    event["runs"] = runs;
    event["too_many"] = runs > plan_.most_runs;
    put_result(line_of(event));
  }

  void ran(uint64_t run, const Placement& placement, const runtime::RunResult& result) override {
    ++done_;
    steps_ += result.stats.steps;
    if (result.violation) take(run, placement, *result.violation);
    if (steady_clock::now() - last_told_ > kBetweenProgress) tell("progress");
  }

  void take(uint64_t run, const Placement& placement, const runtime::Violation& violation) {
    found();
    if (seen_[violation.signature]++ > 0) return;
    Json event = {{"event", "finding"}, {"run", run}};
    tell_violation(event, placement, violation);
    event["nest"] = text_of_run(*nest_, *directives_, placement);
    put_result(line_of(event));
  }

  void tell(const char* what) {
    last_told_ = steady_clock::now();
    Json event = {{"event", what}, {"done", done_}, {"seen", seen_}};
    if (std::string_view(what) == "end") event["steps"] = steps_;
    put_result(line_of(event));
  }

  const SweepRequest& request_;
  SweepPlan plan_;
  Marker marker_;
  NestChecker checker_;
  steady_clock::time_point last_told_ = steady_clock::now();

  // Of the file whose runs are being made.
  uint64_t file_number_ = 0;
  std::string file_;
  const Nest* nest_ = nullptr;
  const Directives* directives_ = nullptr;
  uint64_t done_ = 0;
  uint64_t steps_ = 0;
  std::map<std::string, uint64_t> seen_;  // how often each signature has come
};

}  // namespace

ExitStatus sweep_request(const SweepRequest& request, std::FILE* out, std::FILE* errors) {
  SweepCommand command(request, out, errors);
  if (command.can_mark()) return command.run();
  std::fprintf(errors, "%s: cannot be written\n", printable(request.marker).c_str());
  return ExitStatus::kMissing;
}

}  // namespace stackquake
