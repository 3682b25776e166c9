#ifndef STACKQUAKE_HARNESS_FUZZING_WATCHED_TESTING_H_
#define STACKQUAKE_HARNESS_FUZZING_WATCHED_TESTING_H_

// Shared by the tests of the feedback: runs a nest and counts its situations.

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "harness/compiler/nest_runner.h"
#include "harness/fuzzing/situations.h"
#include "harness/fuzzing/watched_runs.h"
#include "harness/language/language.h"
#include "runtime_under_test/designs/designs.h"

namespace stackquake {

class WatchedTest : public testing::Test {
 protected:
  // Runs a text with its directives and all checks. Fails the test if something is wrong.
  void run(std::string_view text) {
    arena_.reset();
    Diagnostic diagnostic;
    const Nest* nest = load(text, arena_, diagnostic);
    ASSERT_NE(nest, nullptr) << to_string(diagnostic, "nest");
    situations_.begin_run();
    const auto& result = runs_.run(*nest, options_of(nest->directives), Checks::kAll, true);
    EXPECT_FALSE(result.violation) << result.violation->message;
  }

  uint32_t count(Situation situation) const { return situations_.of(situation); }

  std::array<uint8_t, kSituationBytes> bytes_{};
  Situations situations_{bytes_};
  WatchedRuns runs_{runtime::make_design("go1.4"), situations_};
  Arena arena_;
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_FUZZING_WATCHED_TESTING_H_
