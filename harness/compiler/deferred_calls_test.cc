// How defer statements are lowered for designs whose deferred calls need no record.

#include <algorithm>
#include <span>
#include <string>
#include <vector>

#include "harness/compiler/compiler_testing.h"

namespace stackquake {
namespace {

class OpenCodedTest : public CompilerTest {
 protected:
  OpenCodedTest() {
    design_ = runtime::make_design("go1.22");
    compiler_ = Compiler(*design_);
  }

  uint32_t entry_of(runtime::RuntimeFunction of) const {
    return program().runtime_function(of).entry;
  }

  size_t deferprocs() const {
    return calls_of(entry_of(runtime::RuntimeFunction::kDeferproc), "main").size() +
           calls_of(entry_of(runtime::RuntimeFunction::kDeferprocStack), "main").size();
  }

  size_t wrappers() const {
    return static_cast<size_t>(
        std::ranges::count(program().functions, runtime::FunctionKind::kWrapper,
                           [](const runtime::Function& each) { return each.kind; }));
  }
};

TEST_F(OpenCodedTest, CallsAreMadeAtTheEndTheLastOneFirst) {
  compile("func f() {\n}\n\nfunc main() {\n\tdefer f()\n\tdefer f()\n}\n");
  EXPECT_EQ(function("main").open_defers.count, 2);
  EXPECT_EQ(deferprocs(), 0u);
  const std::vector<uint32_t> calls = all(Opcode::kRunOpenDefer);
  ASSERT_EQ(calls.size(), 2u);
  EXPECT_EQ(program().code[calls[0]].imm, 1);
  EXPECT_EQ(program().code[calls[1]].imm, 0);
  // Only a recovery leads to the call of deferreturn.
  EXPECT_GT(function("main").deferreturn, calls[1]);
}

TEST_F(OpenCodedTest, SlotsAreLiveAtEverySafepoint) {
  compile("func f() {\n}\n\nfunc main() {\n\tmove()\n\tdefer f()\n\tmove()\n}\n");
  EXPECT_EQ(live_at_moves(), (std::vector<size_t>{1, 1}));
}

TEST_F(OpenCodedTest, NotInALoopAndNotMoreThanEight) {
  compile("func f() {\n}\n\nfunc main() {\n\tfor i := 0; i < 2; i++ {\n\t\tdefer f()\n\t}\n}\n");
  EXPECT_EQ(function("main").open_defers.count, 0);
  EXPECT_EQ(calls_of(entry_of(runtime::RuntimeFunction::kDeferproc), "main").size(), 1u);
  for (const size_t defers : {8, 9}) {
    std::string text = "func f() {\n}\n\nfunc main() {\n";
    for (size_t i = 0; i < defers; ++i) text += "\tdefer f()\n";
    compile(text + "}\n");
    EXPECT_EQ(function("main").open_defers.count, defers == 8 ? 8 : 0);
    EXPECT_EQ(deferprocs(), defers == 8 ? 0u : 9u);
  }
}

// Go multiplies the statements by the returns, of which the end of the function is one.
TEST_F(OpenCodedTest, NotWithManyReturns) {
  for (const size_t returns : {5, 6}) {
    std::string text =
        "func f() {\n}\n\nfunc main() {\n\tx := 1\n\tdefer f()\n\tdefer f()\n\tdefer f()\n";
    for (size_t i = 1; i < returns; ++i) text += "\tif x == 2 {\n\t\treturn\n\t}\n";
    compile(text + "}\n");
    EXPECT_EQ(function("main").open_defers.count, returns == 5 ? 3 : 0);
  }
}

TEST_F(OpenCodedTest, ArgumentsAreCapturedByAWrapper) {
  compile(
      "func f(x int, n *node, a [2]int) {\n\ttrace(x + n.val + a[1])\n}\n\nfunc main() {\n"
      "\tvar a [2]int\n\tdefer f(1, &node{val: 2}, a)\n\tmove()\n}\n");
  ASSERT_EQ(wrappers(), 1u);
  const runtime::Function& wrapper = program().functions.back();
  EXPECT_EQ(wrapper.name, "main.deferwrap1");
  EXPECT_EQ(program().functions[wrapper.wrapped].name, "f");
  EXPECT_EQ(wrapper.argument_words, 0);
  // The slot and the captured node.
  EXPECT_EQ(live_at_moves(), (std::vector<size_t>{2}));
}

TEST_F(OpenCodedTest, CallWithoutArgumentsNeedsNoWrapper) {
  compile("func f() {\n}\n\nfunc main() {\n\tdefer f()\n\tdefer move()\n}\n");
  EXPECT_EQ(wrappers(), 0u);
}

// The wrapper of a call in a loop lies in the heap, where no address of a frame may be.
TEST_F(OpenCodedTest, VariableWhoseAddressAWrapperInTheHeapMayCaptureLivesInABox) {
  const std::string f = "func f(p *int) {\n\ttrace(*p)\n}\n\nfunc main() {\n\tx := 1\n";
  compile(f + "\tfor i := 0; i < 2; i++ {\n\t\tdefer f(&x)\n\t}\n}\n");
  EXPECT_EQ(all(Opcode::kNewObject).size(), 2u);  // the box, the closure
  compile(f + "\tdefer f(&x)\n}\n");
  EXPECT_EQ(all(Opcode::kNewObject).size(), 0u);
}

// ---- With arguments in the frame ----

class OpenArgumentsTest : public CompilerTest {
 protected:
  OpenArgumentsTest() {
    design_ = runtime::make_design("go1.14");
    compiler_ = Compiler(*design_);
  }

  std::span<const runtime::OpenCall> open_calls() const {
    return program().calls_of(function("main").open_defers);
  }
};

TEST_F(OpenArgumentsTest, EachCallHasWordsForItsArgumentsAndItsResult) {
  compile(
      "func f(p *int, a [3]int) int {\n\treturn 1\n}\n\n"
      "func g() {\n}\n\n"
      "func main() {\n\tx := 1\n\tvar a [3]int\n\tdefer f(&x, a)\n\tdefer g()\n\tdefer "
      "trace(2)\n}\n");
  ASSERT_EQ(open_calls().size(), 3u);
  EXPECT_EQ(open_calls()[0].words, 5);
  EXPECT_EQ(open_calls()[1].words, 0);
  EXPECT_EQ(open_calls()[2].words, 1);
  EXPECT_EQ(&program().functions[open_calls()[0].callee], &function("f"));
  EXPECT_EQ(open_calls()[2].callee, static_cast<uint32_t>(runtime::RuntimeFunction::kTrace));
  const runtime::Function& main = function("main");
  EXPECT_GE(open_calls()[0].arguments, main.outgoing_words);
  EXPECT_GE(main.outgoing_words, 5);
}

// Slots of the closures and of arguments that are pointers, before and behind the statement.
TEST_F(OpenArgumentsTest, PointersAreLiveAtEverySafepoint) {
  compile(
      "func f(n int, p *int, q *int) {\n}\n\n"
      "func main() {\n\tx := 1\n\tmove()\n\tdefer f(2, &x, nil)\n\tmove()\n}\n");
  EXPECT_EQ(live_at_moves(), (std::vector<size_t>{3, 3}));
}

TEST_F(OpenArgumentsTest, TheEndOfTheFunctionCallsWithThem) {
  compile("func f(n int, m int) {\n}\n\nfunc main() {\n\tdefer f(1, 2)\n}\n");
  const std::vector<uint32_t> calls = all(Opcode::kRunOpenDefer);
  ASSERT_EQ(calls.size(), 1u);
  for (uint16_t word = 0; word < 2; ++word) {
    const runtime::Instruction& copy = program().code[calls[0] - 2 + word];
    EXPECT_EQ(copy.opcode, Opcode::kCopy);
    EXPECT_EQ(copy.a, word);
    EXPECT_EQ(copy.b, open_calls()[0].arguments + word);
  }
}

}  // namespace
}  // namespace stackquake
