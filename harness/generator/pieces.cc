#include <algorithm>
#include <array>
#include <utility>

#include "harness/generator/generator.h"
#include "harness/generator/percent.h"
#include "harness/generator/sizes.h"
#include "harness/generator/types.h"

namespace stackquake {
namespace {

// A piece may be impossible at a place, for want of a variable, say. After this many failures a
// trace stands there, which is always possible.
constexpr int kPieceTries = 8;

// An estimate of the statements in a round of a loop.
constexpr uint64_t kRoundSteps = 12;

enum class Needs : uint8_t { kAnywhere, kTopLevel, kGoroutines, kUnordered };

struct PieceWeights {
  uint32_t ordinary;
  uint32_t deferred;
  uint32_t concurrent;
  uint32_t compiler;
  Needs needs;
};

constexpr PieceWeights kPieces[] = {
#define STACKQUAKE_PIECE(method, ordinary, deferred, concurrent, compiler, needs) \
  {ordinary, deferred, concurrent, compiler, Needs::needs},
#include "harness/generator/pieces.def"
#undef STACKQUAKE_PIECE
};
constexpr size_t kPieceCount = std::size(kPieces);

enum class Code : uint8_t { kOrdinary, kDeferred, kConcurrent };

// Four times the weights of the table, so that a quarter of one is a whole number.
constexpr uint32_t weight_of(const PieceWeights& piece, Code code, Profile profile) {
  const bool compiler = profile == Profile::kCompiler;
  if (code == Code::kOrdinary) return 4 * (compiler ? piece.compiler : piece.ordinary);
  const uint32_t own = code == Code::kDeferred ? piece.deferred : piece.concurrent;
  return 4 * own + (compiler ? piece.compiler : 0);
}

struct EndingWeights {
  uint32_t ordinary;
  uint32_t deferred;
  uint32_t main;
  uint32_t compiler;
};

constexpr EndingWeights kEndings[] = {
#define STACKQUAKE_ENDING(method, ordinary, deferred, main, compiler) \
  {ordinary, deferred, main, compiler},
#include "harness/generator/endings.def"
#undef STACKQUAKE_ENDING
};
constexpr size_t kEndingCount = std::size(kEndings);

// The places of the endings in the table, by the names of their methods.
enum EndingIndex : size_t {
#define STACKQUAKE_ENDING(method, ordinary, deferred, main, compiler) kEnding_##method,
#include "harness/generator/endings.def"
#undef STACKQUAKE_ENDING
};

}  // namespace

// ---- Choosing ----

void Generator::piece(Frame& frame, Statements& out) {
  std::array<uint32_t, kPieceCount> weights = {};
  const bool concurrent =
      frame.role == Role::kGoroutine || (frame.role == Role::kMain && options_.goroutines);
  const Code kind = frame.role == Role::kDeferred ? Code::kDeferred
                    : concurrent                  ? Code::kConcurrent
                                                  : Code::kOrdinary;
  for (size_t i = 0; i < kPieceCount; ++i) {
    if (kPieces[i].needs == Needs::kTopLevel && !frame.scope.top_level) continue;
    if (kPieces[i].needs == Needs::kGoroutines && !options_.goroutines) continue;
    if (kPieces[i].needs == Needs::kUnordered && (!options_.goroutines || hands_over_)) continue;
    weights[i] = weight_of(kPieces[i], kind, options_.profile);
  }
  const bool has_rooms = has_room() && has_variables_left(frame);
  for (int i = 0; i < kPieceTries && statements_left_ > 0 && has_rooms; ++i) {
    fault_ = Fault::kNone;
    if (try_piece(random_.weighted(weights), frame, out)) return;
  }
  trace(frame, out);
}

bool Generator::try_piece(size_t index, Frame& frame, Statements& out) {
  using Piece = bool (Generator::*)(Frame&, Statements&);
  static constexpr Piece kMethods[] = {
#define STACKQUAKE_PIECE(method, ordinary, deferred, concurrent, compiler, needs) \
  &Generator::method,
#include "harness/generator/pieces.def"
#undef STACKQUAKE_PIECE
  };
  return (this->*kMethods[index])(frame, out);
}

// An index into kEndings. Only the first ending is a normal one.
size_t Generator::choose_ending(Role role, bool must_end_abnormally) {
  std::array<uint32_t, kEndingCount> weights = {};
  for (size_t i = must_end_abnormally ? 1 : 0; i < kEndingCount; ++i) {
    const EndingWeights& ending = kEndings[i];
    weights[i] = role == Role::kDeferred                  ? ending.deferred
                 : options_.profile == Profile::kCompiler ? ending.compiler
                 : role == Role::kMain                    ? ending.main
                                                          : ending.ordinary;
  }
  if (hands_over_) {
    // A Goexit leaves the rest of a list undone, and nobody comes to the end of the nest.
    if (random_.chance(percent::kNoGoexitInHandOvers)) weights[kEnding_exit_goroutine] = 0;
    if (role == Role::kMain && random_.chance(percent::kMainReturns)) return 0;
  }
  return random_.weighted(weights);
}

// Puts an ending into `out`. When it is not possible here, the body ends normally. An ending
// declares nothing, because nothing after it would read the variable.
void Generator::put_ending(size_t index, Frame& frame, Statements& out) {
  using Ending = bool (Generator::*)(Frame&, Statements&);
  static constexpr Ending kMethods[] = {
#define STACKQUAKE_ENDING(method, ordinary, deferred, main, compiler) &Generator::method,
#include "harness/generator/endings.def"
#undef STACKQUAKE_ENDING
  };
  const bool top_level = frame.scope.top_level;
  frame.scope.top_level = false;
  fault_ = Fault::kNone;
  (this->*kMethods[index])(frame, out);
  frame.scope.top_level = top_level;
}

void Generator::emit(Statement* statement, Statements& out) {
  steps_ += repeats_;
  --statements_left_;
  out.push_back(statement);
}

// Makes a block inside the current body. The counter of its loop, if any, is already visible.
Block Generator::inner_block(Frame& frame, uint32_t pieces, bool in_loop) {
  Scope& scope = frame.scope;
  const size_t visible = scope.variables.size();
  const bool top_level = scope.top_level;
  ++scope.blocks;
  scope.loops += in_loop ? 1 : 0;
  scope.top_level = false;
  Statements inner;
  for (uint32_t i = 0; i < pieces; ++i) piece(frame, inner);
  scope.top_level = top_level;
  scope.loops -= in_loop ? 1 : 0;
  --scope.blocks;
  scope.variables.resize(visible);
  return builder_.block(inner);
}

// ---- Computation ----

bool Generator::declare(Frame& frame, Statements& out) {
  // Pointers together weigh more than ints, because they are what a copy must adjust.
  constexpr std::array<uint32_t, 6> kWeights = {30, 26, 12, 18, 10, 4};
  constexpr std::array kKinds = {TypeKind::kInt,         TypeKind::kIntPointer, TypeKind::kArray,
                                 TypeKind::kNodePointer, TypeKind::kFunc,       TypeKind::kAny};
  Type type{kKinds.at(random_.weighted(kWeights))};
  Expression* value = nullptr;
  if (type.kind == TypeKind::kArray) {
    type = array_type(frame);
    Variable* other = random_.chance(percent::kCopyArray) ? find(type, frame.scope) : nullptr;
    if (other != nullptr) value = read(*other);
  } else if (type.kind == TypeKind::kFunc) {
    if (frame.literals > 2) return false;
    const bool is_nil = random_.chance(percent::kNilFunc);
    value = is_nil ? nullptr
                   : plain_literal(frame, Role::kDeferred, random_.chance(percent::kValueRecovers),
                                   false);
  } else if (type.kind == TypeKind::kAny) {
    const bool is_nil = random_.chance(percent::kNilAny);
    value = is_nil ? nullptr : builder_.builtin(Builtin::kRecover);
  } else {
    value = expression(type, frame.scope);
  }
  add_local(type, value, frame, out);
  return true;
}

bool Generator::trace(Frame& frame, Statements& out) {
  fault_ = Fault::kNone;
  Variable* any =
      random_.chance(percent::kTraceAny) ? find({TypeKind::kAny}, frame.scope) : nullptr;
  Expression* value = any != nullptr ? builder_.builtin(Builtin::kCode, read(*any))
                                     : expression(kIntType, frame.scope);
  emit(builder_.expression(builder_.builtin(Builtin::kTrace, value)), out);
  return true;
}

bool Generator::assign(Frame& frame, Statements& out) {
  const TypeKind kind = random_.pick({TypeKind::kInt, TypeKind::kIntPointer, TypeKind::kNodePointer,
                                      TypeKind::kArray, TypeKind::kFunc, TypeKind::kAny});
  Variable* target = nullptr;
  for (Variable* variable : frame.scope.variables) {
    const bool fits = variable->type.kind == kind && variable->name != "n";
    if (fits && can_assign(*variable, frame.scope) &&
        (target == nullptr || random_.chance(percent::kEven))) {
      target = variable;
    }
  }
  if (target == nullptr) return false;
  if (kind == TypeKind::kArray && random_.chance(percent::kAssignElement)) {
    put_store(*target, mix().variable_index, frame, out);
    return true;
  }
  Expression* value = kind == TypeKind::kAny && random_.chance(percent::kAssignRecover)
                          ? builder_.builtin(Builtin::kRecover)
                          : expression(target->type, frame.scope);
  emit(builder_.assign(read(*target), value), out);
  return true;
}

// Stores in an element, by a variable index in so many of a hundred cases.
void Generator::put_store(const Variable& array, uint32_t by_variable, Frame& frame,
                          Statements& out) {
  const int64_t length = array.type.length;
  Expression* index = random_.chance(by_variable) ? variable_index(length, frame.scope) : nullptr;
  if (index == nullptr) index = builder_.literal(random_.between(0, length - 1));
  Expression* place = builder_.index(read(array), index);
  emit(builder_.assign(place, expression(kIntType, frame.scope)), out);
}

// Stores in an element of an array, mostly by a variable index, and often reads one afterwards.
bool Generator::store_element(Frame& frame, Statements& out) {
  Variable* array = nullptr;
  for (Variable* variable : frame.scope.variables) {
    const bool fits = variable->type.kind == TypeKind::kArray && can_assign(*variable, frame.scope);
    if (fits && (array == nullptr || random_.chance(percent::kEven))) array = variable;
  }
  if (array == nullptr && frame.prologue != nullptr) array = demand(array_type(frame), frame);
  if (array == nullptr || !can_assign(*array, frame.scope)) return false;
  Variable* other = random_.chance(percent::kStoreArray) ? find(array->type, frame.scope) : nullptr;
  if (other != nullptr && other != array) {
    emit(builder_.assign(read(*array), read(*other)), out);
  } else {
    put_store(*array, percent::kStoreByVariable, frame, out);
  }
  if (!random_.chance(percent::kEven)) return true;
  fault_ = Fault::kNone;
  Expression* index = variable_index(array->type.length, frame.scope);
  if (index == nullptr) index = builder_.literal(array->type.length - 1);
  Expression* value = builder_.index(read(*array), index);
  emit(builder_.expression(builder_.builtin(Builtin::kTrace, value)), out);
  return true;
}

bool Generator::operate(Frame& frame, Statements& out) {
  Variable* target = find_target(kIntType, frame.scope);
  if (target == nullptr) return false;
  const Operation operation =
      random_.chance(percent::kAdd) ? Operation::kAdd : Operation::kSubtract;
  Expression* value = random_.chance(percent::kByOne) ? nullptr : expression(kIntType, frame.scope);
  emit(builder_.operate(read(*target), operation, value), out);
  return true;
}

bool Generator::store(Frame& frame, Statements& out) {
  Variable* pointer = find({TypeKind::kIntPointer}, frame.scope);
  if (pointer == nullptr) return false;
  fault_ = Fault::kDereference;
  Expression* place = builder_.dereference(read(*pointer));
  emit(builder_.assign(place, expression(kIntType, frame.scope)), out);
  return true;
}

bool Generator::store_in_node(Frame& frame, Statements& out) {
  Variable* object = find({TypeKind::kNodePointer}, frame.scope);
  if (object == nullptr) return false;
  fault_ = Fault::kDereference;
  const Field field = random_.pick(kFields);
  const Type type = field == Field::kVal ? kIntType : Type{TypeKind::kNodePointer};
  Expression* place = builder_.selector(read(*object), field);
  escapes_ = field != Field::kVal;
  Expression* value = expression(type, frame.scope);
  escapes_ = false;
  emit(builder_.assign(place, value), out);
  return true;
}

bool Generator::conditional(Frame& frame, Statements& out) {
  if (frame.scope.blocks >= kMaxBlocks) return false;
  Expression* when = condition(frame.scope);
  Block body = inner_block(frame, 1 + random_.below(2), false);
  Statement* otherwise = nullptr;
  if (random_.chance(percent::kEarlyReturn)) {
    Statements returns(body.statements.begin(), body.statements.end());
    emit(final_return(frame), returns);
    body = builder_.block(returns);
  } else if (random_.chance(percent::kElse)) {
    otherwise = builder_.nested(inner_block(frame, 1, false));
    fault_ = Fault::kNone;
    if (random_.chance(percent::kElseIf)) {
      otherwise = builder_.conditional(condition(frame.scope), otherwise->body);
    }
  }
  emit(builder_.conditional(when, body, otherwise), out);
  return true;
}

bool Generator::loop(Frame& frame, Statements& out) {
  const auto times =
      static_cast<int64_t>(fitting(static_cast<uint64_t>(size(1, 4, kMostRounds)), kRoundSteps));
  if (frame.scope.blocks >= kMaxBlocks || times == 0) return false;
  const auto round = [&](Frame& inside, Statements& body) {
    const uint64_t pieces = 1 + random_.below(2);
    for (uint64_t i = 0; i < pieces; ++i) piece(inside, body);
  };
  in_loop(frame, times, round, out);
  return true;
}

bool Generator::nested(Frame& frame, Statements& out) {
  if (frame.scope.blocks >= kMaxBlocks) return false;
  const int64_t around = is_deep_ ? 1 : size(1, 1, kMostBlocksAround);
  const bool was_deep = std::exchange(is_deep_, is_deep_ || around > 1);
  Statement* made = builder_.nested(inner_block(frame, 1 + random_.below(2), false));
  is_deep_ = was_deep;
  for (int64_t i = 1; i < around; ++i) made = builder_.nested(builder_.block({made}));
  emit(made, out);
  return true;
}

// ---- Stack and heap ----

bool Generator::move(Frame& /*frame*/, Statements& out) {
  emit(builder_.expression(builder_.builtin(Builtin::kMove)), out);
  return true;
}

bool Generator::grow(Frame& frame, Statements& out) {
  // From a few words, which fit into the smallest stack, to more than a doubled default stack has.
  const int64_t usual = random_.pick({8, 30, 60, 120, 250, 500});
  Expression* words =
      random_.chance(percent::kLiteralGrowth) ? growth(usual) : expression(kIntType, frame.scope);
  emit(builder_.expression(builder_.builtin(Builtin::kGrow, words)), out);
  return true;
}

// A number of words to grow by. What a large nest grows by at most needs a limit of its own.
Expression* Generator::growth(int64_t usual) {
  const int64_t words = size(usual, usual, scale_ > 1 ? kMostLargeGrowth : kMostGrowth);
  largest_growth_ = std::max(largest_growth_, words);
  return builder_.literal(words);
}

bool Generator::shrink(Frame& /*frame*/, Statements& out) {
  emit(builder_.expression(builder_.builtin(Builtin::kShrink)), out);
  return true;
}

bool Generator::collect(Frame& /*frame*/, Statements& out) {
  emit(builder_.expression(builder_.builtin(Builtin::kGC)), out);
  return true;
}

bool Generator::frames(Frame& /*frame*/, Statements& out) {
  Expression* count = builder_.builtin(Builtin::kFrames);
  emit(builder_.expression(builder_.builtin(Builtin::kTrace, count)), out);
  return true;
}

// Declares an address as a number. Later statements seldom see it, because a nest whose trace
// depends on it is not compared with the oracle.
bool Generator::address(Frame& frame, Statements& out) {
  Expression* place = expression({TypeKind::kIntPointer}, frame.scope);
  add_local(kIntType, builder_.builtin(Builtin::kAddr, place), frame, out);
  if (random_.chance(percent::kVisibleAddress)) return true;
  frame.scope.variables.pop_back();
  Variable* number = frame.locals.back();
  emit(builder_.assign(nullptr, read(*number)), out);
  return true;
}

}  // namespace stackquake
