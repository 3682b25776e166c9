// wrong-pointer-map: maps with a word too many and a word too few, in each kind of place.

#include "harness/audit/pointer_map_audit.h"

#include <algorithm>
#include <functional>
#include <string>
#include <string_view>

#include "harness/audit/checks_testing.h"
#include "harness/compiler/compiler_testing.h"
#include "runtime_under_test/object_type.h"

namespace stackquake {
namespace {

using runtime::Function;
using runtime::PointerMap;
using runtime::Program;

class PointerMapAuditTest : public CompilerTest {
 protected:
  // The violation of the compiled program after a change; empty if there is none.
  std::string signature(const std::function<void(Program&)>& change = {}) {
    Program changed = program();
    if (change) change(changed);
    const auto violation = audit_.audit(changed);
    message_ = violation ? violation->message : "";
    line_ = violation ? violation->line : 0;
    place_ = violation ? violation->place : "";
    return violation ? violation->signature : "";
  }

  // The place of the n-th instruction with this opcode, and of a variable of main.
  uint32_t nth(Opcode opcode, size_t n = 0) const { return all(opcode).at(n); }
  uint16_t slot(std::string_view variable, std::string_view name = "main") const {
    for (const runtime::Variable& each : program().variables_of(function(name))) {
      if (each.name == variable) {
        return static_cast<uint16_t>(each.slot + (each.type == runtime::ValueType::kAny ? 1 : 0));
      }
    }
    ADD_FAILURE() << "no variable " << variable;
    return 0;
  }

  // Gives a safepoint another map: the same with the slot, or without it.
  static void flip(Program& program, uint32_t safepoint, uint16_t slot) {
    const PointerMap old = program.locals_maps[program.locals_map_of[safepoint]];
    std::vector<uint16_t> slots(program.slots(old).begin(), program.slots(old).end());
    if (std::erase(slots, slot) == 0) slots.push_back(slot);
    std::ranges::sort(slots);
    program.locals_map_of[safepoint] = static_cast<uint32_t>(program.locals_maps.size());
    program.locals_maps.push_back(append(program, slots));
  }
  static PointerMap append(Program& program, const std::vector<uint16_t>& slots) {
    const auto first = static_cast<uint32_t>(program.map_slots.size());
    program.map_slots.insert(program.map_slots.end(), slots.begin(), slots.end());
    return {first, static_cast<uint32_t>(slots.size())};
  }
  std::string flipped(uint32_t safepoint, uint16_t slot) {
    return signature([&](Program& program) { flip(program, safepoint, slot); });
  }

  static Function& function_of(Program& program, std::string_view name) {
    return *std::ranges::find(program.functions, name, &Function::name);
  }

  PointerMapAudit audit_;
  std::string message_;
  std::string place_;
  uint32_t line_ = 0;
};

constexpr char kTooMany[] = "wrong-pointer-map:local:too many";
constexpr char kMissing[] = "wrong-pointer-map:local:missing";

TEST_F(PointerMapAuditTest, VariablesByName) {
  compile(R"(func main() {
	n := &node{}
	move()
	trace(n.val)
	move()
}
)");
  EXPECT_EQ(signature(), "");
  EXPECT_EQ(flipped(nth(Opcode::kMove, 0), slot("n")), kMissing);
  EXPECT_EQ(message_, "the map of instruction " + std::to_string(nth(Opcode::kMove, 0)) +
                          ", move, misses n, which is live there");
  EXPECT_EQ(place_, "n");
  EXPECT_EQ(line_, 5u);
  EXPECT_EQ(flipped(nth(Opcode::kMove, 1), slot("n")), kTooMany);
  EXPECT_EQ(line_, 7u);
}

TEST_F(PointerMapAuditTest, NumbersArgumentsOfCalleesAndWordsBehindTheFrame) {
  compile(R"(func use(n *node) {
	move()
	trace(n.val)
}

func main() {
	x := 1
	use(&node{})
	move()
	trace(x)
}
)");
  EXPECT_EQ(signature(), "");
  const uint32_t move = nth(Opcode::kMove);
  EXPECT_EQ(flipped(move, slot("x")), kTooMany);
  EXPECT_EQ(flipped(move, 0), kTooMany);
  EXPECT_EQ(flipped(move, function("main").frame_words), kTooMany);
  EXPECT_EQ(flipped(all(Opcode::kMove, "use").at(0), slot("n", "use")), kTooMany);
}

TEST_F(PointerMapAuditTest, TheDataOfAnAny) {
  compile(R"(func main() {
	r := recover()
	move()
	trace(code(r))
	move()
}
)");
  EXPECT_EQ(signature(), "");
  EXPECT_EQ(flipped(nth(Opcode::kMove, 0), slot("r")), kMissing);
  EXPECT_EQ(flipped(nth(Opcode::kMove, 0), slot("r") - 1), kTooMany);
  EXPECT_EQ(flipped(nth(Opcode::kMove, 1), slot("r")), kTooMany);
}

// The outer node waits in a temporary while the inner one is made, and the loaded pointer while the
// select waits.
TEST_F(PointerMapAuditTest, Temporaries) {
  compile(R"(func main() {
	n := &node{next: &node{}}
	c := make(chan *node)
	select {
	case c <- n.next:
	default:
	}
}
)");
  EXPECT_EQ(signature(), "");
  const uint16_t outer = program().code[nth(Opcode::kNewObject, 0)].a;
  EXPECT_EQ(flipped(nth(Opcode::kNewObject, 0), outer), kTooMany);
  EXPECT_EQ(flipped(nth(Opcode::kNewObject, 1), outer), kMissing);
  const uint16_t loaded = program().code[nth(Opcode::kLoad)].a;
  EXPECT_EQ(flipped(nth(Opcode::kSelect), loaded), kMissing);
  EXPECT_EQ(flipped(nth(Opcode::kSelect), slot("n")), kTooMany);
}

TEST_F(PointerMapAuditTest, LoopsAndBranches) {
  compile(R"(func main() {
	n := &node{}
	m := &node{}
	for i := 0; i < 3; i++ {
		if i > 1 {
			move()
			trace(m.val)
		}
		move()
		trace(n.val)
	}
}
)");
  EXPECT_EQ(signature(), "");
  for (const char* name : {"n", "m"}) {
    EXPECT_EQ(flipped(nth(Opcode::kMove, 0), slot(name)), kMissing) << name;
    EXPECT_EQ(flipped(nth(Opcode::kMove, 1), slot(name)), kMissing) << name;
  }
}

TEST_F(PointerMapAuditTest, ChannelsAndElementsOfASelect) {
  compile(R"(func main() {
	c := make(chan *node)
	d := make(chan int)
	n := &node{}
	select {
	case c <- n:
	case <-d:
		trace(n.val)
	}
	move()
}
)");
  EXPECT_EQ(signature(), "");
  for (const char* name : {"c", "d", "n"}) {
    EXPECT_EQ(flipped(nth(Opcode::kSelect), slot(name)), kMissing) << name;
    EXPECT_EQ(flipped(nth(Opcode::kMove), slot(name)), kTooMany) << name;
  }
}

// After the panic the function continues at its call of deferreturn, and reads the box of r.
TEST_F(PointerMapAuditTest, WhatARecoveryNeeds) {
  compile(R"(func deferring() (r int) {
	n := &node{}
	defer trace(1)
	for i := 0; i < 2; i++ {
		func() {
			r++
		}()
	}
	var a [3]int
	x := n.val
	i := r
	a[i] = x
	return x
}

func main() {
	trace(deferring())
}
)");
  EXPECT_EQ(signature(), "");
  uint16_t box = 0;
  for (const auto& each : program().variables_of(function("deferring"))) {
    if (each.is_indirect) box = each.slot;
  }
  const uint32_t index = all(Opcode::kStoreIndex, "deferring").at(0);
  EXPECT_EQ(flipped(index, box), kMissing);
  EXPECT_EQ(flipped(index, slot("n", "deferring")), kTooMany);
}

TEST_F(PointerMapAuditTest, WordsWhoseAddressClosuresHold) {
  compile(R"(func main() {
	move()
	x := 1
	p := &x
	f := func() {
		trace(*p)
	}
	f()
	move()
}
)");
  EXPECT_EQ(signature(), "");
  const uint32_t code = all(Opcode::kCodePointer).at(0);
  const auto captured = static_cast<uint16_t>(program().code[code].a + 1);
  for (const uint16_t word : {slot("p"), captured}) {
    EXPECT_EQ(flipped(nth(Opcode::kMove, 0), word), kTooMany);
    EXPECT_EQ(flipped(nth(Opcode::kMove, 1), word), kMissing);
  }
}

// In the first round the closure that is called before its literal is nil, and it lives on.
TEST_F(PointerMapAuditTest, ClosuresInALoop) {
  compile(R"(func main() {
	x := 1
	for i := 0; i < 2; i++ {
		move()
		func() {
			x++
		}()
	}
	trace(x)
}
)");
  EXPECT_EQ(signature(), "");
  const uint32_t code = all(Opcode::kCodePointer).at(0);
  const auto captured = static_cast<uint16_t>(program().code[code].a + 1);
  EXPECT_EQ(flipped(nth(Opcode::kMove), captured), kMissing);
}

// The closure lies in the frame because it is called at once. Here it is kept.
TEST_F(PointerMapAuditTest, ClosuresOfALoopThatAreKept) {
  compile(R"(func main() {
	x := 1
	var f func()
	for i := 0; i < 2; i++ {
		func() {
			x++
		}()
		f = func() {
			x--
		}
		defer func() {
			x = 1
		}()
	}
	f()
	trace(x)
}
)");
  EXPECT_EQ(signature(), "");
  const uint32_t call = all(Opcode::kCallFuncval).at(0);
  const uint16_t closure = program().code[call].a;
  EXPECT_EQ(signature([&](Program& program) {
              program.code[call] = {Opcode::kCopy, slot("f"), closure};
            }),
            "wrong-pointer-map:closure in a loop");
  const uint32_t address = all(Opcode::kFrameAddress).back();
  EXPECT_EQ(signature([&](Program& program) { program.code[address].a = slot("f"); }),
            "wrong-pointer-map:closure in a loop");
}

TEST_F(PointerMapAuditTest, SafepointsHaveMapsAndOthersHaveNone) {
  compile("func main() {\n\tmove()\n}\n");
  EXPECT_EQ(signature(), "");
  EXPECT_EQ(signature([&](Program& program) {
              program.locals_map_of[nth(Opcode::kMove)] = runtime::kNoMap;
            }),
            "wrong-pointer-map:local:no map");
  EXPECT_EQ(signature([&](Program& program) {
              program.locals_map_of[nth(Opcode::kReturn)] =
                  program.locals_map_of[nth(Opcode::kMove)];
            }),
            "wrong-pointer-map:local:extra map");
}

// The entry map is also that of a deferred call's arguments.
TEST_F(PointerMapAuditTest, Arguments) {
  compile(R"(func set(x int, n *node, a [2]int, p *int) (m *node) {
	trace(x + a[1])
	m = n
	*p = 1
	return m
}

func main() {
	var x int
	var a [2]int
	defer set(1, nil, a, &x)
}
)");
  EXPECT_EQ(signature(), "");
  const auto with = [&](const std::vector<uint16_t>& at_entry, const std::vector<uint16_t>& later) {
    return signature([&](Program& program) {
      Function& set = function_of(program, "set");
      set.entry_arguments = append(program, at_entry);
      set.arguments = append(program, later);
    });
  };
  EXPECT_EQ(with({1, 4}, {1, 4, 5}), "");
  EXPECT_EQ(with({1}, {1, 4, 5}), "wrong-pointer-map:argument:missing");
  EXPECT_EQ(with({1, 4, 5}, {1, 4, 5}), "wrong-pointer-map:argument:too many");
  EXPECT_EQ(with({1, 4}, {1, 4}), "wrong-pointer-map:argument:missing");
  EXPECT_EQ(with({0, 1, 4}, {1, 4, 5}), "wrong-pointer-map:argument:too many");
  EXPECT_EQ(with({1, 4}, {1, 3, 4, 5}), "wrong-pointer-map:argument:too many");
}

TEST_F(PointerMapAuditTest, TypesOfBoxesClosuresAndChannels) {
  compile(R"(func main() {
	var a [5]int
	n := &node{}
	c := make(chan *node, 1)
	for i := 0; i < 2; i++ {
		defer func() {
			a[0] = 1
			n = nil
		}()
	}
	c <- n
	panic(1)
}
)");
  EXPECT_EQ(signature(), "");
  const auto with_type = [&](size_t n, uint16_t type) {
    return signature(
        [&](Program& program) { program.code[nth(Opcode::kNewObject, n)].imm = type; });
  };
  for (size_t n = 0; n < all(Opcode::kNewObject).size(); ++n) {
    EXPECT_EQ(with_type(n, runtime::kTypeAny), "wrong-pointer-map:object") << n;
  }
  EXPECT_EQ(signature([&](Program& program) { program.code[nth(Opcode::kMakeChannel)].b = 0; }),
            "wrong-pointer-map:object");
  for (size_t type = runtime::kBuiltinTypes; type < program().types.size(); ++type) {
    EXPECT_EQ(signature([&](Program& program) { program.types[type].tail = 2; }),
              "wrong-pointer-map:object");
    EXPECT_EQ(signature([&](Program& program) { program.types[type].mask |= 1; }),
              "wrong-pointer-map:object");
  }
}

// A program that runs again is not audited again if its maps are right.
class RepeatedRunTest : public ChecksTest {
 protected:
  static std::string signature_of(const runtime::RunResult& result) {
    return result.violation ? result.violation->signature : "";
  }
  const std::string nest_ =
      "package main\n\nfunc main() {\n\tn := &node{val: 1}\n\tmove()\n\ttrace(n.val)\n}\n";
};

TEST_F(RepeatedRunTest, AWrongMapIsToldInEachRun) {
  alter = [](Program& program) {
    for (PointerMap& map : program.locals_maps) map.size = 0;
  };
  EXPECT_EQ(signature_of(run(nest_)), kMissing);
  EXPECT_EQ(signature_of(run_again()), kMissing);
}

TEST_F(RepeatedRunTest, ARightProgramStaysRight) {
  EXPECT_EQ(signature_of(run(nest_)), "");
  EXPECT_EQ(signature_of(run_again()), "");
}

TEST_F(RepeatedRunTest, EachCompilationIsAProgramOfItsOwn) {
  run(nest_);
  const uint64_t first = program().edition;
  run(nest_);
  EXPECT_NE(program().edition, first);
}

}  // namespace
}  // namespace stackquake
