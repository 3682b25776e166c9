// The copystack of every design, word by word: which words are moved, which are adjusted, and what
// the old and the new stack hold afterwards in each mode of poison.

#include <gtest/gtest.h>

#include <cctype>
#include <string>
#include <string_view>
#include <tuple>
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

class CopystackTest : public testing::TestWithParam<std::tuple<std::string_view, PoisonMode>> {
 protected:
  CopystackTest() : machine_(std::get<0>(GetParam())), view_(machine_.runtime) {
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
    options.poison = poison();
    const RunResult& result = machine_.run(options, view_);
    ASSERT_EQ(signature_of(result), "");
    ASSERT_EQ(result.stats.copies, 1u);
  }

  static PoisonMode poison() { return std::get<1>(GetParam()); }
  static bool fills() { return poison() != PoisonMode::kNone; }

  Machine machine_;
  CopyView view_;
};

TEST_P(CopystackTest, MovesTheWordsInUse) {
  run();
  EXPECT_EQ(view_.moved[kMarked], kMarker);
  EXPECT_NE(view_.copy.new_stack.lo, view_.copy.old_stack.lo);
  // The frame and the return pc of the base frame.
  EXPECT_EQ(view_.copy.used_bytes, (kFrameWords + 1) * kWordBytes);
  EXPECT_EQ(view_.copy.new_stack.hi - view_.sp, view_.copy.used_bytes);
}

TEST_P(CopystackTest, AdjustsPointersIntoTheStackAndNothingElse) {
  run();
  EXPECT_EQ(view_.moved[kPointer], view_.sp + Address{kMarked} * kWordBytes);
  EXPECT_EQ(view_.moved[kLookalike],
            view_.copy.old_stack.hi - view_.copy.used_bytes + Address{kMarked} * kWordBytes);
  EXPECT_TRUE(in_heap(view_.moved[kHeap]));
  EXPECT_EQ(view_.copy.words_adjusted, 1u);
}

TEST_P(CopystackTest, WhatWasNotMovedIsPoisonedAsCopying) {
  run();
  const Word expected = fills() ? poison_word(Poison::kCopying) : 0;
  EXPECT_EQ(view_.unmoved, expected);
  EXPECT_EQ(view_.below_sp, expected);
}

TEST_P(CopystackTest, OldStackIsTreatedAsTheModeSays) {
  run();
  EXPECT_EQ(view_.old_accessible, poison() != PoisonMode::kProtect);
  EXPECT_EQ(view_.old_poisoned, poison() == PoisonMode::kAsan && has_address_sanitizer());
  if (!view_.old_accessible || view_.old_poisoned) return;
  EXPECT_EQ(view_.old_low, fills() ? poison_word(Poison::kOldStack) : 0);
  EXPECT_EQ(view_.old_marker, fills() ? poison_word(Poison::kOldStack) : kMarker);
}

INSTANTIATE_TEST_SUITE_P(Designs, CopystackTest,
                         testing::Combine(testing::ValuesIn(design_names()),
                                          testing::Values(PoisonMode::kNone, PoisonMode::kFill,
                                                          PoisonMode::kAsan, PoisonMode::kProtect)),
                         [](const auto& test) {
                           std::string name(std::get<0>(test.param));
                           std::erase_if(name, [](char c) { return !std::isalnum(c); });
                           return name + "_" +
                                  std::to_string(static_cast<int>(std::get<1>(test.param)));
                         });

}  // namespace
}  // namespace stackquake::runtime
