#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "harness/compiler/nest_runner.h"

namespace stackquake {
namespace {

using runtime::G;
using runtime::Violation;

// Fails the run with a violation at the current place of the goroutine when one of these events
// comes.
class Failing final : public runtime::Observer {
 public:
  explicit Failing(runtime::Runtime& runtime) : runtime_(runtime) {}

  void deferred(const G& /*g*/, const runtime::DeferredCall& /*d*/) override { fail(); }
  void panicked(const G& /*g*/, const runtime::Unwinding& /*p*/) override { fail(); }
  void traced(const G& /*g*/, int64_t /*value*/) override { fail(); }

 private:
  void fail() { runtime_.fail("throw", "test", "", "as the test wants it"); }

  runtime::Runtime& runtime_;
};

Violation violation_of(const std::string& body) {
  NestRunner runner("go1.4");
  Diagnostic diagnostic;
  const std::string text = "package main\n\nfunc main() {\n" + body + "}\n";
  EXPECT_NE(runner.load(text, diagnostic), nullptr) << diagnostic.message;
  Failing observer(runner.runtime());
  const auto& violation = runner.run({}, observer).violation;
  EXPECT_TRUE(violation);
  return violation.value_or(Violation{});
}

TEST(ViolationPlaceTest, InsideOfTheRuntimeItIsTheCallInTheNest) {
  const Violation deferring = violation_of("\tdefer func() {\n\t}()\n");
  EXPECT_EQ(deferring.function, "main");
  EXPECT_EQ(deferring.line, 4);
  const Violation panicking = violation_of("\n\n\tpanic(1)\n");
  EXPECT_EQ(panicking.function, "main");
  EXPECT_EQ(panicking.line, 6);
}

TEST(ViolationPlaceTest, InALiteralItIsTheLiteral) {
  const Violation violation = violation_of("\tfunc() {\n\t\ttrace(1)\n\t}()\n");
  EXPECT_EQ(violation.function, "main.func1");
  EXPECT_EQ(violation.line, 5);
}

}  // namespace
}  // namespace stackquake
