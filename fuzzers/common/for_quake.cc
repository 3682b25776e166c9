#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <variant>

#include "fuzzers/common/front.h"
#include "fuzzers/common/make_target.h"
#include "harness/cli/fuzz_flags.h"
#include "harness/fuzzing/target_lines.h"

namespace stackquake {

namespace {

void print_line(const std::string& line) {
  std::fprintf(stderr, "%s\n", line.c_str());
}

}  // namespace

std::unique_ptr<FuzzTarget> start_target(std::span<const char* const> arguments) {
  const auto parsed = parse_fuzz_flags(arguments);
  if (const auto* refusal = std::get_if<Refusal>(&parsed)) {
    print_line(std::string(program_invocation_short_name) + ": " + refusal->message);
    std::_Exit(static_cast<int>(refusal->status));
  }
  return make_target(std::get<FuzzSettings>(parsed));
}

void report_finding(const runtime::Violation& violation) {
  print_line(finding_line(violation));
}

void report_run(const ToldRun& told) {
  print_line(told_run_line(told));
}

void report_progress(const FuzzProgress& progress) {
  print_line(situations_line(progress));
}

}  // namespace stackquake
