#include "harness/cli/setting_options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime_under_test/designs/designs.h"
#include "runtime_under_test/poison.h"

namespace stackquake {
namespace {

using testing::HasSubstr;

TEST(SettingOptionsTest, NothingGivenIsTheFirstDesign) {
  Settings settings;
  EXPECT_FALSE(complete_settings(settings));
  EXPECT_EQ(settings.design, runtime::design_names().front());
}

TEST(SettingOptionsTest, UnknownDesignIsRefusedWithThoseThatExist) {
  Settings settings{.design = "go0.9"};
  const auto refusal = complete_settings(settings);
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->status, ExitStatus::kBadInput);
  EXPECT_THAT(refusal->message, HasSubstr("go0.9"));
  EXPECT_THAT(refusal->message, HasSubstr("go1.4"));
}

TEST(SettingOptionsTest, UnknownDefectIsRefusedWithAWayToTheList) {
  Settings settings{.design = "go1.4", .defects = {"no-such-bug"}};
  const auto refusal = complete_settings(settings);
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->status, ExitStatus::kBadInput);
  EXPECT_EQ(refusal->message,
            "no defect no-such-bug of the design go1.4; `quake defects` lists them");
}

TEST(SettingOptionsTest, DefectsOfTheirDesignsAreTaken) {
  for (const Defect& defect : all_defects()) {
    Settings settings{.design = std::string(defect.design), .defects = {std::string(defect.slug)}};
    EXPECT_FALSE(complete_settings(settings)) << defect.slug;
  }
}

TEST(SettingOptionsTest, UnknownPoisonIsRefused) {
  Settings settings{.poison = "arsenic"};
  const auto refusal = complete_settings(settings);
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->status, ExitStatus::kBadInput);
  EXPECT_THAT(refusal->message, HasSubstr("arsenic"));
}

TEST(SettingOptionsTest, AsanIsMissingExactlyInBuildsWithoutIt) {
  Settings settings{.poison = "asan"};
  const auto refusal = complete_settings(settings);
  EXPECT_EQ(refusal.has_value(), !runtime::has_address_sanitizer());
  if (refusal) EXPECT_EQ(refusal->status, ExitStatus::kMissing);
}

}  // namespace
}  // namespace stackquake
