#include "harness/cli/enumerate_command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <utility>

#include "harness/cli/parse_arguments.h"
#include "harness/cli/setting_options.h"
#include "harness/generator/small_nests.h"

namespace stackquake {

namespace {

constexpr const char* kDescription =
    "Makes every nest of a few statements, and runs each with a copy of a stack at each of its "
    "safepoints, and with a collection at each. `quake enumerate` starts it, and reads what it "
    "prints: a JSON object on each line.";

constexpr const char* kFooter =
    "The \"event\" of a line, and what else the line has:\n"
    "  size      with --count, for each size: \"statements\", \"nests\" of exactly so many, and\n"
    "            \"up_to\", those of at most so many\n"
    "  nest      with --texts, for each nest: its \"number\" and its text, \"nest\"\n"
    "  finding   the first run with its signature: the \"number\" of the nest, \"run\",\n"
    "            \"move_at\", \"gc_at\", \"violation\", and the text of the \"nest\" that shows "
    "it\n"
    "            by itself\n"
    "  progress  now and then: \"nests\", how many are done\n"
    "  end       \"nests\", \"safepoints\" and \"runs\" of all nests, and \"seen\": in how many "
    "runs\n"
    "            each signature has come\n"
    "\n"
    "Exit status: 0 no violation, 1 a violation, 2 bad usage, 3 this machine lacks something, or\n"
    "output could not be written.";

}  // namespace

std::variant<EnumerateRequest, Help, Refusal> parse_enumerate_command_line(
    std::span<const std::string> arguments) {
  EnumerateRequest request;
  CLI::App app(kDescription, "enumerate_nests");
  app.footer(kFooter);
  add_settings(app, request.settings);
  app.add_option("--size", request.size, "how many statements a nest has at most")
      ->type_name("K")
      ->check(CLI::Range(uint32_t{0}, SmallNests::kMostStatements))
      ->required();
  auto* count = app.add_flag("--count", request.count, "print how many nests there are instead");
  app.add_flag("--texts", request.texts, "print the nests instead")->excludes(count);
  app.add_option("--first", request.first, "the number of the first nest (0)")->type_name("N");
  auto* end = app.add_option("--end", request.end, "the number behind the last nest (of all)")
                  ->type_name("N");
  app.add_option("--skip", request.skipped, "leave this nest out, repeatable")
      ->type_name("N")
      ->allow_extra_args(false);
  app.add_option("--marker", request.marker,
                 "a file that always says what is being run: the numbers of the nest and the run")
      ->type_name("FILE");
  if (auto refusal = parse_arguments(app, arguments)) {
    if (refusal->status == ExitStatus::kOk) return Help{std::move(refusal->message)};
    return std::move(*refusal);
  }
  if (auto refusal = complete_settings(request.settings)) return std::move(*refusal);
  const uint64_t all = SmallNests(request.size).count();
  request.end = end->count() > 0 ? std::min(request.end, all) : all;
  return request;
}

}  // namespace stackquake
