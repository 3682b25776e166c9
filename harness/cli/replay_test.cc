#include "harness/cli/replay.h"

#include <gtest/gtest.h>

#include "harness/cli/captured_file.h"
#include "harness/cli/temporary_folder.h"

namespace stackquake {
namespace {

// Reports a finding for every input that starts with "bad", and rejects the empty input.
class FakeTarget final : public FuzzTarget {
 public:
  FuzzVerdict run_one(std::string_view input) override {
    if (input.empty()) return FuzzVerdict::kRejected;
    if (!input.starts_with("bad")) return FuzzVerdict::kRan;
    violation_.emplace();
    violation_->signature = "check:cause";
    violation_->message = "it is wrong";
    return FuzzVerdict::kFinding;
  }
};

class ReplayTest : public testing::Test {
 protected:
  ExitStatus replayed(std::vector<std::string> paths) {
    return replay(target_, paths, out_.file());
  }

  FakeTarget target_;
  CapturedFile out_;
  TemporaryFolder folder_;
};

TEST_F(ReplayTest, GoesOnAfterAFinding) {
  const std::string bad = folder_.write("bad", "bad input");
  const std::string good = folder_.write("good", "fine");
  EXPECT_EQ(replayed({bad, good}), ExitStatus::kFound);
  EXPECT_EQ(out_.text(), bad + ": check:cause: it is wrong\n" + good + ": ok\n");
}

TEST_F(ReplayTest, RejectedOrUnreadableInputsAreBad) {
  const std::string good = folder_.write("good", "fine");
  const std::string empty = folder_.write("empty", "");
  EXPECT_EQ(replayed({good}), ExitStatus::kOk);
  EXPECT_EQ(replayed({empty, good}), ExitStatus::kBadInput);
  EXPECT_EQ(replayed({folder_ / "missing"}), ExitStatus::kBadInput);
  EXPECT_EQ(replayed({}), ExitStatus::kBadInput);
}

}  // namespace
}  // namespace stackquake
