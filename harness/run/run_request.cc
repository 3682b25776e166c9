#include "harness/run/run_request.h"

#include <algorithm>
#include <string>
#include <vector>

#include "harness/run/event_log.h"
#include "harness/run/inputs.h"
#include "harness/run/nest_runner.h"
#include "harness/run/report.h"
#include "harness/run/report_json.h"

namespace stackquake {

namespace {

void put(const std::string& text, std::FILE* file) {
  std::fwrite(text.data(), 1, text.size(), file);
  std::fflush(file);
}

size_t widest(const std::vector<Input>& inputs) {
  size_t width = 0;
  for (const Input& input : inputs) width = std::max(width, input.file.size());
  return width;
}

// One command: the files of a request, one after another.
class Command {
 public:
  Command(const Request& request, std::FILE* out, std::FILE* errors)
      : request_(request), out_(out), errors_(errors), runner_(request.settings.design) {}

  ExitStatus run() {
    std::vector<Input> inputs = list_inputs(request_.paths);
    width_ = widest(inputs);
    if (request_.json) put("[", out_);
    for (Input& input : inputs) run_input(input);
    if (request_.json) put("\n]\n", out_);
    if (found_) return ExitStatus::kFound;
    return unusable_ ? ExitStatus::kBadInput : ExitStatus::kOk;
  }

 private:
  void run_input(Input& input) {
    const std::string text = input.error.empty() ? read_input(input) : "";
    if (!input.error.empty()) return refuse(input, input.file + ": " + input.error);
    Diagnostic diagnostic;
    const Nest* nest = runner_.load(text, diagnostic);
    if (nest == nullptr) return refuse(input, to_string(diagnostic, input.file));
    Directives directives = nest->directives;
    Arena arena;
    std::string message;
    if (!request_.overrides.apply(directives, arena, message)) {
      return refuse(input, input.file + ": with --set: " + message);
    }
    runtime::Options options = options_of(directives);
    options.poison = request_.settings.poison_mode(options.poison);
    tell(input, run(options));
  }

  const runtime::RunResult& run(const runtime::Options& options) {
    if (!request_.trace) return runner_.run(options);
    std::FILE* sink = request_.json ? errors_ : out_;
    EventLog log(runner_.runtime(),
                 [sink](std::string_view line) { std::fwrite(line.data(), 1, line.size(), sink); });
    return runner_.run(options, log);
  }

  void tell(const Input& input, const runtime::RunResult& result) {
    found_ = found_ || result.violation.has_value();
    if (request_.json) {
      put_json(report_json(input.file, request_.settings, result));
    } else {
      put(report(input.file, width_, result), out_);
    }
  }

  void refuse(const Input& input, const std::string& error) {
    unusable_ = true;
    put(error + "\n", errors_);
    if (request_.json) put_json(error_json(input.file, error));
  }

  void put_json(const std::string& object) {
    put((is_first_ ? "\n" : ",\n") + object, out_);
    is_first_ = false;
  }

  const Request& request_;
  std::FILE* out_;
  std::FILE* errors_;
  NestRunner runner_;
  size_t width_ = 0;
  bool is_first_ = true;  // of the JSON list
  bool found_ = false;
  bool unusable_ = false;
};

}  // namespace

ExitStatus run_request(const Request& request, std::FILE* out, std::FILE* errors) {
  return Command(request, out, errors).run();
}

}  // namespace stackquake
