#include "harness/cli/fuzz_flags.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>

#include "runtime_under_test/poison.h"

namespace stackquake {
namespace {

std::variant<FuzzSettings, Refusal> parse(std::initializer_list<const char*> arguments) {
  return parse_fuzz_flags({arguments.begin(), arguments.size()});
}

TEST(FuzzFlagsTest, TheTargetsOwnFlagsAreTaken) {
  const auto parsed = parse(
      {"fuzz_nest", "--design=go1.4", "-runs=0", "--poison=protect", "--mutator=bytes", "DIR"});
  const auto* settings = std::get_if<FuzzSettings>(&parsed);
  ASSERT_NE(settings, nullptr);
  EXPECT_EQ(settings->design, "go1.4");
  EXPECT_EQ(settings->poison, "protect");
  EXPECT_EQ(settings->input_maker, InputMaker::kBytes);
}

TEST(FuzzFlagsTest, WithoutFlags) {
  const auto parsed = parse({"fuzz_nest"});
  const auto* settings = std::get_if<FuzzSettings>(&parsed);
  ASSERT_NE(settings, nullptr);
  EXPECT_EQ(settings->mixes_poison, runtime::has_address_sanitizer());
  EXPECT_EQ(settings->poison, runtime::has_address_sanitizer() ? "" : "fill");
  EXPECT_EQ(settings->input_maker, InputMaker::kTree);
  EXPECT_EQ(settings->sample, Sample::kAll);
  EXPECT_FALSE(settings->tells_runs);
  EXPECT_FALSE(settings->tells_variations);
  EXPECT_FALSE(settings->hides_known_counters);
}

TEST(FuzzFlagsTest, OfWhatIsToldAndHidden) {
  const auto parsed = parse({"fuzz_nest", "--tell-variations", "--hide-known-counters"});
  const auto* settings = std::get_if<FuzzSettings>(&parsed);
  ASSERT_NE(settings, nullptr);
  EXPECT_TRUE(settings->tells_variations);
  EXPECT_TRUE(settings->hides_known_counters);
}

TEST(FuzzFlagsTest, ModesAreMixedWhereTheBuildHasThem) {
  const auto parsed = parse({"fuzz_nest", "--poison=mixed", "--sample=some", "--tell-runs"});
  if (!runtime::has_address_sanitizer()) {
    const auto* refusal = std::get_if<Refusal>(&parsed);
    ASSERT_NE(refusal, nullptr);
    EXPECT_EQ(refusal->status, ExitStatus::kMissing);
    return;
  }
  const auto* settings = std::get_if<FuzzSettings>(&parsed);
  ASSERT_NE(settings, nullptr);
  EXPECT_TRUE(settings->mixes_poison);
  EXPECT_EQ(settings->sample, Sample::kSome);
  EXPECT_TRUE(settings->tells_runs);
}

TEST(FuzzFlagsTest, UnknownOnesAreRefusedInOneLine) {
  for (const char* flag : {"--desing=go1.4", "--defect=no-such-bug", "--design=go0.9",
                           "--mutator=magic", "--sample=few", "--poison=maxed"}) {
    const auto parsed = parse({"fuzz_nest", flag});
    const auto* refusal = std::get_if<Refusal>(&parsed);
    ASSERT_NE(refusal, nullptr) << flag;
    EXPECT_EQ(refusal->status, ExitStatus::kBadInput) << flag;
    EXPECT_EQ(refusal->message.find('\n'), std::string::npos) << refusal->message;
  }
}

}  // namespace
}  // namespace stackquake
