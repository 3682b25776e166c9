#include "harness/language/walk.h"

#include <gtest/gtest.h>

#include <string>

#include "harness/language/builder.h"
#include "harness/language/nest_testing.h"

namespace stackquake {
namespace {

constexpr std::string_view kText =
    "package main\n\n"
    "func f(a int, b int) (r int) {\n"
    "\tif a == 1 {\n\t\ttrace(2)\n\t} else {\n\t\ttrace(3)\n\t}\n"
    "\tfor i := 4; i < 5; i++ {\n\t\tgrow(6)\n\t}\n"
    "\treturn 7\n"
    "}\n\n"
    "func main() {\n"
    "\tc := make(chan int)\n"
    "\tx := 8\n"
    "\tdefer func(y int) {\n\t\ttrace(y + 9)\n\t}(10)\n"
    "\tselect {\n\tcase x = <-c:\n\t\ttrace(11)\n\tcase c <- 12:\n\t\ttrace(13)\n"
    "\tdefault:\n\t\ttrace(14)\n\t}\n"
    "\t{\n\t\tx = f(15, 16)\n\t}\n\ttrace(x)\n"
    "}\n";

// The body of a literal comes before the arguments of its call.
TEST(Walk, VisitsLiteralsInTheOrderOfTheText) {
  Arena arena;
  const Nest* nest = load_good(kText, arena);
  std::string seen;
  for_each_expression(*nest, [&](const Expression* expression) {
    if (expression->kind == ExpressionKind::kLiteral) {
      seen += std::to_string(expression->value) + " ";
    }
  });
  EXPECT_EQ(seen, "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 ");
}

TEST(Walk, VisitsEveryStatementBlockAndFunction) {
  Arena arena;
  const Nest* nest = load_good(kText, arena);
  int statements = 0;
  int blocks = 0;
  std::string functions;
  for_each_statement(*nest, [&](const Statement*) { ++statements; });
  for_each_block(*nest, [&](const Block&) { ++blocks; });
  for_each_function(*nest, [&](const Function& function) {
    functions += function.name.empty() ? "literal " : std::string(function.name) + " ";
  });
  EXPECT_EQ(statements, 18);
  EXPECT_EQ(blocks, 10);
  EXPECT_EQ(functions, "f main literal ");
}

TEST(Walk, GoesOnWithWhatHasBeenPutThere) {
  Arena arena;
  Builder builder(arena);
  const Nest* nest = load_good("package main\n\nfunc main() {\n\ttrace(1)\n}\n", arena);
  for_each_expression(*nest, [&](Expression*& expression) {
    if (expression->kind == ExpressionKind::kLiteral && expression->value == 1) {
      expression = builder.binary(Operation::kAdd, builder.literal(2), builder.literal(3));
    } else if (expression->kind == ExpressionKind::kLiteral) {
      expression->value *= 10;
    }
  });
  std::string text;
  print(*nest, text);
  EXPECT_NE(text.find("trace(20 + 30)"), std::string::npos) << text;
}

struct NameList : Visitor {
  using Visitor::leave;
  void declaration(Variable& variable) { names += std::string(variable.name) + " "; }
  void leave(Function& /*function*/) { names += "; "; }
  std::string names;
};

TEST(Walk, TellsDeclarationsFromWhereTheyAreKnown) {
  Arena arena;
  const Nest* nest = load_good(kText, arena);
  NameList list;
  walk(*nest, list);
  EXPECT_EQ(list.names, "a b r i ; c x y ; ; ");
}

}  // namespace
}  // namespace stackquake
