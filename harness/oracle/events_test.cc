// Each event: a nest in which it happens, and one that comes close to it.

#include "harness/oracle/events.h"

#include "harness/oracle/oracle_testing.h"

namespace stackquake {
namespace {

class EventsTest : public OracleTest {
 protected:
  // The events of a nest at the modern level, with spaces between them.
  std::string events(const std::string& text) {
    OracleOptions options;
    options.level = Level::kModern;
    std::string told;
    for (const std::string_view name : evaluate(text, options).events.names()) {
      told += (told.empty() ? "" : " ") + std::string(name);
    }
    return told;
  }
};

TEST_F(EventsTest, NothingHappensInAnOrdinaryNest) {
  EXPECT_EQ(events("func main() {\n\tdefer trace(1)\n}\n"), "");
}

TEST_F(EventsTest, DeferredByUnwinding) {
  EXPECT_EQ(events("func main() {\n\tdefer trace(1)\n\tpanic(2)\n}\n"), "deferred-by-unwinding");
  EXPECT_EQ(events("func main() {\n\tpanic(2)\n}\n"), "");
}

TEST_F(EventsTest, NilDeferredCall) {
  const std::string called = "deferred-by-unwinding nil-deferred-call nil-dereference";
  EXPECT_EQ(events("func main() {\n\tvar f func()\n\tdefer f()\n\tpanic(2)\n}\n"), called);
  EXPECT_EQ(events("func main() {\n\tvar f func()\n\tdefer f()\n\truntime.Goexit()\n}\n"), called);
  // A returning function calls it.
  EXPECT_EQ(events("func main() {\n\tvar f func()\n\tdefer f()\n}\n"), "nil-dereference");
}

TEST_F(EventsTest, GoexitResumed) {
  const std::string text = R"(func fail() {
	defer func() {
		_ = recover()
	}()
	runtime.Goexit()
}

func main() {
	defer trace(1)
	fail()
}
)";
  EXPECT_EQ(events(text), "deferred-by-unwinding");  // there is nothing to recover
  const std::string resumed = R"(func fail() {
	defer func() {
		_ = recover()
	}()
	defer func() {
		panic(1)
	}()
	runtime.Goexit()
}

func main() {
	fail()
}
)";
  EXPECT_EQ(events(resumed), "deferred-by-unwinding goexit-resumed recovered-during-goexit");
}

TEST_F(EventsTest, RecoveredWithResult) {
  const std::string text = R"(func result() (y int) {
	defer func() {
		_ = recover()
	}()
	panic(1)
}

func main() {
	x := result()
	trace(x)
}
)";
  EXPECT_EQ(events(text), "deferred-by-unwinding recovered-with-result");
  const std::string none = R"(func none() {
	defer func() {
		_ = recover()
	}()
	panic(1)
}

func main() {
	none()
}
)";
  EXPECT_EQ(events(none), "deferred-by-unwinding");
}

TEST_F(EventsTest, RecoverTooDeep) {
  const std::string helper = "func helper() {\n\t_ = recover()\n}\n\n";
  const std::string deep = "func deferred(x int) {\n\thelper()\n}\n\n";
  const std::string main = "func main() {\n\tdefer deferred(1)\n\tpanic(2)\n}\n";
  EXPECT_EQ(events(helper + deep + main), "deferred-by-unwinding recover-too-deep");
  const std::string returns = "func main() {\n\tdefer deferred(1)\n}\n";
  EXPECT_EQ(events(helper + deep + returns), "");
  const std::string direct = "func main() {\n\tdefer helper()\n\tpanic(2)\n}\n";
  EXPECT_EQ(events(helper + direct), "deferred-by-unwinding");
}

TEST_F(EventsTest, FramesInDeferredCall) {
  const std::string count = "func count() {\n\ttrace(frames())\n}\n\n";
  EXPECT_EQ(events(count + "func main() {\n\tdefer count()\n}\n"), "frames-in-deferred-call");
  EXPECT_EQ(events(count + "func main() {\n\tcount()\n}\n"), "");
}

TEST_F(EventsTest, NilDereference) {
  EXPECT_EQ(events("func main() {\n\tvar p *int\n\t*p = 1\n}\n"), "nil-dereference");
  EXPECT_EQ(events("func main() {\n\tx := 0\n\tx = 1 / x\n}\n"), "");
}

TEST_F(EventsTest, PointersCompared) {
  const std::string head = "func main() {\n\tp := &node{}\n\tif p == ";
  EXPECT_EQ(events(head + "p.next {\n\t\ttrace(1)\n\t}\n}\n"), "pointers-compared");
  EXPECT_EQ(events(head + "nil {\n\t\ttrace(1)\n\t}\n}\n"), "");
}

}  // namespace
}  // namespace stackquake
