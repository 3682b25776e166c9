#include "harness/reducer/nest_worker.h"

#include "harness/reducer/reducer_testing.h"
#include "harness/testing/corpus_folder.h"

namespace stackquake::reducer {
namespace {

using std::chrono::milliseconds;

Settings settings(const std::string& defect) {
  return {.design = "go1.4", .defects = {defect}, .poison = "fill"};
}

std::string finding() {
  return read_text(corpus_folder() + "/defects/panic-pops-defer.go");
}

constexpr const char* kSignature = "stale-pointer:Defer run by panic:argument";

TEST(NestWorkerTest, TellsWhatIsWrongWithEachNest) {
  NestWorker worker(settings("panic-pops-defer"), milliseconds(20'000));
  EXPECT_EQ(worker.run(main_of("trace(1)")).signature, "");
  EXPECT_EQ(worker.run(finding()).signature, kSignature);
  EXPECT_GT(worker.run(main_of("trace(1)")).steps, 0U);
}

TEST(NestWorkerTest, StartsAgainAfterAStop) {
  NestWorker worker(settings("panic-pops-defer"), milliseconds(20'000));
  EXPECT_EQ(worker.run(finding()).signature, kSignature);
  worker.stop();
  EXPECT_EQ(worker.run(finding()).signature, kSignature);
}

// No nest hangs or crashes a sound harness: here a process is given no time, and one no design.
TEST(NestWorkerTest, ANestThatTakesTooLongIsATimeoutAndTheNextOneRuns) {
  NestWorker worker(settings("panic-pops-defer"), milliseconds(0));
  EXPECT_EQ(worker.run(main_of("for i := 0; i < 9999; i++ { trace(i) }")).signature, "timeout");
  worker.set_patience(milliseconds(20'000));
  EXPECT_EQ(worker.run(finding()).signature, kSignature);
}

TEST(NestWorkerTest, AProcessThatDiesIsObserved) {
  NestWorker worker({.design = "no such design"}, milliseconds(20'000));
  const std::string first = worker.run(main_of("")).signature;
  EXPECT_NE(first, "");
  EXPECT_NE(first, "timeout");
  EXPECT_EQ(worker.run(main_of("trace(1)")).signature, first);
}

}  // namespace
}  // namespace stackquake::reducer
