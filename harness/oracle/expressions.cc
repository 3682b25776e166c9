#include <algorithm>
#include <cstring>

#include "harness/oracle/evaluator.h"

namespace stackquake::oracle {

namespace {

// Numbers for the addresses of variables. The two first numbers differ in every bit from the fourth
// on, so a nest that depends on any bit of an address behaves differently in the two assignments.
// The lowest three bits are 0, as in a real address of a word.
constexpr uint64_t kFirstAscending = 0x2aaaaaaaaaa8;
constexpr uint64_t kFirstDescending = 0x555555555550;
constexpr uint64_t kFirstFresh = uint64_t{1} << 40;
constexpr uint64_t kAscendingBytes = 8;
constexpr uint64_t kDescendingBytes = 24;

// Any odd number will do: its multiples have few bits in common.
constexpr uint64_t kFreshFactor = 0x1ce4e5b9;

// More than the calls of one evaluation, so that different address seeds give different numbers.
constexpr uint64_t kMostFresh = 1'000'003;

// The lowest bits of the fresh numbers that are 0. Every other seed has many of them: a small mask
// gives 0 then, which an index or a divisor may need to be right, or to be wrong. The numbers of
// one evaluation differ nevertheless: they have 40 bits, and its calls need 20.
uint32_t zero_bits(uint32_t address_seed) {
  constexpr uint32_t kOfAWord = 3;
  constexpr uint32_t kMost = 18;
  return address_seed % 2 == 0 ? kOfAWord : std::min(5 + address_seed, kMost);
}

bool is_pointer(const Expression& expression) {
  return expression.kind != ExpressionKind::kNil &&
         (expression.type.kind == TypeKind::kIntPointer ||
          expression.type.kind == TypeKind::kNodePointer);
}

bool compares_pointers(const Expression& comparison) {
  return is_pointer(*comparison.left) && is_pointer(*comparison.right);
}

}  // namespace

void Evaluator::fault(ErrorCode code) {
  if (fault_ == kNoError) fault_ = code;
  if (code == kNilDereference) note(OracleEvent::kNilDereference);
}

Value Evaluator::value(const Expression& expression) {
  ++result_.steps;
  switch (expression.kind) {
    case ExpressionKind::kLiteral:
      return {static_cast<Word>(expression.value)};
    case ExpressionKind::kVariable:
      return load(expression.type, cell_of(*expression.variable));
    case ExpressionKind::kIndex:
    case ExpressionKind::kDereference:
    case ExpressionKind::kSelector: {
      const Word* cell = place(expression);
      return {cell == nullptr ? 0 : *cell};
    }
    case ExpressionKind::kAddress:
      return {to_word(place(*expression.left))};
    case ExpressionKind::kNode:
      return new_node(expression);
    case ExpressionKind::kBinary:
      return {arithmetic(expression)};
    case ExpressionKind::kFunctionLiteral:
      result_.steps += expression.function->captures.size();
      return {to_word(expression.function), to_word(frame_)};
    case ExpressionKind::kMake:
      return new_channel(expression);
    case ExpressionKind::kBuiltinCall:
      return built_in_value(expression);
    case ExpressionKind::kNil:
    case ExpressionKind::kNot:      // only in conditions: see `holds`
    case ExpressionKind::kCall:     // never inside an expression
    case ExpressionKind::kReceive:  // never inside an expression
      break;
  }
  return {};
}

// Stores the value in the cells of a variable of this type. The value of an array is a variable.
void Evaluator::value_to(const Expression& expression, Type type, Word* to) {
  if (type.kind != TypeKind::kArray) return store(type, to, value(expression));
  std::memmove(to, cell_of(*expression.variable), type.length * sizeof(Word));
  result_.steps += 1 + type.length / kWordsPerStep;
}

// ---- Places ----

// The cell of a variable. A literal finds captured variables in the frames around its own.
Word* Evaluator::cell_of(const Variable& variable) const {
  Frame* frame = frame_;
  while (frame->plan->function != variable.owner) frame = frame->outer;
  return frame->cell(variable);
}

// The cell of a variable, an element, a field or a pointer's target; null after a fault.
Word* Evaluator::place(const Expression& expression) {
  ++result_.steps;
  if (expression.kind == ExpressionKind::kVariable) return cell_of(*expression.variable);
  const Expression& left = *expression.left;
  if (expression.kind == ExpressionKind::kIndex) {
    const Word index = value(*expression.right).first;
    if (index < left.variable->type.length) return cell_of(*left.variable) + index;
    fault(kIndexOutOfRange);
    return nullptr;
  }
  const Word pointer = value(left).first;
  if (pointer == 0) {
    fault(kNilDereference);
    return nullptr;
  }
  if (expression.kind == ExpressionKind::kDereference) return to_pointer<Word>(pointer);
  return &to_pointer<Node>(pointer)->fields[static_cast<size_t>(expression.field)];
}

// ---- Arithmetic ----

// Computes unsigned where a signed result could overflow, because Go's integers wrap around.
Word Evaluator::arithmetic(const Expression& expression) {
  const Word left = value(*expression.left).first;
  const Word right = value(*expression.right).first;
  switch (expression.operation) {
    case Operation::kAdd:
      return left + right;
    case Operation::kSubtract:
      return left - right;
    case Operation::kMultiply:
      return left * right;
    case Operation::kAnd:
      return left & right;
    case Operation::kOr:
      return left | right;
    case Operation::kXor:
      return left ^ right;
    case Operation::kShiftLeft:
      return left << right;
    case Operation::kShiftRight:
      return static_cast<Word>(to_int(left) >> right);
    default:
      return quotient(expression.operation, to_int(left), to_int(right));
  }
}

// The quotient of the most negative number and -1 wraps around to that number itself.
Word Evaluator::quotient(Operation operation, int64_t left, int64_t right) {
  const bool is_division = operation == Operation::kDivide;
  if (right == 0) {
    fault(kDivisionByZero);
    return 0;
  }
  if (right == -1) return is_division ? 0 - static_cast<Word>(left) : 0;
  return static_cast<Word>(is_division ? left / right : left % right);
}

// ---- Conditions ----

bool Evaluator::holds(const Expression& condition) {
  ++result_.steps;
  if (condition.kind == ExpressionKind::kNot) return !holds(*condition.left);
  if (condition.operation == Operation::kLogicalAnd) {
    return holds(*condition.left) && holds(*condition.right);
  }
  if (condition.operation == Operation::kLogicalOr) {
    return holds(*condition.left) || holds(*condition.right);
  }
  return comparison(condition);
}

// Only ints have an order. An `any` and a func() can only be compared with nil, and they are nil
// when their first cell is 0.
bool Evaluator::comparison(const Expression& expression) {
  if (compares_pointers(expression)) note(OracleEvent::kPointersCompared);
  const int64_t left = to_int(value(*expression.left).first);
  const int64_t right = to_int(value(*expression.right).first);
  switch (expression.operation) {
    case Operation::kEqual:
      return left == right;
    case Operation::kNotEqual:
      return left != right;
    case Operation::kLess:
      return left < right;
    case Operation::kLessEqual:
      return left <= right;
    case Operation::kGreater:
      return left > right;
    default:
      return left >= right;
  }
}

// ---- Heap objects ----

Value Evaluator::new_node(const Expression& expression) {
  auto* node = heap_.make<Node>();
  allocated_words_ += std::size(node->fields);
  for (size_t i = 0; i < expression.fields.size(); ++i) {
    node->fields[static_cast<size_t>(expression.fields[i])] = value(*expression.arguments[i]).first;
  }
  return {to_word(node)};
}

Value Evaluator::new_channel(const Expression& expression) {
  auto* channel = heap_.make<Channel>();
  const size_t capacity = expression.value < 0 ? 0 : static_cast<size_t>(expression.value);
  channel->buffer = heap_.make_array<Word>(capacity);
  const uint64_t words = sizeof(Channel) / sizeof(Word) + capacity;
  allocated_words_ += words;
  result_.steps += words / kWordsPerStep;
  return {to_word(channel)};
}

// ---- Built-in calls with a result ----

Value Evaluator::built_in_value(const Expression& call) {
  switch (call.builtin) {
    case Builtin::kCode:
      return {value(*call.arguments[0]).second};
    case Builtin::kFrames:
      result_.steps += records(*running_);
      if (is_in_deferred_call_of_epilogue()) note(OracleEvent::kFramesInDeferredCall);
      return {running_->activations.size()};
    case Builtin::kAddr:
      return {address_number(value(*call.arguments[0]).first)};
    case Builtin::kRecover:
      return recover();
    default:
      return {};  // has no result: see built_in
  }
}

bool Evaluator::is_in_deferred_call_of_epilogue() const {
  return std::ranges::any_of(running_->activations, [](const Activation& activation) {
    return activation.return_to == Return::kToEpilogue;
  });
}

Word Evaluator::address_number(Word address) {
  result_.used_addr = true;
  if (address == 0) return 0;
  if (options_.addresses == AddressAssignment::kFresh) {
    const uint32_t seed = options_.address_seed;
    const uint64_t number = ++fresh_addresses_ + uint64_t{seed} * kMostFresh;
    return kFirstFresh + (number * kFreshFactor << zero_bits(seed)) % kFirstFresh;
  }
  const uint64_t order = address_book_.try_emplace(address, address_book_.size()).first->second;
  const bool ascends = options_.addresses == AddressAssignment::kAscending;
  const auto or_else = [](uint64_t given, uint64_t usual) { return given != 0 ? given : usual; };
  const uint64_t first =
      or_else(options_.first_address, ascends ? kFirstAscending : kFirstDescending);
  const uint64_t distance =
      order * or_else(options_.address_bytes, ascends ? kAscendingBytes : kDescendingBytes);
  return ascends ? first + distance : first - distance;
}

}  // namespace stackquake::oracle
