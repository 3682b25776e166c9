// Parts made for trees that exist already: what is put into a nest has to be valid there.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "harness/generator/generator.h"
#include "harness/language/builder.h"
#include "harness/language/nest_testing.h"

namespace stackquake {
namespace {

// Names end in numbers that new names must not meet.
constexpr std::string_view kText =
    "package main\n\n"
    "import \"runtime\"\n\n"
    "func f1(p2 *int, a3 [9]int) {\n\t*p2 = a3[0]\n}\n\n"
    "func main() {\n\tx4 := 1\n\tp5 := &x4\n\tn6 := &node{val: 2}\n\tvar a7 [9]int\n"
    "\tc8 := make(chan int, 1)\n\tf1(p5, a7)\n\ttrace(n6.val)\n\tc8 <- x4\n\truntime.GC()\n}\n";

class PartsTest : public testing::Test {
 protected:
  // A checked nest, with the place after main's last statement.
  void load() {
    nest_ = load_good(kText, arena_);
    scope_ = {};
    scope_.nest = nest_;
    scope_.function = nest_->main;
    scope_.variables.assign(nest_->main->variables.begin(), nest_->main->variables.end());
    scope_.callable = callable_from(*nest_, *nest_->main);
  }

  void append(const std::vector<Statement*>& statements) {
    Block& body = nest_->main->body;
    std::vector<Statement*> all(body.statements.begin(), body.statements.end());
    all.insert(all.end(), statements.begin(), statements.end());
    body = Builder(arena_).block(all);
  }

  void expect_good(uint64_t seed) {
    Diagnostic diagnostic;
    std::string text;
    print(*nest_, text);
    ASSERT_TRUE(check(*nest_, arena_, diagnostic))
        << "seed " << seed << ": " << diagnostic.message << "\n"
        << text;
  }

  Arena arena_;
  Nest* nest_ = nullptr;
  Scope scope_;
};

TEST_F(PartsTest, StatementsAreValidWhereTheyWereMadeFor) {
  for (uint64_t seed = 0; seed < 1000; ++seed) {
    arena_.reset();
    load();
    Random random(seed);
    Generator generator(random, arena_, {.goroutines = seed % 2 == 1});
    generator.avoid_names(*nest_);
    append(seed % 4 < 2 ? generator.statements(scope_)
                        : std::vector<Statement*>{generator.statement(scope_)});
    expect_good(seed);
  }
}

TEST_F(PartsTest, AStatementDeclaresNothing) {
  load();
  Random random(1);
  Generator generator(random, arena_);
  for (int i = 0; i < 500; ++i) {
    EXPECT_NE(generator.statement(scope_)->kind, StatementKind::kDeclare);
  }
}

TEST_F(PartsTest, ExpressionsHaveTheirType) {
  constexpr Type kTypes[] = {{TypeKind::kInt},         {TypeKind::kIntPointer},
                             {TypeKind::kNodePointer}, {TypeKind::kArray, 9},
                             {TypeKind::kIntChannel},  {TypeKind::kFunc}};
  for (uint64_t seed = 0; seed < 600; ++seed) {
    arena_.reset();
    load();
    Random random(seed);
    Generator generator(random, arena_);
    generator.avoid_names(*nest_);
    const Type type = kTypes[seed % std::size(kTypes)];
    Expression* value = generator.expression(type, scope_);
    ASSERT_NE(value, nullptr);
    Builder builder(arena_);
    Variable* variable = builder.make_variable("z9", type);
    append({builder.declare_long(variable, value), builder.assign(nullptr, builder.name("z9"))});
    expect_good(seed);
  }
}

TEST_F(PartsTest, ExpressionsThatCannotBeHadAreNull) {
  load();
  Random random(1);
  Generator generator(random, arena_);
  EXPECT_EQ(generator.expression({TypeKind::kArray, 8}, scope_), nullptr);
  EXPECT_EQ(generator.expression({TypeKind::kNodeChannel}, scope_), nullptr);
}

TEST_F(PartsTest, FunctionsCallOnlyWhatTheyMay) {
  for (uint64_t seed = 0; seed < 300; ++seed) {
    arena_.reset();
    load();
    Random random(seed);
    Generator generator(random, arena_);
    generator.avoid_names(*nest_);
    std::vector<Function*> functions(nest_->functions.begin(), nest_->functions.end());
    functions.push_back(generator.function(scope_.callable));
    nest_->functions = arena_.copy(std::span<Function* const>(functions));
    expect_good(seed);
  }
}

}  // namespace
}  // namespace stackquake
