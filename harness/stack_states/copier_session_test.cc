#include "harness/stack_states/copier_session.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "runtime_under_test/designs/designs.h"

namespace stackquake {
namespace {

constexpr int kInputs = 2000;
constexpr size_t kInputBytes = 1024;

std::vector<uint8_t> random_bytes(uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<uint8_t> bytes(kInputBytes);
  for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random());
  return bytes;
}

// The checks that fired for random inputs: each once, in the order in which they first fired.
std::vector<std::string> checks_that_fire(std::string_view design, runtime::DefectSet defects) {
  CopierSession session(runtime::make_design(design, defects), runtime::PoisonMode::kFill);
  std::vector<std::string> checks;
  for (uint32_t seed = 0; seed < kInputs; ++seed) {
    const auto& violation = session.run_one(random_bytes(seed));
    if (!violation) continue;
    const std::string check(violation->check);
    if (std::find(checks.begin(), checks.end(), check) == checks.end()) checks.push_back(check);
  }
  return checks;
}

TEST(CopierSessionTest, ARightDesignKeepsEveryWord) {
  for (std::string_view design : runtime::design_names()) {
    if (!runtime::built_in_defects(design).empty()) continue;
    EXPECT_EQ(checks_that_fire(design, {}), std::vector<std::string>{}) << design;
  }
}

TEST(CopierSessionTest, AnyBytesAreAnInput) {
  CopierSession session(runtime::make_design("go1.4"), runtime::PoisonMode::kFill);
  EXPECT_FALSE(session.run_one({}));
  EXPECT_FALSE(session.run_one(std::vector<uint8_t>{0xff}));
  EXPECT_GE(session.stats().copies, 1u);
}

TEST(CopierSessionTest, StatesAreCopiedAndCollected) {
  CopierSession session(runtime::make_design("go1.4"), runtime::PoisonMode::kFill);
  uint64_t adjusted = 0;
  uint64_t freed = 0;
  for (uint32_t seed = 0; seed < 100; ++seed) {
    session.run_one(random_bytes(seed));
    adjusted += session.stats().words_adjusted;
    freed += session.stats().objects_freed;
  }
  EXPECT_GT(adjusted, 1000u);
  EXPECT_GT(freed, 20u);
}

struct Found {
  runtime::Defect defect;
  std::string check;
};

class CopierDefectTest : public testing::TestWithParam<Found> {};

TEST_P(CopierDefectTest, IsFound) {
  runtime::DefectSet defects;
  defects.add(GetParam().defect);
  for (const std::string_view design : runtime::design_names()) {
    if (!runtime::has_defect(design, GetParam().defect)) continue;
    const auto checks = checks_that_fire(design, defects);
    EXPECT_NE(std::find(checks.begin(), checks.end(), GetParam().check), checks.end()) << design;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Defects, CopierDefectTest,
    testing::Values(Found{runtime::Defect::kLiveMapAtReturnPc, "stale-pointer"},
                    Found{runtime::Defect::kClosureOnStackSkipsArgs, "stale-pointer"},
                    Found{runtime::Defect::kNilDeferCopier, "bad-dereference"},
                    Found{runtime::Defect::kDeferVariadicUnscanned, "stale-pointer"},
                    Found{runtime::Defect::kDeferVariadicUnscanned, "lost-object"},
                    Found{runtime::Defect::kFaultedFrameLive, "stale-pointer"},
                    Found{runtime::Defect::kDeferConservativeRetention, "kept-object"},
                    Found{runtime::Defect::kDeferLinkNotAdjusted, "stale-pointer"},
                    Found{runtime::Defect::kDeferListBeforeHead, "stale-pointer"},
                    Found{runtime::Defect::kDeferredClosureUnscanned, "lost-object"},
                    Found{runtime::Defect::kFrameRecordLinkUnscanned, "lost-object"}));

}  // namespace
}  // namespace stackquake
