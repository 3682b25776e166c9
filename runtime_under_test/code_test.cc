#include "runtime_under_test/code.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "runtime_under_test/runtime_testing.h"

namespace stackquake::runtime {
namespace {

using testing::HasSubstr;

constexpr Opcode kOpcodes[] = {
#define STACKQUAKE_OPERATION(enumerator, mnemonic, operands) Opcode::enumerator,
#include "runtime_under_test/operations.def"
#undef STACKQUAKE_OPERATION
};

TEST(CodeTest, EveryOperationHasAMnemonicOfItsOwnAndFourOperandLetters) {
  std::set<std::string_view> mnemonics;
  for (Opcode opcode : kOpcodes) {
    EXPECT_TRUE(mnemonics.insert(mnemonic(opcode)).second) << mnemonic(opcode);
    const std::string_view letters = operands(opcode);
    ASSERT_EQ(letters.size(), 4u) << mnemonic(opcode);
    EXPECT_EQ(letters.substr(0, 3).find_first_not_of("dDsSmbnT-"), std::string_view::npos)
        << mnemonic(opcode);
    EXPECT_EQ(letters.substr(3).find_first_not_of("itn-"), std::string_view::npos)
        << mnemonic(opcode);
  }
}

TEST(CodeTest, ShortTargetsTakeTwoFields) {
  Instruction instruction{Opcode::kJumpLessConst};
  for (uint32_t target : {0u, 7u, 0xffffu, 0x12345u}) {
    instruction.set_short_target(target);
    EXPECT_EQ(instruction.short_target(), target);
  }
}

TEST(CodeTest, DisassemblesOperandsTargetsAndMaps) {
  ProgramWriter writer(*make_design("go1.4"));
  writer.begin("f", 3, 2, {1});
  Instruction jump{Opcode::kJumpLessConst, 2, 0, 0, 9};
  jump.set_short_target(77);
  const std::string at = std::to_string(writer.here());
  writer.emit({Opcode::kAddConst, 1, 0, 0, -5});
  writer.emit(jump);
  writer.emit_safepoint({Opcode::kCall, 0, 0, 0, 12}, {0, 2});
  writer.end();
  const std::string text = disassemble(writer.program());
  EXPECT_THAT(text, HasSubstr("f: frame 3, args 2 words; pointers at entry: s1; later: s1\n"));
  EXPECT_THAT(text, HasSubstr("  " + at + "\tadd_const s1 s0 #-5\n"));
  EXPECT_THAT(text, HasSubstr("jump_less_const s2 77 #9\n"));
  EXPECT_THAT(text, HasSubstr("call -> 12\t; live: s0 s2\n"));
  EXPECT_THAT(text, HasSubstr("gopanic: frame"));
}

TEST(CodeTest, ClearEmptiesAProgram) {
  ProgramWriter writer(*make_design("go1.4"));
  writer.begin("f", 0);
  writer.end();
  writer.program().clear();
  EXPECT_EQ(disassemble(writer.program()), "");
  EXPECT_TRUE(writer.program().code.empty());
  EXPECT_TRUE(writer.program().types.empty());
}

}  // namespace
}  // namespace stackquake::runtime
