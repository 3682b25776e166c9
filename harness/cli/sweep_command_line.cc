#include "harness/cli/sweep_command_line.h"

#include <CLI/CLI.hpp>
#include <charconv>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/cli/parse_arguments.h"
#include "harness/cli/setting_options.h"

namespace stackquake {

namespace {

constexpr const char* kDescription =
    "Runs each nest with a copy of a stack at each of its safepoints, and with a collection at "
    "each. `quake sweep` starts it, and reads what it prints: a JSON object on each line.";

constexpr const char* kFooter =
    "The \"event\" of a line, and what else the line has:\n"
    "  nest      before the runs of a file: \"file\", \"safepoints\", and \"runs\", of all parts\n"
    "            together. \"too_many\" says whether --max-runs forbids them\n"
    "  finding   the first run with its signature: \"run\", \"move_at\", \"gc_at\", \"violation\", "
    "and the\n"
    "            text of the \"nest\" that shows it by itself\n"
    "  progress  now and then: \"done\", the runs of this file so far, and \"seen\", how often "
    "each\n"
    "            signature has come\n"
    "  end       after the runs of a file: \"done\" and \"seen\", and \"steps\", those of all "
    "runs\n"
    "  shown     with --show: the text of the \"nest\" of that run\n"
    "\n"
    "Run 0 forces nothing. S runs with one copy each follow, then S with one collection each, for\n"
    "S safepoints. With --pairs come S(S-1)/2 runs with two copies, and S*S with a copy and a\n"
    "collection. The nest's own move= and gc= do not count.\n"
    "\n"
    "Exit status: 0 no violation, 1 a violation, 2 bad usage, or a file that is no nest (the "
    "others\n"
    "run), 3 this machine lacks something, or output could not be written.";

// Reads a whole text as a number.
bool parse_number(std::string_view text, uint64_t& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

// Reads I/N, with I from 1 to N.
std::optional<Refusal> set_part(SweepPlan& plan, const std::string& text) {
  if (text.empty()) return std::nullopt;
  const size_t slash = text.find('/');
  uint64_t number = 0;
  const bool parsed = slash != std::string::npos &&
                      parse_number(std::string_view(text).substr(0, slash), number) &&
                      parse_number(std::string_view(text).substr(slash + 1), plan.parts);
  if (!parsed || number == 0 || number > plan.parts) {
    return Refusal{ExitStatus::kBadInput, "--part " + text + ": I/N is expected, I from 1 to N"};
  }
  plan.part = number - 1;
  return std::nullopt;
}

}  // namespace

std::variant<SweepRequest, Help, Refusal> parse_sweep_command_line(
    std::span<const std::string> arguments) {
  SweepRequest request;
  std::vector<std::string> overrides;
  std::string part;
  CLI::App app(kDescription, "sweep_nests");
  app.footer(kFooter);
  add_settings(app, request.settings);
  app.add_flag("--pairs", request.plan.pairs,
               "also two copies, and a copy and a collection, at any two safepoints");
  app.add_option("--max-runs", request.plan.most_runs, "leave files out that have more runs")
      ->type_name("N");
  app.add_option("--part", part, "do every Nth run only, so that N processes share the work")
      ->type_name("I/N");
  app.add_option("--from", request.plan.from, "the run of the first file with which to begin")
      ->type_name("RUN");
  app.add_option("--marker", request.marker,
                 "a file that always says which run is being made: the number of the file, and of "
                 "the run")
      ->type_name("FILE");
  app.add_option("--show", request.show, "print the nest of this run instead")->type_name("RUN");
  app.add_option("--set", overrides,
                 "a directive instead of the file's, repeatable: --set stack=256")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
  app.add_option("PATH", request.paths, "nests, and folders of which all .go files are taken")
      ->required();
  if (auto refusal = parse_arguments(app, arguments)) {
    if (refusal->status == ExitStatus::kOk) return Help{std::move(refusal->message)};
    return std::move(*refusal);
  }
  if (auto refusal = complete_settings(request.settings)) return std::move(*refusal);
  if (auto refusal = set_part(request.plan, part)) return std::move(*refusal);
  if (auto refusal = request.overrides.add(overrides)) return std::move(*refusal);
  return request;
}

}  // namespace stackquake
