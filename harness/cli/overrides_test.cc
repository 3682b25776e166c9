#include "harness/cli/overrides.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace stackquake {
namespace {

using runtime::GcPolicy;
using runtime::MovePolicy;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class OverridesTest : public testing::Test {
 protected:
  // The directives of a file with these keys and values.
  Directives directives(const std::vector<std::pair<std::string_view, std::string_view>>& written) {
    Directives result;
    for (const auto& [key, value] : written) {
      EXPECT_TRUE(set_directive(result, key, value, arena_, message_)) << message_;
    }
    return result;
  }

  bool apply(const std::vector<std::string>& texts, Directives& directives) {
    EXPECT_FALSE(overrides_.add(texts));
    return overrides_.apply(directives, arena_, message_);
  }

  Arena arena_;
  Overrides overrides_;
  std::string message_;
};

TEST_F(OverridesTest, TakeThePlaceOfWhatTheFileSays) {
  Directives file = directives({{"stack", "4096"}, {"gc", "alloc"}});
  EXPECT_TRUE(apply({"stack=512", "move=at:3,5"}, file));
  EXPECT_EQ(file.stack, 512);
  EXPECT_EQ(file.move, MovePolicy::kAt);
  EXPECT_THAT(file.move_at, ElementsAre(3, 5));
  EXPECT_EQ(file.gc, GcPolicy::kAlloc);
}

TEST_F(OverridesTest, AListGoesWithItsPolicy) {
  Directives file = directives({{"move", "at:1"}, {"gc", "at:2"}});
  EXPECT_TRUE(apply({"move=none", "gc=safepoint"}, file));
  EXPECT_EQ(file.move, MovePolicy::kNone);
  EXPECT_THAT(file.move_at, IsEmpty());
  EXPECT_EQ(file.gc, GcPolicy::kSafepoint);
  EXPECT_THAT(file.gc_at, IsEmpty());
}

TEST_F(OverridesTest, TheResultHoldsTogether) {
  Directives file = directives({{"stack", "4096"}});
  EXPECT_FALSE(apply({"limit=2048"}, file));
  EXPECT_THAT(message_, HasSubstr("limit="));
}

TEST_F(OverridesTest, RefusesWhatNoDirectiveMayBe) {
  const auto refused = [](std::vector<std::string> texts) {
    const auto refusal = Overrides().add(texts);
    EXPECT_TRUE(refusal) << texts.back();
    return refusal ? refusal->message : "";
  };
  EXPECT_THAT(refused({"stack"}), HasSubstr("key=value"));
  EXPECT_THAT(refused({"stack=300"}), HasSubstr("power of two"));
  EXPECT_THAT(refused({"move=at:5,3"}), HasSubstr("ascending"));
  EXPECT_THAT(refused({"sched=1", "sched=2"}), HasSubstr("twice"));
}

}  // namespace
}  // namespace stackquake
