#ifndef STACKQUAKE_HARNESS_AUDIT_CHECKS_TESTING_H_
#define STACKQUAKE_HARNESS_AUDIT_CHECKS_TESTING_H_

// Shared by the tests of the checks: they run nests on a faulty design under every check, and find
// the words that a fault is to change.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "harness/audit/checker.h"
#include "harness/audit/faulty_design_testing.h"
#include "harness/compiler/nest_runner.h"
#include "runtime_under_test/records.h"
#include "runtime_under_test/traceback.h"

namespace stackquake {

// A function that calls `fault` when it is called for the n-th time, counted from 1.
template <typename Fault>
auto nth(int n, Fault fault) {
  return [n, fault, count = 0](auto&&... arguments) mutable {
    if (++count == n) fault(arguments...);
  };
}

class ChecksTest : public testing::Test {
 protected:
  using Address = runtime::Address;
  using Defer = runtime::Defer;
  using G = runtime::G;
  using Panic = runtime::Panic;
  using Program = runtime::Program;
  using Stack = runtime::Stack;
  using Stkframe = runtime::Stkframe;
  using Sudog = runtime::Sudog;
  using Word = runtime::Word;

  // Runs a nest as its directives say, with the faults that are set and `poison`. The text may
  // begin with a line feed, so that a raw string can begin on a line of its own.
  const runtime::RunResult& run(const std::string& text) {
    checker_.reset();
    runner_.reset();
    runner_ = std::make_unique<NestRunner>(std::make_unique<FaultyDesign>(faults));
    text_ = text;
    Diagnostic diagnostic;
    const Nest* nest = runner_->load(text_, diagnostic);
    if (nest == nullptr) {
      ADD_FAILURE() << to_string(diagnostic, "nest") << "\n" << text;
      std::abort();
    }
    options_ = options_of(nest->directives);
    options_.poison = poison;
    program_ = runner_->program();
    if (alter) alter(program_);
    checker_ = std::make_unique<Checker>(runner_->runtime());
    checker_->set_share(share);
    return checker_->run(program_, options_);
  }

  // The signature of the violation with which the run ends; empty if there was none.
  std::string signature(const std::string& text) {
    const runtime::RunResult& result = run(text);
    return result.violation ? result.violation->signature : "";
  }

  runtime::Runtime& runtime() { return runner_->runtime(); }
  const runtime::Stats& stats() { return runtime().result().stats; }
  const Program& program() const { return program_; }

  // ---- Words. The goroutine's registers must be saved. Null if there is no such word ----

  // The innermost frame of a function.
  std::optional<Stkframe> frame_of(const G& g, std::string_view function) const {
    runtime::Gobuf registers = g.sched;
    while (runtime::is_code(program_, registers.pc)) {
      const Stkframe frame = runtime::frame_at(program_, registers.pc, registers.sp);
      if (frame.fn->name == function) return frame;
      if (!g.stack.contains(frame.varp)) break;
      registers = {*runtime::at(frame.varp), frame.argp, 0};
    }
    return std::nullopt;
  }

  // The n-th local that is a live pointer, and the n-th pointer among the arguments.
  Word* local(const G& g, std::string_view function, size_t n = 0) const {
    const std::optional<Stkframe> frame = frame_of(g, function);
    runtime::FrameMaps maps;
    if (!frame || !runtime::frame_maps(program_, *frame, maps)) return nullptr;
    return n < maps.locals.size() ? runtime::at(frame->sp) + maps.locals[n] : nullptr;
  }
  Word* argument(const G& g, std::string_view function, size_t n = 0) const {
    const std::optional<Stkframe> frame = frame_of(g, function);
    if (!frame) return nullptr;
    const auto words = program_.slots(frame->fn->arguments);
    return n < words.size() ? runtime::at(frame->argp) + words[n] : nullptr;
  }

  // How many locals of a frame are live pointers.
  size_t live_locals(const Stkframe& frame) const {
    runtime::FrameMaps maps;
    return runtime::frame_maps(program_, frame, maps) ? maps.locals.size() : 0;
  }

  // The first word among the locals of a function's frame for which the predicate holds. The search
  // begins at the low end.
  template <typename Predicate>
  Word* word_of(const G& g, std::string_view function, Predicate predicate) const {
    const std::optional<Stkframe> frame = frame_of(g, function);
    if (!frame) return nullptr;
    Word* end = runtime::at(frame->varp);
    Word* found = std::find_if(runtime::at(frame->sp), end, predicate);
    return found == end ? nullptr : found;
  }

  runtime::DeferredCall call_at(runtime::Address record) {
    return runtime().design().deferred_call(record);
  }
  static Defer* first_defer(const G& g) { return record<Defer>(g.defer); }
  static Panic* first_panic(const G& g) { return record<Panic>(g.panic); }
  static Sudog* first_sudog(const G& g) { return record<Sudog>(g.waiting); }

  Faults faults;
  std::function<void(Program&)> alter;  // the compiled nest, before it is checked and runs

  SituationShare share;
  // The same nest once more, with the same checker.
  const runtime::RunResult& run_again() { return checker_->run(program_, options_); }

  // Alters the compiled nest after it was checked, so that copier, collector and shadow meet it.
  void alter_unseen(std::function<void(Program&)> change) {
    faults.begin_run = [this, change = std::move(change)] { change(program_); };
  }

  runtime::PoisonMode poison = runtime::PoisonMode::kFill;

 private:
  template <typename Record>
  static Record* record(Address address) {
    return address == 0 ? nullptr : runtime::record_at<Record>(address);
  }

  std::string text_;
  runtime::Options options_;
  Program program_;
  std::unique_ptr<NestRunner> runner_;
  std::unique_ptr<Checker> checker_;
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_AUDIT_CHECKS_TESTING_H_
