#include "harness/reducer/reducer.h"

#include "harness/oracle/oracle.h"
#include "harness/reducer/reducer_testing.h"
#include "harness/reducer/rename.h"

namespace stackquake::reducer {
namespace {

bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

bool panics(std::string_view text) {
  Arena arena;
  const Nest* nest = load_good(text, arena);
  const OracleOptions options = oracle_options(nest->directives, Level::kGo14);
  return Oracle().evaluate(*nest, options).outcome.kind == OracleOutcome::Kind::kPanic;
}

TEST(ReducerTest, KeepsOnlyWhatThePredicateAsksFor) {
  const std::string nest = "//quake:stack=512 gc=alloc finds=panic-pops-defer\n" + nest_of(R"(
func work(count int, target *int) int {
	for i := 0; i < count; i++ {
		*target = i
	}
	return count
}

func fails(number int) {
	defer func() {
		trace(number)
	}()
	if number > 3 {
		panic(number)
	}
}

func main() {
	total := 10
	trace(work(3, &total))
	fails(total)
})");
  const Reduction reduction = Reducer(panics).reduce(nest);
  EXPECT_EQ(reduction.text, main_of("panic(1)"));
  EXPECT_EQ(reduction.before.statements, 10U);
  EXPECT_EQ(reduction.after.statements, 1U);
  EXPECT_TRUE(reduction.is_done);
}

bool keeps_defer(std::string_view text) {
  return has(text, "defer ") && panics(text);
}

TEST(ReducerTest, WhatHasBeenReducedStaysAsItIs) {
  for (const auto& file : corpus_files("seeds")) {
    const std::string text = read_text(file);
    if (!keeps_defer(text)) continue;
    const std::string once = Reducer(keeps_defer).reduce(text).text;
    EXPECT_EQ(Reducer(keeps_defer).reduce(once).text, once) << file;
  }
}

TEST(ReducerTest, NoCandidateComesTwiceAndEachIsASmallerNest) {
  std::unordered_set<std::string> asked;
  const std::string nest = main_of("x := 3; for i := 0; i < 3; i++ { x += i }; trace(x)");
  const Reduction reduction = Reducer([&](std::string_view text) {
                                EXPECT_TRUE(asked.emplace(text).second) << text;
                                Arena arena;
                                EXPECT_LT(size_of(*load_good(text, arena)), Size({4, 99, 99}));
                                return false;
                              }).reduce(nest);
  EXPECT_EQ(reduction.candidates, asked.size());
  EXPECT_GT(reduction.candidates, 10U);
}

// As if each trace were a safepoint before the one that matters.
bool copies_behind_all_traces(std::string_view text) {
  size_t traces = 0;
  for (size_t at = text.find("trace("); at != text.npos; at = text.find("trace(", at + 1)) ++traces;
  return has(text, "move=safepoint") || has(text, "move=at:" + std::to_string(traces) + "\n");
}

TEST(ReducerTest, APlaceThatMovesWithEachStatementHindersNothing) {
  const std::string body = "\n" + main_of("trace(1); trace(2); trace(3)");
  EXPECT_EQ(Reducer(copies_behind_all_traces).reduce("//quake:move=at:3" + body).text,
            "//quake:move=at:0\n" + main_of(""));
}

TEST(ReducerTest, AllSafepointsStayIfTheyAreAskedFor) {
  const std::string nest = "//quake:move=safepoint\n" + main_of("");
  EXPECT_EQ(Reducer(copies_behind_all_traces).reduce(nest).text, nest);
}

TEST(ReducerTest, WithoutTimeTheNestStaysAsItIs) {
  const std::string nest = main_of("trace(1); panic(2)");
  const Reduction reduction = Reducer(panics, Reducer::Clock::now()).reduce(nest);
  EXPECT_EQ(reduction.text, nest);
  EXPECT_FALSE(reduction.is_done);
}

TEST(RenameTest, NamesAreShortAndKeepApart) {
  Arena arena;
  Nest* const nest = load_good(nest_of(R"(
func helper(first int, pointer *int) {
	defer func() {
		var inner int
		trace(inner + first)
	}()
	*pointer = first
}

func main() {
	var total int
	for step := 0; step < 2; step++ {
		helper(step, &total)
	}
})"),
                               arena);
  rename(*nest, arena);
  std::string text;
  print(*nest, text);
  EXPECT_EQ(text, nest_of(R"(
func f(x int, p *int) {
	defer func() {
		var y int
		trace(y + x)
	}()
	*p = x
}

func main() {
	var x int
	for i := 0; i < 2; i++ {
		f(i, &x)
	}
})"));
}

TEST(SizeTest, StatementsCountMostAndNamesNothing) {
  Arena arena;
  const auto size = [&](const std::string& text) { return size_of(*load_good(text, arena)); };
  EXPECT_LT(size(main_of("x := 1; trace(x+2*x+4*x+6)")),
            size(main_of("trace(0); trace(0); trace(0)")));
  EXPECT_LT(size(main_of("x := 900; trace(x)")), size(main_of("x := 1; trace(x+1)")));
  EXPECT_LT(size(main_of("trace(8)")), size(main_of("trace(9)")));
  EXPECT_LT(size(main_of("trace(9)")), size(main_of("trace(-9)")));
  EXPECT_EQ(size(main_of("x := 1; trace(x)")), size(main_of("long := 1; trace(long)")));
  EXPECT_LT(size(main_of("")), size("//quake:stack=2048\n" + main_of("")));
}

}  // namespace
}  // namespace stackquake::reducer
