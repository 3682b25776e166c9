#ifndef STACKQUAKE_HARNESS_STACK_STATES_COPIER_SESSION_H_
#define STACKQUAKE_HARNESS_STACK_STATES_COPIER_SESSION_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "harness/stack_states/machine_program.h"
#include "harness/stack_states/memory_model.h"
#include "runtime_under_test/design.h"
#include "runtime_under_test/poison.h"
#include "runtime_under_test/runtime.h"

namespace stackquake {

// Makes a state of a stack from bytes, applies copier and collector to it again and again, and
// compares every word with the model. No program runs. So the states are more varied than those
// that a nest can bring about, as far as walks and maps allow.
//
// Only for designs with the frames and records of go1.4. All storage is reused for the next input.
// Only one can exist in a process.
class CopierSession {
 public:
  CopierSession(std::unique_ptr<runtime::Design> design, runtime::PoisonMode poison);
  ~CopierSession();

  // For the following inputs.
  void set_poison(runtime::PoisonMode poison) { poison_ = poison; }

  // Accepts any bytes. Returns the violation, if there is one, valid until the next call.
  const std::optional<runtime::Violation>& run_one(std::span<const uint8_t> bytes);

  // The statistics of the last input.
  const runtime::Stats& stats() { return runtime_.stats(); }

 private:
  class Script;

  runtime::Runtime runtime_;
  runtime::PoisonMode poison_;
  MachineProgram program_;
  MemoryModel model_;
  std::unique_ptr<Script> script_;
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_STACK_STATES_COPIER_SESSION_H_
