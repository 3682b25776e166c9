// The audits of deferred calls that lie in slots of their frames.

#include <gtest/gtest.h>

#include <string>

#include "harness/audit/checker.h"
#include "harness/compiler/nest_runner.h"
#include "runtime_under_test/designs/designs.h"

namespace stackquake {
namespace {

using runtime::G;

// Changes the word of bits of main's frame where main traces.
class BitChanger final : public runtime::Observer {
 public:
  BitChanger(const runtime::Program& program, runtime::Word clear)
      : program_(program), clear_(clear) {}

  void traced(const G& g, int64_t /*value*/) override {
    const runtime::OpenDefers& open = program_.functions[program_.main].open_defers;
    *runtime::at(g.slot_address(open.bits)) &= ~clear_;
  }

 private:
  const runtime::Program& program_;
  runtime::Word clear_;
};

constexpr char kTwoCalls[] = R"(package main

func f() {
}

func main() {
	defer f()
	defer f()
	trace(1)
	move()
}
)";

std::string signature_with(runtime::Word clear, runtime::MovePolicy move) {
  NestRunner runner("go1.22");
  Diagnostic diagnostic;
  const Nest* nest = runner.load(kTwoCalls, diagnostic);
  if (nest == nullptr) return diagnostic.message;
  Checker checker(runner.runtime());
  BitChanger changer(runner.program(), clear);
  runtime::Options options = options_of(nest->directives);
  options.move = move;
  const auto& violation = checker.run(runner.program(), options, changer).violation;
  return violation ? violation->signature : "";
}

TEST(OpenDefersTest, NothingIsWrongWithTheBitsThatAreSet) {
  EXPECT_EQ(signature_with(0, runtime::MovePolicy::kSafepoint), "");
}

TEST(OpenDefersTest, ABitIsLost) {
  EXPECT_EQ(signature_with(0b01, runtime::MovePolicy::kNone), "bad-defer-chain:bit");
  EXPECT_EQ(signature_with(0b10, runtime::MovePolicy::kNone), "bad-defer-chain:bit");
}

// Changes the arguments of main's first deferred call where main traces.
class ArgumentChanger final : public runtime::Observer {
 public:
  ArgumentChanger(const runtime::Program& program, uint16_t word)
      : program_(program), word_(word) {}

  void traced(const G& g, int64_t /*value*/) override {
    const runtime::OpenDefers& open = program_.functions[program_.main].open_defers;
    const runtime::OpenCall& call = program_.calls_of(open).front();
    if (word_ < call.words) ++*runtime::at(g.slot_address(call.arguments + word_));
  }

 private:
  const runtime::Program& program_;
  uint16_t word_;
};

TEST(OpenDefersTest, AnArgumentIsChanged) {
  constexpr char kArguments[] = R"(package main

func f(n int, m int) {
}

func main() {
	defer f(1, 2)
	trace(1)
	move()
}
)";
  for (const uint16_t word : {0, 1, 2}) {
    NestRunner runner("go1.14");
    Diagnostic diagnostic;
    const Nest* nest = runner.load(kArguments, diagnostic);
    ASSERT_NE(nest, nullptr) << diagnostic.message;
    Checker checker(runner.runtime());
    ArgumentChanger changer(runner.program(), word);
    const auto& violation =
        checker.run(runner.program(), options_of(nest->directives), changer).violation;
    EXPECT_EQ(violation ? violation->signature : "", word < 2 ? "bad-defer-chain:arguments" : "");
  }
}

}  // namespace
}  // namespace stackquake
