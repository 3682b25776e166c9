#include <algorithm>
#include <array>
#include <utility>

#include "harness/generator/generator.h"
#include "harness/generator/percent.h"
#include "harness/generator/sizes.h"
#include "harness/generator/types.h"
#include "harness/language/walk.h"

namespace stackquake {
namespace {

// Arrays and blocks of arguments are counted, and leave these words of a frame to other variables,
// to short arrays and to short blocks of arguments.
constexpr uint32_t kUncountedWords = 512;

// A function with more parameters that are longer would hardly find a frame to be called from.
constexpr uint32_t kLongArray = 300;

// A function has at most 64 variables. From this many on, its body gets no piece that could declare
// one.
constexpr size_t kManyVariables = 44;

// A recursion that is deep has little beside itself in its body.
constexpr uint32_t kLargeScale = 4;

// So large a nest has steps for a collection that begins by itself.
constexpr uint32_t kGarbageScale = 32;

bool is_panic(const Statement& statement) {
  return statement.kind == StatementKind::kExpression &&
         statement.value->kind == ExpressionKind::kBuiltinCall &&
         statement.value->builtin == Builtin::kPanic;
}

// Finds out which of some variables are read. Their names are unique in the nest.
class Reads : public Visitor {
 public:
  explicit Reads(std::vector<Variable*> variables) : missing_(std::move(variables)) {}

  void in(std::span<Statement* const> list) {
    for (Statement* one : list) {
      statement(one);
      walk(*one, *this);
    }
  }

  const std::vector<Variable*>& missing() const { return missing_; }

  void statement(Statement*& one) {
    const bool assigns = one->kind == StatementKind::kAssign && one->target != nullptr;
    if (assigns && one->target->kind == ExpressionKind::kVariable) targets_.push_back(one->target);
    for (const SelectCase& select_case : one->cases) targets_.push_back(select_case.target);
  }

  void expression(Expression*& one) {
    if (one->kind != ExpressionKind::kVariable) return;
    if (std::find(targets_.begin(), targets_.end(), one) != targets_.end()) return;
    std::erase_if(missing_, [&](const Variable* variable) { return variable->name == one->name; });
  }

 private:
  std::vector<Variable*> missing_;
  std::vector<const Expression*> targets_;  // of assignments, which do not count as a use
};

}  // namespace

// ---- Declared functions ----

Function* Generator::declared_function(Role role) {
  steps_ = 0;
  repeats_ = 1;
  Function* made = nullptr;
  bool contends = false;
  bool sends = false;
  bool fails = false;
  std::vector<HandOver> hand_overs;
  if (role == Role::kGoroutine && hands_over_) {
    made = hand_over_function(hand_overs);
  } else if (role == Role::kGoroutine) {
    contends = random_.chance(percent::kContends);
    sends = random_.chance(percent::kEven);
    made = contends ? contending_function(sends) : goroutine_function();
  } else if (role == Role::kOrdinary &&
             random_.chance(scale_ > 1 ? percent::kRecursiveInLarge : mix().recursive)) {
    made = recursive_function();
  } else if (role == Role::kOrdinary && random_.chance(percent::kFails)) {
    fails = true;
    made = failing_function();
  } else {
    made = plain_function(role);
  }
  known_.push_back({made, role, steps_ + 1, false, std::move(hand_overs), contends, sends, fails});
  return made;
}

Function* Generator::declare_named(char letter, Role role) {
  auto* made = new_function();
  made->name = fresh_name(letter);
  if (role == Role::kOrdinary && random_.chance(percent::kResult)) add_result(*made);
  return made;
}

Function* Generator::plain_function(Role role) {
  Function* made = declare_named(role == Role::kDeferred ? 'd' : 'f', role);
  add_parameters(*made, role, parameter_count(role));
  Scope scope = scope_in(*made);
  Frame frame{scope, role};
  frame.recovers = role == Role::kDeferred && random_.chance(percent::kDeferredFunctionRecovers);
  fill(frame, role == Role::kDeferred
                  ? static_cast<uint32_t>(random_.between(1, 2))
                  : static_cast<uint32_t>(random_.between(mix().least_pieces, mix().most_pieces)));
  return made;
}

// A function that defers nothing and ends abnormally, mostly in a panic: a compiler may inline it.
Function* Generator::failing_function() {
  Function* made = declare_named('f', Role::kOrdinary);
  add_parameters(*made, Role::kOrdinary, random_.below(2));
  Scope scope = scope_in(*made);
  Frame frame{scope, Role::kOrdinary};
  Statements prologue;
  Statements body;
  Statements ending;
  frame.prologue = &prologue;
  if (random_.chance(percent::kEven)) trace(frame, body);
  if (random_.chance(percent::kMovesBeforeFailing)) move(frame, body);
  if (random_.chance(percent::kFailsByPanic)) {
    panic(frame, ending);
  } else {
    put_ending(choose_ending(frame.role, true), frame, ending);
  }
  close_body(frame, prologue, body, ending);
  return made;
}

// A function for a goroutine. It reports its end on its last parameter, `done`, unless it gets
// stuck.
Function* Generator::goroutine_function() {
  Function* made = declare_named('g', Role::kGoroutine);
  Variable* done = parameter("done", kIntChannelType, *made);
  add_parameters(*made, Role::kGoroutine, static_cast<size_t>(size(2, 4, kMostGoParameters)), done);
  Scope scope = scope_in(*made);
  Frame frame{scope, Role::kGoroutine};
  fill(frame, static_cast<uint32_t>(random_.between(2, 5)));
  return made;
}

// Makes func f(n int, …) { if n < 1 { …; return }; …; f(n-1, …); … }.
Function* Generator::recursive_function() {
  Function* made = declare_named('r', Role::kOrdinary);
  Variable* depth = parameter("n", kIntType, *made);
  add_parameters(*made, Role::kOrdinary, parameter_count(Role::kOrdinary));
  std::vector<Variable*> all = {depth};
  all.insert(all.end(), made->parameters.begin(), made->parameters.end());
  made->parameters = arena_.copy(std::span<Variable* const>(all));
  Scope scope = scope_in(*made);
  Frame frame{scope, Role::kOrdinary};
  recursive_body(frame);
  return made;
}

void Generator::recursive_body(Frame& frame) {
  Statements prologue;
  Statements body;
  Statements ending;
  frame.prologue = &prologue;
  const bool lean = scale_ >= kLargeScale;
  leave_recursion(frame, body);
  if (random_.chance(percent::kEven)) demand(array_type(frame), frame);
  if (random_.chance(lean ? percent::kPieceInDeepRecursion : percent::kPieceInRecursion)) {
    piece(frame, body);
  }
  recur(frame, body);
  if (random_.chance(lean ? percent::kPieceInDeepRecursion : percent::kEven)) piece(frame, body);
  close_body(frame, prologue, body, ending);
}

// Calls the function itself: in the body, in a literal, or in a deferred call. A panic after the
// last of these makes as many panics in progress as the recursion is deep.
void Generator::recur(Frame& frame, Statements& out) {
  const auto call_itself = [this](Frame& inside, const Function& self) -> Expression* {
    std::vector<Expression*> values;
    fault_ = Fault::kNone;
    if (!arguments(self, inside, values)) return nullptr;
    values[0] =
        builder_.binary(Operation::kSubtract, read(*self.parameters[0]), builder_.literal(1));
    return builder_.call(self.name, values);
  };
  // A call, a deferred call, a call in a literal, one in a deferred literal, one before a panic.
  constexpr std::array<uint32_t, 5> kWeights = {66, 8, 8, 9, 9};
  const Function& self = *frame.scope.function;
  const size_t way = has_room() ? random_.weighted(kWeights) : 0;
  if (way < 2) {
    Expression* call = call_itself(frame, self);
    if (call != nullptr) emit(way == 1 ? builder_.defer(call) : builder_.expression(call), out);
    return;
  }
  const auto in_literal = [&](Frame& inside, Statements& body) {
    if (way > 2 && random_.chance(percent::kRecursionRecovers)) recover(inside, body);
    Expression* call = call_itself(inside, self);
    if (call != nullptr) emit(builder_.expression(call), body);
  };
  Expression* literal = builder_.call(literal_with(frame, in_literal));
  emit(way == 2 ? builder_.expression(literal) : builder_.defer(literal), out);
  if (way == 4) panic(frame, out);
}

void Generator::leave_recursion(Frame& frame, Statements& out) {
  Scope& scope = frame.scope;
  Expression* depth = read(*scope.function->parameters[0]);
  ++scope.blocks;
  scope.top_level = false;
  Statements inner;
  if (random_.chance(percent::kPieceInRecursion)) piece(frame, inner);
  if (scale_ > 1 && random_.chance(percent::kDisturbedDepth)) disturb(frame, inner);
  put_ending(choose_ending(frame.role, false), frame, inner);
  if (inner.empty() || !is_panic(*inner.back())) emit(final_return(frame), inner);
  --scope.blocks;
  scope.top_level = true;
  Expression* condition = builder_.binary(Operation::kLess, depth, builder_.literal(1));
  emit(builder_.conditional(condition, builder_.block(inner)), out);
}

// ---- Signatures ----

Type Generator::array_type() {
  return {TypeKind::kArray, static_cast<uint16_t>(random_.pick(lengths_))};
}

// An array type for a variable of the function, which has limited room in its frame.
Type Generator::array_type(const Frame& frame) {
  const Type type = array_type();
  return fits_frame(frame, type.length) ? type : short_array_type();
}

// Whether the frame has room for so many words more of variables. A function of an existing tree
// has its variables already.
bool Generator::fits_frame(const Frame& frame, uint32_t words) const {
  const Function& function = *frame.scope.function;
  words += frame.block + kUncountedWords;
  for (const Variable* variable : function.variables) words += variable->type.words();
  if (function.variables.empty()) {
    for (const Variable* variable : function.parameters) words += variable->type.words();
  }
  for (const Variable* variable : frame.locals) words += variable->type.words();
  return words <= kMaxFrameWords;
}

bool Generator::has_variables_left(const Frame& frame) const {
  const Function& function = *frame.scope.function;
  const size_t before = std::max(function.variables.size(), function.parameters.size());
  return before + frame.locals.size() < kManyVariables;
}

// The shorter one of the two array types.
Type Generator::short_array_type() const {
  return {TypeKind::kArray, static_cast<uint16_t>(lengths_[0])};
}

// Deferred calls mostly take pointers into frames further out, which a copy must adjust. Goroutines
// mostly take channels, without which they could not communicate.
Type Generator::parameter_type(Role role) {
  if (role == Role::kGoroutine) {
    return random_.pick({kIntChannelType, kIntChannelType, kIntChannelType, kNodeChannelType,
                         kIntType, kNodePointerType});
  }
  if (lengths_.back() > kLongArray && random_.chance(percent::kLongParameter)) return array_type();
  switch (random_.weighted(mix().parameters)) {
    case 0:
      return kIntType;
    case 1:
      return kIntPointerType;
    case 2:
      return array_type();
    case 3:
      return kNodePointerType;
    default:
      return options_.goroutines && random_.chance(percent::kChannelParameter)
                 ? kIntChannelType
                 : Type{TypeKind::kFunc};
  }
}

Variable* Generator::parameter(std::string_view name, Type type, Function& owner) {
  Variable* made = builder_.make_variable(name, type, VariableKind::kParameter);
  made->owner = &owner;
  return made;
}

size_t Generator::parameter_count(Role role) {
  if (role == Role::kDeferred) return static_cast<size_t>(size(0, 3, kMostParameters));
  return static_cast<size_t>(size(mix().least_parameters, mix().most_parameters, kMostParameters));
}

// A function has few long arrays as parameters, as each call needs room for them, too.
void Generator::add_parameters(Function& function, Role role, size_t count, Variable* last) {
  std::vector<Variable*> made;
  int64_t arrays = random_.between(1, kMostLongArrays);
  for (size_t i = 0; i < count; ++i) {
    Type type = parameter_type(role);
    if (type.kind == TypeKind::kArray && arrays == 0) type = short_array_type();
    if (type.kind == TypeKind::kArray && type.length > kLongArray) --arrays;
    made.push_back(parameter(fresh_name('y'), type, function));
  }
  if (last != nullptr) made.push_back(last);
  function.parameters = arena_.copy(std::span<Variable* const>(made));
}

void Generator::add_result(Function& function) {
  const Type type = random_.chance(percent::kIntResult) ? kIntType : kNodePointerType;
  const std::string_view name =
      random_.chance(percent::kNamedResult) ? fresh_name('s') : std::string_view();
  function.result = builder_.make_variable(name, type, VariableKind::kResult);
  function.result->owner = &function;
}

// ---- Bodies ----

Scope Generator::scope_in(Function& function) const {
  Scope scope;
  scope.function = &function;
  scope.variables.assign(function.parameters.begin(), function.parameters.end());
  if (function.result != nullptr && !function.result->name.empty()) {
    scope.variables.push_back(function.result);
  }
  return scope;
}

void Generator::fill(Frame& frame, uint32_t pieces) {
  Statements prologue;
  Statements body;
  Statements ending;
  frame.prologue = &prologue;
  const bool must_end_abnormally = frame.guarded;
  const size_t end = choose_ending(frame.role, must_end_abnormally);
  const uint32_t guarded =
      frame.role == Role::kDeferred ? percent::kGuardedDeferredBody : percent::kGuardedBody;
  if (end != 0 && random_.chance(guarded)) frame.guarded = true;
  open_body(frame, body);
  for (uint32_t i = 0; i < pieces; ++i) {
    if (hands_over_ && frame.role == Role::kMain) {
      if (random_.chance(percent::kPieceBetween)) between(frame, body);
      continue_handing_over(frame, body);
      continue;
    }
    piece(frame, body);
    if (i == 0 && frame.guarded) {
      if (random_.chance(percent::kWatchesRecovery)) defer_watching(frame, body);
      defer_recovering(frame, body);
    }
  }
  if (pieces == 0 && frame.guarded) defer_recovering(frame, body);
  if (frame.recovers && random_.chance(percent::kEven)) {
    recover(frame, body);
    frame.recovers = false;
  }
  if (frame.role == Role::kMain) {
    call_the_uncalled(frame, body);
    wait_for_goroutines(frame, body);
  }
  put_ending(end, frame, ending);
  close_body(frame, prologue, body, ending);
}

void Generator::open_body(Frame& frame, Statements& out) {
  if (frame.recovers && random_.chance(percent::kRecoverFirst)) {
    recover(frame, out);
    frame.recovers = false;
  }
  const bool is_main = frame.role == Role::kMain;
  if (frame.literals == 0 && random_.chance(is_main ? mix().nodes_in_main : mix().nodes_at_start)) {
    link_nodes(frame, out);
  }
  if (is_main && scale_ >= kGarbageScale && random_.chance(percent::kGarbageFirst)) {
    make_garbage(frame, out);
  }
  if (is_main && scale_ >= kLargeScale && random_.chance(percent::kListFirst))
    make_list(frame, out);
  if (is_main && scale_ >= kLargeScale && random_.chance(percent::kRefillFirst)) refill(frame, out);
  if (is_main && options_.goroutines) {
    if (scale_ > 1 && !hands_over_ && random_.chance(percent::kManyFirst)) {
      put_starts(size(20, 160, kMostGoroutines), frame, out);
    }
    const uint64_t count = 1 + random_.below(hands_over_ ? 2 : 3);
    for (uint64_t i = 0; i < count; ++i) start_any_goroutine(frame, out);
  }
  const bool yields = is_main || frame.role == Role::kGoroutine;
  const bool joins = is_main && yields_often_;  // alone, a goroutine does not outrun the list
  if (options_.goroutines && yields && scale_ >= kGarbageScale &&
      (joins || random_.chance(percent::kYieldsFirst))) {
    yields_often_ = true;
    put_yields(kMostYields, frame, out);
  }
  if (frame.role != Role::kGoroutine) return;
  // The report is deferred, because after a Goexit or a panic main would wait for it in vain.
  if (random_.chance(percent::kReportByDefer)) {
    auto* tell = new_function();
    Statements sends;
    emit(builder_.send(builder_.name("done"), builder_.literal(1)), sends);
    tell->body = builder_.block(sends);
    emit(builder_.defer(builder_.call(builder_.function_literal(tell))), out);
  }
  if (random_.chance(percent::kGoroutineRecovers)) defer_recovering(frame, out);
}

// Puts a body together. The ending exists already, so use_locals traces only the locals that
// neither it nor the body reads.
void Generator::close_body(Frame& frame, Statements& prologue, Statements& body,
                           Statements& ending) {
  Function& function = *frame.scope.function;
  const bool ends = !ending.empty() && is_panic(*ending.back());
  if (function.result != nullptr && !ends) emit(final_return(frame), ending);
  use_locals(frame, ending, body);
  Statements whole = prologue;
  whole.insert(whole.end(), body.begin(), body.end());
  whole.insert(whole.end(), ending.begin(), ending.end());
  function.body = builder_.block(whole);
}

// Reads the locals that neither `out` nor `others` read, because Go refuses a local that is not
// used. Ints are traced, which shows whether they still have the right value.
void Generator::use_locals(const Frame& frame, const Statements& others, Statements& out) {
  if (frame.locals.empty()) return;
  Reads reads(frame.locals);
  reads.in(others);
  reads.in(out);
  for (const Variable* local : reads.missing()) {
    Expression* value = read(*local);
    const bool is_int = local->type.kind == TypeKind::kInt;
    emit(is_int ? builder_.expression(builder_.builtin(Builtin::kTrace, value))
                : builder_.assign(nullptr, value),
         out);
  }
}

Statement* Generator::final_return(Frame& frame) {
  const Variable* result = frame.scope.function->result;
  if (result == nullptr) return builder_.return_value();
  if (!result->name.empty() && random_.chance(percent::kBareReturn)) return builder_.return_value();
  fault_ = Fault::kNone;
  return builder_.return_value(escaping_expression(result->type, frame.scope));
}

// ---- Literals ----

uint32_t Generator::literal_size() {
  return statements_left_ <= 0 ? 1 : static_cast<uint32_t>(random_.between(1, 3));
}

// The scope in a literal that stands in `outer`. Fills in what the checker would.
Scope Generator::scope_inside(Frame& outer, Function& literal) const {
  literal.parent = outer.scope.function;
  literal.in_loop = outer.scope.loops > 0;
  Scope scope = outer.scope;
  scope.function = &literal;
  scope.variables.insert(scope.variables.end(), literal.parameters.begin(),
                         literal.parameters.end());
  if (literal.result != nullptr && !literal.result->name.empty()) {
    scope.variables.push_back(literal.result);
  }
  scope.loops = 0;
  scope.blocks = outer.scope.blocks + 1;
  scope.top_level = true;
  return scope;
}

void Generator::fill_literal(Frame& outer, Function& literal, Role role, bool recovers,
                             bool guarded) {
  Scope scope = scope_inside(outer, literal);
  Frame frame{scope, role, outer.literals + 1, recovers, guarded};
  const Fault fault = fault_;
  const bool escapes = std::exchange(escapes_, false);
  fill(frame, literal_size());
  fault_ = fault;
  escapes_ = escapes;
}

// A literal without parameters and result: a func() value.
Expression* Generator::plain_literal(Frame& frame, Role role, bool recovers, bool guarded) {
  auto* made = new_function();
  fill_literal(frame, *made, role, recovers, guarded);
  return builder_.function_literal(made);
}

// A call of a literal, mostly with parameters. Null when an argument is impossible here.
Expression* Generator::literal_call(Frame& frame, Role role, bool recovers) {
  auto* made = new_function();
  if (random_.chance(percent::kLiteralParameters))
    add_parameters(*made, Role::kDeferred, 1 + random_.below(3));
  if (role == Role::kOrdinary && random_.chance(percent::kLiteralResult)) add_result(*made);
  std::vector<Expression*> values;
  if (!arguments(*made, frame, values)) return nullptr;
  fill_literal(frame, *made, role, recovers, false);
  Expression* call = builder_.call(builder_.function_literal(made), values);
  call->function = made;
  return call;
}

}  // namespace stackquake
