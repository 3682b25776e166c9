#ifndef STACKQUAKE_HARNESS_RUN_EVENT_LOG_H_
#define STACKQUAKE_HARNESS_RUN_EVENT_LOG_H_

// The events of a run in order, for people: the output of --trace.
//
//   g1    18    call runtime.gopanic
//   g1    18      panic with 1
//   g1    18      panic 1 starts body.func1
//
// A line has three parts: the running goroutine, its current line of the nest, and the event,
// indented by the number of frames on the stack. Functions of the runtime are called runtime.NAME.
// An event between the turns of goroutines has "--" in place of the goroutine. Equal runs give
// equal logs, byte for byte.

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "harness/run/logged_stacks.h"
#include "runtime_under_test/observer.h"
#include "runtime_under_test/runtime.h"

namespace stackquake {

class EventLog final : public runtime::Observer {
 public:
  // Receives each line, with its line end.
  using Sink = std::function<void(std::string_view line)>;

  // Observes one run of `runtime`.
  EventLog(runtime::Runtime& runtime, Sink sink) : runtime_(runtime), sink_(std::move(sink)) {}

  void allocated(runtime::Address object, uint32_t words, uint16_t type) override;
  void goroutine_started(const runtime::G& g) override;
  void goroutine_ended(const runtime::G& g) override;
  void called(const runtime::G& g, const runtime::Function& function) override;
  void returning(const runtime::G& g, const runtime::Function& function) override;
  void deferred(const runtime::G& g, const runtime::Defer& d) override;
  void defer_started(const runtime::G& g, const runtime::Defer& d,
                     runtime::DeferRunner runner) override;
  void panicked(const runtime::G& g, const runtime::Panic& p) override;
  void panic_aborted(const runtime::G& g, const runtime::Panic& p) override;
  void recovered(const runtime::G& g, const runtime::Panic& p) override;
  void resumed_after_recovery(const runtime::G& g, const runtime::Defer& d) override;
  void goexit_called(const runtime::G& g) override;
  void faulted(const runtime::G& g, int64_t code) override;
  void traced(const runtime::G& g, int64_t value) override;
  void blocked(const runtime::G& g) override;
  void readied(const runtime::G& g) override;
  void stack_copied(const runtime::G& g, const runtime::StackCopy& copy) override;
  void collected(const runtime::Collection& collection) override;
  void safepoint(const runtime::G& g, uint64_t number) override;

 private:
  // Writes a line for the goroutine `g`, indented for `depth` frames.
  void write(const runtime::G& g, size_t depth, const std::string& text);

  // Writes a line for `g`, indented for all frames that it has.
  void write(const runtime::G& g, const std::string& text);

  // Writes a line for the running goroutine, or a "--" line when none is running.
  void write(const std::string& text);

  runtime::Runtime& runtime_;
  Sink sink_;
  LoggedStacks stacks_;
  uint64_t safepoint_ = 0;
  std::unordered_map<runtime::Address, uint16_t> types_;  // of the last object allocated there
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_RUN_EVENT_LOG_H_
