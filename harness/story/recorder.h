#ifndef STACKQUAKE_HARNESS_STORY_RECORDER_H_
#define STACKQUAKE_HARNESS_STORY_RECORDER_H_

#include <cstdint>
#include <functional>
#include <string>
#include <unordered_map>
#include <utility>

#include "harness/story/event.h"
#include "harness/story/logged_stacks.h"
#include "runtime_under_test/observer.h"
#include "runtime_under_test/runtime.h"

namespace stackquake {

// Tells a run as data, event by event. It keeps no events, so a run of any length takes no memory:
// a printer of the trace prints each event at once, a Recording keeps the last ones.
class Recorder final : public runtime::Observer {
 public:
  // Receives each event as it happens. The runtime may be read, and is where the event says.
  using Sink = std::function<void(Event event)>;

  // Observes one run of `runtime`.
  Recorder(runtime::Runtime& runtime, Sink sink) : runtime_(runtime), sink_(std::move(sink)) {}

  // The frames of the goroutines at the moment.
  LoggedStacks& stacks() { return stacks_; }

  // The type of the last object that was allocated at this address; "" if there was none.
  std::string type_at(runtime::Address object) const;

  void allocated(runtime::Address object, uint32_t words, uint16_t type) override;
  void goroutine_started(const runtime::G& g) override;
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
  void faulted(const runtime::G& g, int64_t code) override;
  void traced(const runtime::G& g, int64_t value) override;
  void blocked(const runtime::G& g) override;
  void readied(const runtime::G& g) override;
  void sudog_released(const runtime::Sudog& sudog) override;
  void copying_stack(const runtime::G& g) override;
  void stack_copied(const runtime::G& g, const runtime::StackCopy& copy) override;
  void passed_safepoint(const runtime::G& g) override;
  void collecting() override;
  void collected(const runtime::Collection& collection) override;
  void safepoint(const runtime::G& g, uint64_t number) override;
  void ended(const runtime::G* last) override;

 private:
  // Tells an event of the goroutine `g` at a depth of `depth` frames, or of all that it has.
  void tell(const runtime::G& g, size_t depth, Event event);
  void tell(const runtime::G& g, Event event);

  // Tells an event of the running goroutine, or of none when none is running.
  void tell(Event event);

  void tell_panic(const runtime::G& g, EventKind kind, const runtime::Unwinding& p);

  runtime::Runtime& runtime_;
  Sink sink_;
  LoggedStacks stacks_;
  uint64_t safepoint_ = 0;
  bool has_copied_ = false;  // since a goroutine has passed a safepoint
  std::unordered_map<runtime::Address, uint16_t> types_;  // of the last object allocated there
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_STORY_RECORDER_H_
