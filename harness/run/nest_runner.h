#ifndef STACKQUAKE_HARNESS_RUN_NEST_RUNNER_H_
#define STACKQUAKE_HARNESS_RUN_NEST_RUNNER_H_

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

// How a nest's directives ask for it to be run. The poison mode is not theirs: it keeps its
// default.
runtime::Options options_of(const Directives& directives);

// The whole path from text to behaviour, on one design: what every front end of the harness runs
// nests with.
//
// One nest is loaded at a time; all storage is reused from one to the next. There can be one runner
// at a time in a process, because there is one managed memory.
class NestRunner {
 public:
  // `design` is one of runtime::design_names().
  explicit NestRunner(std::string_view design);

  // A design that is not in that list: one that a test has broken, say.
  explicit NestRunner(std::unique_ptr<runtime::Design> design);

  // Parses, checks and compiles. Null, with `diagnostic` set, when the text is not a nest. The nest
  // lives until the next load; `text` must live as long.
  const Nest* load(std::string_view text, Diagnostic& diagnostic);

  // Compiles a tree that has been checked, in place of load. It must live as long as it is run, and
  // must not be one that load gave.
  void adopt(const Nest& nest);

  // Runs on another design from now on. The nest is to be loaded or adopted again.
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

#endif  // STACKQUAKE_HARNESS_RUN_NEST_RUNNER_H_
