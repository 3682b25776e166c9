#include "harness/language/directives.h"

#include <string>

#include "harness/language/nest_testing.h"

namespace stackquake {
namespace {

using runtime::GcPolicy;
using runtime::MovePolicy;
using runtime::PlacePolicy;
using testing::ElementsAre;

std::string with_directives(const std::string& lines) {
  return lines + "package main\n\nfunc main() {}\n";
}

TEST(DirectivesTest, EachKeyIsRead) {
  Arena arena;
  const Nest* nest =
      load_good(with_directives(
                    "//quake:stack=256 move=at:0,3,18446744073709551615 gc=safepoint place=reuse\n"
                    "//quake:limit=16777216 sched=4294967295 finds=stale-args,go1.4-defer\n"),
                arena);
  ASSERT_NE(nest, nullptr);
  const Directives& directives = nest->directives;
  EXPECT_EQ(directives.stack, 256u);
  EXPECT_EQ(directives.move, MovePolicy::kAt);
  EXPECT_THAT(directives.move_at, ElementsAre(0u, 3u, 18446744073709551615u));
  EXPECT_EQ(directives.gc, GcPolicy::kSafepoint);
  EXPECT_EQ(directives.place, PlacePolicy::kReuse);
  EXPECT_EQ(directives.limit, 16777216u);
  EXPECT_EQ(directives.sched, 4294967295u);
  EXPECT_THAT(directives.finds, ElementsAre("stale-args", "go1.4-defer"));
}

TEST(DirectivesTest, WhatIsNotWrittenHasTheDocumentedDefaults) {
  Arena arena;
  const Nest* nest = load_good(with_directives(""), arena);
  ASSERT_NE(nest, nullptr);
  EXPECT_EQ(nest->directives.stack, 2048u);
  EXPECT_EQ(nest->directives.limit, 262144u);
  EXPECT_EQ(nest->directives.sched, 0u);
  EXPECT_EQ(nest->directives.move, MovePolicy::kNone);
  EXPECT_EQ(nest->directives.gc, GcPolicy::kNone);
  EXPECT_EQ(nest->directives.place, PlacePolicy::kFresh);
  EXPECT_EQ(nest->directives.written, 0u);
}

TEST(DirectivesTest, EveryPolicyIsRead) {
  const auto move = [](const std::string& text) {
    Arena arena;
    return load_good(with_directives("//quake:move=" + text + "\n"), arena)->directives.move;
  };
  const auto gc = [](const std::string& text) {
    Arena arena;
    return load_good(with_directives("//quake:gc=" + text + "\n"), arena)->directives.gc;
  };
  EXPECT_EQ(move("none"), MovePolicy::kNone);
  EXPECT_EQ(move("prologue"), MovePolicy::kPrologue);
  EXPECT_EQ(move("call"), MovePolicy::kCall);
  EXPECT_EQ(move("safepoint"), MovePolicy::kSafepoint);
  EXPECT_EQ(gc("none"), GcPolicy::kNone);
  EXPECT_EQ(gc("alloc"), GcPolicy::kAlloc);
  EXPECT_EQ(gc("at:7"), GcPolicy::kAt);
}

TEST(DirectivesTest, WhatIsWrittenIsPrintedInTheOrderOfTheKeys) {
  Arena arena;
  const Nest* nest = load_good(
      with_directives("//quake:finds=a,b sched=0\n//quake:gc=at:1,2 \t stack=2048\n"), arena);
  ASSERT_NE(nest, nullptr);
  std::string printed;
  print_directives(nest->directives, printed);
  EXPECT_EQ(printed, "//quake:stack=2048 gc=at:1,2 sched=0 finds=a,b");
}

TEST(DirectivesTest, WhatIsNoDirectiveIsAnError) {
  struct Wrong {
    const char* line;
    const char* fragment;
  };
  constexpr Wrong kWrong[] = {
      {"@//quake:", "expected key=value"},
      {"//quake:@stack", "expected key=value"},
      {"//quake:@colour=1", "unknown key colour"},
      {"//quake:@=1", "unknown key"},
      {"//quake:gc=none @gc=none", "written twice"},
      {"//quake:gc=none\n//quake:@gc=none", "written twice"},
      {"//quake:@stack=128", "power of two from 256 to 65536"},
      {"//quake:@stack=131072", "power of two from 256 to 65536"},
      {"//quake:@stack=3000", "power of two"},
      {"//quake:@stack=0x800", "power of two"},
      {"//quake:@stack=", "power of two"},
      {"//quake:@stack=-2048", "power of two"},
      {"//quake:@stack=02048", "power of two"},
      {"//quake:@limit=33554432", "from stack= to 16777216"},
      {"//quake:@sched=4294967296", "from 0 to 4294967295"},
      {"//quake:@move=alloc", "move= takes"},
      {"//quake:@move=at:", "move= takes"},
      {"//quake:@move=at:1,", "move= takes"},
      {"//quake:@move=at:2,1", "ascending"},
      {"//quake:@gc=at:1,1", "ascending"},
      {"//quake:@gc=at:18446744073709551616", "gc= takes"},
      {"//quake:@gc=prologue", "gc= takes"},
      {"//quake:@place=old", "fresh or reuse"},
      {"//quake:@finds=", "names of defects"},
      {"//quake:@finds=a,,b", "names of defects"},
      {"//quake:@finds=a,a", "each once"},
      {"//quake:@finds=A", "in lower case"},
  };
  for (const Wrong& wrong : kWrong)
    expect_error(with_directives(std::string(wrong.line) + "\n"), wrong.fragment);
}

TEST(DirectivesTest, TheLimitIsAtLeastTheStack) {
  Arena arena;
  load_good(with_directives("//quake:limit=4096 stack=4096\n"), arena);
  expect_error("//quake:limit=4096 stack=8192\n@package main\n\nfunc main() {}\n", "from stack=");
}

}  // namespace
}  // namespace stackquake
