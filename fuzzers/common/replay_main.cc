// replay_TARGET [FLAG]… FILE…
//
// Runs a target on files, without a fuzzing engine. The flags are those of the target. For the exit
// status see exit_status.h.

#include <cerrno>
#include <cstdio>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "fuzzers/common/make_target.h"
#include "harness/cli/fuzz_flags.h"
#include "harness/cli/output.h"
#include "harness/cli/replay.h"

int main(int argc, char** argv) {
  const auto parsed = stackquake::parse_fuzz_flags({argv, static_cast<size_t>(argc)});
  if (const auto* refusal = std::get_if<stackquake::Refusal>(&parsed)) {
    std::fprintf(stderr, "%s: %s\n", program_invocation_short_name, refusal->message.c_str());
    return static_cast<int>(refusal->status);
  }
  std::vector<std::string> files;
  for (int i = 1; i < argc; ++i) {
    if (!std::string_view(argv[i]).starts_with("--")) files.emplace_back(argv[i]);
  }
  const auto target = stackquake::make_target(std::get<stackquake::FuzzSettings>(parsed));
  const auto status = stackquake::replay(*target, files, stdout);
  return stackquake::finish_output(program_invocation_short_name, stdout, stderr,
                                   static_cast<int>(status));
}
