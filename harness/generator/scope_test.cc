#include "harness/generator/scope.h"

#include <gmock/gmock.h>

#include <string>

#include "harness/language/nest_testing.h"

namespace stackquake {
namespace {

Function& function_of(const Nest& nest, std::string_view name) {
  for (Function* function : nest.functions) {
    if (function->name == name) return *function;
  }
  return *nest.main;
}

std::string callable_names(const Nest& nest, std::string_view caller) {
  std::string names;
  for (const Function* function : callable_from(nest, function_of(nest, caller))) {
    names += std::string(function->name) + " ";
  }
  return names;
}

TEST(Scope, CallsGoToFunctionsThatDoNotComeBack) {
  Arena arena;
  const Nest* nest = load_good(
      "package main\n\nfunc a() {\n\tb()\n}\n\nfunc b() {\n\tdefer func() {\n\t\tc()\n\t}()\n}\n\n"
      "func c() {\n}\n\nfunc d() {\n\td()\n}\n\nfunc main() {\n\ta()\n}\n",
      arena);
  EXPECT_EQ(callable_names(*nest, "main"), "a b c d ");
  EXPECT_EQ(callable_names(*nest, "a"), "b c d ");
  EXPECT_EQ(callable_names(*nest, "c"), "d ");
  EXPECT_EQ(callable_names(*nest, "d"), "a b c ");
}

TEST(Scope, LiteralsNameAndAssignWhatTheLanguageLetsThem) {
  Arena arena;
  const Nest* nest = load_good(
      "package main\n\nfunc main() {\n\tx := 1\n\tp := &x\n\tfunc() {\n\t\ttrace(*p)\n\t}()\n"
      "\tfor i := 0; i < 2; i++ {\n\t\tfunc() {\n\t\t\ttrace(x)\n\t\t}()\n\t}\n}\n",
      arena);
  Scope scope;
  const auto variable = [&](size_t index) { return *nest->main->variables[index]; };
  scope.function = nest->main;
  for (size_t i = 0; i < 3; ++i) EXPECT_TRUE(can_name(variable(i), scope));
  EXPECT_TRUE(can_assign(variable(1), scope));
  EXPECT_FALSE(can_assign(variable(2), scope)) << "a counter";
  scope.function = nest->all[1];
  EXPECT_TRUE(can_name(variable(1), scope));
  EXPECT_FALSE(can_assign(variable(1), scope)) << "a captured pointer";
  scope.function = nest->all[2];
  EXPECT_TRUE(can_assign(variable(0), scope));
  EXPECT_FALSE(can_name(variable(1), scope)) << "a pointer captured in a loop";
  EXPECT_FALSE(can_name(variable(2), scope)) << "a counter captured";
}

}  // namespace
}  // namespace stackquake
