#include "harness/generator/small_nests.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "harness/language/arena.h"
#include "harness/language/language.h"

namespace stackquake {
namespace {

// The lines of main's body.
std::string body_of(const std::string& text) {
  constexpr std::string_view kBegin = "func main() {\n";
  const size_t begin = text.find(kBegin) + kBegin.size();
  return text.substr(begin, text.find("\n}\n", begin - 1) - begin);
}

TEST(SmallNests, OfOneStatement) {
  const SmallNests nests(1);
  EXPECT_EQ(nests.of_size(0), 1);
  std::vector<std::string> bodies;
  for (uint64_t number = 1; number < nests.count(); ++number) {
    bodies.push_back(body_of(nests.text(number)));
  }
  EXPECT_EQ(bodies,
            (std::vector<std::string>{
                "\tx := 0\n\tdefer touch(&x)", "\tdefer tell(7)", "\tvar fn func()\n\tdefer fn()",
                "\tmove()", "\tgrow(300)", "\truntime.GC()", "\ttrace(code(recover()))",
                "\tdefer func() {}()", "\tfunc() {}()", "\tpanic(1)", "\truntime.Goexit()"}));
}

// Counted by hand. Of two statements: 9 that go on, each before one of 11; a deferred literal with
// one of 12 in it, a called one with one of 11; a loop with one of 3 calls or an empty literal.
TEST(SmallNests, AreCounted) {
  const SmallNests nests(3);
  EXPECT_EQ(nests.of_size(1), 11);
  EXPECT_EQ(nests.of_size(2), 9 * 11 + 12 + 11 + 3 + 1);
  // Of three: one of 9 before two statements, one of the 27 of size two before one, or a statement
  // with two in it. A deferred literal may have 147 pairs: 10 * 12 + 27.
  EXPECT_EQ(nests.of_size(3), 9 * 126 + 27 * 11 + 147 + 126 + 12);
  EXPECT_EQ(nests.count(), 1 + 11 + 126 + 1716);
}

TEST(SmallNests, AreDifferentNestsOfTheLanguage) {
  const SmallNests nests(3);
  std::set<std::string> seen;
  for (uint64_t number = 0; number < nests.count(); ++number) {
    const std::string text = nests.text(number);
    Arena arena;
    Diagnostic diagnostic;
    const Nest* nest = load(text, arena, diagnostic);
    ASSERT_NE(nest, nullptr) << diagnostic.message << "\n" << text;
    std::string printed;
    print(*nest, printed);
    EXPECT_EQ(printed, text);
    EXPECT_TRUE(seen.insert(text).second) << text;
  }
}

TEST(SmallNests, KeepTheirNumbersAmongLargerOnes) {
  const SmallNests few(2);
  const SmallNests many(SmallNests::kMostStatements);
  for (const uint64_t number : {uint64_t{0}, uint64_t{7}, uint64_t{50}, few.count() - 1}) {
    EXPECT_EQ(few.text(number), many.text(number));
  }
}

TEST(SmallNests, CaptureTheVariableOfMain) {
  const SmallNests nests(2);
  bool shown = false;
  for (uint64_t number = 0; number < nests.count() && !shown; ++number) {
    const std::string body = body_of(nests.text(number));
    shown = body == "\tx := 0\n\tfunc() {\n\t\tdefer touch(&x)\n\t}()";
  }
  EXPECT_TRUE(shown);
}

TEST(SmallNests, NumberPanicsInTheOrderOfTheText) {
  const SmallNests nests(4);
  bool shown = false;
  for (uint64_t number = 0; number < nests.count() && !shown; ++number) {
    const std::string body = body_of(nests.text(number));
    shown = body == "\tdefer func() {\n\t\tpanic(1)\n\t}()\n\tpanic(2)";
  }
  EXPECT_TRUE(shown);
}

TEST(SmallNests, OfTheLargestSizeCanBeWritten) {
  const SmallNests nests(SmallNests::kMostStatements);
  EXPECT_GT(nests.of_size(SmallNests::kMostStatements),
            10 * nests.of_size(SmallNests::kMostStatements - 1));
  Arena arena;
  Diagnostic diagnostic;
  const std::string text = nests.text(nests.count() - 1);
  EXPECT_NE(load(text, arena, diagnostic), nullptr) << diagnostic.message << text;
}

}  // namespace
}  // namespace stackquake
