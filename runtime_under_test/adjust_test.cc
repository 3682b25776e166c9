#include "runtime_under_test/adjust.h"

#include <gtest/gtest.h>

#include "runtime_under_test/poison.h"
#include "runtime_under_test/records.h"
#include "runtime_under_test/runtime_testing.h"

namespace stackquake::runtime {
namespace {

constexpr Stack kOld{kStackBase + 4096, kStackBase + 8192};
constexpr Address kNewHi = kStackBase + 65536;

class AdjusterTest : public testing::Test {
 protected:
  Word adjusted(Word word) {
    adjuster_.adjustpointer(word);
    return word;
  }

  Machine machine_;
  Adjuster adjuster_{machine_.runtime, kOld, kNewHi};
};

TEST_F(AdjusterTest, KeepsTheDistanceFromTheHighEnd) {
  EXPECT_EQ(adjusted(kOld.lo), kNewHi - kOld.bytes());
  EXPECT_EQ(adjusted(kOld.hi - kWordBytes), kNewHi - kWordBytes);
  EXPECT_EQ(adjuster_.words_adjusted(), 2u);
}

TEST_F(AdjusterTest, LeavesWhatDoesNotPointIntoTheOldStack) {
  for (Word word : {Word{0}, kOld.lo - 1, kOld.hi, Word{kHeapBase}, Word{kCodeBase}}) {
    EXPECT_EQ(adjusted(word), word);
  }
  EXPECT_EQ(adjuster_.words_adjusted(), 0u);
}

TEST_F(AdjusterTest, AdjustsAllSudogsOfABlockedGoroutine) {
  NativeStackPool pool;
  G g(pool);
  auto* first = record_at<Sudog>(kHeapBase);
  auto* second = record_at<Sudog>(kHeapBase + sizeof(Sudog));
  *first = {.selectdone = kOld.lo, .elem = kOld.lo + 8, .waitlink = address_of(second)};
  *second = {.selectdone = 0, .elem = kOld.hi - 8};
  g.waiting = address_of(first);
  adjuster_.adjustsudogs(g);
  EXPECT_EQ(first->selectdone, kNewHi - kOld.bytes());
  EXPECT_EQ(first->elem, kNewHi - kOld.bytes() + 8);
  EXPECT_EQ(first->waitlink, address_of(second));
  EXPECT_EQ(second->selectdone, 0u);
  EXPECT_EQ(second->elem, kNewHi - 8);
}

TEST_F(AdjusterTest, AdjustsTheClosureOfAFunctionAtItsEntry) {
  NativeStackPool pool;
  G g(pool);
  g.sched.ctxt = kOld.lo;
  adjuster_.adjustctxt(g);
  EXPECT_EQ(g.sched.ctxt, kNewHi - kOld.bytes());
}

// ---- The checks on mapped words, in a copy and in a collection ----

class MappedWordTest : public testing::Test {
 protected:
  // Runs main with `value` in slot 0 through a copy or collection whose map has the slots `live`.
  std::string_view signature(Opcode safepoint, Word value, ProgramWriter::Slots live = {0}) {
    ProgramWriter& writer = machine_.writer;
    writer.begin("main", 1);
    writer.emit({Opcode::kConst, 0, 0, 0, static_cast<int64_t>(value)});
    writer.emit_safepoint({safepoint}, live);
    writer.end();
    return signature_of(machine_.run());
  }

  // Runs main through a copy or collection that has no map.
  std::string_view signature_without_map(Opcode safepoint) {
    ProgramWriter& writer = machine_.writer;
    writer.begin("main", 1);
    writer.emit({safepoint});
    writer.end();
    return signature_of(machine_.run());
  }

  Machine machine_;
};

TEST_F(MappedWordTest, SmallNumberStopsACopy) {
  EXPECT_EQ(signature(Opcode::kMove, 7), "throw:adjustpointers:pointer");
}

TEST_F(MappedWordTest, PoisonStopsACopy) {
  EXPECT_EQ(signature(Opcode::kMove, poison_word(Poison::kOldStack)),
            "throw:adjustpointers:pointer");
}

TEST_F(MappedWordTest, NilAndPointersDoNotStopACopy) {
  EXPECT_EQ(signature(Opcode::kMove, 0), "");
  EXPECT_EQ(signature(Opcode::kMove, kDataBase), "");
  EXPECT_EQ(signature(Opcode::kMove, kPageBytes), "");
}

TEST_F(MappedWordTest, DeadWordsAreNotLookedAt) {
  EXPECT_EQ(signature(Opcode::kMove, 7, {}), "");
  EXPECT_EQ(signature(Opcode::kCollect, 7, {}), "");
}

TEST_F(MappedWordTest, SmallNumberStopsACollection) {
  EXPECT_EQ(signature(Opcode::kCollect, 7), "throw:scanblock:pointer");
}

TEST_F(MappedWordTest, PoisonStopsACollection) {
  EXPECT_EQ(signature(Opcode::kCollect, poison_word(Poison::kFreed)), "throw:scanblock:pointer");
}

TEST_F(MappedWordTest, HeapAddressWithoutAnObjectStopsACollection) {
  EXPECT_EQ(signature(Opcode::kCollect, kStackBase - kPageBytes), "throw:scanblock:heap pointer");
}

TEST_F(MappedWordTest, NilAndStaticClosuresDoNotStopACollection) {
  EXPECT_EQ(signature(Opcode::kCollect, 0), "");
  EXPECT_EQ(signature(Opcode::kCollect, kDataBase), "");
}

TEST_F(MappedWordTest, MissingMapStopsACopy) {
  EXPECT_EQ(signature_without_map(Opcode::kMove), "throw:adjustframe:");
}

TEST_F(MappedWordTest, MissingMapStopsACollection) {
  EXPECT_EQ(signature_without_map(Opcode::kCollect), "throw:scanframe:");
}

}  // namespace
}  // namespace stackquake::runtime
