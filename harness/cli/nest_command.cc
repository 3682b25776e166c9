#include "harness/cli/nest_command.h"

#include <algorithm>

#include "harness/cli/report_json.h"
#include "harness/language/language.h"
#include "harness/run/file_names.h"

namespace stackquake {

namespace {

void put(const std::string& text, std::FILE* file) {
  std::fwrite(text.data(), 1, text.size(), file);
  std::fflush(file);
}

size_t widest(const std::vector<Input>& inputs) {
  size_t width = 0;
  for (const Input& input : inputs) width = std::max(width, printable(input.file).size());
  return width;
}

// All errors of a text that was refused with `first`: those of `diagnose` when it is not a nest,
// else `first` alone.
std::vector<std::string> errors_in(std::string_view text, const Diagnostic& first,
                                   const std::string& file) {
  std::vector<Diagnostic> diagnostics = diagnose(text);
  if (diagnostics.empty()) diagnostics = {first};
  std::vector<std::string> errors;
  errors.reserve(diagnostics.size());
  for (const Diagnostic& one : diagnostics) errors.push_back(to_string(one, file));
  return errors;
}

}  // namespace

ExitStatus NestCommand::run() {
  auto [inputs, skipped_folders] = find_inputs(request_.paths);
  width_ = widest(inputs);
  for (const std::string& folder : skipped_folders) {
    put(printable(folder) + ": skipped; the file " + kNotNests +
            " says that its files are not nests\n",
        errors_);
  }
  if (request_.json) put("[", out_);
  for (Input& input : inputs) run_input(input);
  if (request_.json) put("\n]\n", out_);
  if (found_) return ExitStatus::kFound;
  return unusable_ ? ExitStatus::kBadInput : ExitStatus::kOk;
}

void NestCommand::run_input(Input& input) {
  const std::string text = input.error.empty() ? read_input(input) : "";
  const std::string file = printable(input.file);
  if (!input.error.empty()) return refuse(input, {file + ": " + input.error});
  Diagnostic diagnostic;
  const Nest* nest = load(text, diagnostic);
  if (nest == nullptr) return refuse(input, errors_in(text, diagnostic, file));
  Directives directives = nest->directives;
  Arena arena;
  std::string message;
  if (!request_.overrides.apply(directives, arena, message)) {
    return refuse(input, {file + ": with --set: " + message});
  }
  run_nest(input.file, *nest, directives);
}

void NestCommand::refuse(const Input& input, const std::vector<std::string>& errors) {
  unusable_ = true;
  for (const std::string& error : errors) put(error + "\n", errors_);
  if (request_.json) put_result(error_json(input.file, errors));
}

void NestCommand::put_result(const std::string& result) {
  if (!request_.json) return put(result, out_);
  put((is_first_ ? "\n" : ",\n") + result, out_);
  is_first_ = false;
}

}  // namespace stackquake
