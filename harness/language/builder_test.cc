#include "harness/language/builder.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "harness/language/nest_testing.h"

namespace stackquake {
namespace {

constexpr Type kInt{TypeKind::kInt};
constexpr Type kNode{TypeKind::kNodePointer};
constexpr Type kChannel{TypeKind::kIntChannel};

// Each test builds a tree with the builder and expects it to equal the parser's tree of its text.
class BuilderTest : public testing::Test {
 protected:
  void expect_main(std::string_view body, std::initializer_list<Statement*> statements) {
    Function* function = builder_.function("main", {}, nullptr, builder_.block(statements));
    Nest* nest = builder_.nest({}, std::span<Function* const>(&function, 1));
    std::string text = "package main\n\n";
    if (nest->imports_runtime) text += "import \"runtime\"\n\n";
    text += "func main() {\n" + std::string(body) + "}\n";
    Diagnostic diagnostic;
    const Nest* parsed = parse(arena_.copy(text), arena_, diagnostic);
    ASSERT_NE(parsed, nullptr) << to_string(diagnostic, "text");
    std::string printed;
    print(*nest, printed);
    EXPECT_TRUE(equal(*parsed, *nest)) << printed;
  }

  Expression* x() { return builder_.name("x"); }

  Arena arena_;
  Builder builder_{arena_};
};

TEST_F(BuilderTest, Expressions) {
  Builder& b = builder_;
  const std::array fields = {Field::kVal, Field::kNext};
  const std::array<Expression*, 2> values = {b.literal(1), b.nil()};
  const std::array<Expression*, 2> arguments = {b.index(b.name("a"), b.literal(2)),
                                                b.address(b.selector(b.name("n"), Field::kVal))};
  expect_main(
      "\tx = &node{val: 1, next: nil}\n\tf(a[2], &n.val)\n\t*p = x - -3\n\tx = <-c\n",
      {b.assign(x(), b.node(fields, values)), b.expression(b.call("f", arguments)),
       b.assign(b.dereference(b.name("p")), b.binary(Operation::kSubtract, x(), b.literal(-3))),
       b.assign(x(), b.receive(b.name("c")))});
}

TEST_F(BuilderTest, Statements) {
  Builder& b = builder_;
  expect_main(
      "\tvar x int\n\tvar n *node = nil\n\tc := make(chan int, 2)\n\tx++\n\tx -= 2\n\t_ = x\n"
      "\tdefer move()\n\tgo f()\n\tfor i := 0; i < 3; i++ {\n\t}\n\t{\n\t}\n\tc <- 1\n\treturn\n",
      {b.declare_long(b.make_variable("x", kInt)),
       b.declare_long(b.make_variable("n", kNode), b.nil()),
       b.declare(b.make_variable("c", kChannel), b.make(kChannel, 2)),
       b.operate(x(), Operation::kAdd), b.operate(x(), Operation::kSubtract, b.literal(2)),
       b.assign(nullptr, x()), b.defer(b.builtin(Builtin::kMove)), b.go(b.call("f")),
       b.loop(b.make_variable("i", kInt, VariableKind::kCounter), b.literal(0), b.literal(3), {}),
       b.nested({}), b.send(b.name("c"), b.literal(1)), b.return_value()});
}

TEST_F(BuilderTest, ConditionsAndCases) {
  Builder& b = builder_;
  const std::array cases = {b.receive_case(x(), b.name("c"), {}),
                            b.receive_case(nullptr, b.name("c"), {}),
                            b.send_case(b.name("c"), b.literal(1), {}), b.default_case({})};
  Expression* condition = b.logical_not(b.binary(Operation::kEqual, b.name("p"), b.nil()));
  expect_main(
      "\tif !(p == nil) {\n\t\treturn\n\t} else {\n\t}\n\tselect {\n\tcase x = <-c:\n"
      "\tcase <-c:\n\tcase c <- 1:\n\tdefault:\n\t}\n",
      {b.conditional(condition, b.block({b.return_value()}), b.nested({})), b.select(cases)});
}

TEST_F(BuilderTest, LiteralsAndTheImport) {
  Builder& b = builder_;
  Variable* parameter = b.make_variable("y", kInt, VariableKind::kParameter);
  Function* literal = b.function({}, std::span<Variable* const>(&parameter, 1), nullptr,
                                 b.block({b.expression(b.builtin(Builtin::kGC))}));
  Expression* argument = b.literal(5);
  expect_main("\tdefer func(y int) {\n\t\truntime.GC()\n\t}(5)\n",
              {b.defer(b.call(b.function_literal(literal), std::span(&argument, 1)))});
}

}  // namespace
}  // namespace stackquake
