#include "harness/cli/replay.h"

#include "harness/cli/inputs.h"

namespace stackquake {

namespace {

std::string to_string(FuzzVerdict verdict, const FuzzTarget& target) {
  switch (verdict) {
    case FuzzVerdict::kRejected:
      return "rejected";
    case FuzzVerdict::kRan:
      return "ok";
    case FuzzVerdict::kFinding:
      return target.violation()->signature + ": " + target.violation()->message;
  }
  return "";
}

ExitStatus replay_file(FuzzTarget& target, Input input, std::FILE* out) {
  const std::string text = input.error.empty() ? read_input(input) : "";
  if (!input.error.empty()) {
    std::fprintf(out, "%s: %s\n", input.file.c_str(), input.error.c_str());
    return ExitStatus::kBadInput;
  }
  const FuzzVerdict verdict = target.run_one(text);
  std::fprintf(out, "%s: %s\n", input.file.c_str(), to_string(verdict, target).c_str());
  if (verdict == FuzzVerdict::kFinding) return ExitStatus::kFound;
  return verdict == FuzzVerdict::kRan ? ExitStatus::kOk : ExitStatus::kBadInput;
}

}  // namespace

ExitStatus replay(FuzzTarget& target, std::span<const std::string> paths, std::FILE* out) {
  if (paths.empty()) std::fputs("no file to replay\n", out);
  bool found = false;
  bool unusable = paths.empty();
  for (const Input& input : list_inputs(paths)) {
    const ExitStatus status = replay_file(target, input, out);
    found = found || status == ExitStatus::kFound;
    unusable = unusable || status == ExitStatus::kBadInput;
  }
  if (found) return ExitStatus::kFound;
  return unusable ? ExitStatus::kBadInput : ExitStatus::kOk;
}

}  // namespace stackquake
