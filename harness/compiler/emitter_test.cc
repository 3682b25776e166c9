#include "harness/compiler/emitter.h"

#include <gtest/gtest.h>

namespace stackquake {
namespace {

using runtime::Opcode;

class EmitterTest : public testing::Test {
 protected:
  EmitterTest() { emitter_.begin(program_, 3); }

  runtime::Program program_;
  Emitter emitter_;
};

TEST_F(EmitterTest, RegionsFollowOneAnotherFromSpUp) {
  emitter_.need_outgoing(2);
  emitter_.need_outgoing(1);
  const Slot local = emitter_.new_local(3, -1);
  const Slot addressed = emitter_.new_addressed(2, true);
  EXPECT_EQ(emitter_.frame_words(), 7u);
  EXPECT_EQ(emitter_.finished(slot_in(kOutgoing, 1)), 1);
  EXPECT_EQ(emitter_.finished(local), 2);
  EXPECT_EQ(emitter_.finished(addressed), 5);
  // The return pc lies in between.
  EXPECT_EQ(emitter_.finished(slot_in(kArgument, 0)), 8);
}

TEST_F(EmitterTest, KnowsWhichWordsArePointers) {
  emitter_.new_local(2, 1);
  emitter_.new_local(1, -1);
  emitter_.new_local(1, 0);
  EXPECT_EQ(emitter_.locals().pointers, (std::vector<uint32_t>{1, 3}));
  emitter_.new_addressed(3, true);
  emitter_.new_addressed(1, false);
  EXPECT_EQ(emitter_.addressed().pointers, (std::vector<uint32_t>{1, 2, 3}));
}

TEST_F(EmitterTest, AddressedWordsLiveFromTheEarliestWrite) {
  const Slot first = emitter_.new_addressed(1, false);
  const Slot second = emitter_.new_addressed(2, true);
  emitter_.set_live_from(second, 2, 9);
  emitter_.set_live_from(second, 2, 12);
  EXPECT_EQ(emitter_.addressed().since, (std::vector<uint32_t>{UINT32_MAX, 9}));
  emitter_.set_live_from(first, 1, 20);
  EXPECT_EQ(emitter_.addressed().since, (std::vector<uint32_t>{20, 9}));
}

TEST_F(EmitterTest, TemporariesAreDifferentUntilReleasedAndThenReused) {
  const Slot first = emitter_.pointer_temporary();
  const Slot second = emitter_.pointer_temporary();
  EXPECT_NE(first, second);
  EXPECT_NE(emitter_.scalar_temporary(), first);
  emitter_.release_temporaries();
  EXPECT_EQ(emitter_.pointer_temporary(), first);
}

TEST_F(EmitterTest, ArrayTemporariesHoldTheirWords) {
  const Slot small = emitter_.array_temporary(3);
  const Slot large = emitter_.array_temporary(1000);
  const Slot next = emitter_.new_local(1, -1);
  EXPECT_GE(word_of(large), word_of(small) + 3);
  EXPECT_GE(word_of(next), word_of(large) + 1000);
  EXPECT_EQ(emitter_.array_temporary(3), small);
}

TEST_F(EmitterTest, InstructionsKnowFunctionAndLine) {
  emitter_.set_line(7);
  const uint32_t index = emitter_.emit(Opcode::kNop);
  EXPECT_EQ(program_.lines[index], 7u);
  EXPECT_EQ(program_.function_of[index], 3);
  EXPECT_EQ(program_.locals_map_of[index], runtime::kNoMap);
}

TEST_F(EmitterTest, LabelsNameWhereTheyAreBound) {
  const Label forward = emitter_.new_label();
  emitter_.jump(forward);
  emitter_.emit(Opcode::kNop);
  emitter_.bind(forward);
  EXPECT_EQ(emitter_.target_of(forward), 2u);
}

TEST_F(EmitterTest, NextFunctionBeginsAfresh) {
  emitter_.need_outgoing(5);
  emitter_.new_local(3, 0);
  emitter_.new_addressed(2, false);
  emitter_.emit(Opcode::kNop);
  emitter_.begin(program_, 4);
  EXPECT_EQ(emitter_.start(), 1u);
  EXPECT_EQ(emitter_.frame_words(), 0u);
  EXPECT_TRUE(emitter_.locals().pointers.empty());
  EXPECT_TRUE(emitter_.addressed().pointers.empty());
}

}  // namespace
}  // namespace stackquake
