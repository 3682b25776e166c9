#ifndef STACKQUAKE_HARNESS_AUDIT_CHECKER_H_
#define STACKQUAKE_HARNESS_AUDIT_CHECKER_H_

// The checker: watches a run with a shadow of its memory, and audits what the runtime has done. All
// checks but behaviour-mismatch, which is the oracle's, are here.
//
// HOW IT WORKS
//
//  1. The interpreter and the runtime tell the checker of every store and every event (Observer).
//     Copier and collector tell of none of their stores.
//  2. Stores go into the Shadow: beside every word of managed memory, what it is. Events go into
//     its books: frames, deferred calls, panics, heap objects.
//  3. After a copy, a collection, a safepoint and at the end, audits compare managed memory and the
//     runtime's lists with the shadow.
//  4. The first audit that disagrees reports a violation, which ends the run and is in its result.
//
//                           stores, events
//      interpreter, runtime -------------> Checker ---> Shadow ---> LiveWords
//            |                                |            |            |
//            | words, records                 v            v            v
//            `---------------------------> audits ---> Reporter ---> RunResult::violation
//
// WHAT IS CHECKED WHEN
//
//      before the run                wrong-pointer-map                             PointerMapAudit
//      at every store and load       bad-dereference, heap-to-stack                  Shadow
//      at allocations                lost-object                                     HeapAudit
//                                    stray-write                                     ContentAudit
//      when records come and go      bad-defer-chain, bad-panic-chain, leaked-record RecordAudit
//      after every copy              stale-pointer, wrong-pointer, scalar-changed    WordAudit
//                                    the chains of records                           RecordAudit
//      at calls; as stacks change    stack-accounting                                StackAudit
//      before a copy or collection   whether the lists of records can be followed    RecordAudit
//      after every collection        lost-object, kept-object                        HeapAudit
//                                    stray-write                                     ContentAudit
//      after safepoints in a new     root-disagreement, bad-traceback                RootAgreement
//      situation                     the chains of records                           RecordAudit
//      at the end                    unpaid-work, not-forced                         RunBooks
//                                    all of them, for goroutines that are still there
//
// WHAT IT COSTS. An audit looks at what the copy or collection itself has looked at, so the fuel of
// a run bounds it: see Runtime::work. Where an audit looks at more than that, it does so in
// proportion to the steps of the run (allowance.h), or looks at a part each time
// (RecordAudit::some_given_back).
//
// INVARIANTS. Nothing of what an audit expects is read from what it checks: not from a G's lists,
// not from a design's walk. A checker changes nothing in the runtime but the result. Equal runs are
// audited equally, whatever ran before; storage is kept from run to run.

#include <memory>
#include <optional>

#include "harness/audit/content_audit.h"
#include "harness/audit/heap_audit.h"
#include "harness/audit/live_words.h"
#include "harness/audit/pointer_map_audit.h"
#include "harness/audit/record_audit.h"
#include "harness/audit/reporter.h"
#include "harness/audit/root_agreement.h"
#include "harness/audit/run_books.h"
#include "harness/audit/shadow.h"
#include "harness/audit/stack_audit.h"
#include "harness/audit/stack_books.h"
#include "harness/audit/word_audit.h"
#include "runtime_under_test/interpreter.h"
#include "runtime_under_test/observer.h"
#include "runtime_under_test/options.h"
#include "runtime_under_test/result.h"
#include "runtime_under_test/runtime.h"

namespace stackquake {

class Checker final : public runtime::Observer {
 public:
  explicit Checker(runtime::Runtime& runtime);
  ~Checker() override;

  // Runs a program with every check. The result is the runtime's.
  const runtime::RunResult& run(const runtime::Program& program, const runtime::Options& options);

  // The same, slower, with another observer beside: it is told of everything first, of every
  // instruction too.
  const runtime::RunResult& run(const runtime::Program& program, const runtime::Options& options,
                                runtime::Observer& beside);

  // The same, as fast as alone: `pair` is an ObserverPair of this and another final class, and
  // `loop` an InterpreterLoop of its class.
  const runtime::RunResult& run(const runtime::Program& program, const runtime::Options& options,
                                runtime::Observer& pair, runtime::Interpreter& loop);

  // Of the situations in which root-disagreement and bad-traceback are looked for; all at first.
  void set_share(SituationShare share) { root_agreement_.set_share(share); }

  runtime::Runtime& runtime() { return runtime_; }
  Shadow& shadow() { return shadow_; }

  // ---- Stores: inlined into the interpreter's loop ----

  void stored_scalars(runtime::Address to, uint32_t words) override {
    if (const Access access = shadow_.scalars(to, words); access != Access::kFine)
      wrong(access, to);
  }
  void stored_code(runtime::Address to) override {
    if (const Access access = shadow_.code(to); access != Access::kFine) wrong(access, to);
  }
  void stored_pointer(runtime::Address to, runtime::Address target) override {
    if (const Access access = shadow_.pointer(to, target); access != Access::kFine)
      wrong(access, to);
  }
  void stored_copy(runtime::Address to, runtime::Address from, uint32_t words) override {
    if (const Access access = shadow_.copy(to, from, words); access != Access::kFine)
      wrong(access, to);
  }

  // ---- Events ----

  void allocated(runtime::Address object, uint32_t words, uint16_t type) override;
  void goroutine_started(const runtime::G& g) override;
  void resumed(const runtime::G& g) override;
  void blocked(const runtime::G& g) override;
  void goroutine_ended(const runtime::G& g) override;
  void called(const runtime::G& g, const runtime::Function& function) override;
  void returning(const runtime::G& g, const runtime::Function& function) override;
  void deferred(const runtime::G& g, const runtime::DeferredCall& d) override;
  void defer_freed(const runtime::G& g, const runtime::DeferredCall& d) override;
  void defer_started(const runtime::G& g, const runtime::DeferredCall& d,
                     runtime::DeferRunner runner) override;
  void panicked(const runtime::G& g, const runtime::Unwinding& p) override;
  void panic_aborted(const runtime::G& g, const runtime::Unwinding& p) override;
  void recovered(const runtime::G& g, const runtime::Unwinding& p) override;
  void resumed_after_recovery(const runtime::G& g, const runtime::DeferredCall& d) override;
  void goexit_called(const runtime::G& g) override;
  void sudog_acquired(const runtime::G& g, const runtime::Sudog& sudog) override;
  void sudog_enqueued(const runtime::Sudog& sudog, const runtime::Waitq& queue) override;
  void sudog_released(const runtime::Sudog& sudog) override;
  void stack_allocated(const runtime::Stack& stack) override;
  void stack_freed(const runtime::Stack& stack) override;
  void copying_stack(const runtime::G& g) override;
  void stack_copied(const runtime::G& g, const runtime::StackCopy& copy) override;
  void collecting() override;
  void collected(const runtime::Collection& collection) override;
  void passed_safepoint(const runtime::G& g) override;
  void ended(const runtime::G* last) override;

 private:
  void begin(const runtime::Program& program, const runtime::Options& options);
  // A store to the word at `to` went wrong, or the load that it came from.
  void wrong(Access access, runtime::Address to);
  void ask_if_new(const runtime::G& g);

  runtime::Runtime& runtime_;
  Shadow shadow_;
  LiveWords live_words_;
  Reporter reporter_;
  WordAudit word_audit_;
  HeapAudit heap_audit_;
  RecordAudit record_audit_;
  StackBooks stack_books_;
  ContentAudit content_audit_;
  StackAudit stack_audit_;
  RootAgreement root_agreement_;
  RunBooks run_books_;
  PointerMapAudit pointer_map_audit_;
  uint64_t audited_edition_ = 0;                 // of the program whose maps are right
  std::optional<runtime::Violation> wrong_map_;  // found before the run, not yet reported
  std::unique_ptr<runtime::Interpreter> interpreter_;
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_AUDIT_CHECKER_H_
