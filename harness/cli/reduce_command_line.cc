#include "harness/cli/reduce_command_line.h"

#include <CLI/CLI.hpp>
#include <utility>
#include <vector>

#include "harness/cli/parse_arguments.h"
#include "harness/cli/setting_options.h"

namespace stackquake {

namespace {

constexpr const char* kDescription =
    "Finds the smallest nest that shows the same violation, and prints it.";

constexpr const char* kFooter =
    R"(Exit status: 0 it has been reduced, 2 bad usage, or a file that is no nest or shows no such
violation, 3 something missing on this machine, or output that could not be written.

Directives that --set gives become the nest's own. With --json standard output gets one
object and nothing else: "file", "signature", "statements_before", "statements_after",
"bytes_before", "bytes_after", "candidates", "seconds", "nest". "file_hex" follows "file"
for a name that is no UTF-8: its bytes.

`quake reduce --go=ROOT` takes a real Go toolchain instead of a design, and has other options:
`quake reduce --go=ROOT --help`.)";

}  // namespace

std::variant<ReduceRequest, Help, Refusal> parse_reduce_command_line(
    std::span<const std::string> arguments) {
  ReduceRequest request;
  std::vector<std::string> overrides;
  CLI::App app(kDescription, "reduce_nest");
  app.footer(kFooter);
  add_settings(app, request.settings);
  app.add_option("--set", overrides,
                 "a directive instead of the file's, repeatable: --set gc=alloc")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
  app.add_option("--signature", request.signature,
                 "the violation to keep; unless given, the one that the file shows");
  app.add_option("--seconds", request.seconds, "after which the smallest nest so far will do (60)")
      ->type_name("N")
      ->check(CLI::Range(0.001, 1e6));
  app.add_option("--out", request.out,
                 "write the nest to this file, whole or not at all; to a pipe or device as it is")
      ->type_name("FILE");
  app.add_flag("--json", request.json, "print a JSON document");
  app.add_option("FILE", request.file, "a nest with a violation")->required();
  if (auto refusal = parse_arguments(app, arguments)) {
    if (refusal->status == ExitStatus::kOk) return Help{std::move(refusal->message)};
    return std::move(*refusal);
  }
  if (auto refusal = complete_settings(request.settings)) return std::move(*refusal);
  if (auto refusal = request.overrides.add(overrides)) return std::move(*refusal);
  return request;
}

}  // namespace stackquake
