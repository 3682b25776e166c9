#ifndef STACKQUAKE_HARNESS_CLI_OVERRIDES_H_
#define STACKQUAKE_HARNESS_CLI_OVERRIDES_H_

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "harness/cli/refusal.h"
#include "harness/language/arena.h"
#include "harness/language/directives.h"

namespace stackquake {

// Directives from the command line, which replace those of a nest.
class Overrides {
 public:
  // Adds "key=value" texts. The rules are those of directives: a known key, an allowed value, each
  // key once. Refuses the first text that breaks a rule.
  std::optional<Refusal> add(std::span<const std::string> texts);

  // Overwrites values in `directives`. Returns false, with a message, when the result breaks a rule
  // that ties several keys together. Lists are copied to `arena`; names of defects stay in this
  // object.
  bool apply(Directives& directives, Arena& arena, std::string& message) const;

 private:
  struct Override {
    std::string key;
    std::string value;
  };

  std::vector<Override> overrides_;
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_CLI_OVERRIDES_H_
