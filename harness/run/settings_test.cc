#include "harness/run/settings.h"

#include <gtest/gtest.h>

namespace stackquake {
namespace {

using runtime::PoisonMode;

TEST(SettingsTest, PoisonsHaveTheirNames) {
  EXPECT_EQ(Settings{.poison = "none"}.poison_mode(PoisonMode::kFill), PoisonMode::kNone);
  EXPECT_EQ(Settings{.poison = "fill"}.poison_mode(PoisonMode::kNone), PoisonMode::kFill);
  EXPECT_EQ(Settings{.poison = "asan"}.poison_mode(PoisonMode::kNone), PoisonMode::kAsan);
  EXPECT_EQ(Settings{.poison = "protect"}.poison_mode(PoisonMode::kNone), PoisonMode::kProtect);
  EXPECT_EQ(Settings{}.poison_mode(PoisonMode::kProtect), PoisonMode::kProtect);
}

TEST(SettingsTest, ChecksHaveTheirNames) {
  EXPECT_EQ(Settings{.checks = "none"}.checks_mode(), Checks::kNone);
  EXPECT_EQ(Settings{.checks = "oracle"}.checks_mode(), Checks::kOracle);
  EXPECT_EQ(Settings{}.checks_mode(), Checks::kAll);
  EXPECT_FALSE(checks_named("some"));
}

}  // namespace
}  // namespace stackquake
