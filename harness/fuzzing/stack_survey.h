#ifndef STACKQUAKE_HARNESS_FUZZING_STACK_SURVEY_H_
#define STACKQUAKE_HARNESS_FUZZING_STACK_SURVEY_H_

// What a goroutine's stack looks like from afar, for who wants to tell situations apart.

#include <cstdint>
#include <vector>

#include "runtime_under_test/code.h"
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
  runtime::Stkframe frame;  // continpc is 0 for a dead one
  FrameKind kind = FrameKind::kOther;
  bool interrupted = false;  // by a fault
};

enum class ClosurePlace : uint8_t { kNil, kOwnStack, kHeap, kStatic };

// A look at a goroutine that stands at a safepoint or in a runtime function. It asks neither the
// design, whose walks may be what is broken, nor the shadow; where a list or the chain of frames is
// broken, it just ends: to tell of that is the audits' business.
class StackSurvey {
 public:
  // Of longer stacks and lists only so much is seen, from the innermost on: what is further out was
  // innermost before.
  static constexpr size_t kMaxFrames = 48;
  static constexpr size_t kMaxRecords = 16;

  explicit StackSurvey(const runtime::Runtime& runtime) : runtime_(runtime) {}

  // Looks at `g`. What follows holds until the next look.
  void look(const runtime::G& g);

  const std::vector<SurveyedFrame>& frames() const { return frames_; }
  const std::vector<const runtime::Panic*>& panics() const { return panics_; }
  const std::vector<const runtime::Defer*>& defers() const { return defers_; }
  const std::vector<const runtime::Sudog*>& sudogs() const { return sudogs_; }

  // How many Goexits are in progress.
  uint32_t goexits() const { return goexits_; }

  // Whether the innermost of gopanic's and Goexit's frames is gopanic's.
  bool in_panic() const { return innermost_ == FrameKind::kGopanic; }
  bool in_goexit() const { return innermost_ == FrameKind::kGoexit; }

  // A bit for each FrameKind that is there.
  uint32_t kinds() const { return kinds_; }

  ClosurePlace closure_place(const runtime::Defer& d) const;

  // The function that a deferred call is of; null where its closure cannot be read.
  const runtime::Function* function_of(const runtime::Defer& d) const;

  // Whether the word at `address` may be read: on the goroutine's stack, or in the heap and not
  // freed.
  bool readable(runtime::Address address) const;

 private:
  void look_at_frames();
  void look_at_records();
  void note(const SurveyedFrame& frame);
  bool has_defer_at(runtime::Address argp) const;

  const runtime::Runtime& runtime_;
  const runtime::G* g_ = nullptr;
  std::vector<SurveyedFrame> frames_;
  std::vector<const runtime::Panic*> panics_;  // innermost first, as the others
  std::vector<const runtime::Defer*> defers_;
  std::vector<const runtime::Sudog*> sudogs_;
  uint32_t goexits_ = 0;
  uint32_t kinds_ = 0;
  FrameKind innermost_ = FrameKind::kOther;
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_FUZZING_STACK_SURVEY_H_
