#include "harness/oracle/expectation.h"

#include "harness/oracle/oracle_testing.h"

namespace stackquake {
namespace {

class ExpectationTest : public testing::Test {
 protected:
  std::string why_not(const std::string& main, OracleOptions options = {}) {
    const Nest* nest = load_good("package main\n\nfunc main() {\n" + main + "}\n", arena_);
    return std::string(expectations_.of(*nest, options).why_not_compared);
  }

  Arena arena_;
  Expectations expectations_;
};

TEST_F(ExpectationTest, WhatEndsIsCompared) {
  EXPECT_EQ(why_not("\ttrace(1)\n"), "");
  EXPECT_EQ(why_not("\tpanic(1)\n"), "");
  EXPECT_EQ(why_not("\tvar c chan int\n\t<-c\n"), "");
}

TEST_F(ExpectationTest, WhatRunsOutOrPanicsWithNilIsNot) {
  OracleOptions small;
  small.limit_bytes = 256;
  EXPECT_EQ(why_not("\tvar a [9]int\n\ttrace(a[0])\n", small), "overflow");
  EXPECT_EQ(why_not("\tx := 1\n\tfor i := 0; i < x; i++ {\n\t\tx++\n\t}\n"), "fuel");
  EXPECT_EQ(why_not("\tr := recover()\n\tpanic(r)\n"), "nilpanic");
}

// Two addresses of one variable may be equal or not, and one variable may lie above or below
// another, so these behaviours depend on addresses.
TEST_F(ExpectationTest, WhatDependsOnAddressesIsNot) {
  const std::string two = "\tx := 1\n\ty := 2\n\ta := addr(&x)\n\tb := addr(&y)\n";
  EXPECT_EQ(why_not(two + "\tif a == b {\n\t\ttrace(1)\n\t}\n"), "");
  EXPECT_EQ(why_not(two + "\tif a < b {\n\t\ttrace(1)\n\t}\n"), "addresses");
  EXPECT_EQ(why_not(two + "\tif b-a == 8 {\n\t\ttrace(1)\n\t}\n"), "addresses");
  EXPECT_EQ(
      why_not("\tx := 1\n\ta := addr(&x)\n\tb := addr(&x)\n\tif a != b {\n\t\ttrace(1)\n\t}\n"),
      "addresses");
}

TEST_F(ExpectationTest, NeitherIsWhatDependsOnAPartOfAnAddress) {
  const std::string one = "\tx := 1\n\ta := addr(&x)\n";
  for (int bit = 3; bit <= 46; ++bit) {
    std::string nest = one;
    nest.append("\tb := a >> ").append(std::to_string(bit)).append("\n\tc := b & 1\n\ttrace(c)\n");
    EXPECT_EQ(why_not(nest), "addresses") << nest;
  }
}

TEST_F(ExpectationTest, NorWhatDependsOnARemainderOfAnAddress) {
  EXPECT_EQ(why_not("\tx := 1\n\ty := addr(&x)\n\tvar a [2]int\n\ta[y%5] = 1\n"), "addresses");
  EXPECT_EQ(why_not("\tx := 1\n\ty := addr(&x)\n\tz := y % 7\n\tif z == 3 {\n\t\ttrace(1)\n\t}\n"),
            "addresses");
}

// With most addresses these are wrong, or right: only few decide.
TEST_F(ExpectationTest, NorWhatFaultsByTheLowBitsOfAnAddress) {
  const std::string one = "\tx := 1\n\ty := addr(&x)\n\tvar a [1]int\n";
  for (const std::string mask : {"28", "56", "63", "120", "504", "511"}) {
    const std::string masked = one + "\tk := y & " + mask + "\n";
    EXPECT_EQ(why_not(masked + "\ta[k] = 1\n"), "addresses") << mask;
    EXPECT_EQ(why_not(masked + "\ta[0] = 5 / k\n"), "addresses") << mask;
  }
  EXPECT_EQ(why_not(one + "\tk := y & 7\n\ta[k] = 1\n"), "");
}

// Of the addresses that all nests are tried with, none is a multiple of 48.
TEST_F(ExpectationTest, WhatFewAddressesDecideIsSeenWhenItIsAsked) {
  const auto asked = [&](const std::string& index) {
    const std::string text =
        "package main\n\nfunc main() {\n\tx := 1\n\ty := addr(&x)\n\tvar a [2]int\n"
        "\ta[" +
        index + "] = y\n}\n";
    const Nest* nest = load_good(text, arena_);
    const Expectation expectation = expectations_.of(*nest, {});
    EXPECT_TRUE(expectation.is_compared()) << index;
    return expectations_.depends_on_rare_addresses(*nest, {}, *expectation.result);
  };
  EXPECT_TRUE(asked("y%48"));
  EXPECT_FALSE(asked("y%8"));
}

TEST_F(ExpectationTest, AddressThatIsOnlyKeptDoesNoHarm) {
  EXPECT_EQ(
      why_not("\tx := 1\n\ta := addr(&x)\n\tmove()\n\tb := a\n\tif a == b {\n\t\ttrace(x)\n\t}\n"),
      "");
  EXPECT_EQ(why_not("\tvar p *int\n\ta := addr(p)\n\ttrace(a)\n"), "");
}

TEST_F(ExpectationTest, OrderOfTracesIsNoDifference) {
  const auto evaluate = [&](const std::string& order) -> const Nest& {
    return *load_good(
        "package main\n\nimport \"runtime\"\n\nfunc say(x int) {\n\tif x > 0 {\n"
        "\t\ttrace(x)\n\t}\n}\n\nfunc main() {\n" +
            order + "\truntime.Gosched()\n}\n",
        arena_);
  };
  Oracle first;
  Oracle second;
  const OracleResult& a = first.evaluate(evaluate("\tgo say(1)\n\tgo say(2)\n"), {});
  EXPECT_TRUE(
      behave_alike(a, second.evaluate(evaluate("\tgo say(2)\n\tgo say(0)\n\tgo say(1)\n"), {})));
  EXPECT_FALSE(behave_alike(a, second.evaluate(evaluate("\tgo say(1)\n\tgo say(3)\n"), {})));
}

}  // namespace
}  // namespace stackquake
