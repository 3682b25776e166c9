#include "runtime_under_test/stack_manager.h"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

#include "runtime_under_test/runtime_testing.h"

namespace stackquake::runtime {
namespace {

using Sizes = std::pair<uint32_t, uint32_t>;  // of the old and the new stack, in bytes

class CopySizes final : public Observer {
 public:
  void stack_copied(const G&, const StackCopy& copy) override {
    sizes.emplace_back(copy.old_stack.bytes(), copy.new_stack.bytes());
  }
  std::vector<Sizes> sizes;
};

class StackManagerTest : public testing::Test {
 protected:
  void begin(uint16_t frame_words) { machine_.writer.begin("main", frame_words); }
  void grow(int64_t words) {
    machine_.writer.emit({Opcode::kConst, 0, 0, 0, words});
    machine_.writer.emit_safepoint({Opcode::kGrow, 0});
  }
  void shrink() { machine_.writer.emit_safepoint({Opcode::kShrink}); }

  std::vector<Sizes> copies(const Options& options = {}) {
    machine_.writer.end();
    CopySizes observer;
    result_ = &machine_.run(options, observer);
    EXPECT_EQ(signature_of(*result_), "");
    return observer.sizes;
  }

  Machine machine_;
  const RunResult* result_ = nullptr;
};

TEST_F(StackManagerTest, GrowthDoublesUntilTheFrameFits) {
  begin(1);
  grow(1000);
  EXPECT_EQ(copies(), (std::vector<Sizes>{{2048, 4096}, {4096, 8192}}));
  EXPECT_EQ(result_->stats.growths, 2u);
}

TEST_F(StackManagerTest, GrowDoesNothingWhereThereIsRoom) {
  begin(1);
  grow(200);
  grow(0);
  grow(-5);
  EXPECT_EQ(copies(), std::vector<Sizes>{});
}

TEST_F(StackManagerTest, GrowLeavesRoomForTheGuard) {
  // 2,048 bytes less the base frame's return pc, main's word and the guard leave 1,936: 242 words.
  begin(1);
  grow((2048 - 2 * kWordBytes - kStackGuard) / kWordBytes);
  grow((2048 - 2 * kWordBytes - kStackGuard) / kWordBytes + 1);
  EXPECT_EQ(copies(), (std::vector<Sizes>{{2048, 4096}}));
}

TEST_F(StackManagerTest, PrologueGrowsTheStackForItsFrame) {
  begin(400);
  EXPECT_EQ(copies(), (std::vector<Sizes>{{2048, 4096}}));
}

TEST_F(StackManagerTest, MoveKeepsTheSize) {
  begin(1);
  machine_.writer.emit_safepoint({Opcode::kMove});
  EXPECT_EQ(copies(), (std::vector<Sizes>{{2048, 2048}}));
}

TEST_F(StackManagerTest, ShrinkHalvesAndStopsAtTheFirstSize) {
  begin(1);
  grow(1000);
  for (int i = 0; i < 4; ++i) shrink();
  EXPECT_EQ(copies(), (std::vector<Sizes>{{2048, 4096}, {4096, 8192}, {8192, 4096}, {4096, 2048}}));
  EXPECT_EQ(result_->stats.shrinks, 2u);
}

// main's frame with the return pc below it takes exactly a quarter of 8,192 bytes, or a word more.
TEST_F(StackManagerTest, ShrinksWhenAQuarterIsInUse) {
  begin(2048 / kWordBytes - 1);
  grow(700);
  shrink();
  EXPECT_EQ(copies().back(), (Sizes{8192, 4096}));
}

TEST_F(StackManagerTest, DoesNotShrinkWhenMoreThanAQuarterIsInUse) {
  begin(2048 / kWordBytes);
  grow(700);
  shrink();
  EXPECT_EQ(copies().back(), (Sizes{4096, 8192}));
}

TEST_F(StackManagerTest, CollectionShrinksStacks) {
  begin(1);
  grow(400);
  machine_.writer.emit_safepoint({Opcode::kCollect});
  EXPECT_EQ(copies(), (std::vector<Sizes>{{2048, 4096}, {4096, 2048}}));
}

TEST_F(StackManagerTest, StackMayReachItsLimit) {
  begin(1);
  grow(800);
  Options options;
  options.limit_bytes = 8192;
  EXPECT_EQ(copies(options).back(), (Sizes{4096, 8192}));
  EXPECT_EQ(result_->outcome.kind, OutcomeKind::kExit);
}

TEST_F(StackManagerTest, StackMayNotPassItsLimit) {
  begin(1);
  grow(800);
  Options options;
  options.limit_bytes = 4096;
  copies(options);
  EXPECT_EQ(result_->outcome.kind, OutcomeKind::kOverflow);
}

TEST_F(StackManagerTest, MostPositiveGrowthOverflows) {
  begin(1);
  grow(INT64_MAX);
  copies();
  EXPECT_EQ(result_->outcome.kind, OutcomeKind::kOverflow);
}

// ---- Where the options force a copy ----

class ForcedMoveTest : public StackManagerTest {
 protected:
  ForcedMoveTest() {
    begin(2);
    shrink();                                                                 // a call
    machine_.writer.emit_safepoint({Opcode::kNewObject, 1, 0, 0, kTypeInt});  // another safepoint
  }

  uint64_t forced(MovePolicy move, std::vector<uint64_t> move_at = {}) {
    Options options;
    options.move = move;
    options.move_at = std::move(move_at);
    copies(options);
    return result_->stats.forced_copies;
  }
};

TEST_F(ForcedMoveTest, Nowhere) {
  EXPECT_EQ(forced(MovePolicy::kNone), 0u);
}
TEST_F(ForcedMoveTest, AtPrologues) {
  EXPECT_EQ(forced(MovePolicy::kPrologue), 1u);
}
TEST_F(ForcedMoveTest, AtCallsToo) {
  EXPECT_EQ(forced(MovePolicy::kCall), 2u);
}
TEST_F(ForcedMoveTest, AtEverySafepoint) {
  EXPECT_EQ(forced(MovePolicy::kSafepoint), 3u);
}
TEST_F(ForcedMoveTest, AtTheNumbersThatAreListed) {
  EXPECT_EQ(forced(MovePolicy::kAt, {0, 2, 17}), 2u);
}

}  // namespace
}  // namespace stackquake::runtime
