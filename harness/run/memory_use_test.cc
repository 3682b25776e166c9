// A process that runs nest after nest keeps no more memory than one of them needs.

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <string>

#include "harness/compiler/nest_runner.h"
#include "harness/run/nest_checker.h"

namespace stackquake {
namespace {

constexpr double kMebibyte = 1 << 20;

// Of the process: the second number of statm is its resident pages.
double resident_mebibytes() {
  size_t all = 0;
  size_t resident = 0;
  std::ifstream("/proc/self/statm") >> all >> resident;
  return static_cast<double>(resident) * static_cast<double>(sysconf(_SC_PAGESIZE)) / kMebibyte;
}

class MemoryUseTest : public testing::Test {
 protected:
  void run(const std::string& text) {
    Diagnostic diagnostic;
    const Nest* nest = checker_.load(text, diagnostic);
    ASSERT_NE(nest, nullptr) << to_string(diagnostic, "nest");
    const runtime::RunResult& result = checker_.run(options_of(nest->directives), Checks::kAll);
    EXPECT_FALSE(result.violation) << result.violation->signature;
  }

  NestChecker checker_{"go1.4"};
};

// The native stack of a goroutine is in proportion to the limit of its stack: here a gibibyte.
TEST_F(MemoryUseTest, LargeStacksAndManyGoroutinesDoNotAddUp) {
  run("//quake:limit=16777216\npackage main\n\nimport \"runtime\"\n\nfunc r(n int) {\n"
      "\tdefer func() {\n\t\tif n > 0 {\n\t\t\tr(n - 1)\n\t\t}\n\t}()\n\truntime.Goexit()\n}\n\n"
      "func main() {\n\tr(50000)\n}\n");
  const double after_the_deep = resident_mebibytes();
  run("package main\n\nfunc w(c chan int) {\n\t<-c\n}\n\nfunc main() {\n\tc := make(chan int)\n"
      "\tfor i := 0; i < 1022; i++ {\n\t\tgo w(c)\n\t}\n\tc <- 1\n}\n");
  const double after_both = resident_mebibytes();
  RecordProperty("after_the_deep_mebibytes", std::to_string(after_the_deep));
  RecordProperty("after_both_mebibytes", std::to_string(after_both));
  EXPECT_LT(after_the_deep, 300);
  EXPECT_LT(after_both, 300);
}

}  // namespace
}  // namespace stackquake
