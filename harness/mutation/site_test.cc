#include "harness/mutation/site.h"

#include <map>
#include <string>

#include "harness/language/nest_testing.h"

namespace stackquake {
namespace {

// The names in scope, outermost first.
std::string names(const Scope& scope) {
  std::string text;
  for (const Variable* variable : scope.variables) {
    text += (text.empty() ? "" : " ") + std::string(variable->name);
  }
  return text;
}

constexpr std::string_view kNest =
    "package main\n\nfunc f(a int) (r int) {\n\tx := 1\n\tfor i := 0; i < x; i++ {\n"
    "\t\ttrace(1)\n\t}\n\tfunc(x int) {\n\t\ttrace(2)\n\t}(x)\n\treturn a\n}\n\n"
    "func main() {\n\ttrace(f(3))\n}\n";

class SiteTest : public testing::Test {
 protected:
  // The site of trace(value).
  const Site& trace(int64_t value) {
    const auto wanted = [&](const Statement& statement) {
      return statement.kind == StatementKind::kExpression &&
             statement.value->kind == ExpressionKind::kBuiltinCall &&
             statement.value->arguments[0]->value == value;
    };
    EXPECT_TRUE(find_statement(*nest_, random_, site_, wanted)) << value;
    return site_;
  }

  Arena arena_;
  Nest* nest_ = load_good(kNest, arena_);
  Random random_{1};
  Site site_;
};

TEST_F(SiteTest, KnowsTheScopeInALoop) {
  const Site& site = trace(1);
  EXPECT_EQ(names(site.scope), "a r x i");
  EXPECT_EQ(site.scope.loops, 1u);
  EXPECT_EQ(site.scope.blocks, 2u);
  EXPECT_FALSE(site.scope.top_level);
  EXPECT_EQ(site.scope.function, nest_->functions[0]);
}

TEST_F(SiteTest, LeavesOutWhatALiteralShadows) {
  const Site& site = trace(2);
  EXPECT_EQ(names(site.scope), "a r x");
  EXPECT_EQ(site.scope.variables[2]->kind, VariableKind::kParameter);
  EXPECT_EQ(site.scope.loops, 0u);
  EXPECT_TRUE(site.scope.top_level);
  EXPECT_EQ(site.scope.function->parent, nest_->functions[0]);
  EXPECT_EQ(site.declared, nest_->functions[0]);
}

TEST_F(SiteTest, DrawsEveryGap) {
  std::map<std::pair<const Block*, size_t>, int> drawn;
  for (int i = 0; i < 600; ++i) {
    find_gap(*nest_, random_, site_);
    ++drawn[{site_.block, site_.index}];
  }
  EXPECT_EQ(drawn.size(), 5u + 2u + 2u + 2u);  // f, its loop, its literal, main
  for (const auto& [gap, times] : drawn) EXPECT_GT(times, 20);
}

TEST_F(SiteTest, SaysWhereAnExpressionIsHeld) {
  const auto wanted = [](const Expression& expression, const Statement&) {
    return expression.kind == ExpressionKind::kVariable && expression.name == "x";
  };
  std::map<StatementKind, int> inside;
  for (int i = 0; i < 50; ++i) {
    ASSERT_TRUE(find_expression(*nest_, random_, site_, wanted));
    EXPECT_EQ((*site_.slot)->name, "x");
    ++inside[site_.inside->kind];
  }
  EXPECT_EQ(inside.size(), 2u);  // the limit of the loop, the argument of the literal
}

TEST_F(SiteTest, FindsNothingWhereThereIsNothing) {
  const auto none = [](const Statement&) { return false; };
  EXPECT_FALSE(find_statement(*nest_, random_, site_, none));
}

TEST_F(SiteTest, InsertsAndRemoves) {
  Block& body = nest_->main->body;
  Statement* const one = body.statements[0];
  Statement other;
  insert(body, 0, &other, arena_);
  EXPECT_EQ(body.statements.size(), 2u);
  EXPECT_EQ(body.statements[1], one);
  remove(body, 0);
  ASSERT_EQ(body.statements.size(), 1u);
  EXPECT_EQ(body.statements[0], one);
}

}  // namespace
}  // namespace stackquake
