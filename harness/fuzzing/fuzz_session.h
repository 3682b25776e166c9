#ifndef STACKQUAKE_HARNESS_FUZZING_FUZZ_SESSION_H_
#define STACKQUAKE_HARNESS_FUZZING_FUZZ_SESSION_H_

// What every fuzz target is made of: its own flags, and a session that runs one input after
// another. What finds the inputs stays outside.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "harness/run/nest_checker.h"
#include "harness/run/settings.h"
#include "runtime_under_test/options.h"
#include "runtime_under_test/result.h"

namespace stackquake {

// Reads a target's flags: those that begin with two dashes, --design=NAME, --defect=SLUG,
// --poison=MODE and --checks=WHAT. What begins otherwise is the fuzzing engine's and is skipped, as
// is the program's name. Without --poison it is asan in a build that has AddressSanitizer, else
// fill.
std::variant<Settings, Refusal> parse_fuzz_flags(std::span<const char* const> arguments);

enum class FuzzVerdict {
  kRejected,  // not a nest
  kRan,       // and nothing was wrong
  kFinding,
};

// Runs inputs on one design. Keeps the runtime and all storage from one input to the next. There
// can be one in a process.
class FuzzSession {
 public:
  explicit FuzzSession(const Settings& settings);

  // Runs a text as its directives say. Takes any bytes.
  FuzzVerdict run_one(std::string_view text);

  // The violation of the last input; set after kFinding.
  const std::optional<runtime::Violation>& violation() const { return violation_; }

 private:
  NestChecker checker_;
  Checks checks_;
  runtime::PoisonMode poison_;
  std::optional<runtime::Violation> violation_;
};

// The line with which a target tells of a finding before it dies, without a line end:
// "stackquake-finding: " and violation_json.
std::string finding_line(const runtime::Violation& violation);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_FUZZING_FUZZ_SESSION_H_
