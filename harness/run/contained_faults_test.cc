// A design with a defect may lead the runtime to a word that is no pointer, or points nowhere. The
// run ends with a violation then, and neither the process nor memory of the harness is harmed.

#include <gtest/gtest.h>

#include <string_view>

#include "harness/compiler/nest_runner.h"
#include "harness/run/nest_checker.h"
#include "runtime_under_test/defects.h"

namespace stackquake {
namespace {

struct Fault {
  std::string_view design;
  runtime::Defect defect;
  Checks checks;
  std::string_view nest;
  std::string_view signature;  // of the violation that the run ends with
  runtime::PoisonMode poison = runtime::PoisonMode::kFill;
};

class ContainedFaultsTest : public testing::Test {
 protected:
  static runtime::RunResult result_of(const Fault& fault, runtime::DefectSet defects) {
    NestChecker checker(fault.design, defects);
    Diagnostic diagnostic;
    const Nest* nest = checker.load(fault.nest, diagnostic);
    EXPECT_NE(nest, nullptr) << diagnostic.message;
    runtime::Options options = options_of(nest->directives);
    options.poison = fault.poison;
    return checker.run(options, fault.checks);
  }

  // With the defect the violation is told; without it nothing is wrong.
  static void expect_told(const Fault& fault) {
    const runtime::RunResult with_defect = result_of(fault, {fault.defect});
    ASSERT_TRUE(with_defect.violation);
    EXPECT_EQ(with_defect.violation->signature, fault.signature);
    EXPECT_FALSE(result_of(fault, {}).violation);
  }
};

// The record of f lies where fill has left numbers. The second Goexit takes it off the list, and
// would mark the Panic that the number seems to be the address of.
TEST_F(ContainedFaultsTest, ThePanicOfARecordIsANumber) {
  constexpr std::string_view kNest = R"(
package main

import "runtime"

func main() {
	fill()
	f()
}

func fill() {
	var a [32]int
	for i := 0; i < 32; i++ {
		a[i] = 7
	}
	trace(a[1])
}

func f() {
	defer func() {
		runtime.Goexit()
	}()
	runtime.Goexit()
}
)";
  expect_told({"go1.13", runtime::Defect::kFrameRecordPanicUnset, Checks::kAll, kNest,
               "bad-dereference:gopanic:Defer.panic"});
}

// f has returned without its first deferred call. The record of that call is on the list still, and
// lies in no frame: the copy does not move it.
TEST_F(ContainedFaultsTest, ARecordOnTheListIsNotMoved) {
  constexpr std::string_view kNest = R"(
//quake:move=prologue
package main

func main() {
	f()
	g()
}

func f() {
	defer trace(1)
	for i := 0; i < 1; i++ {
		defer func() {
			recover()
		}()
	}
	panic(2)
}

func g() {}
)";
  expect_told({"go1.26", runtime::Defect::kResumeBehindDeferreturn, Checks::kAll, kNest,
               "bad-defer-chain:dead frame"});
}

// The copy adjusts the old records. So the list goes on with one on the old stack, which is full of
// poison. With checks the copy itself is told.
TEST_F(ContainedFaultsTest, ARecordOnAFreedStackNamesPoison) {
  constexpr std::string_view kNest = R"(
package main

func main() {
	for i := 0; i < 1; i++ {
		defer trace(0)
	}
	defer trace(1)
	defer trace(2)
	move()
	panic(3)
}
)";
  for (const std::string_view design : {"go1.13", "go1.14"}) {
    expect_told({design, runtime::Defect::kDeferListBeforeHead, Checks::kNone, kNest,
                 "bad-dereference:gopanic:Defer.panic"});
  }
}

// The list goes on with a record on the old stack, where other words lie by now. One of them would
// say how many arguments the call has.
TEST_F(ContainedFaultsTest, ARecordOnAFreedStackHasTooManyArguments) {
  constexpr std::string_view kNest = R"(
//quake:stack=256
package main

func main() {
	defer func() {
		var p *int
		recover()
		defer func() {}()
		*p = 1
	}()
	f()
}

func f() {
	defer trace(1)
	defer trace(2)
	defer trace(3)
	defer trace(4)
	defer trace(5)
	defer trace(6)
	defer trace(7)
	defer trace(8)
	defer trace(9)
	grow(250)
}
)";
  expect_told({"go1.14", runtime::Defect::kDeferListBeforeHead, Checks::kNone, kNest,
               "bad-dereference:reflectcall:siz", runtime::PoisonMode::kNone});
}

}  // namespace
}  // namespace stackquake
