#include "runtime_under_test/runtime_functions.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "runtime_under_test/runtime_testing.h"

namespace stackquake::runtime {
namespace {

class RuntimeFunctionsTest : public testing::TestWithParam<std::string_view> {
 protected:
  RuntimeFunctionsTest() : design_(make_design(GetParam())) {
    append_runtime_functions(*design_, program_);
  }

  const Function& function(RuntimeFunction number) { return program_.runtime_function(number); }

  std::unique_ptr<Design> design_;
  Program program_;
};

TEST_P(RuntimeFunctionsTest, ThereIsOneEntryForEachInCodeWithoutGaps) {
  ASSERT_EQ(program_.functions.size(), kRuntimeFunctions);
  uint32_t next = 0;
  for (const Function& each : program_.functions) {
    EXPECT_EQ(each.entry, next) << each.name;
    EXPECT_LT(each.entry, each.end) << each.name;
    EXPECT_NE(each.kind, FunctionKind::kNest) << "frames() would count " << each.name;
    next = each.end;
  }
  EXPECT_EQ(next, program_.code.size());
  EXPECT_EQ(program_.lines.size(), program_.code.size());
}

TEST_P(RuntimeFunctionsTest, MapsLieInFramesAndArguments) {
  for (const Function& each : program_.functions) {
    for (uint16_t word : program_.slots(each.arguments)) EXPECT_LT(word, each.argument_words);
    for (uint32_t i = each.entry; i < each.end; ++i) {
      EXPECT_EQ(&program_.functions[program_.function_of[i]], &each);
      for (uint16_t slot : program_.slots(program_.locals_maps[program_.locals_map_of[i]])) {
        EXPECT_LT(slot, each.frame_words) << each.name;
      }
    }
  }
}

// A stack check names the function by the number in the prologue: it must be the function's own.
TEST_P(RuntimeFunctionsTest, ProloguesAndReturnsAgreeWithTheFrame) {
  for (size_t number = 0; number < kRuntimeFunctions; ++number) {
    const Function& each = program_.functions[number];
    const Instruction& first = program_.code[each.entry];
    if (first.opcode == Opcode::kPrologue) {
      EXPECT_EQ(first.imm, static_cast<int64_t>(number)) << each.name;
      EXPECT_EQ(first.a, each.frame_words) << each.name;
    }
    const Instruction& last = program_.code[each.end - 1];
    if (last.opcode == Opcode::kReturn) {
      EXPECT_EQ(last.a, each.frame_words) << each.name;
    }
  }
}

// Go's nosplit functions: a copy inside of such a function would miss arguments without a map.
TEST_P(RuntimeFunctionsTest, FunctionsThatTakeUncoveredArgumentsDoNotCheckTheStack) {
  for (RuntimeFunction nosplit : {RuntimeFunction::kDeferproc, RuntimeFunction::kDeferprocStack,
                                  RuntimeFunction::kDeferreturn, RuntimeFunction::kJmpdefer,
                                  RuntimeFunction::kAbortpanic, RuntimeFunction::kNewproc}) {
    // A deferreturn that calls takes no arguments over from the frame.
    const bool calls = std::ranges::any_of(design_->layouts(), [&](const RuntimeLayout& layout) {
      return layout.function == nosplit && layout.calls;
    });
    EXPECT_EQ(program_.code[function(nosplit).entry].opcode == Opcode::kPrologue, calls)
        << function(nosplit).name;
  }
  for (RuntimeFunction checks :
       {RuntimeFunction::kGopanic, RuntimeFunction::kGoexit, RuntimeFunction::kSigpanic,
        RuntimeFunction::kPanicindex, RuntimeFunction::kPanicchan, RuntimeFunction::kTrace,
        RuntimeFunction::kMove, RuntimeFunction::kGrow, RuntimeFunction::kShrink,
        RuntimeFunction::kReflectcall16, RuntimeFunction::kReflectcall32768}) {
    EXPECT_EQ(program_.code[function(checks).entry].opcode, Opcode::kPrologue)
        << function(checks).name;
  }
}

TEST_P(RuntimeFunctionsTest, NosplitFramesFitBelowTheGuard) {
  uint32_t most = 0;
  for (RuntimeFunction nosplit :
       {RuntimeFunction::kDeferproc, RuntimeFunction::kDeferprocStack,
        RuntimeFunction::kDeferreturn, RuntimeFunction::kAbortpanic, RuntimeFunction::kNewproc}) {
    most = std::max<uint32_t>(most, function(nosplit).frame_words);
  }
  // The frame, its return pc, and the return pc that a fault pushes below it.
  EXPECT_LE((most + 2) * kWordBytes, kStackGuard);
}

TEST_P(RuntimeFunctionsTest, ReflectcallsHoldTheirSizeClassAndAreWrappers) {
  uint32_t bytes = 16;
  for (auto number = static_cast<size_t>(RuntimeFunction::kReflectcall16);
       number < kRuntimeFunctions; ++number, bytes *= 2) {
    const Function& each = program_.functions[number];
    EXPECT_EQ(each.frame_words * kWordBytes, bytes) << each.name;
    EXPECT_TRUE(each.is_wrapper) << each.name;
    EXPECT_EQ(each.argument_words, 4) << each.name;
  }
  EXPECT_FALSE(function(RuntimeFunction::kGopanic).is_wrapper);
}

TEST_P(RuntimeFunctionsTest, DesignsLayoutsAreTheFrames) {
  for (const RuntimeLayout& layout : design_->layouts()) {
    EXPECT_EQ(function(layout.function).frame_words, layout.frame_words);
  }
}

TEST_P(RuntimeFunctionsTest, BuiltinTypesStandAtTheirPlaces) {
  ASSERT_EQ(program_.types.size(), kBuiltinTypes);
  EXPECT_EQ(program_.types[kTypeNode].words, 3u);
  EXPECT_EQ(program_.types[kTypeNode].mask, 0b110u) << "next and peer";
  EXPECT_EQ(program_.types[kTypeInt].mask, 0u);
  EXPECT_EQ(program_.types[kTypePointer].mask, 1u);
  EXPECT_EQ(program_.types[kTypeAny].mask, 0b10u) << "the data, not the type";
  EXPECT_EQ(program_.types[kTypeChannel].tail, ObjectType::kNoTail);
  EXPECT_EQ(program_.types[kTypePointerChannel].tail, Hchan::kHeaderWords) << "the buffer";
}

INSTANTIATE_TEST_SUITE_P(Designs, RuntimeFunctionsTest, testing::ValuesIn(design_names()),
                         [](const auto& design) {
                           std::string name(design.param);
                           std::erase_if(name, [](char c) { return !std::isalnum(c); });
                           return name;
                         });

}  // namespace
}  // namespace stackquake::runtime
