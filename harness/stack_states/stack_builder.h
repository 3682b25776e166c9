#ifndef STACKQUAKE_HARNESS_STACK_STATES_STACK_BUILDER_H_
#define STACKQUAKE_HARNESS_STACK_STATES_STACK_BUILDER_H_

#include <fuzzer/FuzzedDataProvider.h>

#include <cstdint>
#include <vector>

#include "harness/stack_states/machine_program.h"
#include "harness/stack_states/memory_model.h"
#include "runtime_under_test/runtime.h"

namespace stackquake {

// Lays out a random state of a goroutine:
//   - frames of the program's functions, of gopanic and of reflectcall; some are interrupted by a
//     fault, some are dead
//   - their Defer records, with arguments, in the heap and in frames, as the design has them
//   - closures on the stack
//   - sudogs that point into frames
//   - heap objects that point to each other
// The contents of every word are also written to a MemoryModel.
class StackBuilder {
 public:
  StackBuilder(runtime::Runtime& runtime, const MachineProgram& program, MemoryModel& model)
      : runtime_(runtime), program_(program), model_(model) {}

  // The stack that `build` may need below the goroutine's sp, in bytes.
  static constexpr uint32_t kMaxBytes = 8192;

  // The goroutine must be at the entry of main, with kMaxBytes of stack below. Call it on its
  // fiber.
  void build(runtime::G& g, FuzzedDataProvider& choices);

 private:
  using Value = MemoryModel::Value;
  using Kind = MemoryModel::Kind;

  // The plan of a frame. All frames are planned first, because a frame's words depend on its
  // callee.
  struct Frame {
    const runtime::Function* function = nullptr;
    runtime::Word pc = 0;     // a return address in it
    bool faulted = false;     // the next frame inwards is sigpanic's
    bool at_entry = false;    // the innermost frame, which is not made yet
    uint32_t defers = 0;      // pending deferred calls
    bool has_record = false;  // of the first of them
    uint32_t outgoing_words = MachineProgram::kOutgoingWords;  // room for arguments to a callee
    uint32_t callee_arguments = 0;  // words at its low end that belong to its callee
    uint64_t sp = 0;                // a distance from the stack's high end
    uint64_t argp = 0;
  };

  // The record of a deferred call, on the stack or in the heap.
  struct Record {
    Value address;
  };

  struct Closure {
    Value address;
    const runtime::Function* function;
  };

  void make_objects();
  void fill_objects();
  void plan_frames();
  Frame plan_frame(bool innermost);
  bool calls_closures(runtime::RuntimeFunction function) const;
  void plan_fault(Frame frame);
  void place_frames(uint64_t entry_sp);
  bool is_live(const Frame& frame) const;
  void write_frames();
  void write_arguments(const Frame& frame, bool live);
  void write_locals(const Frame& frame, bool live);
  const runtime::Function& closure_function();
  void make_defers(const Frame& frame);
  void make_defer(const Frame& frame, bool is_first);
  Record new_record(const Frame& frame, bool is_first, uint32_t words);
  void write_header(const Record& record, const Frame& frame, const Closure& of,
                    uint32_t argument_words);
  uint32_t argument_words(const Closure& of);
  void write_argument(const Record& record, const Closure& of, uint32_t argument);
  void make_sudogs();
  void set_registers();

  runtime::FrameMaps maps_of(const Frame& frame) const;
  void write_stack(uint64_t distance, Value value, Kind kind, bool root);
  void write_object(uint32_t object, uint32_t word, Value value, Kind kind, bool followed);
  void write_record(const Record& record, uint32_t word, Value value, Kind kind, bool followed);
  void write_register(runtime::Word& word, Value value);
  runtime::Word raw(const Value& value) const;
  Value number();
  Value pointer();
  Value on_stack();
  Value in_heap();
  static Value nil() { return {}; }
  Closure closure();

  runtime::Runtime& runtime_;
  const MachineProgram& program_;
  MemoryModel& model_;
  runtime::G* g_ = nullptr;
  FuzzedDataProvider* choices_ = nullptr;
  std::vector<Frame> frames_;  // from the outermost inwards
  std::vector<Closure> closures_;
  uint32_t plain_objects_ = 0;  // the number of plain objects, which come first in the model
  Value newest_defer_;
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_STACK_STATES_STACK_BUILDER_H_
