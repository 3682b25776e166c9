#include "harness/compiler/nest_runner.h"

#include <utility>

#include "harness/language/language.h"
#include "runtime_under_test/designs/designs.h"

namespace stackquake {

runtime::Options options_of(const Directives& directives) {
  runtime::Options options;
  options.stack_bytes = directives.stack;
  options.limit_bytes = directives.limit;
  options.move = directives.move;
  options.gc = directives.gc;
  options.place = directives.place;
  options.seed = directives.sched;
  options.move_at.assign(directives.move_at.begin(), directives.move_at.end());
  options.gc_at.assign(directives.gc_at.begin(), directives.gc_at.end());
  return options;
}

NestRunner::NestRunner(std::string_view design) : NestRunner(runtime::make_design(design)) {}

NestRunner::NestRunner(std::unique_ptr<runtime::Design> design)
    : runtime_(std::move(design)), compiler_(runtime_.design()) {}

const Nest* NestRunner::load(std::string_view text, Diagnostic& diagnostic) {
  arena_.reset();
  const Nest* nest = stackquake::load(text, arena_, diagnostic);
  if (nest != nullptr) program_ = &compiler_.compile(*nest, arena_);
  return nest;
}

void NestRunner::adopt(const Nest& nest) {
  arena_.reset();
  program_ = &compiler_.compile(nest, arena_);
}

void NestRunner::set_design(std::unique_ptr<runtime::Design> design) {
  runtime_.set_design(std::move(design));
  compiler_ = Compiler(runtime_.design());
  program_ = nullptr;
}

const runtime::RunResult& NestRunner::run(const runtime::Options& options) {
  return runtime_.run(*program_, options);
}

const runtime::RunResult& NestRunner::run(const runtime::Options& options,
                                          runtime::Observer& observer) {
  return runtime_.run(*program_, options, observer);
}

}  // namespace stackquake
