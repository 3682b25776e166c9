// The front end accepts or rejects any bytes, and never overflows the native stack.
//
// The random texts come from a fixed seed, so every run of the tests is the same. To try other
// texts, set STACKQUAKE_TEST_SEED; each test prints its seed.

#include <cstdlib>
#include <random>
#include <string>

#include "harness/language/nest_testing.h"
#include "harness/testing/corpus_folder.h"

namespace stackquake {
namespace {

// Loads any text. A rejection must give a reason and a place inside the text.
void load_any(const std::string& text) {
  Arena arena;
  Diagnostic diagnostic;
  const std::vector<Diagnostic> errors = diagnose(text);
  ASSERT_LE(errors.size(), kMaxErrors);
  if (load(text, arena, diagnostic) != nullptr) {
    ASSERT_TRUE(errors.empty()) << errors[0].message << "\n" << text;
    return;
  }
  ASSERT_FALSE(errors.empty()) << text;
  ASSERT_EQ(errors[0].message, diagnostic.message) << text;
  ASSERT_EQ(errors[0].position, diagnostic.position) << text;
  ASSERT_GE(diagnostic.position.line, 1u);
  ASSERT_GE(diagnostic.position.column, 1u);
  ASSERT_LE(diagnostic.position.line,
            static_cast<size_t>(std::count(text.begin(), text.end(), '\n') + 1));
  ASSERT_FALSE(diagnostic.message.empty());
  ASSERT_EQ(diagnostic.message.find('\n'), std::string::npos);
}

unsigned seed() {
  constexpr unsigned kSeed = 1;
  const char* const chosen = std::getenv("STACKQUAKE_TEST_SEED");
  const unsigned seed =
      chosen == nullptr ? kSeed : static_cast<unsigned>(std::strtoul(chosen, nullptr, 10));
  std::printf("STACKQUAKE_TEST_SEED=%u\n", seed);
  return seed;
}

std::string filled(size_t bytes, std::string_view piece) {
  return repeated(bytes / piece.size(), std::string(piece));
}

std::string torn_main(const std::string& statements) {
  return "package main\n\nfunc main() {\n" + statements;
}

constexpr std::string_view kPieces[] = {
    "(",
    ")",
    "{",
    "}",
    "[",
    "]",
    "*",
    "&",
    "!",
    "-",
    "+",
    "<-",
    "\"",
    "'",
    "`",
    "\\",
    "//",
    "/*",
    "\n",
    ";",
    ",",
    "1",
    "x",
    "x.",
    "x[",
    "x(",
    "x+",
    "x=",
    "-1",
    "func(){",
    "func(){x(",
    "x(func(){",
    "if x {",
    "if x {} else ",
    "for i := 0; i < x; i++ {",
    "select { case <-x: ",
    "&node{next: ",
    "defer ",
    "go ",
    "var ",
    "chan ",
    "return ",
    "//quake:",
    "!(",
    "x-(",
    "a[a[",
    "\r\n",
    "\xff",
    "\xef\xbb\xbf",
};

TEST(RobustnessTest, ManyOfOnePieceAreAnswered) {
  const size_t hundred_kilobytes = 100000;
  const size_t most = kMaxTextBytes - 64;
  for (const std::string_view piece : kPieces) {
    SCOPED_TRACE(piece);
    for (const size_t bytes : {hundred_kilobytes, most}) {
      load_any(filled(bytes, piece));
      load_any(torn_main(filled(bytes, piece)));
      load_any(torn_main("x = " + filled(bytes, piece)));
    }
  }
  load_any(std::string(most, '\0'));
  load_any(std::string(hundred_kilobytes, '\0'));
}

TEST(RobustnessTest, TheDeepestNestsFitTheNativeStack) {
  // A literal in 60 parentheses in the body of a literal in 60 parentheses, and so on: each level
  // starts the count of its expression anew.
  std::string text;
  for (size_t i = 0; i < 63; ++i) text += "x = " + std::string(62, '(') + "func() {";
  load_any(torn_main(text));
  for (size_t i = 0; i < 63; ++i) text += "}" + std::string(62, ')');
  load_any(torn_main(text + "}\n"));
}

const std::string& valid_nest() {
  static const std::string text = read_text(corpus_folder() + "/truth/defer_records_and_moves.go");
  return text;
}

TEST(RobustnessTest, EveryBeginningOfANestIsAnswered) {
  for (size_t size = 0; size < valid_nest().size(); ++size) load_any(valid_nest().substr(0, size));
}

TEST(RobustnessTest, FlippedBitsAreAnswered) {
  std::mt19937 random(seed());
  for (int i = 0; i < 3000; ++i) {
    std::string text = valid_nest();
    for (unsigned flips = 1 + random() % 4; flips > 0; --flips) {
      text[random() % text.size()] ^= static_cast<char>(1 << random() % 8);
    }
    load_any(text);
  }
}

// Reorders the lines of one nest. A result that loads must survive printing and parsing.
TEST(RobustnessTest, ShuffledLinesThatLoadPrintTheSameTree) {
  std::mt19937 random(seed());
  size_t loaded = 0;
  for (int i = 0; i < 3000; ++i) {
    std::string text = valid_nest();
    const size_t from = text.find('\n', random() % (text.size() - 1));
    const size_t to = text.find('\n', from + 1);
    if (to == std::string::npos) continue;
    const std::string line = text.substr(from, to - from);
    text.insert(text.find('\n', random() % (text.size() - 1)), line);
    Arena arena;
    Diagnostic diagnostic;
    const Nest* nest = load(text, arena, diagnostic);
    if (nest == nullptr) continue;
    ++loaded;
    std::string printed;
    print(*nest, printed);
    const Nest* again = load(printed, arena, diagnostic);
    ASSERT_NE(again, nullptr) << diagnostic.message << "\n" << printed;
    ASSERT_TRUE(equal(*nest, *again)) << printed;
  }
  EXPECT_GT(loaded, 100u);
}

}  // namespace
}  // namespace stackquake
