#include "runtime_under_test/collector.h"

#include <gtest/gtest.h>

#include "runtime_under_test/runtime_testing.h"

namespace stackquake::runtime {
namespace {

constexpr int64_t kNext = offsetof(Node, next);
constexpr int64_t kVal = offsetof(Node, val);

class CollectorTest : public testing::Test {
 protected:
  CollectorTest() { machine_.writer.begin("main", 4); }

  void new_object(uint16_t slot, BuiltinType type) {
    machine_.writer.emit_safepoint({Opcode::kNewObject, slot, 0, 0, type});
  }
  void store(uint16_t object, int64_t offset, uint16_t value) {
    machine_.writer.emit({Opcode::kStore, object, value, 0, offset});
  }

  // How many objects a collection frees when the slots in `live` are live.
  uint64_t freed(ProgramWriter::Slots live) {
    machine_.writer.emit_safepoint({Opcode::kCollect}, live);
    machine_.writer.end();
    const RunResult& result = machine_.run();
    EXPECT_EQ(signature_of(result), "");
    EXPECT_EQ(result.stats.collections, 1u);
    return result.stats.objects_freed;
  }

  Machine machine_;
};

TEST_F(CollectorTest, FreesWhatNoLiveSlotHolds) {
  new_object(0, kTypeInt);
  EXPECT_EQ(freed({}), 1u);
}

TEST_F(CollectorTest, KeepsWhatALiveSlotHolds) {
  new_object(0, kTypeInt);
  EXPECT_EQ(freed({0}), 0u);
}

TEST_F(CollectorTest, KeepsWhatIsPointedIntoTheMiddle) {
  new_object(0, kTypeNode);
  machine_.writer.emit({Opcode::kOffset, 1, 0, 0, kNext});
  EXPECT_EQ(freed({1}), 0u);
}

TEST_F(CollectorTest, FollowsPointersOfObjects) {
  new_object(0, kTypeNode);
  new_object(1, kTypeNode);
  store(0, kNext, 1);
  EXPECT_EQ(freed({0}), 0u);
}

TEST_F(CollectorTest, DoesNotFollowNumbersThatLookLikePointers) {
  new_object(0, kTypeNode);
  new_object(1, kTypeNode);
  store(0, kVal, 1);
  EXPECT_EQ(freed({0}), 1u);
}

TEST_F(CollectorTest, FreesCycles) {
  new_object(0, kTypeNode);
  new_object(1, kTypeNode);
  store(0, kNext, 1);
  store(1, kNext, 0);
  EXPECT_EQ(freed({}), 2u);
}

TEST_F(CollectorTest, SurvivesCyclesThatAreAlive) {
  new_object(0, kTypeNode);
  store(0, kNext, 0);
  EXPECT_EQ(freed({0}), 0u);
}

TEST_F(CollectorTest, PointersIntoStacksLeadNowhere) {
  new_object(0, kTypeInt);
  machine_.writer.emit({Opcode::kFrameAddress, 1, 0});
  EXPECT_EQ(freed({1}), 1u);
}

// A buffered channel of *node holds on to its elements; one of int does not.
class ChannelBufferTest : public CollectorTest, public testing::WithParamInterface<bool> {};

TEST_P(ChannelBufferTest, IsFollowedByItsType) {
  const bool of_nodes = GetParam();
  machine_.writer.emit_safepoint({Opcode::kMakeChannel, 0, of_nodes, 0, 2});
  machine_.writer.emit_safepoint({Opcode::kNewObject, 1, 0, 0, kTypeNode}, {0});
  machine_.writer.emit_safepoint({Opcode::kSend, 0, 1}, {0});
  EXPECT_EQ(freed({0}), of_nodes ? 0u : 1u);
}

INSTANTIATE_TEST_SUITE_P(ElementTypes, ChannelBufferTest, testing::Bool());

TEST_F(CollectorTest, BeginsByItselfWhenEnoughHasBeenAllocated) {
  constexpr int64_t kObjects = Collector::kTriggerBytes / (size_t{3} * kWordBytes) + 2;
  ProgramWriter& writer = machine_.writer;
  writer.emit({Opcode::kConst, 1, 0, 0, 0});
  const uint32_t loop = writer.here();
  new_object(0, kTypeNode);
  writer.emit({Opcode::kAddConst, 1, 1, 0, 1});
  Instruction jump{Opcode::kJumpLessConst, 1, 0, 0, kObjects};
  jump.set_short_target(loop);
  writer.emit(jump);
  writer.end();
  const RunResult& result = machine_.run();
  EXPECT_EQ(result.stats.collections, 1u);
  EXPECT_GT(result.stats.objects_freed, 1000u);
}

}  // namespace
}  // namespace stackquake::runtime
