#ifndef STACKQUAKE_HARNESS_AUDIT_RECORD_AUDIT_H_
#define STACKQUAKE_HARNESS_AUDIT_RECORD_AUDIT_H_

// bad-defer-chain, bad-panic-chain, leaked-record: Defer records, Panics and sudogs, against the
// deferred calls, panics and waits that events have told of.

#include <optional>
#include <unordered_map>
#include <vector>

#include "harness/audit/live_words.h"
#include "harness/audit/reporter.h"
#include "harness/audit/shadow.h"
#include "runtime_under_test/deferred_call.h"
#include "runtime_under_test/g.h"
#include "runtime_under_test/observer.h"
#include "runtime_under_test/records.h"
#include "runtime_under_test/runtime.h"

namespace stackquake {

class RecordAudit {
 public:
  RecordAudit(runtime::Runtime& runtime, Shadow& shadow, LiveWords& live_words, Reporter& reporter)
      : runtime_(runtime), shadow_(shadow), live_words_(live_words), reporter_(reporter) {}

  // Before a run.
  void reset();

  // ---- Events, which also keep the shadow's books ----

  void goroutine_started(const runtime::G& g);
  void goroutine_ended(const runtime::G& g);
  void deferred(const runtime::G& g, const runtime::DeferredCall& d);
  void defer_started(const runtime::G& g, const runtime::DeferredCall& d,
                     runtime::DeferRunner runner);
  void defer_freed(const runtime::G& g, const runtime::DeferredCall& d);
  void panicked(const runtime::G& g, const runtime::Unwinding& p);
  void panic_aborted(const runtime::G& g, const runtime::Unwinding& p);
  void recovered(const runtime::G& g, const runtime::Unwinding& p);
  void sudog_acquired(const runtime::Sudog& sudog);
  void sudog_enqueued(const runtime::Sudog& sudog, const runtime::Waitq& queue);
  void sudog_released(const runtime::Sudog& sudog);

  // ---- At safepoints ----

  // Whether the lists of a goroutine can be followed at all: they lead through records, and come to
  // an end. Asked before a copy or a collection follows them, which believes them.
  bool can_be_followed(const runtime::G& g);

  // The lists of a goroutine whose shadow is settled.
  void lists(const runtime::G& g);

  // Checks that records which were given back hold no pointers. In designs that do not promise
  // this, the check is only that those which live words lead to hold no pointers into a stack. Also
  // checks that sudogs in use belong to goroutines that wait. All goroutines but `last` stand at
  // safepoints.
  void given_back(const runtime::G* last = nullptr);

  // The same for the records that were given back since the last call, and for kMostAtOnce of all
  // others: each call checks the next ones. A record that is wrong when it is given back is found
  // at once; one that becomes wrong later stays so, and is found later.
  void some_given_back();

  // At the end of a run: whether a channel's queue holds each sudog of the goroutines that wait.
  // Else nothing can wake them. A sudog leaves its queue before its goroutine is woken, so this
  // cannot be asked while an operation goes on.
  void queued();

 private:
  // Of a nest that never has more records all are checked at every copy.
  static constexpr size_t kMostAtOnce = 128;

  // Words of arguments, as Go has it: there is a pool for every 16 bytes, up to 64.
  static constexpr uint32_t kMostPooledWords = 8;

  bool can_follow_defers(const runtime::G& g);
  bool can_follow_panics(const runtime::G& g);
  bool can_follow_sudogs(const runtime::G& g);
  bool is_defer(const GoroutineShadow& goroutine, runtime::Address record);
  bool is_closure(const GoroutineShadow& goroutine, runtime::Address closure);
  void defers(const runtime::G& g);
  bool is_slot_right(const GoroutineShadow& goroutine, const ShadowDefer& d);
  void panics(const runtime::G& g);
  void waiting(const runtime::G& g);
  void deferred_in_heap(const runtime::G& g, const runtime::DeferredCall& d);
  void deferred_in_frame(const runtime::G& g, const runtime::DeferredCall& d);
  void deferred_in_slot(const runtime::G& g, const runtime::DeferredCall& d);
  void mark_deferred(const runtime::G& g, const runtime::DeferredCall& d);
  bool is_of_caller(const runtime::G& g, const GoroutineShadow& goroutine,
                    const ShadowDefer& d) const;
  bool is_in_deferreturn(const GoroutineShadow& goroutine) const;
  bool give_back_object(const runtime::DeferredCall& d);
  void mark_freed(const runtime::G& g, const runtime::DeferredCall& d);
  uint64_t hash_of_arguments(runtime::Address arguments, uint32_t words);
  void unchanged_arguments(const GoroutineShadow& goroutine, const ShadowDefer& d);
  void bad_defer(std::string_view cause, std::string message);
  void bad_panic(std::string_view cause, std::string message);
  void given_back_or_held(uint32_t serial);
  void given_back(const HeapObject& object);
  void stale_link(const HeapObject& record);
  void given_back_and_reached(const runtime::G* last);
  void follow_links(runtime::Address pointer);
  bool is_on_stack(const runtime::Word& word);
  void held(const HeapObject& object);
  std::optional<runtime::Address> not_naming(const HeapObject& object);
  HeapObject* object_of(runtime::Address record, uint16_t type);

  runtime::Runtime& runtime_;
  Shadow& shadow_;
  LiveWords& live_words_;
  Reporter& reporter_;
  std::vector<LiveFrame> frames_;
  std::vector<uint32_t> just_given_back_;                  // serial numbers
  std::unordered_map<uint32_t, runtime::Address> queues_;  // the last one of each sudog
  size_t next_ = 0;                                        // of the records, for some_given_back
  uint64_t followed_ = 0;  // frames and links, by given_back_and_reached in this run
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_AUDIT_RECORD_AUDIT_H_
