#include "harness/generator/census.h"

#include <algorithm>
#include <utility>

#include "harness/language/spelling.h"

namespace stackquake {
namespace {

constexpr std::string_view kStatement = "statement";
constexpr std::string_view kExpression = "expression";
constexpr std::string_view kComparison = "comparison";
constexpr std::string_view kFault = "fault";

std::string key_of(std::string_view group, std::string_view name) {
  return std::string(group) + " " + std::string(name);
}

bool is(const Expression& one, ExpressionKind kind) {
  return one.kind == kind;
}

bool is_load_of_an_int(const Expression& one) {
  return is(one, ExpressionKind::kDereference) || is(one, ExpressionKind::kIndex) ||
         (is(one, ExpressionKind::kSelector) && one.field == Field::kVal);
}

bool has_literal_index(const Expression& element) {
  return is(*element.right, ExpressionKind::kLiteral);
}

// x | 1024, where no array is longer.
bool is_outside(const Expression& index) {
  return index.operation == Operation::kOr && is(*index.right, ExpressionKind::kLiteral) &&
         index.right->value >= kMaxArrayLength;
}

// x - x
bool is_zero(const Expression& divisor) {
  return divisor.operation == Operation::kSubtract &&
         is(*divisor.left, ExpressionKind::kVariable) && divisor.left->name == divisor.right->name;
}

std::string form_of(const Expression& arithmetic) {
  const bool literal = is(*arithmetic.right, ExpressionKind::kLiteral);
  const bool tells = arithmetic.operation == Operation::kDivide ||
                     arithmetic.operation == Operation::kRemainder ||
                     arithmetic.operation == Operation::kShiftLeft ||
                     arithmetic.operation == Operation::kShiftRight;
  return "x " + std::string(spelling(arithmetic.operation)) + (literal && tells ? " 1" : " y");
}

std::string form_of_ints(const Expression& comparison) {
  if (is(*comparison.left, ExpressionKind::kLiteral)) return "1 < x";
  if (is_load_of_an_int(*comparison.left) || is_load_of_an_int(*comparison.right)) {
    return "x < load";
  }
  const bool equality = comparison.operation <= Operation::kNotEqual;
  return "x " + std::string(equality ? "==" : spelling(comparison.operation)) + " y";
}

std::string form_of_nodes(const Expression& left, const Expression& right) {
  const int loads = static_cast<int>(is(left, ExpressionKind::kSelector)) +
                    static_cast<int>(is(right, ExpressionKind::kSelector));
  return loads == 0 ? "n == m" : loads == 1 ? "n == m.next" : "n.next == m.next";
}

// A comparison with nil on the right.
std::string form_with_nil(const Expression& other) {
  switch (other.type.kind) {
    case TypeKind::kNodePointer:
      return is(other, ExpressionKind::kSelector) ? "n.next == nil" : "n == nil";
    case TypeKind::kIntPointer:
      return "p == nil";
    case TypeKind::kIntChannel:
    case TypeKind::kNodeChannel:
      return "c == nil";
    default:
      return spelling(other.type) + " == nil";
  }
}

bool moves_the_stack(Builtin builtin) {
  return builtin == Builtin::kMove || builtin == Builtin::kGrow || builtin == Builtin::kShrink;
}

const Expression* closed_by(const Statement& one) {
  const bool closes = one.kind == StatementKind::kExpression &&
                      is(*one.value, ExpressionKind::kBuiltinCall) &&
                      one.value->builtin == Builtin::kClose;
  return closes ? one.value->arguments[0] : nullptr;
}

}  // namespace

// ---- Counting ----

void Census::count(const Nest& nest) {
  deferred_.clear();
  branches_.clear();
  loops_.clear();
  without_value_.clear();
  skipped_.clear();
  faulting_.clear();
  for_each_statement(nest, [&](const Statement* one) {
    if (one->kind != StatementKind::kDefer || !is(*one->value, ExpressionKind::kCall)) return;
    const Expression& callee = *one->value->left;
    const bool literal = is(callee, ExpressionKind::kFunctionLiteral);
    deferred_.insert(literal ? callee.function : one->value->function);
  });
  walk(nest, *this);
}

void Census::note(std::string_view group, std::string_view name) {
  Frame& frame = frames_.back();
  frame.events.push_back({key_of(group, name), frame.branches > 0, frame.loops > 0});
}

void Census::enter(Function& function) {
  Frame inside;
  if (!frames_.empty()) {
    const Frame& outer = frames_.back();
    inside = {.deferred = outer.deferred, .branches = outer.branches, .loops = outer.loops};
  }
  inside.deferred |= deferred_.contains(&function);
  frames_.push_back(std::move(inside));
}

void Census::leave(Function& /*function*/) {
  end_statement();
  const Frame frame = std::move(frames_.back());
  frames_.pop_back();
  for (size_t i = 0; i < frame.events.size(); ++i) {
    const Event& event = frame.events[i];
    const std::array<bool, kPlaces.size()> there = {i < frame.last_call_begins,
                                                    i >= frame.first_call_ends,
                                                    i < frame.last_branch_begins,
                                                    event.in_branch,
                                                    event.in_loop,
                                                    frame.deferred};
    auto& counts = counts_[event.key];
    for (size_t place = 0; place < there.size(); ++place) counts.at(place) += there.at(place);
  }
}

void Census::end_statement() {
  Frame& frame = frames_.back();
  if (frame.calls) {
    frame.last_call_begins = frame.statement;
    frame.first_call_ends = std::min(frame.first_call_ends, frame.events.size());
  }
  frame.calls = false;
  frame.statement = frame.events.size();
}

void Census::enter(Block& block) {
  Frame& frame = frames_.back();
  if (branches_.contains(&block)) {
    frame.last_branch_begins = frame.events.size();
    ++frame.branches;
  }
  frame.loops += loops_.contains(&block) ? 1 : 0;
  closed_channels(block);
}

void Census::leave(Block& block) {
  end_statement();
  Frame& frame = frames_.back();
  frame.branches -= branches_.contains(&block) ? 1 : 0;
  frame.loops -= loops_.contains(&block) ? 1 : 0;
}

// ---- Statements ----

void Census::statement(Statement*& one) {
  end_statement();
  if (const auto found = faulting_.find(one); found != faulting_.end()) note(kFault, found->second);
  switch (one->kind) {
    case StatementKind::kDeclare:
    case StatementKind::kAssign:
      return declaration_or_assignment(*one);
    case StatementKind::kOperate: {
      const std::string_view sign = one->operation == Operation::kAdd ? "+" : "-";
      const std::string twice = std::string(sign) + std::string(sign);
      note(kStatement, one->value == nullptr ? "x" + twice : "x " + std::string(sign) + "= e");
      skipped_.insert(one->target);
      return;
    }
    case StatementKind::kExpression:
      if (is(*one->value, ExpressionKind::kCall)) note(kStatement, "call");
      return;
    case StatementKind::kDefer:
      return deferred_call(*one->value);
    case StatementKind::kGo:
      skipped_.insert(one->value);
      return note(kStatement, "go");
    case StatementKind::kIf:
      branches_.insert(&one->body);
      if (one->otherwise == nullptr) return note(kStatement, "if");
      branches_.insert(&one->otherwise->body);
      return note(kStatement,
                  one->otherwise->kind == StatementKind::kIf ? "if else if" : "if else");
    case StatementKind::kFor:
      loops_.insert(&one->body);
      return note(kStatement, "for");
    case StatementKind::kReturn:
      return note(kStatement, one->value == nullptr ? "return" : "return e");
    case StatementKind::kBlock:
      if (!branches_.contains(&one->body)) note(kStatement, "block");
      return;
    case StatementKind::kSend:
      return note(kStatement, "c <- e");
    case StatementKind::kSelect:
      return choices(*one);
  }
}

void Census::declaration_or_assignment(const Statement& one) {
  if (one.kind == StatementKind::kDeclare) {
    if (one.value == nullptr) without_value_.insert(one.variable);
    return note(kStatement, one.long_form ? "var x T" : "x := e");
  }
  if (one.target == nullptr) return note(kStatement, "_ = e");
  skipped_.insert(one.target);
  store(*one.target);
}

void Census::store(const Expression& place) {
  switch (place.kind) {
    case ExpressionKind::kDereference:
      if (is_nil(*place.left)) note(kFault, "store *nil");
      return note(kStatement, "*p = e");
    case ExpressionKind::kSelector:
      if (is_nil(*place.left)) note(kFault, "store nil.val");
      return note(kStatement, "n." + std::string(spelling(place.field)) + " = e");
    case ExpressionKind::kIndex:
      if (is_outside(*place.right)) note(kFault, "store a[outside]");
      return note(kStatement, has_literal_index(place) ? "a[1] = e" : "a[x] = e");
    default:
      return note(kStatement, "x = e");
  }
}

void Census::deferred_call(const Expression& call) {
  skipped_.insert(&call);
  if (is(call, ExpressionKind::kBuiltinCall)) {
    return note(kStatement, "defer " + std::string(spelling(call.builtin)));
  }
  const bool literal = is(*call.left, ExpressionKind::kFunctionLiteral);
  note(kStatement, literal                    ? "defer literal"
                   : call.function == nullptr ? "defer value"
                                              : "defer function");
}

void Census::choices(const Statement& select) {
  note(kStatement, "select");
  for (const SelectCase& one : select.cases) {
    branches_.insert(&one.body);
    if (one.target != nullptr) skipped_.insert(one.target);
    note(kStatement, one.kind == CaseKind::kDefault ? "default"
                     : one.kind == CaseKind::kSend  ? "case c <- e"
                     : one.target != nullptr        ? "case x = <-c"
                                                    : "case <-c");
  }
}

// Notes the statements that fault because the one before them closes their channel.
void Census::closed_channels(const Block& block) {
  for (size_t i = 1; i < block.statements.size(); ++i) {
    const Expression* closed = closed_by(*block.statements[i - 1]);
    if (closed == nullptr) continue;
    const Statement& next = *block.statements[i];
    const Expression* again = closed_by(next);
    if (again != nullptr && again->name == closed->name) {
      faulting_[&next] = "close of a closed channel";
    } else if (next.kind == StatementKind::kSend && next.target->name == closed->name) {
      faulting_[&next] = "send on a closed channel";
    }
  }
}

// ---- Expressions ----

void Census::expression(Expression*& one) {
  const bool skipped = skipped_.contains(one);
  switch (one->kind) {
    case ExpressionKind::kLiteral:
      return note(kExpression, "1");
    case ExpressionKind::kNil:
      return note(kExpression, "nil");
    case ExpressionKind::kVariable: {
      if (skipped || one->variable == nullptr) return;
      const bool array = one->type.kind == TypeKind::kArray;
      return note(kExpression, array ? "[N]int" : spelling(one->type));
    }
    case ExpressionKind::kIndex:
    case ExpressionKind::kDereference:
    case ExpressionKind::kSelector:
      if (!skipped) load(*one);
      return;
    case ExpressionKind::kAddress: {
      skipped_.insert(one->left);
      const Expression& place = *one->left;
      return note(kExpression, is(place, ExpressionKind::kVariable)   ? "&x"
                               : is(place, ExpressionKind::kSelector) ? "&n.val"
                               : has_literal_index(place)             ? "&a[1]"
                                                                      : "&a[x]");
    }
    case ExpressionKind::kNode:
      return note(kExpression, "&node{}");
    case ExpressionKind::kBinary:
      return operation(*one);
    case ExpressionKind::kNot: {
      const bool pair = one->left->operation >= Operation::kLogicalAnd;
      return note(kComparison, pair ? "!(e && e)" : "!(x == y)");
    }
    case ExpressionKind::kFunctionLiteral:
      return note(kExpression, "literal");
    case ExpressionKind::kCall:
    case ExpressionKind::kBuiltinCall:
      if (!skipped) call(*one);
      return;
    case ExpressionKind::kMake:
      return note(kExpression, one->value < 0 ? "make(chan T)" : "make(chan T, 1)");
    case ExpressionKind::kReceive:
      return note(kExpression, "<-c");
  }
}

void Census::operation(const Expression& one) {
  if (one.operation >= Operation::kLogicalAnd) {
    return note(kComparison, "e " + std::string(spelling(one.operation)) + " e");
  }
  if (one.operation >= Operation::kEqual) return comparison(one);
  note(kExpression, form_of(one));
  const bool divides =
      one.operation == Operation::kDivide || one.operation == Operation::kRemainder;
  if (divides && is_zero(*one.right)) {
    note(kFault, "x " + std::string(spelling(one.operation)) + " 0");
  }
}

void Census::comparison(const Expression& one) {
  const Expression& left = *one.left;
  const Expression& right = *one.right;
  if (is(left, ExpressionKind::kNil)) return note(kComparison, "nil == n");
  if (is(right, ExpressionKind::kNil)) return note(kComparison, form_with_nil(left));
  if (left.type.kind == TypeKind::kInt) return note(kComparison, form_of_ints(one));
  if (left.type.kind == TypeKind::kNodePointer) {
    return note(kComparison, form_of_nodes(left, right));
  }
  const bool address = is(left, ExpressionKind::kAddress) || is(right, ExpressionKind::kAddress);
  note(kComparison, address ? "p == &x" : "p == q");
}

void Census::load(const Expression& one) {
  if (is(one, ExpressionKind::kIndex)) {
    if (is_outside(*one.right)) note(kFault, "load a[outside]");
    return note(kExpression, has_literal_index(one) ? "a[1]" : "a[x]");
  }
  const bool dereference = is(one, ExpressionKind::kDereference);
  if (is_nil(*one.left)) note(kFault, dereference ? "load *nil" : "load nil.val");
  note(kExpression, dereference ? "*p" : "n." + std::string(spelling(one.field)));
}

void Census::call(const Expression& one) {
  Frame& frame = frames_.back();
  if (is(one, ExpressionKind::kBuiltinCall)) {
    frame.calls |= moves_the_stack(one.builtin);
    if (one.builtin == Builtin::kClose && is_nil(*one.arguments[0])) note(kFault, "close(nil)");
    return note(kExpression, std::string(spelling(one.builtin)) + "()");
  }
  frame.calls = true;
  if (is(*one.left, ExpressionKind::kFunctionLiteral)) return note(kExpression, "literal()");
  if (one.function != nullptr) return note(kExpression, "function()");
  if (is_nil(*one.left)) note(kFault, "nil()");
  note(kExpression, "value()");
}

// Whether it is a variable that is nil wherever it is used.
bool Census::is_nil(const Expression& one) const {
  return without_value_.contains(one.variable) && !one.variable->assigned &&
         !one.variable->address_taken;
}

// ---- Results ----

std::array<uint64_t, kPlaces.size()> Census::counts(const Kind& kind) const {
  const auto found = counts_.find(key_of(kind.group, kind.name));
  return found == counts_.end() ? std::array<uint64_t, kPlaces.size()>{} : found->second;
}

std::vector<std::string> Census::unknown() const {
  std::vector<std::string> names;
  for (const auto& [key, counts] : counts_) names.push_back(key);
  for (const Kind& kind : kKinds) std::erase(names, key_of(kind.group, kind.name));
  return names;
}

std::string Census::table() const {
  std::string text = "|  | kind |";
  std::string line = "|---|---|";
  for (const std::string_view place : kPlaces) {
    text += " " + std::string(place) + " |";
    line += "---:|";
  }
  text += "\n" + line + "\n";
  for (const Kind& kind : kKinds) {
    std::string name(kind.name);
    for (size_t at = 0; (at = name.find('|', at)) != std::string::npos; at += 2) {
      name.insert(at, "\\");
    }
    text += "| " + std::string(kind.group) + " | `" + name + "` |";
    for (const uint64_t count : counts(kind)) text += " " + std::to_string(count) + " |";
    text += "\n";
  }
  return text;
}

}  // namespace stackquake
