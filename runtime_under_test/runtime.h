#ifndef STACKQUAKE_RUNTIME_UNDER_TEST_RUNTIME_H_
#define STACKQUAKE_RUNTIME_UNDER_TEST_RUNTIME_H_

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "runtime_under_test/channels.h"
#include "runtime_under_test/code.h"
#include "runtime_under_test/collector.h"
#include "runtime_under_test/design.h"
#include "runtime_under_test/heap.h"
#include "runtime_under_test/interpreter.h"
#include "runtime_under_test/memory.h"
#include "runtime_under_test/observer.h"
#include "runtime_under_test/options.h"
#include "runtime_under_test/result.h"
#include "runtime_under_test/scheduler.h"
#include "runtime_under_test/stack_allocator.h"
#include "runtime_under_test/stack_manager.h"

namespace stackquake::runtime {

// Forced copies and collections stop after this much work, so that the time of a run stays bounded:
// bytes of stacks copied, and bytes of heap and stacks looked at. Each step that a copy or a
// collection would cost besides (options.h) counts as kBytesPerWork more: in a sanitizer build,
// both allowances together last for about a second. A small nest uses a fiftieth of them. The
// behaviour of a program does not depend on forced copies and collections.
constexpr uint64_t kForcedCopyBytes = uint64_t{64} << 20;
constexpr uint64_t kForcedCollectionBytes = uint64_t{128} << 20;
constexpr uint64_t kBytesPerWork = 64;

// Fuel for a panic or a Goexit, whose calls nest on the native stack as well.
constexpr uint64_t kStepsPerUnwinding = 64;

// Where stacks of all goroutines together would take more, the run ends as if one had passed its
// limit: the largest sixteen stacks. With those in quarantine they fit kStackBytes.
constexpr uint64_t kMaxStackBytesInUse = uint64_t{256} << 20;

// Goroutines that a run may start; one more ends it as if its steps had run out. A shadow word has
// 10 bits for a goroutine.
constexpr uint32_t kMaxGoroutines = 1024;

enum class SafepointKind : uint8_t { kPrologue, kCall, kOther, kAlloc };

// The runtime: runs programs, one after another, each from a clean state.
//
// The parts (heap, stacks, scheduler, collector, channels, design) each have their file; this class
// holds them together, keeps the state of the current run, and has what more than one part needs.
// There can be one at a time.
class Runtime {
 public:
  explicit Runtime(std::unique_ptr<Design> design);
  ~Runtime();
  Runtime(const Runtime&) = delete;
  Runtime& operator=(const Runtime&) = delete;

  // Runs on another design from now on. Between runs.
  void set_design(std::unique_ptr<Design> design);

  // Runs `program`, which was compiled for this runtime's design, to its end. The same arguments
  // give the same result and the same addresses every time. The result is valid until the next run.
  const RunResult& run(const Program& program, const Options& options);

  // The same, watched. An observer that wants its calls from the interpreter inlined is a final
  // class, and brings an InterpreterLoop of its own; see interpreter_loop.h.
  const RunResult& run(const Program& program, const Options& options, Observer& observer);
  const RunResult& run(const Program& program, const Options& options, Observer* observer,
                       Interpreter& interpreter);

  Design& design() { return *design_; }
  const Design& design() const { return *design_; }

  // Whether a defect is switched on.
  bool has(Defect defect) const { return defects_.has(defect); }

  // ---- The current run, for the parts ----

  const Program& program() const { return *program_; }
  const Options& options() const { return *options_; }
  Observer* observer() const { return observer_; }  // null when nobody watches
  Heap& heap() { return heap_; }
  StackAllocator& stacks() { return stacks_; }
  Scheduler& scheduler() { return scheduler_; }
  Collector& collector() { return collector_; }
  Channels& channels() { return channels_; }
  StackManager& stack_manager() { return stack_manager_; }
  Interpreter& interpreter() { return *interpreter_; }
  Stats& stats() { return result_.stats; }
  RunResult& result() { return result_; }

  // ---- How a run ends ----

  bool finished() const { return finished_; }

  // Ends the run with this outcome, unless it has ended.
  void finish(OutcomeKind kind);

  // A panic has run out of deferred calls: ends the run with the goroutine's chain, as far as that
  // lies on its stack.
  void crash(const G& g);

  // A check fired: ends the run with a violation. `where` is the runtime function, `word` the kind
  // of word or "".
  void fail(std::string_view check, std::string_view where, std::string_view word,
            std::string message);

  // The same, by who has made the whole violation; where the goroutine stands is filled in here.
  // Counts even after the run has ended, but only the first violation does.
  void fail(Violation violation);

  // Where in the nest a goroutine with these registers stands: the innermost frame of the nest
  // itself, found without a walk of the design's, which may be what is broken.
  struct Position {
    std::string_view function;  // empty where no frame of the nest is found
    uint32_t line = 0;
  };
  Position position(const G& g, Gobuf registers) const;

  // ---- Steps ----

  // What is left of Options::fuel. The interpreter keeps a copy in a register while it runs nothing
  // but instructions.
  int64_t budget = 0;

  // Counts work of the runtime as steps.
  void charge(uint64_t steps) {
    budget -= static_cast<int64_t>(steps);
    if (budget <= 0) finish(OutcomeKind::kFuel);
  }

  // Of the fuel. On a fiber this may lag behind by the instructions since the last call.
  uint64_t steps_taken() const { return static_cast<uint64_t>(options_->fuel - budget); }

  // What walks, copies and collections have looked at since the process began: frames, records,
  // words of them. Whoever does such work adds to it, and whoever has asked for it pays for the
  // difference: with a step for each, or with some of the allowance for forced ones. What audits
  // ask of a design is not paid for.
  uint64_t work = 0;

  // The frames that walks have come to since the process began: those of copies, collections,
  // panics, recovers and Goexits. Only for measurements.
  uint64_t frames_visited = 0;

  // Functions of the program that may still begin before the one that does is preempted at its
  // prologue. Counted in calls, not in steps: so the schedule depends on nothing but the program
  // and the seed, and who evaluates a nest without this machine can follow it.
  int64_t calls_until_preemption = 0;

  // ---- Safepoints ----

  // Safepoints of this kind need safepoint_slow from this number on.
  uint64_t safepoint_threshold(SafepointKind kind) const {
    return thresholds_[static_cast<size_t>(kind)];
  }

  // The goroutine stands at safepoint `number`, with registers saved in g.sched: forces there what
  // the options say. kUnwind when the run has ended.
  Flow safepoint_slow(G& g, SafepointKind kind, uint64_t number);

  // The same, on the system context.
  void force_at(G& g, SafepointKind kind, uint64_t number);

  // ---- Services on a goroutine's fiber ----

  // A zeroed heap object, or record of the runtime's own. Never collects: an allocation of the
  // program has passed its safepoint, and what a design allocates it for has none. Ends the run
  // when the heap is nearly full.
  Address newobject(uint32_t words, uint16_t type);

  // Calls the closure `fn` with a copy of `siz` bytes of arguments in a frame of its own. From a
  // runtime function whose frame begins with four words for the arguments to reflectcall. The stack
  // may have moved when it returns kContinue.
  Flow reflectcall(G& g, Address fn, Address arguments, uint32_t siz);

  // Calls the closure `fn`, which takes no arguments, from the frame of a runtime function whose
  // layout says that it calls. As reflectcall, but the closure's frame lies directly below. A nil
  // closure faults.
  Flow call_closure(G& g, Address fn);

  // An open-coded deferred call has its bit set, or is about to be run. `slot` has its closure, in
  // the frame at g.sched.sp or at `frame`.
  void open_deferred(G& g, Address slot, uint32_t bit);
  void open_started(G& g, Address slot, Address frame, DeferRunner runner);

  // Makes g raise a runtime error, as if the instruction that g.sched.pc is past had called
  // `raiser`.
  void raise(G& g, RuntimeFunction raiser, int64_t code);

  // The program asks for a collection.
  Flow gc(G& g);

  // The built-ins trace() and frames(). The second leaves its result in a slot of the frame.
  void trace(const G& g, int64_t value);
  Flow frames(G& g, uint16_t slot);

  // ---- Stores, told to the observer ----

  void store_scalar(Address to, Word value);
  void store_code(Address to, Word pc);
  void store_pointer(Address to, Address target);
  void store_copy(Address to, Address from, uint32_t words);

 private:
  void begin(const Program& program, const Options& options, Observer* observer);
  Flow execute_below(G& g, uint64_t base);
  void set_thresholds();
  void write_static_closures();

  Memory memory_;
  std::unique_ptr<Design> design_;
  DefectSet defects_;
  Heap heap_;
  StackAllocator stacks_;
  Scheduler scheduler_;
  Collector collector_;
  Channels channels_;
  StackManager stack_manager_;
  std::unique_ptr<Interpreter> plain_interpreter_;
  std::unique_ptr<Interpreter> observed_interpreter_;

  const Program* program_ = nullptr;
  const Options* options_ = nullptr;
  Observer* observer_ = nullptr;
  Interpreter* interpreter_ = nullptr;
  RunResult result_;
  bool finished_ = true;
  uint64_t forced_collection_bytes_ = 0;
  std::array<uint64_t, 4> thresholds_{};
};

// The static closure of a function of the program: what a deferred or started function that is no
// literal goes by.
inline Address static_funcval(uint32_t function) {
  return kDataBase + Address{function} * kWordBytes;
}

}  // namespace stackquake::runtime

#endif  // STACKQUAKE_RUNTIME_UNDER_TEST_RUNTIME_H_
