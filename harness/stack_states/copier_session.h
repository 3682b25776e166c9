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

// Makes a stack state up from bytes, hands it straight to copier and collector, move after move,
// and compares every word with the model. No program is run: what stands on the stack is more than
// any nest could bring about, within what walks and maps promise.
//
// For designs with the frames and records of go1.4. Keeps all storage from one input to the next.
// There can be one in a process.
class CopierSession {
 public:
  CopierSession(std::unique_ptr<runtime::Design> design, runtime::PoisonMode poison);
  ~CopierSession();

  // Takes any bytes. The violation if something went wrong, valid until the next call.
  const std::optional<runtime::Violation>& run_one(std::span<const uint8_t> bytes);

  // Of the last input.
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
