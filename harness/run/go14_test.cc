// The rules of the design go1.4, each on a nest of its own: the life of Defer records and Panics,
// the words that a copy adjusts, and the runtime's own checks, which fire on a damaged word.

#include <gtest/gtest.h>

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "harness/run/run_testing.h"
#include "runtime_under_test/designs/designs.h"

namespace stackquake {
namespace {

using runtime::Address;
using runtime::Defer;
using runtime::DeferredCall;
using runtime::G;
using runtime::Options;
using runtime::Panic;
using runtime::record_at;
using runtime::Sudog;
using runtime::Unwinding;

class Go14Test : public testing::Test {
 protected:
  Go14Test() : runtime_(runtime::make_design("go1.4")), compiler_(runtime_.design()) {}

  // Runs a nest; the text has no package clause.
  const runtime::RunResult& run(const std::string& declarations, runtime::Observer& observer,
                                const Options& options = {}) {
    nest_ = compile_nest(compiler_, "package main\n\n" + declarations);
    return runtime_.run(nest_.program, options, observer);
  }

  std::string signature(const std::string& declarations, runtime::Observer& observer) {
    const runtime::RunResult& result = run(declarations, observer);
    return result.violation ? result.violation->signature : "";
  }

  runtime::Runtime runtime_;
  Compiler compiler_;
  CompiledNest nest_;
};

// ---- Records ----

class RecordWatch final : public runtime::Observer {
 public:
  void deferred(const G&, const DeferredCall& call) override { records.insert(call.record); }
  void panic_aborted(const G& g, const Unwinding& panic) override {
    aborted.push_back(code_of(panic.value));
    // The freed record no longer refers to a panic or a closure.
    dropped = g.defer;
  }
  void traced(const G& g, int64_t) override {
    // Between two defers every pooled record must be clean.
    for (Address record : records) {
      if (record == g.defer) continue;
      const auto* defer = record_at<Defer>(record);
      if (defer->fn != 0 || defer->panic != 0 || defer->started != 0) ++unclean;
    }
    if (dropped != 0 && dropped == g.defer) ++dropped_and_listed;
  }

  std::set<Address> records;
  std::vector<int64_t> aborted;
  Address dropped = 0;
  int unclean = 0;
  int dropped_and_listed = 0;
};

// A function that defers a call with `count` int arguments, ten times.
std::string defers_with_arguments(size_t count) {
  std::string parameters;
  std::string arguments;
  for (size_t i = 0; i < count; ++i) {
    parameters += (i == 0 ? "p" : ", p") + std::to_string(i) + " int";
    arguments += i == 0 ? "1" : ", 1";
  }
  return "func callee(" + parameters + ") {\n}\n\nfunc body() {\n\tdefer callee(" + arguments +
         ")\n}\n\nfunc main() {\n\tfor i := 0; i < 10; i++ {\n\t\tbody()\n\t\ttrace(i)\n\t}\n}\n";
}

TEST_F(Go14Test, RecordsOfUpTo64BytesOfArgumentsArePooledAndClean) {
  for (size_t arguments : {0, 1, 8}) {
    RecordWatch watch;
    EXPECT_FALSE(run(defers_with_arguments(arguments), watch).violation.has_value());
    EXPECT_EQ(watch.records.size(), 1u) << arguments;
    EXPECT_EQ(watch.unclean, 0) << arguments;
  }
}

TEST_F(Go14Test, LargerRecordsAreNotPooled) {
  RecordWatch watch;
  EXPECT_FALSE(run(defers_with_arguments(9), watch).violation.has_value());
  EXPECT_EQ(watch.records.size(), 10u);
}

TEST_F(Go14Test, PanicInADeferredCallAbortsTheOneThatRunsIt) {
  RecordWatch watch;
  const Behaviour behaviour = behaviour_of(run(R"(func main() {
	defer func() {
		trace(code(recover()))
	}()
	defer func() {
		panic(2)
	}()
	panic(1)
}
)",
                                               watch));
  EXPECT_EQ(to_string(behaviour), "exit; traces [2]");
  EXPECT_EQ(watch.aborted, std::vector<int64_t>{1});
  EXPECT_NE(watch.dropped, 0u);
  EXPECT_EQ(watch.dropped_and_listed, 0);
}

TEST_F(Go14Test, GoexitInADeferredCallAbortsThePanicThatRunsIt) {
  RecordWatch watch;
  nest_ = compile_nest(compiler_, R"(package main

import "runtime"

func main() {
	defer func() {
		trace(code(recover()))
	}()
	defer func() {
		runtime.Goexit()
	}()
	panic(1)
}
)");
  const Behaviour behaviour = behaviour_of(runtime_.run(nest_.program, {}, watch));
  // Go specification: recover returns nil when the goroutine is not panicking.
  EXPECT_EQ(to_string(behaviour), "goexit; traces [0]");
  EXPECT_EQ(watch.aborted, std::vector<int64_t>{1});
}

TEST_F(Go14Test, OnlyTheDeferredFunctionItselfRecovers) {
  runtime::Observer nobody;
  EXPECT_EQ(to_string(behaviour_of(run(R"(func helper() int {
	r := recover()
	return code(r)
}

func main() {
	defer func() {
		trace(code(recover()))
	}()
	defer func() {
		x := helper()
		trace(x)
		func() {
			trace(code(recover()))
		}()
	}()
	panic(5)
}
)",
                                       nobody))),
            "exit; traces [0 0 5]");
}

TEST_F(Go14Test, DeferredFunctionStillRecoversWhenTheStackHasMoved) {
  runtime::Observer nobody;
  EXPECT_EQ(to_string(behaviour_of(run(R"(func main() {
	defer func() {
		move()
		grow(5000)
		trace(code(recover()))
	}()
	panic(5)
}
)",
                                       nobody))),
            "exit; traces [5]");
}

// ---- The words that a copy adjusts ----

// After every copy, checks that all stack pointers that the runtime keeps point into the new stack.
class CopyAudit final : public runtime::Observer {
 public:
  void stack_copied(const G& g, const runtime::StackCopy& copy) override {
    const auto check = [&](const char* what, Address pointer) {
      if (copy.old_stack.contains(pointer)) stale.insert(what);
      if (copy.new_stack.contains(pointer)) current.insert(what);
    };
    for (Address a = g.defer; a != 0; a = record_at<Defer>(a)->link) {
      const auto* defer = record_at<Defer>(a);
      check("argp", defer->argp);
      check("fn", defer->fn);
      check("panic of a Defer", defer->panic);
      if (defer->siz != 0) check("argument", *runtime::at(defer->arguments()));
    }
    for (Address a = g.panic; a != 0; a = record_at<Panic>(a)->link) {
      check("Panic", a);
      check("argp of a Panic", record_at<Panic>(a)->argp);
      check("link of a Panic", record_at<Panic>(a)->link);
      if (copy.old_stack.contains(a)) return;
    }
    for (Address a = g.waiting; a != 0; a = record_at<Sudog>(a)->waitlink) {
      check("elem", record_at<Sudog>(a)->elem);
      check("selectdone", record_at<Sudog>(a)->selectdone);
    }
    check("ctxt", g.sched.ctxt);
  }

  std::set<std::string> stale;
  std::set<std::string> current;
};

TEST_F(Go14Test, CopyAdjustsEveryKindOfPointerThatTheRuntimeKeeps) {
  nest_ = compile_nest(compiler_, R"(package main

import "runtime"

func set(p *int) {
	*p = 7
}

func wait(c chan int, d chan int) {
	x := 0
	grow(1000)
	select {
	case x = <-c:
	case x = <-d:
	}
	trace(x)
}

func main() {
	c := make(chan int)
	d := make(chan int)
	go wait(c, d)
	runtime.Gosched()
	runtime.GC()
	c <- 3
	runtime.Gosched()
	x := 1
	defer func() {
		trace(code(recover()))
		trace(x)
	}()
	defer set(&x)
	defer func() {
		defer func() {
			move()
			trace(code(recover()))
			x++
		}()
		panic(2)
	}()
	panic(1)
}
)");
  Options options;
  options.stack_bytes = 256;
  options.move = runtime::MovePolicy::kSafepoint;
  CopyAudit audit;
  EXPECT_EQ(to_string(behaviour_of(runtime_.run(nest_.program, options, audit))),
            "exit; traces [2 1 7] [3]");
  EXPECT_EQ(audit.stale, std::set<std::string>{});
  EXPECT_EQ(audit.current,
            (std::set<std::string>{"Panic", "argp", "argp of a Panic", "argument", "ctxt", "elem",
                                   "fn", "link of a Panic", "panic of a Defer", "selectdone"}));
}

// ---- Checks ----

// Damages a word when an event comes. It may write to G and records, which belong to the runtime.
class Saboteur final : public runtime::Observer {
 public:
  void deferred(const G& g, const DeferredCall& call) override {
    last = call.record;
    if (on_deferred) on_deferred(const_cast<G&>(g));
  }
  void traced(const G& g, int64_t) override {
    if (on_traced) on_traced(const_cast<G&>(g));
  }
  void recovered(const G& g, const Unwinding&) override {
    if (on_recovered) on_recovered(const_cast<G&>(g));
  }
  void stored_pointer(Address to, Address target) override {
    if (on_stored) on_stored(to, target);
  }

  Defer& defer() { return *record_at<Defer>(last); }

  std::function<void(G&)> on_deferred, on_traced, on_recovered;
  std::function<void(Address, Address)> on_stored;
  Address last = 0;  // the newest Defer
};

constexpr char kDefersTwice[] = R"(func nothing() {
}

func body() {
	defer nothing()
}

func main() {
	body()
	trace(1)
	body()
}
)";

constexpr char kRecovers[] = R"(func main() {
	defer func() {
		trace(1)
		_ = recover()
	}()
	panic(1)
}
)";

constexpr char kMovesWithADefer[] = R"(func main() {
	defer trace(1)
	move()
}
)";

TEST_F(Go14Test, NoCheckFiresWithoutDamage) {
  for (const char* nest : {kDefersTwice, kRecovers, kMovesWithADefer}) {
    Saboteur idle;
    EXPECT_EQ(signature(nest, idle), "");
  }
}

TEST_F(Go14Test, WalkThatLeavesDefersOverIsABadTraceback) {
  Saboteur saboteur;
  saboteur.on_deferred = [&](G&) { saboteur.defer().argp += runtime::kWordBytes; };
  EXPECT_EQ(signature(kMovesWithADefer, saboteur), "bad-traceback:gentraceback:Defer");
}

TEST_F(Go14Test, PooledDeferThatIsNotCleanIsThrown) {
  Saboteur saboteur;
  saboteur.on_traced = [&](G&) { saboteur.defer().started = 1; };
  EXPECT_EQ(signature(kDefersTwice, saboteur), "throw:newdefer:Defer");
}

TEST_F(Go14Test, DeferFreedWithItsPanicIsThrown) {
  Saboteur saboteur;
  saboteur.on_stored = [&](Address to, Address) {
    if (saboteur.last != 0 && to == runtime::address_of(&saboteur.defer().fn) &&
        saboteur.defer().fn == 0) {
      saboteur.defer().panic = saboteur.last;
    }
  };
  EXPECT_EQ(signature(kDefersTwice, saboteur), "throw:freedefer:Defer");
}

TEST_F(Go14Test, ListThatChangedUnderADeferredCallIsThrown) {
  Saboteur saboteur;
  saboteur.on_traced = [](G& g) { g.defer = 0; };
  EXPECT_EQ(signature(kRecovers, saboteur), "throw:gopanic:Defer");
}

TEST_F(Go14Test, RecoveryIntoAFrameThatIsNotThereIsThrown) {
  Saboteur saboteur;
  saboteur.on_recovered = [&](G&) { saboteur.defer().argp = runtime::kHeapBase; };
  EXPECT_EQ(signature(kRecovers, saboteur), "throw:recovery:argp");
}

}  // namespace
}  // namespace stackquake
