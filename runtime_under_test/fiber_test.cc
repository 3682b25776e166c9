#include "runtime_under_test/fiber.h"

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <algorithm>
#include <string>
#include <vector>

#include "runtime_under_test/pages.h"

namespace stackquake::runtime {
namespace {

constexpr size_t kNativeBytes = size_t{1} << 20;

struct Worker {
  Fiber fiber;
  std::string& log;
  std::string name;

  Worker(NativeStackPool& pool, std::string& to, std::string named)
      : fiber(pool), log(to), name(std::move(named)) {}

  static void work(void* argument) {
    auto& self = *static_cast<Worker*>(argument);
    self.log += self.name + "1 ";
    self.fiber.suspend();
    self.log += self.name + "2 ";
  }
};

class FiberTest : public testing::Test {
 protected:
  FiberTest() { pool_.set_bytes(kNativeBytes); }

  NativeStackPool pool_;
};

TEST_F(FiberTest, FibersTakeTurnsWhereTheySuspend) {
  std::string log;
  Worker a(pool_, log, "a");
  Worker b(pool_, log, "b");
  a.fiber.start(&Worker::work, &a);
  b.fiber.start(&Worker::work, &b);
  EXPECT_EQ(log, "");
  a.fiber.resume();
  b.fiber.resume();
  EXPECT_TRUE(a.fiber.running());
  a.fiber.resume();
  EXPECT_FALSE(a.fiber.running());
  b.fiber.resume();
  EXPECT_EQ(log, "a1 b1 a2 b2 ");
}

TEST_F(FiberTest, StartsAgainAfterItHasReturned) {
  std::string log;
  Worker a(pool_, log, "a");
  for (int i = 0; i < 2; ++i) {
    a.fiber.start(&Worker::work, &a);
    while (a.fiber.running()) a.fiber.resume();
  }
  EXPECT_EQ(log, "a1 a2 a1 a2 ");
}

// Recursion that no compiler can turn into a loop, with a kilobyte per level.
size_t use_stack(size_t levels) {
  volatile char frame[1024];
  frame[0] = 1;
  return levels == 0 ? 0 : use_stack(levels - 1) + static_cast<size_t>(frame[0]);
}

struct Diver {
  Fiber fiber;
  size_t reached = 0;

  static void dive(void* argument) {
    auto& self = *static_cast<Diver*>(argument);
    self.reached = use_stack(256);
    self.fiber.suspend();
    self.reached += use_stack(256);
  }
};

// AddressSanitizer would report an overflow in a deep stack that was not announced.
TEST_F(FiberTest, ManyFibersGoDeepIntoTheirStacks) {
  for (int i = 0; i < 20; ++i) {
    Diver a{Fiber(pool_)};
    Diver b{Fiber(pool_)};
    a.fiber.start(&Diver::dive, &a);
    b.fiber.start(&Diver::dive, &b);
    for (Diver* each : {&a, &b, &a, &b}) each->fiber.resume();
    EXPECT_EQ(a.reached, 512u);
    EXPECT_EQ(b.reached, 512u);
  }
}

TEST(NativeStackPoolTest, GivesAgainWhatWasReleasedWhereItIsLargeEnough) {
  NativeStackPool pool;
  pool.set_bytes(kNativeBytes);
  const NativeStackPool::NativeStack first = pool.acquire();
  EXPECT_EQ(first.bytes, kNativeBytes);
  pool.release(first, first.low);
  EXPECT_EQ(pool.acquire().low, first.low);
  pool.release(first, first.low);
  pool.set_bytes(2 * kNativeBytes);
  const NativeStackPool::NativeStack second = pool.acquire();
  EXPECT_EQ(second.bytes, 2 * kNativeBytes);
  pool.release(second, second.low);
  pool.set_bytes(kNativeBytes);
  EXPECT_EQ(pool.acquire().low, first.low);
  pool.release(first, first.low);
}

TEST(NativeStackPoolDeathTest, APageBelowIsInaccessible) {
  NativeStackPool pool;
  pool.set_bytes(kNativeBytes);
  const NativeStackPool::NativeStack stack = pool.acquire();
  *stack.low = std::byte{1};
  EXPECT_DEATH(*static_cast<volatile std::byte*>(stack.low - 1) = std::byte{1}, "");
  pool.release(stack, stack.low);
}

// ---- The pool ----

using NativeStack = NativeStackPool::NativeStack;

bool touches(const NativeStack& stack) {
  return has_resident_page(stack.low, stack.bytes);
}

bool is_mapped(const NativeStack& stack) {
  unsigned char resident = 0;
  return mincore(stack.low, kPageBytes, &resident) == 0;
}

TEST(NativeStackPoolTest, AStackThatWasUsedIsUsedAgain) {
  NativeStackPool pool;
  pool.set_bytes(kNativeBytes);
  const NativeStack first = pool.acquire();
  pool.release(first, first.low);
  EXPECT_EQ(pool.acquire().low, first.low);
  pool.release(first, first.low);
}

TEST(NativeStackPoolTest, GivesBackTheMemoryOfADeepStackAndKeepsThatOfAShallowOne) {
  NativeStackPool pool;
  pool.set_bytes(kNativeBytes);
  const NativeStack stack = pool.acquire();
  EXPECT_FALSE(touches(stack));
  std::byte* const high = stack.low + stack.bytes;
  high[-1] = std::byte{1};
  pool.release(stack, stack.low);
  EXPECT_TRUE(touches(stack));
  ASSERT_EQ(pool.acquire().low, stack.low);
  for (std::byte* page = high - 1; page > stack.low; page -= kPageBytes) *page = std::byte{1};
  pool.release(stack, stack.low);
  EXPECT_FALSE(has_resident_page(stack.low, stack.bytes - NativeStackPool::kKeptBytes));
  EXPECT_TRUE(touches(stack));
}

// Goes deep and notes how deep, as calls that nest do.
struct NotingDiver {
  Fiber fiber;
  size_t levels = 0;
  size_t reached = 0;

  size_t nest(size_t left) {
    volatile char frame[1024];
    frame[0] = 1;
    fiber.note_depth();
    return left == 0 ? 0 : nest(left - 1) + static_cast<size_t>(frame[0]);
  }
  static void dive(void* argument) {
    auto& self = *static_cast<NotingDiver*>(argument);
    self.reached = self.nest(self.levels);
  }
};

TEST_F(FiberTest, GivesBackTheMemoryOfAStackOnWhichCallsHaveNestedDeep) {
  for (const size_t levels : {size_t{1}, size_t{512}}) {
    NotingDiver diver{Fiber(pool_), levels};
    diver.fiber.start(&NotingDiver::dive, &diver);
    diver.fiber.resume();
    EXPECT_EQ(diver.reached, levels);
    const NativeStack stack = pool_.acquire();
    EXPECT_FALSE(has_resident_page(stack.low, stack.bytes - NativeStackPool::kKeptBytes));
    pool_.release(stack, stack.low);
  }
}

TEST(NativeStackPoolTest, LargeStacksAreNotTakenWhereMuchSmallerOnesAreEnough) {
  NativeStackPool pool;
  pool.set_bytes(kNativeBytes * NativeStackPool::kMostOversize);
  const NativeStack large = pool.acquire();
  pool.release(large, large.low);
  pool.set_bytes(kNativeBytes);
  NativeStack stack = pool.acquire();
  EXPECT_EQ(stack.bytes, kNativeBytes * NativeStackPool::kMostOversize);
  pool.release(stack, stack.low);
  pool.set_bytes(kNativeBytes / 2);
  stack = pool.acquire();
  EXPECT_EQ(stack.bytes, kNativeBytes / 2);
  pool.release(stack, stack.low);
}

TEST(NativeStackPoolTest, KeepsFewStacksOfAllSizesTogetherAndSomeOfEachSize) {
  NativeStackPool pool;
  std::vector<NativeStack> small;
  std::vector<NativeStack> large;
  const auto fill = [&pool](std::vector<NativeStack>& stacks, size_t bytes) {
    pool.set_bytes(bytes);
    while (stacks.size() < NativeStackPool::kMostIdle) stacks.push_back(pool.acquire());
    for (const NativeStack& stack : stacks) pool.release(stack, stack.low);
  };
  fill(small, kNativeBytes);
  fill(large, kNativeBytes * NativeStackPool::kMostOversize * 2);
  const auto kept_of = [](const std::vector<NativeStack>& stacks) {
    return static_cast<size_t>(std::count_if(stacks.begin(), stacks.end(), is_mapped));
  };
  EXPECT_EQ(kept_of(small), NativeStackPool::kMostIdle / 2);
  EXPECT_EQ(kept_of(large), NativeStackPool::kMostIdle / 2);
}

TEST_F(FiberTest, KnowsHowMuchOfItsNativeStackIsLeft) {
  struct Asker {
    Fiber fiber;
    size_t left = 0;

    explicit Asker(NativeStackPool& pool) : fiber(pool) {}
    static void ask(void* argument) {
      auto& self = *static_cast<Asker*>(argument);
      self.left = self.fiber.native_bytes_left();
    }
  } asker(pool_);
  asker.fiber.start(&Asker::ask, &asker);
  asker.fiber.resume();
  EXPECT_LT(asker.left, kNativeBytes);
  EXPECT_GT(asker.left, kNativeBytes - (size_t{16} << 10));
}

}  // namespace
}  // namespace stackquake::runtime
