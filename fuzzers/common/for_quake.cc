#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
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

StartedTarget start_target(std::span<const char* const> arguments) {
  const auto parsed = parse_fuzz_flags(arguments);
  if (const auto* refusal = std::get_if<Refusal>(&parsed)) {
    print_line(std::string(program_invocation_short_name) + ": " + refusal->message);
    std::_Exit(static_cast<int>(refusal->status));
  }
  const auto& settings = std::get<FuzzSettings>(parsed);
  StartedTarget started{make_target(settings), std::nullopt};
  if (settings.tells_variations) {
    started.target->set_before_variation(
        [](std::string_view variation) { print_line(variation_line(variation)); });
  }
  if (settings.hides_known_counters) started.filter.emplace();
  return started;
}

void report_finding(const FuzzTarget& target) {
  print_line(finding_line(*target.violation(), target.variation()));
}

void report_run(const ToldRun& told) {
  print_line(told_run_line(told));
}

void report_progress(const FuzzProgress& progress) {
  print_line(situations_line(progress));
}

}  // namespace stackquake
