#ifndef STACKQUAKE_HARNESS_CLI_NEST_OPTIONS_H_
#define STACKQUAKE_HARNESS_CLI_NEST_OPTIONS_H_

#include <optional>
#include <string>
#include <vector>

#include "harness/cli/nest_command.h"
#include "harness/cli/refusal.h"

namespace CLI {
class App;
}

namespace stackquake {

// Adds the options and arguments that all programs for nests have in common to a command line.
class NestOptions {
 public:
  // Adds --set, --json and PATH to a command line that will be parsed into `request`. Both must
  // live until it has been parsed.
  NestOptions(CLI::App& app, NestRequest& request);

  // Call it after parsing: stores the overrides, or refuses one.
  std::optional<Refusal> complete();

 private:
  NestRequest& request_;
  std::vector<std::string> overrides_;
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_CLI_NEST_OPTIONS_H_
