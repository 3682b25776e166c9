#include "runtime_under_test/traceback.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "runtime_under_test/runtime_testing.h"

namespace stackquake::runtime {
namespace {

constexpr Address kSp = kStackBase + 1024;

class FrameTest : public testing::Test {
 protected:
  FrameTest() : writer_(*make_design("go1.4")) {
    function_ = writer_.begin("f", 3, 2, {1});
    scalar_ = writer_.emit({Opcode::kConst, 0});
    safepoint_ = writer_.emit_safepoint({Opcode::kMove}, {0, 2});
    writer_.end();
  }

  Stkframe frame_past(uint32_t instruction) {
    return frame_at(writer_.program(), code_pc(instruction + 1), kSp);
  }

  ProgramWriter writer_;
  uint32_t function_ = 0;
  uint32_t scalar_ = 0;
  uint32_t safepoint_ = 0;
};

TEST_F(FrameTest, LocalsReturnPcAndArgumentsFollowSp) {
  const Stkframe frame = frame_past(safepoint_);
  EXPECT_EQ(frame.fn, &writer_.program().functions[function_]);
  EXPECT_EQ(frame.sp, kSp);
  EXPECT_EQ(frame.varp, kSp + Address{3} * kWordBytes);
  EXPECT_EQ(frame.argp, kSp + Address{4} * kWordBytes);
  EXPECT_EQ(frame.continpc, frame.pc);
}

TEST_F(FrameTest, FunctionAtItsEntryHasNoLocalsYet) {
  const Stkframe frame =
      frame_at(writer_.program(), code_pc(writer_.program().functions[function_].entry), kSp);
  EXPECT_EQ(frame.varp, kSp);
  EXPECT_EQ(frame.argp, kSp + kWordBytes);
  FrameMaps maps;
  ASSERT_TRUE(frame_maps(writer_.program(), frame, maps));
  EXPECT_TRUE(maps.locals.empty());
  EXPECT_EQ(std::vector(maps.arguments.begin(), maps.arguments.end()), std::vector<uint16_t>{1});
}

TEST_F(FrameTest, MapBelongsToTheInstructionBeforeTheReturnAddress) {
  FrameMaps maps;
  ASSERT_TRUE(frame_maps(writer_.program(), frame_past(safepoint_), maps));
  EXPECT_EQ(std::vector(maps.locals.begin(), maps.locals.end()), (std::vector<uint16_t>{0, 2}));
  EXPECT_FALSE(frame_maps(writer_.program(), frame_past(scalar_), maps));
}

TEST_F(FrameTest, OnlyPcsOfTheProgramAreCode) {
  EXPECT_FALSE(is_code(writer_.program(), kCodeBase - 1));
  EXPECT_TRUE(is_code(writer_.program(), kCodeBase));
  EXPECT_TRUE(is_code(writer_.program(), code_pc(writer_.here() - 1)));
  EXPECT_FALSE(is_code(writer_.program(), code_pc(writer_.here())));
}

// ---- Whole walks ----

// main calls middle, which calls leaf. leaf executes `at_leaf`; before that it may overwrite its
// return pc.
class WalkTest : public testing::Test {
 protected:
  void write(Opcode at_leaf, bool breaks_the_stack) {
    ProgramWriter& writer = machine_.writer;
    const uint32_t leaf = writer.begin("leaf", 1);
    if (breaks_the_stack) writer.emit({Opcode::kConst, 1, 0, 0, 12345});
    writer.emit_safepoint({at_leaf, 0});
    writer.emit_safepoint({Opcode::kTrace, 0});
    writer.end();
    const uint32_t middle = writer.begin("middle", 5);
    writer.call(leaf);
    writer.end();
    writer.begin("main", 2);
    writer.call(middle);
    writer.end();
  }

  Machine machine_;
};

TEST_F(WalkTest, CountsEveryFrameOnce) {
  write(Opcode::kFrames, false);
  const RunResult& result = machine_.run();
  EXPECT_EQ(signature_of(result), "");
  EXPECT_EQ(result.traces()[0], std::vector<int64_t>{3});
}

TEST_F(WalkTest, FailsWhereAReturnPcIsNoCode) {
  write(Opcode::kFrames, true);
  EXPECT_EQ(signature_of(machine_.run()), "bad-traceback:gentraceback:");
}

TEST_F(WalkTest, FailsInACopyToo) {
  write(Opcode::kMove, true);
  EXPECT_EQ(signature_of(machine_.run()), "bad-traceback:gentraceback:");
}

TEST_F(WalkTest, FailsInACollectionToo) {
  write(Opcode::kCollect, true);
  EXPECT_EQ(signature_of(machine_.run()), "bad-traceback:gentraceback:");
}

}  // namespace
}  // namespace stackquake::runtime
