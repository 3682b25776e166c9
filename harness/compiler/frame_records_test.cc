// How defer statements are lowered for a design that keeps records in frames.

#include <string>

#include "harness/compiler/compiler_testing.h"

namespace stackquake {
namespace {

using runtime::Instruction;
using runtime::RuntimeFunction;

class FrameRecordsTest : public CompilerTest {
 protected:
  FrameRecordsTest() : framing_(runtime::make_design("go1.13")), framing_compiler_(*framing_) {}

  void compile_framing(const std::string& declarations) {
    const Nest* nest = load_good("package main\n\n" + declarations, arena_);
    ASSERT_NE(nest, nullptr);
    program_ = &framing_compiler_.compile(*nest, arena_);
  }

  size_t calls(RuntimeFunction callee) {
    return calls_of(program().runtime_function(callee).entry, "main").size();
  }

  std::unique_ptr<runtime::Design> framing_;
  Compiler framing_compiler_;
};

// A nest that defers a call with an array of this many words.
std::string with_array(int words) {
  const std::string array = "[" + std::to_string(words) + "]int";
  return "func keep(a " + array + ") {\n\t_ = a\n}\n\nfunc main() {\n\tvar a " + array +
         "\n\tdefer keep(a)\n}\n";
}

TEST_F(FrameRecordsTest, OneOutsideOfLoopsLiesInTheFrame) {
  compile_framing("func main() {\n\tdefer trace(1)\n}\n");
  EXPECT_EQ(calls(RuntimeFunction::kDeferprocStack), 1u);
  EXPECT_EQ(calls(RuntimeFunction::kDeferproc), 0u);
  const runtime::Function& main = function("main");
  const uint32_t call =
      calls_of(program().runtime_function(RuntimeFunction::kDeferprocStack).entry, "main").at(0);
  const Instruction& address = program().code[call - 1];
  ASSERT_EQ(address.opcode, Opcode::kFrameAddress);
  EXPECT_EQ(address.a, 0) << "the argument of deferprocStack";
  EXPECT_LE(address.b + framing_->defer_layout().header_words() + 1, main.frame_words);
  // No map has the words of the record.
  for (size_t live : live_at({call})) EXPECT_EQ(live, 0u);
}

TEST_F(FrameRecordsTest, OneInALoopGoesToTheHeap) {
  compile_framing("func main() {\n\tfor i := 0; i < 2; i++ {\n\t\tdefer trace(i)\n\t}\n}\n");
  EXPECT_EQ(calls(RuntimeFunction::kDeferprocStack), 0u);
  EXPECT_EQ(calls(RuntimeFunction::kDeferproc), 1u);
}

TEST_F(FrameRecordsTest, OneWithManyWordsGoesToTheHeap) {
  compile_framing(with_array(16));
  EXPECT_EQ(calls(RuntimeFunction::kDeferprocStack), 1u);
  compile_framing(with_array(17));
  EXPECT_EQ(calls(RuntimeFunction::kDeferprocStack), 0u);
  EXPECT_EQ(calls(RuntimeFunction::kDeferproc), 1u);
}

// deferreturn copies the arguments to the low end of the frame, where no record may lie.
TEST_F(FrameRecordsTest, TheRecordLiesAboveTheRoomForTheArguments) {
  compile_framing(with_array(16));
  const uint32_t call =
      calls_of(program().runtime_function(RuntimeFunction::kDeferprocStack).entry, "main").at(0);
  EXPECT_GE(program().code[call - 1].b, 16);
}

TEST_F(FrameRecordsTest, OtherDesignsCallDeferproc) {
  compile("func main() {\n\tdefer trace(1)\n}\n");
  EXPECT_EQ(calls(RuntimeFunction::kDeferprocStack), 0u);
  EXPECT_EQ(calls(RuntimeFunction::kDeferproc), 1u);
}

}  // namespace
}  // namespace stackquake
