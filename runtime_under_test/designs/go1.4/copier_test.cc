// copystack, word by word: which words are moved, which are adjusted, and what the old and the new
// stack hold afterwards in each mode of poison.

#include <gtest/gtest.h>

#include <vector>

#include "runtime_under_test/poison.h"
#include "runtime_under_test/runtime_testing.h"

namespace stackquake::runtime {
namespace {

constexpr Word kMarker = 0x1234;

// Main's frame at the copy: a pointer to its own slot 3, a number that looks the same, a pointer
// into the heap, and a marker.
constexpr uint16_t kPointer = 0;
constexpr uint16_t kLookalike = 1;
constexpr uint16_t kHeap = 2;
constexpr uint16_t kMarked = 3;
constexpr uint16_t kFrameWords = 4;

// Looks at both stacks when a copy is done.
class CopyView final : public Observer {
 public:
  explicit CopyView(Runtime& runtime) : runtime_(runtime) {}

  void stack_copied(const G& g, const StackCopy& copied) override {
    copy = copied;
    sp = g.sched.sp;
    moved.assign(at(sp), at(sp) + kFrameWords);
    unmoved = *at(copied.new_stack.lo);
    below_sp = *at(sp - kWordBytes);
    old_accessible = runtime_.options().poison != PoisonMode::kProtect ||
                     runtime_.stacks().accessible(copied.old_stack.lo);
    old_poisoned = sanitizer_objects_to(copied.old_stack.lo);
    if (!old_accessible || old_poisoned) return;
    old_low = *at(copied.old_stack.lo);
    old_marker =
        *at(copied.old_stack.hi - (copied.new_stack.hi - sp) + Address{kMarked} * kWordBytes);
  }

  StackCopy copy;
  Address sp = 0;
  std::vector<Word> moved;  // main's frame
  Word unmoved = 0;         // at the low end of the new stack
  Word below_sp = 0;
  bool old_accessible = true;
  bool old_poisoned = false;
  Word old_low = 0;  // at the low end of the old stack
  Word old_marker = 0;

 private:
  Runtime& runtime_;
};

class CopierTest : public testing::TestWithParam<PoisonMode> {
 protected:
  CopierTest() : view_(machine_.runtime) {
    ProgramWriter& writer = machine_.writer;
    writer.begin("main", kFrameWords);
    writer.emit({Opcode::kConst, kMarked, 0, 0, static_cast<int64_t>(kMarker)});
    writer.emit({Opcode::kFrameAddress, kPointer, kMarked});
    writer.emit({Opcode::kAddr, kLookalike, kPointer});
    writer.emit_safepoint({Opcode::kNewObject, kHeap, 0, 0, kTypeInt}, {kPointer});
    writer.emit_safepoint({Opcode::kMove}, {kPointer, kHeap});
    writer.end();
  }

  void run() {
    Options options;
    options.poison = GetParam();
    const RunResult& result = machine_.run(options, view_);
    ASSERT_EQ(signature_of(result), "");
    ASSERT_EQ(result.stats.copies, 1u);
  }

  bool fills() const { return GetParam() != PoisonMode::kNone; }

  Machine machine_;
  CopyView view_;
};

TEST_P(CopierTest, MovesTheWordsInUse) {
  run();
  EXPECT_EQ(view_.moved[kMarked], kMarker);
  EXPECT_NE(view_.copy.new_stack.lo, view_.copy.old_stack.lo);
  // The frame and the return pc of the base frame.
  EXPECT_EQ(view_.copy.used_bytes, (kFrameWords + 1) * kWordBytes);
  EXPECT_EQ(view_.copy.new_stack.hi - view_.sp, view_.copy.used_bytes);
}

TEST_P(CopierTest, AdjustsPointersIntoTheStackAndNothingElse) {
  run();
  EXPECT_EQ(view_.moved[kPointer], view_.sp + Address{kMarked} * kWordBytes);
  EXPECT_EQ(view_.moved[kLookalike],
            view_.copy.old_stack.hi - view_.copy.used_bytes + Address{kMarked} * kWordBytes);
  EXPECT_TRUE(in_heap(view_.moved[kHeap]));
  EXPECT_EQ(view_.copy.words_adjusted, 1u);
}

TEST_P(CopierTest, WhatWasNotMovedIsPoisonedAsCopying) {
  run();
  const Word expected = fills() ? poison_word(Poison::kCopying) : 0;
  EXPECT_EQ(view_.unmoved, expected);
  EXPECT_EQ(view_.below_sp, expected);
}

TEST_P(CopierTest, OldStackIsTreatedAsTheModeSays) {
  run();
  EXPECT_EQ(view_.old_accessible, GetParam() != PoisonMode::kProtect);
  EXPECT_EQ(view_.old_poisoned, GetParam() == PoisonMode::kAsan && has_address_sanitizer());
  if (!view_.old_accessible || view_.old_poisoned) return;
  EXPECT_EQ(view_.old_low, fills() ? poison_word(Poison::kOldStack) : 0);
  EXPECT_EQ(view_.old_marker, fills() ? poison_word(Poison::kOldStack) : kMarker);
}

INSTANTIATE_TEST_SUITE_P(PoisonModes, CopierTest,
                         testing::Values(PoisonMode::kNone, PoisonMode::kFill, PoisonMode::kAsan,
                                         PoisonMode::kProtect));

// The copier looks for the map of the arguments through the closure.
TEST(PendingCallTest, FnThatIsNoClosureIsAViolation) {
  class Spoiler final : public Observer {
   public:
    void deferred(const G& g, const DeferredCall& d) override {
      record_at<Defer>(d.record)->fn = g.stack.lo;
    }
  } spoiler;
  Machine machine;
  ProgramWriter& writer = machine.writer;
  const uint32_t callee = writer.begin("callee", 0);
  writer.end();
  writer.begin("main", 2);
  writer.emit({Opcode::kConst, 0, 0, 0, 0});
  writer.emit({Opcode::kStaticFuncval, 1, 0, 0, callee});
  writer.call(RuntimeFunction::kDeferproc);
  writer.emit_safepoint({Opcode::kMove});
  writer.end();
  EXPECT_EQ(signature_of(machine.run({}, spoiler)), "bad-dereference:pending call:fn");
}

}  // namespace
}  // namespace stackquake::runtime
