#include "harness/cli/nest_options.h"

#include <CLI/CLI.hpp>

namespace stackquake {

NestOptions::NestOptions(CLI::App& app, NestRequest& request) : request_(request) {
  app.add_option("--set", overrides_,
                 "a directive instead of the file's, repeatable: --set gc=alloc")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
  app.add_flag("--json", request.json, "print a JSON document");
  app.add_option("PATH", request.paths, "nests, and folders of which all .go files are taken")
      ->required();
}

std::optional<Refusal> NestOptions::complete() {
  return request_.overrides.add(overrides_);
}

}  // namespace stackquake
