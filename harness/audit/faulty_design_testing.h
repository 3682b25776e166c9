#ifndef STACKQUAKE_HARNESS_AUDIT_FAULTY_DESIGN_TESTING_H_
#define STACKQUAKE_HARNESS_AUDIT_FAULTY_DESIGN_TESTING_H_

// Fault injection: a right design, made wrong at one place by a test.

#include <functional>
#include <memory>
#include <span>
#include <string_view>
#include <typeinfo>
#include <vector>

#include "runtime_under_test/adjust.h"
#include "runtime_under_test/collector.h"
#include "runtime_under_test/design.h"
#include "runtime_under_test/designs/designs.h"
#include "runtime_under_test/g.h"
#include "runtime_under_test/observer.h"
#include "runtime_under_test/runtime.h"

namespace stackquake {

// The part of the runtime that asks a design for a walk.
enum class Walker : uint8_t {
  kCollection,        // the collector, to mark
  kCollectorTelling,  // the collector, to tell which words it would follow
  kOther,
};

// The faults of a faulty design: functions that it calls in addition to its work, or instead of it,
// as their names say. An empty function is no fault.
struct Faults {
  using G = runtime::G;
  using Frames = std::vector<runtime::Stkframe>;
  using Words = std::vector<const runtime::Word*>;

  // The right design, to which faults are added.
  std::string_view design = "go1.4";

  std::function<void(std::vector<runtime::RuntimeLayout>&)> layouts;

  // A run begins. What is wrong with the program from now on, no check before the run can see.
  std::function<void()> begin_run;

  // A collection has begun, and has looked at nothing yet.
  std::function<void()> begin_collection;

  // ---- Faults of actions ----
  std::function<void(G&)> after_deferproc;         // or deferprocStack
  std::function<bool(G&)> instead_of_deferreturn;  // false: the right deferreturn runs as well
  std::function<void(G&)> before_gopanic;
  std::function<void(G&)> after_gopanic;
  std::function<void(G&)> before_gorecover;
  std::function<void(G&)> before_goexit;
  std::function<void(G&)> instead_of_goexit0;
  // gopanic or Goexit has made the frame that runs a deferred call.
  std::function<void(G&)> in_deferred_call;
  std::function<void(G&, const runtime::Stack& old_stack)> after_copystack;
  std::function<uint32_t(uint32_t bytes)> copy_bytes;  // to the size that it returns

  // ---- Faults of answers: the function changes the answer of the right design ----
  std::function<void(Walker, Frames&)> walked;
  std::function<void(Walker, Frames&)> walked_defers;
  std::function<void(G&, Words&)> told_by_copier;  // not when it copies
  std::function<void(const G&, Words&)> roots;     // G's own
};

// A right design with faults added. `faults` must outlive the design.
class FaultyDesign final : public runtime::Design {
 public:
  using G = runtime::G;

  explicit FaultyDesign(const Faults& faults)
      : faults_(faults), design_(runtime::make_design(faults.design)) {
    layouts_.assign(design_->layouts().begin(), design_->layouts().end());
    if (faults_.layouts) faults_.layouts(layouts_);
  }

  std::string_view name() const override { return "faulty"; }
  std::span<const runtime::RuntimeLayout> layouts() const override { return layouts_; }
  const runtime::DeferLayout& defer_layout() const override { return design_->defer_layout(); }
  const runtime::PanicLayout& panic_layout() const override { return design_->panic_layout(); }
  runtime::DeferredCall deferred_call(runtime::Address record) const override {
    return design_->deferred_call(record);
  }
  runtime::Unwinding unwinding(runtime::Address record) const override {
    return design_->unwinding(record);
  }

  runtime::DeferLowering defer_lowering() const override { return design_->defer_lowering(); }
  bool goexit_goes_on() const override { return design_->goexit_goes_on(); }
  bool continues_wherever_it_defers() const override {
    return design_->continues_wherever_it_defers();
  }

  void begin_run(runtime::Runtime& runtime) override {
    runtime_ = &runtime;
    collecting_ = false;
    design_->begin_run(runtime);
    if (faults_.begin_run) faults_.begin_run();
  }

  // ---- Deferred calls and panics ----

  void deferproc(G& g) override {
    design_->deferproc(g);
    if (faults_.after_deferproc) faults_.after_deferproc(g);
  }
  void deferproc_stack(G& g) override {
    design_->deferproc_stack(g);
    if (faults_.after_deferproc) faults_.after_deferproc(g);
  }
  runtime::Flow deferreturn(G& g) override {
    if (faults_.instead_of_deferreturn && faults_.instead_of_deferreturn(g)) {
      return runtime::Flow::kContinue;
    }
    return design_->deferreturn(g);
  }
  runtime::Flow gopanic(G& g) override {
    if (faults_.before_gopanic) faults_.before_gopanic(g);
    const runtime::Flow flow = design_->gopanic(g);
    if (faults_.after_gopanic) faults_.after_gopanic(g);
    return flow;
  }
  runtime::Any gorecover(G& g, runtime::Address argp) override {
    if (faults_.before_gorecover) faults_.before_gorecover(g);
    return design_->gorecover(g, argp);
  }
  runtime::Flow goexit(G& g) override {
    if (faults_.before_goexit) faults_.before_goexit(g);
    return design_->goexit(g);
  }
  void goexit0(G& g) override {
    faults_.instead_of_goexit0 ? faults_.instead_of_goexit0(g) : design_->goexit0(g);
  }
  void enter_wrapper(G& g, runtime::Address argp, runtime::Address callee_argp) override {
    design_->enter_wrapper(g, argp, callee_argp);
    if (faults_.in_deferred_call) faults_.in_deferred_call(g);
  }

  // ---- Walks and copies ----

  bool gentraceback(const G& g, runtime::FrameVisitor& visitor) override {
    const Walker walker = walker_of(visitor);
    // A walk of an audit: the collection is over.
    if (walker == Walker::kOther) collecting_ = false;
    if (!faults_.walked) return design_->gentraceback(g, visitor);
    Frames frames;
    if (!design_->gentraceback(g, frames)) return false;
    faults_.walked(walker, frames.seen);
    frames.show(visitor);
    return true;
  }
  void tracebackdefers(const G& g, runtime::FrameVisitor& visitor) override {
    if (!faults_.walked_defers) return design_->tracebackdefers(g, visitor);
    Frames frames;
    design_->tracebackdefers(g, frames);
    faults_.walked_defers(walker_of(visitor), frames.seen);
    frames.show(visitor);
  }
  void adjust_pointers(G& g, runtime::Adjuster& adjuster) override {
    if (!faults_.told_by_copier) return design_->adjust_pointers(g, adjuster);
    Roots roots;
    runtime::Adjuster notes(*runtime_, roots);
    design_->adjust_pointers(g, notes);
    faults_.told_by_copier(g, roots.words);
    for (const runtime::Word* word : roots.words) {
      adjuster.adjustpointer(const_cast<runtime::Word&>(*word));
    }
  }
  uint64_t copystack(G& g, uint32_t bytes) override {
    const runtime::Stack old_stack = g.stack;
    if (faults_.copy_bytes) bytes = faults_.copy_bytes(bytes);
    const uint64_t words_adjusted = design_->copystack(g, bytes);
    if (faults_.after_copystack) faults_.after_copystack(g, old_stack);
    return words_adjusted;
  }

  // ---- Collections ----

  void clearpools() override {
    collecting_ = true;
    if (faults_.begin_collection) faults_.begin_collection();
    design_->clearpools();
  }
  bool scans_defers_conservatively() const override {
    return design_->scans_defers_conservatively();
  }
  bool wipes_freed_defers() const override { return design_->wipes_freed_defers(); }
  void visit_roots(const G& g, runtime::RootVisitor& visitor) override {
    if (!faults_.roots) return design_->visit_roots(g, visitor);
    Roots roots;
    design_->visit_roots(g, roots);
    faults_.roots(g, roots.words);
    for (const runtime::Word* word : roots.words) visitor.visit(*word);
  }

 private:
  struct Frames final : runtime::FrameVisitor {
    void visit(const runtime::Stkframe& frame) override { seen.push_back(frame); }
    void show(runtime::FrameVisitor& visitor) const {
      for (const runtime::Stkframe& frame : seen) visitor.visit(frame);
    }
    std::vector<runtime::Stkframe> seen;
  };

  struct Roots final : runtime::RootVisitor {
    void visit(const runtime::Word& pointer) override { words.push_back(&pointer); }
    std::vector<const runtime::Word*> words;
  };

  Walker walker_of(const runtime::FrameVisitor& visitor) const {
    if (typeid(visitor) != typeid(runtime::Collector)) return Walker::kOther;
    return collecting_ ? Walker::kCollection : Walker::kCollectorTelling;
  }

  const Faults& faults_;
  std::unique_ptr<runtime::Design> design_;
  std::vector<runtime::RuntimeLayout> layouts_;
  runtime::Runtime* runtime_ = nullptr;
  bool collecting_ = false;
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_AUDIT_FAULTY_DESIGN_TESTING_H_
