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

}  // namespace
}  // namespace stackquake
