#include "harness/compiler/compiler.h"

#include <set>

#include "harness/compiler/compiler_testing.h"
#include "harness/compiler/corpus_testing.h"

namespace stackquake {
namespace {

using runtime::Instruction;
using runtime::Opcode;
using runtime::RuntimeFunction;

// ---- Frames and arguments ----

TEST_F(CompilerTest, ArgumentMapsNamePointersAndTheResultOnceItIsThere) {
  compile(R"(func f(a int, p *int, b [3]int, n *node) *node {
	trace(a)
	trace(*p)
	trace(b[1])
	return n
}

func main() {
	var x int
	var b [3]int
	n := f(1, &x, b, nil)
	_ = n
}
)");
  const runtime::Function& f = function("f");
  EXPECT_EQ(f.parameter_words, 6);
  EXPECT_EQ(f.argument_words, 7);
  EXPECT_EQ(slots(f.entry_arguments), (std::vector<uint16_t>{1, 5}));
  EXPECT_EQ(slots(f.arguments), (std::vector<uint16_t>{1, 5, 6}));
}

TEST_F(CompilerTest, FrameHasRoomForLocalsAndTheLargestArgumentBlock) {
  compile(R"(func callee(a [20]int) {
	_ = a
}

func main() {
	var a [20]int
	callee(a)
}
)");
  EXPECT_GE(function("main").frame_words, 40);
  EXPECT_EQ(function("callee").frame_words, 0);
}

TEST_F(CompilerTest, OnlyFunctionsThatDeferHaveADeferreturn) {
  compile(R"(func main() {
	defer trace(1)
	plain()
}

func plain() {
}
)");
  EXPECT_EQ(function("plain").deferreturn, 0u);
  const Instruction& call = program().code[function("main").deferreturn];
  EXPECT_EQ(call.opcode, Opcode::kCall);
  EXPECT_EQ(call.imm, program().runtime_function(RuntimeFunction::kDeferreturn).entry);
}

TEST_F(CompilerTest, LiteralsAreNamedAsGoNamesThem) {
  compile(R"(func main() {
	func() {
		func() {
		}()
	}()
	func() {
	}()
}
)");
  for (std::string_view name : {"main", "main.func1", "main.func1.1", "main.func2"}) function(name);
}

// ---- Closures and boxes ----

TEST_F(CompilerTest, LiteralWithoutCapturesIsStatic) {
  compile(R"(func main() {
	f := func() {
		trace(1)
	}
	f()
}
)");
  EXPECT_EQ(all(Opcode::kStaticFuncval).size(), 1u);
  EXPECT_TRUE(all(Opcode::kNewObject).empty());
  EXPECT_TRUE(all(Opcode::kCodePointer).empty());
}

TEST_F(CompilerTest, ClosureOutsideLoopsLiesInTheFrame) {
  compile(R"(func main() {
	x := 1
	f := func() {
		x++
	}
	f()
	defer func() {
		trace(x)
	}()
}
)");
  EXPECT_EQ(all(Opcode::kCodePointer).size(), 2u);
  EXPECT_TRUE(all(Opcode::kNewObject).empty());
}

TEST_F(CompilerTest, ClosureInALoopIsOnTheHeapWithItsVariables) {
  compile(R"(func main() {
	x := 1
	for i := 0; i < 3; i++ {
		defer func() {
			x++
		}()
	}
}
)");
  // One for the box of x, one for the closure.
  EXPECT_EQ(all(Opcode::kNewObject).size(), 2u);
}

TEST_F(CompilerTest, ClosureThatIsOnlyCalledStaysInTheFrameEvenInALoop) {
  compile(R"(func main() {
	x := 1
	for i := 0; i < 3; i++ {
		func() {
			x++
		}()
	}
}
)");
  EXPECT_EQ(all(Opcode::kNewObject).size(), 1u) << "the box of x alone";
}

TEST_F(CompilerTest, ParametersAndResultsThatLoopsCaptureGetBoxes) {
  compile(R"(func f(a int, n *node) (r int) {
	for i := 0; i < 3; i++ {
		defer func() {
			r += a
			n = nil
		}()
	}
	return 1
}

func main() {
	x := f(1, nil)
	trace(x)
}
)");
  std::multiset<int64_t> types;
  for (uint32_t i : all(Opcode::kNewObject, "f")) types.insert(program().code[i].imm);
  EXPECT_EQ(types.count(runtime::kTypeInt), 2u);
  EXPECT_EQ(types.count(runtime::kTypePointer), 1u);
}

// ---- Reuse ----

TEST_F(CompilerTest, ProgramDoesNotDependOnWhatWasCompiledBefore) {
  constexpr std::string_view kFirst = R"(func main() {
	n := &node{}
	defer trace(n.val)
}
)";
  compile(kFirst);
  const std::string once = disassemble(program());
  compile("func main() {\n\tvar a [9]int\n\ta[1] = 2\n\tc := make(chan int)\n\tclose(c)\n}\n");
  EXPECT_NE(disassemble(program()), once);
  compile(kFirst);
  EXPECT_EQ(disassemble(program()), once);
}

// ---- Over the whole corpus ----

// Whether the runtime may walk the frame at the instruction: at its own safepoint, or in its
// callee.
bool is_safepoint(Opcode opcode) {
  switch (opcode) {
    case Opcode::kCall:
    case Opcode::kCallFuncval:
    case Opcode::kNewObject:
    case Opcode::kMakeChannel:
    case Opcode::kTrace:
    case Opcode::kMove:
    case Opcode::kGrow:
    case Opcode::kShrink:
    case Opcode::kFrames:
    case Opcode::kRecover:
    case Opcode::kCollect:
    case Opcode::kGosched:
    case Opcode::kSend:
    case Opcode::kReceive:
    case Opcode::kClose:
    case Opcode::kSelect:
    case Opcode::kLoadIndex:
    case Opcode::kStoreIndex:
    case Opcode::kElementAddress:
    case Opcode::kLoadIndexThrough:
    case Opcode::kStoreIndexThrough:
    case Opcode::kElementAddressThrough:
      return true;
    default:
      return false;
  }
}

class WholeCorpusTest : public CompilerTest {
 protected:
  // Calls `look` with every function of every nest; program() is then the function's program.
  template <typename Look>
  void for_every_function(Look&& look) {
    for (const char* folder : {"truth", "seeds"}) {
      for (const auto& file : corpus_files(folder)) {
        SCOPED_TRACE(file);
        arena_.reset();
        compile_file(read_text(file));
        for (const runtime::Function& each : program().functions) {
          if (each.kind == runtime::FunctionKind::kNest) look(each);
        }
      }
    }
  }
};

TEST_F(WholeCorpusTest, EverySafepointHasAMapThatLiesInTheFrame) {
  size_t mapped = 0;
  for_every_function([&](const runtime::Function& each) {
    for (uint32_t i = each.entry; i < each.end; ++i) {
      if (!is_safepoint(program().code[i].opcode)) continue;
      const uint32_t map = program().locals_map_of[i];
      ASSERT_NE(map, runtime::kNoMap) << mnemonic(program().code[i].opcode);
      for (uint16_t slot : program().slots(program().locals_maps[map])) {
        ASSERT_LT(slot, each.frame_words) << each.name;
        ++mapped;
      }
    }
  });
  EXPECT_GT(mapped, 1000u) << "maps that are all empty would prove nothing";
}

TEST_F(WholeCorpusTest, OperandsLieInFrameOrArguments) {
  for_every_function([&](const runtime::Function& each) {
    const uint32_t end = each.frame_words + 1u + each.argument_words;
    for (uint32_t i = each.entry; i < each.end; ++i) {
      const Instruction& instruction = program().code[i];
      const std::string_view letters = runtime::operands(instruction.opcode);
      const uint16_t fields[] = {instruction.a, instruction.b, instruction.c};
      for (size_t field = 0; field < 3; ++field) {
        if (std::string_view("dDsSmb").find(letters[field]) == std::string_view::npos) continue;
        const uint32_t words = letters[field] == 'D' || letters[field] == 'S' ? 2 : 1;
        // An empty region of addressed words starts at the end of the frame.
        const bool nothing = instruction.opcode == Opcode::kZeroWords && instruction.imm == 0;
        if (nothing) continue;
        EXPECT_LE(fields[field] + words, end) << each.name << ": " << mnemonic(instruction.opcode);
        EXPECT_NE(fields[field], each.frame_words)
            << each.name << ": " << mnemonic(instruction.opcode) << " names the return pc";
      }
    }
  });
}

TEST_F(WholeCorpusTest, BranchesStayInTheirFunctionAndCallsEnterOne) {
  for_every_function([&](const runtime::Function& each) {
    for (uint32_t i = each.entry; i < each.end; ++i) {
      const Instruction& instruction = program().code[i];
      const std::string_view letters = runtime::operands(instruction.opcode);
      if (instruction.opcode == Opcode::kCall) {
        const auto target = static_cast<size_t>(instruction.imm);
        EXPECT_EQ(program().functions[program().function_of[target]].entry, target);
      } else if (letters[3] == 't' || letters[1] == 'T') {
        const int64_t target = letters[3] == 't' ? instruction.imm : instruction.short_target();
        EXPECT_GE(target, each.entry) << mnemonic(instruction.opcode);
        EXPECT_LT(target, each.end) << mnemonic(instruction.opcode);
      }
    }
  });
}

// Some designs alone have deferred calls in frames, in slots or in wrappers.
TEST(OperationsTest, EachIsUsedOnSomeDesign) {
  std::set<Opcode> used;
  for (std::string_view name : runtime::design_names()) {
    Compiler compiler(*runtime::make_design(name));
    for (const CompiledNest& nest : compile_corpus(compiler)) {
      for (const Instruction& each : nest.program.code) used.insert(each.opcode);
    }
  }
#define STACKQUAKE_OPERATION(enumerator, mnemonic, operands) \
  EXPECT_EQ(used.count(Opcode::enumerator), 1u) << (mnemonic);
#include "runtime_under_test/operations.def"
#undef STACKQUAKE_OPERATION
}

}  // namespace
}  // namespace stackquake
