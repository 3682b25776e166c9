// A cause has the same signature in every nest, at every place in the nest and in memory.

#include <algorithm>
#include <cctype>
#include <functional>

#include "harness/audit/checks_testing.h"

namespace stackquake {
namespace {

constexpr char kPlain[] = R"(
package main

func set(p *int) {
	move()
	*p = 2
}

func main() {
	var x int
	set(&x)
	trace(x)
}
)";

// A nest with the same cause, but with other lines, names, sizes and depths, and with more copies
// before the wrong copy.
constexpr char kOther[] = R"(
// A comment.

//quake:stack=1024 limit=65536 move=none place=reuse
package main

func pad(n int, write *int) {
	var words [70]int
	_ = words
	grow(1000)
	if n > 0 {
		pad(n-1, write)
		return
	}
	set(7, write)
}

func set(x int, q *int) {

	var big [3]int
	big[1] = x

	move()
	*q = big[1]
}

func main() {
	var pad7 [9]int
	pad(4, &pad7[3])
	trace(pad7[3])
}
)";

class SignatureTest : public ChecksTest {
 protected:
  // The copier misses the first pointer among the arguments of `function`, at every copy with this
  // function on the stack. The first such copy ends the run.
  void miss_argument(std::string_view function) {
    faults.after_copystack = [=, this](G& g, const Stack& old_stack) {
      Word* word = argument(g, function);
      if (word != nullptr) *word -= g.stack.hi - old_stack.hi;
    };
  }
};

TEST_F(SignatureTest, IsThatOfTheCauseAndNotOfTheNest) {
  miss_argument("set");
  EXPECT_EQ(signature(kPlain), "stale-pointer:nest:argument");
  EXPECT_EQ(signature(kOther), "stale-pointer:nest:argument");
  // The message for people names the function of the nest.
  EXPECT_EQ(runtime().result().violation->function, "set");
}

TEST_F(SignatureTest, DoesNotDependOnTheNameOfAFunction) {
  std::string renamed = kPlain;
  for (size_t i = 0; (i = renamed.find("set", i)) != std::string::npos; i += 4) {
    renamed.replace(i, 3, "other");
  }
  miss_argument("other");
  EXPECT_EQ(signature(renamed), "stale-pointer:nest:argument");
}

TEST_F(SignatureTest, DoesNotDependOnTheSizeOfTheStack) {
  miss_argument("set");
  for (const char* stack : {"256", "512", "4096", "65536"}) {
    const std::string nest = std::string("\n//quake:stack=") + stack + " limit=65536" + kPlain;
    EXPECT_EQ(signature(nest), "stale-pointer:nest:argument") << stack;
  }
}

// Addresses and lines are numbers, and no other part of a signature has a digit.
TEST_F(SignatureTest, HasNoNumbers) {
  const std::function<void(G&, Word)> damages[] = {
      [](G& g, Word delta) { first_panic(g)->argp -= delta; },
      [](G& g, Word delta) { first_defer(g)->panic -= delta; },
      [](G& g, Word /*delta*/) { first_defer(g)->link = 8; },
      [](G& g, Word /*delta*/) { first_panic(g)->arg.data += 8; },
      [this](G& g, Word /*delta*/) { ++*runtime::at(frame_of(g, "call16")->varp); },
      [](G& g, Word /*delta*/) { g.stack.lo += 8; },
      [](G& g, Word /*delta*/) { g.sched.sp += 8; },
  };
  for (const auto& damage : damages) {
    faults.after_copystack = [&](G& g, const Stack& old_stack) {
      damage(g, g.stack.hi - old_stack.hi);
    };
    const std::string found = signature(R"(
package main

func main() {
	defer trace(1)
	defer func() {
		move()
		trace(code(recover()))
	}()
	panic(1)
}
)");
    EXPECT_NE(found, "");
    EXPECT_TRUE(std::none_of(found.begin(), found.end(), [](unsigned char c) {
      return std::isdigit(c) != 0;
    })) << found;
  }
}

}  // namespace
}  // namespace stackquake
