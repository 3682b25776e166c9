#include "harness/cli/run_request.h"

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "harness/cli/nest_command.h"
#include "harness/cli/report.h"
#include "harness/cli/report_json.h"
#include "harness/fuzzing/feedback.h"
#include "harness/fuzzing/situations.h"
#include "harness/run/nest_checker.h"
#include "harness/story/recorder.h"
#include "harness/story/trace_printer.h"

namespace stackquake {

namespace {

class RunCommand final : public NestCommand {
 public:
  RunCommand(const RunRequest& request, std::FILE* out, std::FILE* errors)
      : NestCommand(request, out, errors),
        request_(request),
        checker_(request.settings.design, request.settings.defect_set()),
        feedback_(checker_.runner().runtime(), situations_) {}

 private:
  const Nest* load(std::string_view text, Diagnostic& diagnostic) override {
    return checker_.load(text, diagnostic);
  }

  void run_nest(const std::string& file, const Nest&, const Directives& directives) override {
    runtime::Options options = options_of(directives);
    options.poison = request_.settings.poison_mode(options.poison);
    const runtime::RunResult& result = run_with(options);
    if (result.violation) found();
    if (!json()) return put_result(report(file, width(), result));
    if (!request_.situations) return put_result(report_json(file, request_.settings, result));
    put_result(report_json(file, request_.settings, result, counted()));
  }

  const runtime::RunResult& run_with(const runtime::Options& options) {
    const Checks checks = request_.settings.checks_mode();
    situations_.begin_run();
    if (request_.situations) return checker_.run(options, checks, feedback_);
    if (!request_.trace) return checker_.run(options, checks);
    std::FILE* sink = json() ? errors() : out();
    Recorder recorder(checker_.runner().runtime(), [sink](const Event& event) {
      const std::string line = trace_line(event);
      std::fwrite(line.data(), 1, line.size(), sink);
    });
    return checker_.run(options, checks, recorder);
  }

  // The situations of the last run.
  std::vector<NamedCount> counted() const {
    std::vector<NamedCount> counts;
    for (size_t number = 0; number < kSituations; ++number) {
      const auto count = situations_.of(static_cast<Situation>(number));
      if (count > 0) counts.emplace_back(all_situations()[number].name, count);
    }
    return counts;
  }

  const RunRequest& request_;
  NestChecker checker_;
  std::array<uint8_t, kSituationBytes> bytes_{};
  Situations situations_{bytes_};
  Feedback feedback_;
};

}  // namespace

ExitStatus run_request(const RunRequest& request, std::FILE* out, std::FILE* errors) {
  return RunCommand(request, out, errors).run();
}

}  // namespace stackquake
