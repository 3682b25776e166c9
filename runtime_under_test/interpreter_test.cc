// The operations of the machine, by group. The expected values follow from the Go specification.

#include "runtime_under_test/interpreter.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <vector>

#include "runtime_under_test/poison.h"
#include "runtime_under_test/runtime_testing.h"

namespace stackquake::runtime {
namespace {

constexpr int64_t kMin = std::numeric_limits<int64_t>::min();
constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
constexpr uint16_t kFrameWords = 12;

Instruction constant(uint16_t slot, int64_t value) {
  return {Opcode::kConst, slot, 0, 0, value};
}
Instruction word(uint16_t slot, Word value) {
  return constant(slot, static_cast<int64_t>(value));
}

class InterpreterTest : public testing::Test {
 protected:
  InterpreterTest() { machine_.writer.begin("main", kFrameWords); }

  void emit(std::initializer_list<Instruction> instructions) {
    for (const Instruction& instruction : instructions) machine_.writer.emit(instruction);
  }
  void trace(uint16_t slot) { machine_.writer.emit_safepoint({Opcode::kTrace, slot}); }
  void new_object(uint16_t slot, BuiltinType type) {
    machine_.writer.emit_safepoint({Opcode::kNewObject, slot, 0, 0, type});
  }

  const RunResult& run(const Options& options = {}) {
    machine_.writer.end();
    return machine_.run(options);
  }

  // The trace of main, which must return.
  std::vector<int64_t> traced(const Options& options = {}) {
    const RunResult& result = run(options);
    EXPECT_EQ(signature_of(result), "");
    EXPECT_EQ(result.outcome, Outcome{});
    return result.traces()[0];
  }

  // The code of the runtime error that main ends with.
  int64_t fault() {
    const RunResult& result = run();
    EXPECT_EQ(signature_of(result), "");
    EXPECT_EQ(result.outcome.kind, OutcomeKind::kPanic);
    return result.outcome.chain.empty() ? 0 : result.outcome.chain[0].code;
  }

  Machine machine_;
};

// ---- Arithmetic ----

struct Sum {
  Opcode opcode;
  int64_t x, y, result;
};

class ArithmeticTest : public InterpreterTest, public testing::WithParamInterface<Sum> {};

TEST_P(ArithmeticTest, OfTwoSlots) {
  const Sum& sum = GetParam();
  emit({constant(0, sum.x), constant(1, sum.y), {sum.opcode, 2, 0, 1}});
  trace(2);
  EXPECT_EQ(traced(), std::vector<int64_t>{sum.result});
}

// The result may replace an operand.
TEST_P(ArithmeticTest, InPlace) {
  const Sum& sum = GetParam();
  emit({constant(0, sum.x), constant(1, sum.y), {sum.opcode, 1, 0, 1}});
  trace(1);
  EXPECT_EQ(traced(), std::vector<int64_t>{sum.result});
}

constexpr Sum kSums[] = {
    {Opcode::kAdd, 2, 3, 5},           {Opcode::kAdd, kMax, 1, kMin},
    {Opcode::kSubtract, 2, 3, -1},     {Opcode::kSubtract, kMin, 1, kMax},
    {Opcode::kMultiply, -4, 5, -20},   {Opcode::kMultiply, kMax, 2, -2},
    {Opcode::kDivide, 7, 2, 3},        {Opcode::kDivide, -7, 2, -3},
    {Opcode::kDivide, 7, -2, -3},      {Opcode::kDivide, -7, -2, 3},
    {Opcode::kDivide, kMin, -1, kMin}, {Opcode::kRemainder, 7, 2, 1},
    {Opcode::kRemainder, -7, 2, -1},   {Opcode::kRemainder, 7, -2, 1},
    {Opcode::kRemainder, kMin, -1, 0}, {Opcode::kAnd, 12, 10, 8},
    {Opcode::kAnd, -1, 5, 5},          {Opcode::kOr, 12, 10, 14},
    {Opcode::kXor, 12, 10, 6},         {Opcode::kXor, -1, 0, -1},
};
INSTANTIATE_TEST_SUITE_P(Sums, ArithmeticTest, testing::ValuesIn(kSums));

class ConstantArithmeticTest : public InterpreterTest, public testing::WithParamInterface<Sum> {};

TEST_P(ConstantArithmeticTest, OfSlotAndConstant) {
  const Sum& sum = GetParam();
  emit({constant(0, sum.x), {sum.opcode, 1, 0, 0, sum.y}});
  trace(1);
  EXPECT_EQ(traced(), std::vector<int64_t>{sum.result});
}

constexpr Sum kConstantSums[] = {
    {Opcode::kAddConst, kMin, -1, kMax},  {Opcode::kMultiplyConst, kMin, -1, kMin},
    {Opcode::kDivideConst, -9, 4, -2},    {Opcode::kDivideConst, kMin, -1, kMin},
    {Opcode::kRemainderConst, -9, 4, -1}, {Opcode::kRemainderConst, kMin, -1, 0},
    {Opcode::kAndConst, 13, 6, 4},        {Opcode::kOrConst, 9, 6, 15},
    {Opcode::kXorConst, 13, 6, 11},       {Opcode::kShiftLeft, 1, 63, kMin},
    {Opcode::kShiftLeft, kMin, 1, 0},     {Opcode::kShiftLeft, -3, 0, -3},
    {Opcode::kShiftRight, -1, 63, -1},    {Opcode::kShiftRight, -5, 1, -3},
    {Opcode::kShiftRight, kMax, 62, 1},
};
INSTANTIATE_TEST_SUITE_P(Sums, ConstantArithmeticTest, testing::ValuesIn(kConstantSums));

TEST_F(InterpreterTest, DivisionByZeroFaults) {
  emit({constant(0, 7), constant(1, 0), {Opcode::kDivide, 2, 0, 1}});
  EXPECT_EQ(fault(), -3);
}

TEST_F(InterpreterTest, RemainderByZeroFaults) {
  emit({constant(0, 7), constant(1, 0), {Opcode::kRemainder, 2, 0, 1}});
  EXPECT_EQ(fault(), -3);
}

// ---- Branches ----

struct Branch {
  Opcode opcode;
  bool taken;
  int64_t x, y;
};

class BranchTest : public InterpreterTest, public testing::WithParamInterface<Branch> {};

TEST_P(BranchTest, IsTakenWhenTheComparisonHolds) {
  const Branch& branch = GetParam();
  emit({constant(0, branch.x), constant(1, branch.y), constant(2, 1)});
  const uint32_t target = machine_.writer.here() + 2;
  Instruction jump{branch.opcode, 0, 1, 0, target};
  if (operands(branch.opcode)[1] == 'T') {
    jump.imm = branch.y;
    jump.set_short_target(target);
  }
  emit({jump, constant(2, 0)});
  trace(2);
  EXPECT_EQ(traced(), std::vector<int64_t>{branch.taken});
}

constexpr Branch kBranches[] = {
    {Opcode::kJump, true, 0, 0},
    {Opcode::kJumpEqual, true, 3, 3},
    {Opcode::kJumpEqual, false, 3, 4},
    {Opcode::kJumpNotEqual, false, 3, 3},
    {Opcode::kJumpNotEqual, true, 3, 4},
    {Opcode::kJumpLess, true, kMin, kMax},
    {Opcode::kJumpLess, false, 3, 3},
    {Opcode::kJumpLessEqual, true, 3, 3},
    {Opcode::kJumpLessEqual, false, 4, 3},
    {Opcode::kJumpEqualConst, true, -1, -1},
    {Opcode::kJumpEqualConst, false, -1, 1},
    {Opcode::kJumpNotEqualConst, true, -1, 1},
    {Opcode::kJumpNotEqualConst, false, 1, 1},
    {Opcode::kJumpLessConst, true, -1, 0},
    {Opcode::kJumpLessConst, false, 0, 0},
    {Opcode::kJumpLessEqualConst, true, 0, 0},
    {Opcode::kJumpLessEqualConst, false, 1, 0},
    {Opcode::kJumpGreaterConst, true, 1, 0},
    {Opcode::kJumpGreaterConst, false, 0, 0},
    {Opcode::kJumpGreaterEqualConst, true, 0, 0},
    {Opcode::kJumpGreaterEqualConst, false, -1, 0},
};
INSTANTIATE_TEST_SUITE_P(Branches, BranchTest, testing::ValuesIn(kBranches));

// ---- Words, arrays, memory ----

TEST_F(InterpreterTest, CopiesOverlappingWordsAsIfAtOnce) {
  emit({constant(0, 1), constant(1, 2), constant(2, 3), {Opcode::kCopyWords, 1, 0, 3}});
  for (uint16_t slot = 0; slot < 4; ++slot) trace(slot);
  EXPECT_EQ(traced(), (std::vector<int64_t>{1, 1, 2, 3}));
}

TEST_F(InterpreterTest, ZeroesTheWordsAndNoOthers) {
  emit({constant(0, 1),
        constant(1, 2),
        constant(2, 3),
        constant(3, 4),
        {Opcode::kZeroWords, 1, 0, 0, 2}});
  for (uint16_t slot = 0; slot < 4; ++slot) trace(slot);
  EXPECT_EQ(traced(), (std::vector<int64_t>{1, 0, 0, 4}));
}

TEST_F(InterpreterTest, LoadsAndStoresThroughPointersIntoFrameAndHeap) {
  new_object(0, kTypeNode);
  emit({{Opcode::kFrameAddress, 1, 5},
        constant(2, 7),
        {Opcode::kStore, 0, 2, 0, int64_t{2} * kWordBytes},
        {Opcode::kLoad, 3, 0, 0, int64_t{2} * kWordBytes},
        {Opcode::kStore, 1, 3},
        {Opcode::kLoad, 4, 0}});
  trace(5);
  trace(4);
  EXPECT_EQ(traced(), (std::vector<int64_t>{7, 0}));
}

TEST_F(InterpreterTest, LoadsAndStoresValuesOfManyWords) {
  new_object(0, kTypeNode);
  emit({constant(1, 4),
        constant(2, 5),
        constant(3, 6),
        {Opcode::kStoreWords, 0, 1, 3},
        {Opcode::kLoadWords, 5, 0, 3},
        {Opcode::kStoreAny, 0, 2, 2},
        {Opcode::kLoadAny, 8, 0, 2}});
  for (uint16_t slot : {5, 6, 7, 8, 9}) trace(slot);
  EXPECT_EQ(traced(), (std::vector<int64_t>{4, 5, 6, 5, 6}));
}

TEST_F(InterpreterTest, ReachesArrayElementsByEitherWay) {
  emit({constant(0, 2),
        constant(1, 9),
        {Opcode::kStoreIndex, 1, 4, 0, 3},  // words 4 to 6
        {Opcode::kLoadIndex, 2, 4, 0, 3},
        {Opcode::kElementAddress, 3, 4, 0, 3},
        {Opcode::kLoad, 7, 3},
        {Opcode::kFrameAddress, 8, 4},
        {Opcode::kLoadIndexThrough, 9, 8, 0, 3},
        {Opcode::kElementAddressThrough, 10, 8, 0, 3},
        constant(1, 11),
        {Opcode::kStoreIndexThrough, 1, 8, 0, 3},
        {Opcode::kLoad, 11, 10}});
  for (uint16_t slot : {6, 2, 7, 9, 11}) trace(slot);
  EXPECT_EQ(traced(), (std::vector<int64_t>{11, 9, 9, 9, 11}));
}

class IndexTest : public InterpreterTest, public testing::WithParamInterface<Opcode> {};

TEST_P(IndexTest, FaultsAtTheLength) {
  emit({{Opcode::kFrameAddress, 4, 5}, constant(0, 3), {GetParam(), 1, 4, 0, 3}});
  EXPECT_EQ(fault(), -2);
}

TEST_P(IndexTest, FaultsBelowZero) {
  emit({{Opcode::kFrameAddress, 4, 5}, constant(0, -1), {GetParam(), 1, 4, 0, 3}});
  EXPECT_EQ(fault(), -2);
}

INSTANTIATE_TEST_SUITE_P(Operations, IndexTest,
                         testing::Values(Opcode::kLoadIndex, Opcode::kStoreIndex,
                                         Opcode::kElementAddress, Opcode::kLoadIndexThrough,
                                         Opcode::kStoreIndexThrough,
                                         Opcode::kElementAddressThrough));

// Every operation that goes through the pointer in slot 0.
constexpr Instruction kThroughSlot0[] = {
    {Opcode::kLoad, 1, 0},
    {Opcode::kStore, 0, 1},
    {Opcode::kLoadAny, 1, 0, 2},
    {Opcode::kStoreAny, 0, 1, 2},
    {Opcode::kLoadWords, 1, 0, 2},
    {Opcode::kStoreWords, 0, 1, 2},
    {Opcode::kLoadIndexThrough, 1, 0, 3, 2},
    {Opcode::kStoreIndexThrough, 1, 0, 3, 2},
    {Opcode::kCallFuncval, 0},
};

class PointerTest : public InterpreterTest, public testing::WithParamInterface<Instruction> {
 protected:
  std::string_view signature_through(Word pointer) {
    emit({constant(3, 0), word(0, pointer), GetParam()});
    return signature_of(run());
  }
};

TEST_P(PointerTest, NilFaults) {
  emit({constant(3, 0), constant(0, 0), GetParam()});
  EXPECT_EQ(fault(), -1);
}

TEST_P(PointerTest, SmallNumberIsBadDereference) {
  EXPECT_TRUE(signature_through(64).starts_with("bad-dereference:"));
}

TEST_P(PointerTest, PoisonIsBadDereference) {
  EXPECT_TRUE(signature_through(poison_word(Poison::kOldStack)).starts_with("bad-dereference:"));
}

TEST_P(PointerTest, MemoryPastTheEndIsBadDereference) {
  EXPECT_TRUE(signature_through(kMemoryEnd).starts_with("bad-dereference:"));
}

TEST_P(PointerTest, HalfAWordIsBadDereference) {
  EXPECT_TRUE(signature_through(kHeapBase + 1).starts_with("bad-dereference:"));
}

INSTANTIATE_TEST_SUITE_P(Operations, PointerTest, testing::ValuesIn(kThroughSlot0));

TEST_F(InterpreterTest, ValueThatReachesPastTheEndIsBadDereference) {
  emit({word(0, kMemoryEnd - kWordBytes), {Opcode::kLoadWords, 1, 0, 2}});
  EXPECT_EQ(signature_of(run()), "bad-dereference:load_words:");
}

TEST_F(InterpreterTest, ClosureWithoutCodeIsBadDereference) {
  new_object(0, kTypeInt);
  emit({{Opcode::kCallFuncval, 0}});
  EXPECT_EQ(signature_of(run()), "bad-dereference:call_funcval:");
}

TEST_F(InterpreterTest, ReturnToNoCodeIsBadDereference) {
  emit({word(kFrameWords, 5), {Opcode::kReturn, kFrameWords}});
  EXPECT_EQ(signature_of(run()), "bad-dereference:return:return pc");
}

TEST_F(InterpreterTest, ReturnFromBeyondTheStackIsBadDereference) {
  emit({{Opcode::kReturn, 0x4000}});
  EXPECT_EQ(signature_of(run()), "bad-dereference:return:return pc");
}

TEST_F(InterpreterTest, OffsetOfNilFaults) {
  emit({constant(0, 0), {Opcode::kOffset, 1, 0, 0, 8}});
  EXPECT_EQ(fault(), -1);
}

// A pointer that no map covers is stale after a copy.
class StalePointerTest : public InterpreterTest {
 protected:
  StalePointerTest() {
    emit({{Opcode::kFrameAddress, 0, 5}, constant(5, 7)});
    machine_.writer.emit_safepoint({Opcode::kMove});
    emit({{Opcode::kLoad, 1, 0}});
    trace(1);
  }

  static Options with(PoisonMode poison) {
    Options options;
    options.poison = poison;
    return options;
  }
};

TEST_F(StalePointerTest, MeetsTheOldWordWithoutPoison) {
  EXPECT_EQ(traced(with(PoisonMode::kNone)), std::vector<int64_t>{7});
}

TEST_F(StalePointerTest, MeetsPoisonWhereOldStacksAreFilled) {
  EXPECT_EQ(traced(with(PoisonMode::kFill)),
            std::vector<int64_t>{static_cast<int64_t>(poison_word(Poison::kOldStack))});
}

TEST_F(StalePointerTest, IsBadDereferenceWhereOldStacksAreProtected) {
  EXPECT_EQ(signature_of(run(with(PoisonMode::kProtect))), "bad-dereference:load:");
}

TEST_F(StalePointerTest, IsBadDereferenceToTheSanitizer) {
  if (!has_address_sanitizer()) GTEST_SKIP() << "needs a build with AddressSanitizer";
  EXPECT_EQ(signature_of(run(with(PoisonMode::kAsan))), "bad-dereference:load:");
}

// ---- Fuel ----

TEST_F(InterpreterTest, EndlessLoopEndsWhenTheStepsRunOut) {
  emit({{Opcode::kJump, 0, 0, 0, machine_.writer.here()}});
  const RunResult& result = run();
  EXPECT_EQ(result.outcome.kind, OutcomeKind::kFuel);
  EXPECT_EQ(result.stats.steps, static_cast<uint64_t>(kFuel));
}

TEST_F(InterpreterTest, StepsRunOutWhereTheOptionsSay) {
  emit({{Opcode::kJump, 0, 0, 0, machine_.writer.here()}});
  Options options;
  options.fuel = 1000;
  EXPECT_EQ(run(options).stats.steps, 1000U);
}

}  // namespace
}  // namespace stackquake::runtime
