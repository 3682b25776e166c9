#ifndef STACKQUAKE_HARNESS_RUN_OVERRIDES_H_
#define STACKQUAKE_HARNESS_RUN_OVERRIDES_H_

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "harness/language/arena.h"
#include "harness/language/directives.h"
#include "harness/run/exit_status.h"

namespace stackquake {

// Directives from elsewhere that take the place of a nest's own.
class Overrides {
 public:
  // Takes "key=value" texts, by the rules of directives: a known key, a value that it allows, each
  // key once. The first text that breaks one is refused.
  std::optional<Refusal> add(std::span<const std::string> texts);

  // Puts the values over those of `directives`. False, with a message, when the result breaks a
  // rule that holds of all keys together. Lists go to `arena`, names of defects stay in this
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

#endif  // STACKQUAKE_HARNESS_RUN_OVERRIDES_H_
