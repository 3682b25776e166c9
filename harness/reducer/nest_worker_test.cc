#include "harness/reducer/nest_worker.h"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

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

// No nest makes a right harness hang or crash. So one test gives the process no time, and another
// gives it a design that does not exist.
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

// The limit of processes does not bind root, so the test changes to another user first.
void allow_processes(bool allowed) {
  rlimit limit{};
  getrlimit(RLIMIT_NPROC, &limit);
  limit.rlim_cur = allowed ? limit.rlim_max : 0;
  setrlimit(RLIMIT_NPROC, &limit);
}

TEST(NestWorkerTest, AProcessThatCannotBeStartedIsNoObservation) {
  const auto run_without_processes = [] {
    if (geteuid() == 0) {
      constexpr uid_t kNobody = 65534;
      ASSERT_EQ(setuid(kNobody), 0);
    }
    // At the exit LeakSanitizer starts a process that traces this one.
    prctl(PR_SET_DUMPABLE, 1);
    allow_processes(false);
    std::atexit([] { allow_processes(true); });
    NestWorker worker({.design = "go1.4"}, milliseconds(20'000));
    worker.run(main_of("trace(1)"));
  };
  EXPECT_EXIT(run_without_processes(), testing::ExitedWithCode(3), "cannot be started: fork: ");
}

// A timer that fires all the time interrupts every system call that waits.
TEST(NestWorkerTest, SignalsDoNotDisturbIt) {
  struct sigaction ignore = {};
  ignore.sa_handler = [](int) {};
  struct sigaction before = {};
  sigaction(SIGALRM, &ignore, &before);
  const itimerval often{{0, 500}, {0, 500}};
  setitimer(ITIMER_REAL, &often, nullptr);
  {
    NestWorker worker(settings("panic-pops-defer"), milliseconds(20'000));
    std::string slow = main_of("for i := 0; i < 100000; i++ { trace(i) }");
    for (int i = 0; i < 5; ++i) {
      EXPECT_EQ(worker.run(slow).signature, "");
      EXPECT_EQ(worker.run(finding()).signature, kSignature);
    }
  }
  const itimerval never{};
  setitimer(ITIMER_REAL, &never, nullptr);
  sigaction(SIGALRM, &before, nullptr);
}

}  // namespace
}  // namespace stackquake::reducer
