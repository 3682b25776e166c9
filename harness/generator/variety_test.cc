// What the generator is for: that everything the language has, and every situation in which bugs of
// movable stacks lived, comes up among a few thousand nests.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <vector>

#include "harness/generator/generator.h"
#include "harness/generator/types.h"
#include "harness/language/language.h"
#include "harness/language/spelling.h"
#include "harness/language/walk.h"

namespace stackquake {
namespace {

constexpr uint64_t kSeedsOfEachMode = 1500;
constexpr uint32_t kPageWords = 512;

using Counts = std::map<std::string, int>;

// Counts nodes by their kinds, and the situations that a nest sets up, each at most once a nest.
class Survey : public Visitor {
 public:
  using Visitor::enter;
  using Visitor::leave;

  void expression(Expression*& one) {
    ++kinds["expression " + std::to_string(static_cast<int>(one->kind))];
    if (one->kind == ExpressionKind::kBuiltinCall) ++kinds[std::string(spelling(one->builtin))];
    if (one->kind == ExpressionKind::kBinary) ++kinds[std::string(spelling(one->operation))];
    if (one->kind == ExpressionKind::kSelector) ++kinds[std::string(spelling(one->field))];
    if (one->kind == ExpressionKind::kLiteral && one->value > 1'000'000) ++kinds["large number"];
    if (one->kind == ExpressionKind::kCall && one->function != nullptr &&
        !one->function->parameters.empty() && one->function->parameters[0]->name == "n" &&
        one->arguments[0]->value > 50) {
      ++kinds["recursion over 50 levels"];
    }
    if (one->kind == ExpressionKind::kBuiltinCall && deferred_ > 0) {
      ++kinds["deferred: " + std::string(spelling(one->builtin))];
      if (deferred_ > 1) ++kinds["deferred in deferred: " + std::string(spelling(one->builtin))];
    }
  }

  void statement(Statement*& one) {
    ++kinds["statement " + std::to_string(static_cast<int>(one->kind))];
    if (one->kind == StatementKind::kDefer) defer(*one->value);
    if (one->kind == StatementKind::kGo && one->value->arguments.size() > 5) {
      ++kinds["go with over 5 arguments"];
    }
    if (one->kind == StatementKind::kFor && one->limit->value > 20) ++kinds["loop over 20 rounds"];
    if (one->kind == StatementKind::kDeclare && one->variable->type.words() > 300) {
      ++kinds["array over 300 words"];
    }
    if (one->kind == StatementKind::kSelect) select(*one);
  }

  void enter(Function& function) {
    deferred_ += is_deferred(function) ? 1 : 0;
    if (function.result != nullptr && !function.result->name.empty()) ++kinds["named result"];
    const auto is_defer = [](const Statement* one) { return one->kind == StatementKind::kDefer; };
    const std::span<Statement*> body = function.body.statements;
    shapes(function);
    const auto defers = std::count_if(body.begin(), body.end(), is_defer);
    if (defers > 1 && calls_failing_last(body)) ++kinds["call of what always panics, last"];
    if (defers == 8) ++kinds["eight defers"];
    if (defers > 8) ++kinds["more than eight defers"];
    uint32_t words = 0;
    for (const Variable* variable : function.variables) words += variable->type.words();
    if (words > kPageWords) ++kinds["locals of more than a page"];
    for (const Variable* variable : function.variables) {
      if (variable->boxed) ++kinds["boxed variable"];
      if (variable->captured) ++kinds["captured variable"];
    }
  }

  void leave(Function& function) { deferred_ -= is_deferred(function) ? 1 : 0; }

  Counts kinds;

 private:
  static bool is_builtin(const Expression& one, Builtin builtin) {
    return one.kind == ExpressionKind::kBuiltinCall && one.builtin == builtin;
  }

  // Whether the last statement calls a declared function that defers nothing and ends in a panic.
  static bool calls_failing_last(std::span<Statement* const> body) {
    if (body.empty() || body.back()->kind != StatementKind::kExpression) return false;
    const Expression& call = *body.back()->value;
    if (call.kind != ExpressionKind::kCall || call.function == nullptr) return false;
    const std::span<Statement* const> called = call.function->body.statements;
    return !call.function->has_defer && !called.empty() &&
           called.back()->kind == StatementKind::kExpression &&
           is_builtin(*called.back()->value, Builtin::kPanic);
  }

  static bool waits(const Statement& one) {
    const bool receives = one.value != nullptr && one.value->kind == ExpressionKind::kReceive;
    return receives || one.kind == StatementKind::kSend || one.kind == StatementKind::kSelect;
  }

  // Whether a literal that defers in a loop is called by one that defers outside of loops.
  static bool calls_a_layer_of_records(std::span<Statement* const> body) {
    const auto is_defer = [](const Statement* one) { return one->kind == StatementKind::kDefer; };
    const auto is_layer = [&](const Statement* one) {
      if (one->kind != StatementKind::kExpression) return false;
      const Expression& call = *one->value;
      if (call.kind != ExpressionKind::kCall || call.left == nullptr) return false;
      if (call.left->kind != ExpressionKind::kFunctionLiteral) return false;
      const std::span<Statement* const> inner = call.left->function->body.statements;
      return std::any_of(inner.begin(), inner.end(), [&](const Statement* within) {
        const std::span<Statement* const> round = within->body.statements;
        return within->kind == StatementKind::kFor &&
               std::any_of(round.begin(), round.end(), is_defer);
      });
    };
    return std::any_of(body.begin(), body.end(), is_defer) &&
           std::any_of(body.begin(), body.end(), is_layer);
  }

  void shapes(const Function& function) {
    const std::span<Statement* const> body = function.body.statements;
    if (calls_a_layer_of_records(body)) ++kinds["records within open-coded calls"];
    for (size_t i = 1; i < body.size(); ++i) {
      const Statement& before = *body[i - 1];
      if (before.kind != StatementKind::kExpression || !waits(*body[i])) continue;
      if (!is_builtin(*before.value, Builtin::kGrow)) continue;
      if (before.value->arguments[0]->value >= 500) ++kinds["wait on a large stack"];
    }
    const bool has_node = function.result != nullptr && function.result->type == kNodePointerType;
    for (const Variable* parameter : function.parameters) {
      if (has_node && parameter->boxed) ++kinds["boxed parameter beside a *node result"];
    }
  }

  bool is_deferred(const Function& function) const {
    return std::find(deferred_literals_.begin(), deferred_literals_.end(), &function) !=
           deferred_literals_.end();
  }

  void defer(const Expression& call) {
    if (call.kind == ExpressionKind::kBuiltinCall) {
      ++kinds["defer " + std::string(spelling(call.builtin))];
      return;
    }
    if (call.left->kind == ExpressionKind::kFunctionLiteral) {
      deferred_literals_.push_back(call.left->function);
      ++kinds[call.left->function->captures.empty() ? "defer literal" : "defer closure"];
    } else {
      ++kinds[call.function == nullptr ? "defer value" : "defer function"];
    }
    uint32_t words = 0;
    for (const Expression* argument : call.arguments) {
      words += argument->type.words();
      ++kinds["defer of type " + std::to_string(static_cast<int>(argument->type.kind))];
    }
    if (words > 256) ++kinds["argument over 2 KB deferred"];
    // The pools of records: by 16 bytes up to 64, and none.
    ++kinds["defer in pool " + std::to_string(std::min(5U, (words + 1) / 2))];
  }

  void select(const Statement& one) {
    for (size_t i = 1; i < one.cases.size(); ++i) {
      const Expression* channel = one.cases[i].channel;
      if (channel == nullptr) ++kinds["select default"];
      const Expression* first = one.cases[0].channel;
      if (channel != nullptr && first != nullptr && channel->name == first->name) {
        ++kinds["select same channel"];
      }
    }
  }

  std::vector<const Function*> deferred_literals_;
  int deferred_ = 0;
};

class VarietyTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    Arena arena;
    for (uint64_t i = 0; i < 2 * kSeedsOfEachMode; ++i) {
      arena.reset();
      Random random(i);
      Diagnostic diagnostic;
      Nest* nest = Generator(random, arena, {.goroutines = i % 2 == 1}).nest();
      ASSERT_TRUE(check(*nest, arena, diagnostic)) << diagnostic.message;
      Survey survey;
      walk(*nest, survey);
      for (const auto& [kind, count] : survey.kinds) all_counts[kind] += count;
      count_directives(nest->directives);
    }
  }

  static void count_directives(const Directives& directives) {
    std::string text;
    print_directives(directives, text);
    std::string word;
    for (const char c : text + " ") {
      if (c == ' ' || c == ':') {
        ++all_counts[word];
        word.clear();
      } else {
        word += c;
      }
    }
  }

  static int count(const std::string& kind) {
    const auto found = all_counts.find(kind);
    return found == all_counts.end() ? 0 : found->second;
  }

  static Counts all_counts;
};

Counts VarietyTest::all_counts;

TEST_F(VarietyTest, EveryKindOfStatementAndExpression) {
  for (int kind = 0; kind <= static_cast<int>(StatementKind::kSelect); ++kind) {
    EXPECT_GT(count("statement " + std::to_string(kind)), 50) << kind;
  }
  for (int kind = 0; kind <= static_cast<int>(ExpressionKind::kReceive); ++kind) {
    EXPECT_GT(count("expression " + std::to_string(kind)), 50) << kind;
  }
}

TEST_F(VarietyTest, EveryBuiltinOperatorAndField) {
  constexpr std::array kBuiltins = {
#define STACKQUAKE_BUILTIN(enumerator, spelling, parameters, result, deferrable) \
  Builtin::enumerator,
#include "harness/language/builtins.def"
#undef STACKQUAKE_BUILTIN
  };
  for (const Builtin builtin : kBuiltins) {
    EXPECT_GT(count(std::string(spelling(builtin))), 50) << spelling(builtin);
  }
  for (int i = 1; i <= static_cast<int>(Operation::kLogicalOr); ++i) {
    const auto operation = static_cast<Operation>(i);
    EXPECT_GT(count(std::string(spelling(operation))), 20) << spelling(operation);
  }
  for (const Field field : kFields) EXPECT_GT(count(std::string(spelling(field))), 20);
}

TEST_F(VarietyTest, EveryDirective) {
  for (const char* directive :
       {"stack=256", "stack=512", "stack=1024", "stack=2048", "move=none", "move=prologue",
        "move=call", "move=safepoint", "gc=none", "gc=alloc", "gc=safepoint", "place=fresh",
        "place=reuse", "limit=8192", "limit=65536"}) {
    EXPECT_GT(count(directive), 5) << directive;
  }
  // Lists and seeds differ from nest to nest; the words before their colon and number do not.
  EXPECT_GT(count("move=at"), 100);
  EXPECT_GT(count("gc=at"), 100);
}

TEST_F(VarietyTest, EveryKindOfDeferredCall) {
  for (const char* kind : {"defer literal", "defer closure", "defer value", "defer function",
                           "defer trace", "defer move", "defer grow", "defer shrink",
                           "boxed variable", "captured variable", "named result", "large number"}) {
    EXPECT_GT(count(kind), 50) << kind;
  }
  for (int pool = 0; pool <= 5; ++pool) {
    EXPECT_GT(count("defer in pool " + std::to_string(pool)), 50) << pool;
  }
  for (const TypeKind kind : {TypeKind::kInt, TypeKind::kArray, TypeKind::kIntPointer,
                              TypeKind::kNodePointer, TypeKind::kFunc}) {
    const int number = static_cast<int>(kind);
    EXPECT_GT(count("defer of type " + std::to_string(number)), 50) << number;
  }
}

TEST_F(VarietyTest, FramesForWhichCompilersHaveOtherCode) {
  for (const char* kind :
       {"eight defers", "more than eight defers", "locals of more than a page"}) {
    EXPECT_GT(count(kind), 5) << kind;
  }
}

// The long tails, and that most nests are small for all that.
TEST_F(VarietyTest, SomeNestsAreFarBeyondTheOthers) {
  for (const char* kind :
       {"array over 300 words", "recursion over 50 levels", "loop over 20 rounds",
        "go with over 5 arguments", "argument over 2 KB deferred"}) {
    EXPECT_GT(count(kind), 5) << kind;
    EXPECT_LT(count(kind), static_cast<int>(kSeedsOfEachMode) / 5) << kind;
  }
}

TEST_F(VarietyTest, EverythingThatGoesWrongInDeferredCalls) {
  for (const char* builtin : {"panic", "recover", "move", "grow", "shrink", "frames",
                              "runtime.Goexit", "runtime.GC", "runtime.Gosched"}) {
    EXPECT_GT(count("deferred: " + std::string(builtin)), 20) << builtin;
    EXPECT_GT(count("deferred in deferred: " + std::string(builtin)), 5) << builtin;
  }
}

TEST_F(VarietyTest, FunctionsThatOnlyFailAndParametersOnTheHeap) {
  EXPECT_GT(count("call of what always panics, last"), 20);
  EXPECT_GT(count("boxed parameter beside a *node result"), 5);
}

TEST_F(VarietyTest, PanicsComeThroughRecordsAndOpenCodedCalls) {
  EXPECT_GT(count("records within open-coded calls"), 100);
}

TEST_F(VarietyTest, EverythingThatChannelsDo) {
  EXPECT_GT(count("wait on a large stack"), 50);
  EXPECT_GT(count("select same channel"), 50);
  EXPECT_GT(count("select default"), 50);
}

}  // namespace
}  // namespace stackquake
