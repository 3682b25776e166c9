#include "harness/run/operations.h"

namespace stackquake {

namespace {

// A piece of Go with N in place of each "$N".
std::string sized(std::string_view text, int64_t size) {
  std::string result;
  for (size_t place = 0; place < text.size(); ++place) {
    if (text.substr(place, 2) == "$N") {
      result += std::to_string(size);
      ++place;
    } else {
      result += text[place];
    }
  }
  return result;
}

// `piece` so many times, with commas between.
std::string listed(std::string_view piece, int64_t count) {
  std::string result;
  for (int64_t i = 0; i < count; ++i) {
    if (i > 0) result += ", ";
    result += sized(piece, i);
  }
  return result;
}

// ---- Calls and deferred calls ----

std::string call(int64_t) {
  return R"(func leaf(x int) int {
	return x + 1
}

func operate(times int) {
	x := 0
	for i := 0; i < times; i++ {
		x = leaf(x)
	}
}
)";
}

std::string defer_with_arguments(int64_t words) {
  return "func callee(" + listed("a$N int", words) +
         ") {\n}\n\nfunc deferring(x int) {\n\t_ = x\n" + "\tdefer callee(" + listed("x", words) +
         ")\n}\n" + R"(
func operate(times int) {
	for i := 0; i < times; i++ {
		deferring(i)
	}
}
)";
}

std::string defer_several(int64_t count) {
  std::string statements;
  for (int64_t i = 0; i < count; ++i) statements += "\tdefer callee(x)\n";
  return "func callee(x int) {\n\t_ = x\n}\n\nfunc deferring(x int) {\n" + statements + "}\n" + R"(
func operate(times int) {
	for i := 0; i < times; i++ {
		deferring(i)
	}
}
)";
}

std::string defer_in_loop(int64_t count) {
  return sized(R"(func callee(x int) {
	_ = x
}

func deferring() {
	for j := 0; j < $N; j++ {
		defer callee(j)
	}
}

func operate(times int) {
	for i := 0; i < times; i++ {
		deferring()
	}
}
)",
               count);
}

// ---- Panics and Goexit ----

std::string panic_at_depth(int64_t depth) {
  return sized(R"(func down(n int) {
	if n == 0 {
		panic(1)
	}
	down(n - 1)
}

func recovering() {
	defer func() {
		recover()
	}()
	down($N)
}

func operate(times int) {
	for i := 0; i < times; i++ {
		recovering()
	}
}
)",
               depth);
}

std::string panic_over_defers(int64_t frames) {
  return sized(R"(func callee(x int) {
	_ = x
}

func down(n int) {
	if n == 0 {
		panic(1)
	}
	defer callee(n)
	down(n - 1)
}

func recovering() {
	defer func() {
		recover()
	}()
	down($N)
}

func operate(times int) {
	for i := 0; i < times; i++ {
		recovering()
	}
}
)",
               frames);
}

std::string repanic_chain(int64_t panics) {
  return sized(R"(func again(n int) {
	if n == 0 {
		panic(1)
	}
	defer func() {
		panic(2)
	}()
	again(n - 1)
}

func recovering() {
	defer func() {
		recover()
	}()
	again($N)
}

func operate(times int) {
	for i := 0; i < times; i++ {
		recovering()
	}
}
)",
               panics);
}

std::string nested_panics(int64_t panics) {
  return sized(R"(func nested(n int) {
	defer func() {
		if n > 1 {
			nested(n - 1)
		}
		recover()
	}()
	panic(1)
}

func operate(times int) {
	for i := 0; i < times; i++ {
		nested($N)
	}
}
)",
               panics);
}

std::string goexit_over_defers(int64_t frames) {
  return sized(R"(func callee(x int) {
	_ = x
}

func down(n int) {
	if n == 0 {
		runtime.Goexit()
	}
	defer callee(n)
	down(n - 1)
}

func tell(c chan int) {
	c <- 1
}

func leaving(c chan int) {
	defer tell(c)
	down($N)
}

func operate(times int) {
	c := make(chan int)
	for i := 0; i < times; i++ {
		go leaving(c)
		<-c
	}
}
)",
               frames);
}

// ---- Stacks ----

std::string growth(int64_t frames) {
  return sized(R"(func down(n int, p *int) {
	var x int
	if n > 0 {
		down(n-1, &x)
	}
	*p = x + 1
}

func growing(c chan int) {
	var x int
	down($N, &x)
	c <- x
}

func operate(times int) {
	c := make(chan int)
	for i := 0; i < times; i++ {
		go growing(c)
		<-c
	}
}
)",
               frames);
}

// A recursion of N frames, each with a pointer into the one before, and then `work`.
std::string below_frames(int64_t frames, std::string_view work) {
  return sized(R"(func down(n int, p *int, times int) {
	var x int
	*p = n
	if n > 1 {
		down(n-1, &x, times)
	} else {
		for i := 0; i < times; i++ {
			)",
               0) +
         std::string(work) +
         sized(R"(
		}
	}
	*p = x
}

func operate(times int) {
	var x int
	down($N, &x, times)
}
)",
               frames);
}

std::string copy_frames(int64_t frames) {
  return below_frames(frames, "move()");
}

std::string collect_frames(int64_t frames) {
  return below_frames(frames, "runtime.GC()");
}

std::string walk(int64_t frames) {
  return below_frames(frames, "_ = frames()");
}

std::string copy_large_frames(int64_t frames) {
  return sized(R"(func down(n int, p *int, times int) {
	var a [1000]int
	var x int
	var y int
	*p = n
	a[n&511] = n
	if n > 1 {
		down(n-1, &x, times)
	} else {
		for i := 0; i < times; i++ {
			move()
		}
	}
	y = a[n&511]
	*p = x + y
}

func operate(times int) {
	var x int
	down($N, &x, times)
}
)",
               frames);
}

// N deferred calls of one frame, each with a pointer into it, and then `work`.
std::string with_calls_pending(int64_t calls, std::string_view work) {
  return sized(R"(func callee(p *int) {
	*p = 1
}

func operate(times int) {
	var x int
	for j := 0; j < $N; j++ {
		defer callee(&x)
	}
	for i := 0; i < times; i++ {
		)",
               calls) +
         std::string(work) + "\n\t}\n}\n";
}

std::string copy_pending(int64_t calls) {
  return with_calls_pending(calls, "move()");
}

std::string collect_pending(int64_t calls) {
  return with_calls_pending(calls, "runtime.GC()");
}

std::string copy_pending_frames(int64_t frames) {
  return sized(R"(func callee(p *int) {
	*p = 1
}

func down(n int, times int) {
	var x int
	defer callee(&x)
	if n > 1 {
		down(n-1, times)
	} else {
		for i := 0; i < times; i++ {
			move()
		}
	}
}

func operate(times int) {
	down($N, times)
}
)",
               frames);
}

// ---- The table ----

constexpr int64_t kOne[] = {1};
constexpr int64_t kWords[] = {0, 1, 4, 64};
constexpr int64_t kDefers[] = {1, 8, 9, 100};
constexpr int64_t kToHundred[] = {1, 10, 100};
constexpr int64_t kToThousand[] = {1, 10, 100, 1000};
constexpr int64_t kChains[] = {10, 100, 1000};
constexpr int64_t kPending[] = {0, 1, 10, 100, 1000};
constexpr int64_t kFrames[] = {1, 16, 256, 4096};
constexpr int64_t kLargeFrames[] = {1, 16, 128};
// The last one takes a stack of 256 KiB: a frame has five words.
constexpr int64_t kGrowing[] = {75, 300, 1200, 4800};

constexpr TimedOperation kOperations[] = {
    {"call", "a call and its return", "", kOne, "1", false, false, call},
    {"defer_with_arguments", "defer and return, with N words of arguments", "words", kWords, "N",
     false, false, defer_with_arguments},
    {"defer_several", "N defer statements of one function, and its return", "calls", kDefers, "N",
     false, false, defer_several},
    {"defer_in_loop", "a defer statement that a loop executes N times", "calls", kToHundred, "N",
     false, false, defer_in_loop},
    {"panic_at_depth", "a panic that is recovered N frames further out", "frames", kToThousand, "N",
     false, false, panic_at_depth},
    {"panic_over_defers", "a panic over N frames with a deferred call in each", "frames",
     kToHundred, "N", false, false, panic_over_defers},
    {"repanic_chain", "N panics, each in a deferred call that the one before runs", "panics",
     kChains, "N", false, false, repanic_chain},
    {"nested_panics", "N panics inside of each other, each recovered where it began", "panics",
     kToHundred, "N", false, false, nested_panics},
    {"goexit_over_defers", "a goroutine's Goexit over N frames with a deferred call in each",
     "frames", kToHundred, "N", true, false, goexit_over_defers},
    {"growth", "a goroutine that grows its stack from the smallest one, by N frames", "frames",
     kGrowing, "N", true, false, growth},
    {"copy_frames", "one copy of a stack with N small frames", "frames", kFrames, "N", false, true,
     copy_frames},
    {"copy_large_frames", "one copy of a stack with N frames of 1,000 words", "frames",
     kLargeFrames, "N", false, true, copy_large_frames},
    {"copy_pending", "one copy of a stack whose frame has N pending calls, deferred in a loop",
     "calls", kPending, "N", false, false, copy_pending},
    {"copy_pending_frames", "one copy of a stack with N frames, each with a pending call", "frames",
     kToThousand, "N", false, false, copy_pending_frames},
    {"collect_frames", "one collection, with N frames on the stack", "frames", kFrames, "N", false,
     false, collect_frames},
    {"collect_pending", "one collection, with N pending calls", "calls", kPending, "N", false,
     false, collect_pending},
    {"walk", "one walk over N frames", "frames", kFrames, "N", false, false, walk},
};

}  // namespace

std::span<const TimedOperation> all_operations() {
  return kOperations;
}

std::string nest_of(const TimedOperation& operation, int64_t size, int64_t times) {
  const std::string functions = operation.functions(size);
  const bool imports = functions.find("runtime.") != std::string::npos;
  return "//quake:stack=256 limit=16777216\npackage main\n\n" +
         std::string(imports ? "import \"runtime\"\n\n" : "") + functions +
         sized("\nfunc main() {\n\toperate($N)\n}\n", times);
}

}  // namespace stackquake
