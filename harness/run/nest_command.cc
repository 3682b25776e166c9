#include "harness/run/nest_command.h"

#include <algorithm>

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

}  // namespace

ExitStatus NestCommand::run() {
  std::vector<Input> inputs = list_inputs(request_.paths);
  width_ = widest(inputs);
  if (request_.json) put("[", out_);
  for (Input& input : inputs) run_input(input);
  if (request_.json) put("\n]\n", out_);
  if (found_) return ExitStatus::kFound;
  return unusable_ ? ExitStatus::kBadInput : ExitStatus::kOk;
}

void NestCommand::run_input(Input& input) {
  const std::string text = input.error.empty() ? read_input(input) : "";
  if (!input.error.empty()) return refuse(input, input.file + ": " + input.error);
  Diagnostic diagnostic;
  const Nest* nest = load(text, diagnostic);
  if (nest == nullptr) return refuse(input, to_string(diagnostic, input.file));
  Directives directives = nest->directives;
  Arena arena;
  std::string message;
  if (!request_.overrides.apply(directives, arena, message)) {
    return refuse(input, input.file + ": with --set: " + message);
  }
  run_nest(input.file, *nest, directives);
}

void NestCommand::refuse(const Input& input, const std::string& error) {
  unusable_ = true;
  put(error + "\n", errors_);
  if (request_.json) put_result(error_json(input.file, error));
}

void NestCommand::put_result(const std::string& result) {
  if (!request_.json) return put(result, out_);
  put((is_first_ ? "\n" : ",\n") + result, out_);
  is_first_ = false;
}

}  // namespace stackquake
