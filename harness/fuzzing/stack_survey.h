#ifndef STACKQUAKE_HARNESS_FUZZING_STACK_SURVEY_H_
#define STACKQUAKE_HARNESS_FUZZING_STACK_SURVEY_H_

// A summary of a goroutine's stack, by which situations are told apart.

#include <cstdint>
#include <vector>

#include "runtime_under_test/code.h"
#include "runtime_under_test/deferred_call.h"
#include "runtime_under_test/g.h"
#include "runtime_under_test/records.h"
#include "runtime_under_test/runtime.h"
#include "runtime_under_test/traceback.h"

namespace stackquake {

enum class FrameKind : uint8_t {
  kFunction,
  kLiteral,
  kShim,
  kGopanic,
  kGoexit,
  kReflectcall,
  kDeferreturn,  // and jmpdefer
  kFault,        // sigpanic, panicindex, panicchan
  kOther,
};

struct SurveyedFrame {
  runtime::Stkframe frame;  // continpc is 0 for a dead frame
  FrameKind kind = FrameKind::kOther;
  bool interrupted = false;  // by a fault
};

enum class ClosurePlace : uint8_t { kNil, kOwnStack, kHeap, kStatic };

// A summary of a goroutine that is at a safepoint or in a runtime function. It uses neither the
// walks of the design, which may be the broken part, nor the shadow. When a list or the chain of
// frames is broken, the summary just ends there. Reporting that is left to the audits.
class StackSurvey {
 public:
  // The survey sees only the innermost part of a longer stack or list. What lies further out was
  // innermost at an earlier look.
  static constexpr size_t kMaxFrames = 48;
  static constexpr size_t kMaxRecords = 16;

  explicit StackSurvey(const runtime::Runtime& runtime) : runtime_(runtime) {}

  // Looks at `g`. All results below are valid until the next look.
  void look(const runtime::G& g);

  const std::vector<SurveyedFrame>& frames() const { return frames_; }
  const std::vector<runtime::Unwinding>& panics() const { return panics_; }
  const std::vector<runtime::DeferredCall>& defers() const { return defers_; }
  const std::vector<const runtime::Sudog*>& sudogs() const { return sudogs_; }

  // The number of Goexits in progress.
  uint32_t goexits() const { return goexits_; }

  // Whether a panic is in progress inside all Goexits: gopanic's frame is further in than Goexit's.
  bool in_panic() const { return innermost_ == FrameKind::kGopanic; }
  bool in_goexit() const { return innermost_ == FrameKind::kGoexit; }

  // A set of the FrameKinds on the stack, one bit each.
  uint32_t kinds() const { return kinds_; }

  ClosurePlace closure_place(const runtime::DeferredCall& d) const;

  // The function of a deferred call. Null when its closure is not readable.
  const runtime::Function* function_of(const runtime::DeferredCall& d) const;

  // Whether the word at `address` may be read: it is on the goroutine's stack, or in an object that
  // is not freed.
  bool readable(runtime::Address address) const;

 private:
  void look_at_frames();
  void look_at_records();
  void note(const SurveyedFrame& frame);
  void look_at_slots(const runtime::Stkframe& frame);
  bool may_continue(const runtime::Stkframe& frame) const;

  const runtime::Runtime& runtime_;
  const runtime::G* g_ = nullptr;
  std::vector<SurveyedFrame> frames_;
  std::vector<runtime::Unwinding> panics_;  // innermost first, like the other lists
  std::vector<runtime::DeferredCall> defers_;
  std::vector<const runtime::Sudog*> sudogs_;
  uint32_t goexits_ = 0;
  uint32_t kinds_ = 0;
  FrameKind innermost_ = FrameKind::kOther;
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_FUZZING_STACK_SURVEY_H_
