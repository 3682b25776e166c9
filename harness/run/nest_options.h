#ifndef STACKQUAKE_HARNESS_RUN_NEST_OPTIONS_H_
#define STACKQUAKE_HARNESS_RUN_NEST_OPTIONS_H_

#include <optional>
#include <string>
#include <vector>

#include "harness/run/exit_status.h"
#include "harness/run/nest_command.h"

namespace CLI {
class App;
}

namespace stackquake {

// The options and arguments that every command line for nests has.
class NestOptions {
 public:
  // Adds --set, --json and PATH to a command line that is about to be parsed into `request`. Both
  // must live until then.
  NestOptions(CLI::App& app, NestRequest& request);

  // After parsing: takes in the overrides, or refuses one.
  std::optional<Refusal> complete();

 private:
  NestRequest& request_;
  std::vector<std::string> overrides_;
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_RUN_NEST_OPTIONS_H_
