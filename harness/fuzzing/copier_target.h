#ifndef STACKQUAKE_HARNESS_FUZZING_COPIER_TARGET_H_
#define STACKQUAKE_HARNESS_FUZZING_COPIER_TARGET_H_

#include <string_view>

#include "harness/fuzzing/fuzz_settings.h"
#include "harness/fuzzing/fuzz_target.h"
#include "harness/fuzzing/input_choice.h"
#include "harness/stack_states/copier_session.h"

namespace stackquake {

// Makes a state of a goroutine's stack from the bytes of an input, and has it copied and collected:
// see CopierSession. Every input is valid.
class CopierTarget final : public FuzzTarget {
 public:
  explicit CopierTarget(const FuzzSettings& settings);

  FuzzVerdict run_one(std::string_view input) override;

 private:
  CopierSession session_;
  InputChoice choice_;
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_FUZZING_COPIER_TARGET_H_
