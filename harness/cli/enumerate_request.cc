#include "harness/cli/enumerate_request.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "harness/cli/marker.h"
#include "harness/cli/sweep_events.h"
#include "harness/generator/small_nests.h"
#include "harness/run/file_names.h"
#include "harness/run/nest_checker.h"
#include "harness/sweep/sweep.h"

namespace stackquake {

namespace {

using Json = nlohmann::ordered_json;
using std::chrono::steady_clock;

void put(const Json& event, std::FILE* out) {
  const std::string line = line_of(event);
  std::fwrite(line.data(), 1, line.size(), out);
  std::fflush(out);
}

// Sweeps one nest after the other, and adds up.
class Enumeration final : private SweepWatcher {
 public:
  Enumeration(const EnumerateRequest& request, std::FILE* out)
      : request_(request),
        out_(out),
        marker_(request.marker),
        checker_(request.settings.design, request.settings.defect_set()),
        plan_{.checks = request.settings.checks_mode()} {}

  bool can_mark() const { return marker_.works(); }

  ExitStatus run() {
    const SmallNests nests(request_.size);
    for (number_ = request_.first; number_ < request_.end; ++number_) {
      if (std::ranges::find(request_.skipped, number_) != request_.skipped.end()) continue;
      if (!sweep_nest(nests.text(number_))) return ExitStatus::kMissing;
      ++nests_;
      if (steady_clock::now() - last_told_ > kBetweenProgress) tell("progress");
    }
    tell("end");
    return seen_.empty() ? ExitStatus::kOk : ExitStatus::kFound;
  }

 private:
  // False if the text is no nest, which would be a mistake of SmallNests.
  bool sweep_nest(const std::string& text) {
    Diagnostic diagnostic;
    nest_ = checker_.load(text, diagnostic);
    if (nest_ == nullptr) return false;
    runtime::Options options = options_of(nest_->directives);
    options.poison = request_.settings.poison_mode(options.poison);
    sweep(checker_, options, plan_, *this);
    return true;
  }

  void beginning(uint64_t run) override { marker_.set(number_, run); }

  void planned(uint64_t safepoints, uint64_t runs) override {
    safepoints_ += safepoints;
    runs_ += runs;
  }

  void ran(uint64_t run, const Placement& placement, const runtime::RunResult& result) override {
    if (!result.violation || seen_[result.violation->signature]++ > 0) return;
    Json event = {{"event", "finding"}, {"number", number_}, {"run", run}};
    tell_violation(event, placement, *result.violation);
    event["nest"] = text_of_run(*nest_, nest_->directives, placement);
    put(event, out_);
  }

  void tell(const char* what) {
    last_told_ = steady_clock::now();
    put({{"event", what},
         {"nests", nests_},
         {"safepoints", safepoints_},
         {"runs", runs_},
         {"seen", seen_}},
        out_);
  }

  const EnumerateRequest& request_;
  std::FILE* out_;
  Marker marker_;
  NestChecker checker_;
  SweepPlan plan_;
  steady_clock::time_point last_told_ = steady_clock::now();

  uint64_t number_ = 0;
  const Nest* nest_ = nullptr;
  uint64_t nests_ = 0;
  uint64_t safepoints_ = 0;
  uint64_t runs_ = 0;
  std::map<std::string, uint64_t> seen_;  // how often each signature has come
};

void print_counts(uint32_t most, std::FILE* out) {
  const SmallNests nests(most);
  uint64_t up_to = 0;
  for (uint32_t size = 0; size <= most; ++size) {
    up_to += nests.of_size(size);
    put({{"event", "size"}, {"statements", size}, {"nests", nests.of_size(size)}, {"up_to", up_to}},
        out);
  }
}

void print_texts(const EnumerateRequest& request, std::FILE* out) {
  const SmallNests nests(request.size);
  for (uint64_t number = request.first; number < request.end; ++number) {
    const std::string line =
        line_of({{"event", "nest"}, {"number", number}, {"nest", nests.text(number)}});
    std::fwrite(line.data(), 1, line.size(), out);
  }
}

}  // namespace

ExitStatus enumerate_request(const EnumerateRequest& request, std::FILE* out, std::FILE* errors) {
  if (request.count) {
    print_counts(request.size, out);
    return ExitStatus::kOk;
  }
  if (request.texts) {
    print_texts(request, out);
    return ExitStatus::kOk;
  }
  Enumeration enumeration(request, out);
  if (enumeration.can_mark()) return enumeration.run();
  std::fprintf(errors, "%s: cannot be written\n", printable(request.marker).c_str());
  return ExitStatus::kMissing;
}

}  // namespace stackquake
