#ifndef STACKQUAKE_HARNESS_COMPILER_NEST_RUNNER_H_
#define STACKQUAKE_HARNESS_COMPILER_NEST_RUNNER_H_

#include <memory>
#include <string_view>

#include "harness/compiler/compiler.h"
#include "harness/language/arena.h"
#include "harness/language/diagnostic.h"
#include "harness/language/tree.h"
#include "runtime_under_test/design.h"
#include "runtime_under_test/observer.h"
#include "runtime_under_test/options.h"
#include "runtime_under_test/result.h"
#include "runtime_under_test/runtime.h"

namespace stackquake {

// The options that a nest's directives ask for. Directives do not set the poison mode, so it keeps
// its default.
runtime::Options options_of(const Directives& directives);

// The whole path from text to behaviour on one design. All programs of the harness run nests with
// it.
//
// One nest is loaded at a time, and all storage is reused for the next one. Only one NestRunner can
// exist at a time in a process, because there is one managed memory.
class NestRunner {
 public:
  // `design` is one of runtime::design_names().
  explicit NestRunner(std::string_view design);

  // Takes a design that is not in that list, such as one that a test has broken.
  explicit NestRunner(std::unique_ptr<runtime::Design> design);

  // Parses, checks and compiles. Returns null, with `diagnostic` set, when the text is not a nest.
  // The nest lives until the next load; `text` must live as long.
  const Nest* load(std::string_view text, Diagnostic& diagnostic);

  // Compiles a checked tree instead of loading a text. The tree must live as long as it is run, and
  // must not be one that load returned.
  void adopt(const Nest& nest);

  // Uses another design for the following runs. The nest must be loaded or adopted again.
  void set_design(std::unique_ptr<runtime::Design> design);

  // Runs the loaded nest; may be called again. The result is valid until the next run.
  const runtime::RunResult& run(const runtime::Options& options);
  const runtime::RunResult& run(const runtime::Options& options, runtime::Observer& observer);

  const runtime::Program& program() const { return *program_; }
  runtime::Runtime& runtime() { return runtime_; }

 private:
  runtime::Runtime runtime_;
  Compiler compiler_;
  Arena arena_;
  const runtime::Program* program_ = nullptr;
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_COMPILER_NEST_RUNNER_H_
