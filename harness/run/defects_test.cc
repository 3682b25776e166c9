// Every nest of corpus/defects passes on the designs that are right. With a defect that it names in
// `finds` switched on, in any design that has the switch, the check that the table of defects names
// fires. Every defect has such a nest.

#include <gtest/gtest.h>

#include <filesystem>
#include <initializer_list>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "harness/compiler/corpus_testing.h"
#include "harness/run/nest_checker.h"
#include "harness/run/run_testing.h"
#include "harness/run/violation_text.h"
#include "harness/testing/corpus_folder.h"
#include "runtime_under_test/defects.h"
#include "runtime_under_test/designs/designs.h"

namespace stackquake {
namespace {

using runtime::PoisonMode;

const std::string kFolder = corpus_folder() + "/defects";

std::vector<std::string> defect_nests() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
    if (entry.path().extension() == ".go") names.push_back(entry.path().stem());
  }
  std::sort(names.begin(), names.end());
  return names;
}

class DefectNestTest : public testing::TestWithParam<std::string> {
 protected:
  DefectNestTest() : text_(read_corpus_file(kFolder + "/" + GetParam() + ".go")) {}

  // The violations of runs on the design with these defects switched on, one for each poison mode.
  using Violations = std::vector<std::optional<runtime::Violation>>;
  Violations violations(std::string_view design, runtime::DefectSet defects,
                        std::initializer_list<PoisonMode> poisons) {
    NestChecker checker(design, defects);
    Diagnostic diagnostic;
    Violations found;
    for (PoisonMode poison : poisons) {
      const Nest* nest = checker.load(text_, diagnostic);
      if (nest == nullptr) {
        ADD_FAILURE() << diagnostic.message;
        break;
      }
      finds_.assign(nest->directives.finds.begin(), nest->directives.finds.end());
      runtime::Options options = options_of(nest->directives);
      options.poison = poison;
      found.push_back(checker.run(options, Checks::kAll).violation);
    }
    return found;
  }

  std::string text_;
  std::vector<std::string> finds_;
};

TEST_P(DefectNestTest, PassesOnTheRightDesigns) {
  for (const std::string_view design : right_designs()) {
    const auto modes = {PoisonMode::kNone, PoisonMode::kFill, PoisonMode::kAsan};
    for (const auto& found : violations(design, {}, modes)) {
      EXPECT_FALSE(found) << design << ": " << to_string(*found);
    }
  }
}

TEST_P(DefectNestTest, FindsItsDefects) {
  violations("go1.4", {}, {PoisonMode::kNone});
  ASSERT_FALSE(finds_.empty());
  for (const std::string& slug : std::vector<std::string>(finds_)) {
    const auto defect = runtime::find_defect(slug);
    ASSERT_TRUE(defect) << slug;
    const runtime::DefectFacts& facts = runtime::all_defects()[static_cast<size_t>(*defect)];
    for (const std::string_view design : runtime::design_names()) {
      if (!runtime::has_defect(design, *defect)) continue;
      for (const auto& found :
           violations(design, {*defect}, {PoisonMode::kNone, PoisonMode::kFill})) {
        ASSERT_TRUE(found) << slug << " on " << design;
        EXPECT_EQ(found->check, facts.check) << design << ": " << to_string(*found);
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Corpus, DefectNestTest, testing::ValuesIn(defect_nests()),
                         [](const auto& name) {
                           std::string identifier = name.param;
                           std::replace(identifier.begin(), identifier.end(), '-', '_');
                           return identifier;
                         });

// Without checks a panic may run out of deferred calls while its chain leads to a freed stack.
TEST(DefectCorpusTest, AChainThatLeavesTheStackEndsThere) {
  NestChecker checker("go1.22", {runtime::Defect::kNilDeferredCallFaults});
  Diagnostic diagnostic;
  const Nest* nest =
      checker.load(read_corpus_file(kFolder + "/nil-deferred-call-faults.go"), diagnostic);
  ASSERT_NE(nest, nullptr);
  const auto& result = checker.run(options_of(nest->directives), Checks::kNone);
  EXPECT_EQ(result.outcome.kind, runtime::OutcomeKind::kPanic);
  EXPECT_EQ(result.outcome.chain.size(), 2u);  // of three
}

TEST(DefectCorpusTest, EveryDefectHasANest) {
  const std::vector<std::string> names = defect_nests();
  const std::set<std::string> nests(names.begin(), names.end());
  for (const runtime::DefectFacts& facts : runtime::all_defects()) {
    EXPECT_TRUE(nests.contains(std::string(facts.slug))) << facts.slug;
  }
}

}  // namespace
}  // namespace stackquake
