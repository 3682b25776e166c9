// Every nest of corpus/defects is made larger by code that has nothing to do with its defect. The
// reducer must make it small again, with the same signature.

#include "harness/reducer/finding_reducer.h"

#include <string>
#include <vector>

#include "harness/reducer/reducer_testing.h"
#include "runtime_under_test/defects.h"

namespace stackquake::reducer {
namespace {

// The names are in no nest of the corpus.
constexpr const char* kMoreFunctions = R"(
func unrelatedSum(count int, from *int) int {
	var sum int
	for round := 0; round < count; round++ {
		if round > 2 {
			sum += *from
		} else {
			sum -= round
		}
	}
	return sum
}

func unrelatedPanic(number int) (result int) {
	var pad [16]int
	pad[3] = number
	defer func() {
		result = code(recover())
	}()
	defer func() {
		number++
		grow(number)
	}()
	panic(pad[3])
}
)";

constexpr const char* kMoreStatements = R"(
	var unrelatedTotal int
	unrelatedTotal = 3
	unrelatedValue := unrelatedSum(5, &unrelatedTotal)
	trace(unrelatedValue)
	defer func() {
		unrelatedTotal = unrelatedPanic(4)
		trace(unrelatedTotal)
	}()
	for unrelatedRound := 0; unrelatedRound < 3; unrelatedRound++ {
		_ = unrelatedPanic(unrelatedRound + 1)
	}
	unrelatedNode := &node{val: unrelatedTotal}
	trace(unrelatedNode.val)
)";

std::string inflated(std::string text) {
  const std::string mark = "func main() {\n";
  const size_t main = text.find(mark);
  text.insert(main + mark.size(), kMoreStatements);
  return text + kMoreFunctions;
}

class FindingReducerTest : public testing::TestWithParam<std::filesystem::path> {
 protected:
  FindingReducerTest() : text_(read_text(GetParam())) {
    Arena arena;
    const Nest* nest = load_good(text_, arena);
    const std::string slug(nest->directives.finds[0]);
    const std::string_view designs =
        runtime::all_defects()[static_cast<size_t>(*runtime::find_defect(slug))].designs;
    settings_ = {.design = std::string(designs.substr(0, designs.find(' '))),
                 .defects = {slug},
                 .poison = "fill"};
  }

  std::string text_;
  Settings settings_;
};

TEST_P(FindingReducerTest, ShowsTheSameInAtMostFifteenStatements) {
  FindingReducer reducer(settings_);
  const std::string large = inflated(text_);
  const std::string signature = reducer.signature_of(large);
  ASSERT_NE(signature, "") << large;
  const Reduction reduction = reducer.reduce(large, signature, std::chrono::seconds(60));
  EXPECT_EQ(FindingReducer(settings_).signature_of(reduction.text), signature);
  EXPECT_LE(reduction.after.statements, 15U) << reduction.text;
  EXPECT_GE(reduction.before.statements, 20U);
  EXPECT_EQ(reduction.text.find("unrelated"), std::string::npos) << reduction.text;
  EXPECT_EQ(reducer.reduce(reduction.text, signature, std::chrono::seconds(60)).text,
            reduction.text);
}

// Every run dies in the same way, so every statement can be dropped.
TEST(FindingReducerCrashTest, TheDeathOfTheProcessIsASignature) {
  FindingReducer reducer({.design = "no such design"});
  const std::string nest = main_of("defer move(); panic(1)");
  const std::string signature = reducer.signature_of(nest);
  ASSERT_NE(signature, "");
  EXPECT_EQ(reducer.reduce(nest, signature, std::chrono::seconds(60)).text, main_of(""));
}

INSTANTIATE_TEST_SUITE_P(Corpus, FindingReducerTest, testing::ValuesIn(corpus_files("defects")),
                         [](const auto& file) {
                           std::string identifier = file.param.stem();
                           std::replace(identifier.begin(), identifier.end(), '-', '_');
                           return identifier;
                         });

}  // namespace
}  // namespace stackquake::reducer
