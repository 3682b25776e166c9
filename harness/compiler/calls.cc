#include <algorithm>

#include "harness/compiler/function_compiler.h"
#include "runtime_under_test/records.h"

namespace stackquake {

using runtime::Defect;
using runtime::Opcode;
using runtime::RuntimeFunction;

namespace {

// Larger records, and more of them, go to the heap: a frame must not be much larger than what its
// function shows.
constexpr uint32_t kMostDeferredWordsInFrame = 16;
constexpr uint32_t kMostRecordWordsInFrame = 1024;

uint32_t function_number(const Function& function) {
  return static_cast<uint32_t>(runtime::kRuntimeFunctions) + function.index;
}

uint32_t parameter_words(const Function& function) {
  uint32_t words = 0;
  for (const Variable* parameter : function.parameters) words += parameter->type.words();
  return words;
}

uint32_t result_words(const Function& function) {
  return function.result == nullptr ? 0 : function.result->type.words();
}

uint32_t argument_words(const Expression& call) {
  uint32_t words = 0;
  for (const Expression* argument : call.arguments) words += argument->type.words();
  return words;
}

uint32_t result_words(const Expression& call) {
  return call.function == nullptr ? 0 : result_words(*call.function);
}

// The words of arguments that hold pointers.
class PointerWords {
 public:
  explicit PointerWords(std::span<Expression* const> arguments) {
    uint32_t first = 0;
    for (const Expression* argument : arguments) {
      const int pointer = pointer_word(argument->type);
      if (pointer >= 0) words_[count_++] = first + static_cast<uint32_t>(pointer);
      first += argument->type.words();
    }
  }

  std::span<const uint32_t> words() const { return {words_, count_}; }

 private:
  uint32_t words_[kMaxVariables] = {};
  size_t count_ = 0;
};

// The words of a wrapper's closure: the code pointer, the callee's closure if it has one, and the
// arguments. Arrays come last, so that all pointers are among the words that an ObjectType's mask
// has.
struct WrappedWords {
  explicit WrappedWords(const Expression& call, bool forgets_functions = false)
      : has_closure(call.function != nullptr && call.left != nullptr &&
                    call.left->kind == ExpressionKind::kFunctionLiteral &&
                    !call.function->captures.empty()) {
    if (has_closure) add_pointer(words++);
    for (const bool arrays : {false, true}) {
      for (size_t i = 0; i < call.arguments.size(); ++i) {
        const Type type = call.arguments[i]->type;
        if ((type.kind == TypeKind::kArray) != arrays) continue;
        first_[i] = words;
        const int pointer = pointer_word(type);
        const bool is_forgotten = forgets_functions && type.kind == TypeKind::kFunc;
        if (pointer >= 0 && !is_forgotten) add_pointer(words + static_cast<uint32_t>(pointer));
        words += type.words();
      }
    }
  }

  uint32_t word_of(size_t argument) const { return first_[argument]; }
  std::span<const uint32_t> pointers() const { return {pointers_, count_}; }
  uint64_t mask() const {
    uint64_t mask = 0;
    for (uint32_t pointer : pointers()) mask |= uint64_t{1} << pointer;
    return mask;
  }

  bool has_closure;
  uint32_t words = 1;

 private:
  void add_pointer(uint32_t word) { pointers_[count_++] = word; }

  uint32_t first_[kMaxVariables] = {};
  uint32_t pointers_[kMaxVariables] = {};
  size_t count_ = 0;
};

// The runtime function that carries out a deferred built-in.
RuntimeFunction deferred_form(Builtin builtin) {
  switch (builtin) {
    case Builtin::kTrace:
      return RuntimeFunction::kTrace;
    case Builtin::kMove:
      return RuntimeFunction::kMove;
    case Builtin::kGrow:
      return RuntimeFunction::kGrow;
    default:
      return RuntimeFunction::kShrink;
  }
}

// The function of a deferred call that has arguments or a result.
uint32_t started_function(const Expression& call) {
  return call.kind == ExpressionKind::kBuiltinCall
             ? static_cast<uint32_t>(deferred_form(call.builtin))
             : function_number(*call.function);
}

}  // namespace

// ---- Closures ----

void FunctionCompiler::closure_to(const Function& literal, bool only_called, Slot to) {
  if (literal.captures.empty()) {
    emitter_.emit(Opcode::kStaticFuncval, to, 0, 0, function_number(literal));
  } else if (has(Defect::kLoopClosureInFrame) && !all_escape_) {
    frame_closure_to(literal, to);
  } else if ((literal.in_loop || all_escape_) && !only_called) {
    heap_closure_to(literal, to);
  } else {
    frame_closure_to(literal, to);
  }
}

void FunctionCompiler::heap_closure_to(const Function& literal, Slot to) {
  const auto words = static_cast<uint32_t>(literal.captures.size() + 1);
  const Slot closure = emitter_.pointer_temporary();
  emitter_.emit(Opcode::kNewObject, closure, 0, 0, type_index({words, 0, 1}));
  const Slot code = emitter_.scalar_temporary();
  emitter_.emit(Opcode::kCodePointer, code, 0, 0, function_number(literal));
  emitter_.emit(Opcode::kStore, closure, code);
  int64_t offset = runtime::kWordBytes;
  for (const Variable* variable : literal.captures) {
    emitter_.emit(Opcode::kStore, closure, address_slot_of(*variable), 0, offset);
    offset += runtime::kWordBytes;
  }
  emitter_.emit(Opcode::kCopy, to, closure);
}

void FunctionCompiler::frame_closure_to(const Function& literal, Slot to) {
  const auto words = static_cast<uint32_t>(literal.captures.size() + 1);
  const Slot closure = emitter_.new_addressed(words, true);
  emitter_.set_live_from(closure, words, loop_start_ != 0 ? loop_start_ : emitter_.here());
  emitter_.emit(Opcode::kCodePointer, closure, 0, 0, function_number(literal));
  Slot word = closure;
  for (const Variable* variable : literal.captures) {
    const Place place = place_of(*variable);
    emitter_.emit(place.through ? Opcode::kCopy : Opcode::kFrameAddress, ++word, place.slot);
  }
  emitter_.emit(Opcode::kFrameAddress, to, closure);
}

// ---- Calls ----

// Whether the evaluation of the argument may collect. Then no pointer may wait in the outgoing
// words, because no map covers them.
bool FunctionCompiler::allocates(const Expression& argument) const {
  if (has(Defect::kArgumentsWaitUnmapped)) return false;
  return argument.kind == ExpressionKind::kNode || argument.kind == ExpressionKind::kMake ||
         argument.kind == ExpressionKind::kFunctionLiteral;
}

void FunctionCompiler::arguments_to(std::span<Expression* const> arguments, Slot first) {
  // Temporaries are handed out in order, so the second loop gets those of the first loop again.
  constexpr size_t kMaxArguments = kMaxVariables;
  Slot allocated[kMaxArguments] = {};
  size_t count = 0;
  for (const Expression* argument : arguments) {
    if (allocates(*argument)) allocated[count++] = value_of(*argument);
  }
  Slot to = first;
  const Slot* next = allocated;
  for (const Expression* argument : arguments) {
    if (allocates(*argument)) {
      copy(argument->type, to, *next++);
    } else {
      value_to(*argument, to);
    }
    to = static_cast<Slot>(to + argument->type.words());
  }
}

void FunctionCompiler::call(const Expression& call) {
  const Expression& callee = *call.left;
  if (call.function == nullptr) {
    emitter_.emit(Opcode::kCallFuncval, value_of(callee));
    return;
  }
  const Function& function = *call.function;
  const bool needs_closure =
      callee.kind == ExpressionKind::kFunctionLiteral && !function.captures.empty();
  const Slot closure = needs_closure ? emitter_.pointer_temporary() : Slot{0};
  if (needs_closure) closure_to(function, true, closure);
  emitter_.need_outgoing(parameter_words(function) + result_words(function));
  arguments_to(call.arguments, slot_in(kOutgoing, 0));
  if (needs_closure) {
    emitter_.emit(Opcode::kCallFuncval, closure);
  } else {
    call_function(function_number(function));
  }
}

void FunctionCompiler::call_to(const Expression& expression, Slot to) {
  call(expression);
  copy(expression.type, to, slot_in(kOutgoing, parameter_words(*expression.function)));
}

// The closure of a call that is deferred or started.
Slot FunctionCompiler::started_closure(const Expression& call) {
  const Slot closure = emitter_.pointer_temporary();
  if (call.kind == ExpressionKind::kBuiltinCall) {
    emitter_.emit(Opcode::kStaticFuncval, closure, 0, 0,
                  static_cast<int64_t>(deferred_form(call.builtin)));
  } else if (call.function == nullptr) {
    value_to(*call.left, closure);
  } else if (call.left->kind == ExpressionKind::kFunctionLiteral) {
    closure_to(*call.function, false, closure);
  } else {
    emitter_.emit(Opcode::kStaticFuncval, closure, 0, 0, function_number(*call.function));
  }
  return closure;
}

// ---- Wrapped calls ----

bool FunctionCompiler::needs_wrapper(const Expression& call) const {
  return lowering_.wraps && argument_words(call) + result_words(call) != 0;
}

// Whether an argument may point into a frame.
bool FunctionCompiler::may_pass_address(const Expression& call) {
  return std::ranges::any_of(call.arguments, [](const Expression* argument) {
    return argument->type.kind == TypeKind::kIntPointer || argument->type.kind == TypeKind::kFunc;
  });
}

// The closure of a deferred call: without arguments where the design has it so.
Slot FunctionCompiler::deferred_closure(const Expression& call) {
  if (!needs_wrapper(call)) return started_closure(call);
  const uint32_t number = new_wrapper(call);
  const Slot closure = emitter_.pointer_temporary();
  loop_start_ == 0 ? wrapped_in_frame(call, number, closure)
                   : wrapped_in_heap(call, number, closure);
  return closure;
}

uint32_t FunctionCompiler::new_wrapper(const Expression& call) {
  const auto number = static_cast<uint32_t>(program_->functions.size());
  runtime::Function& wrapper = program_->functions.emplace_back();
  wrapper.kind = runtime::FunctionKind::kWrapper;
  wrapper.wrapped = started_function(call);
  wrapper.line = call.position.line;
  wrappers_.push_back({number, function_number(*function_), call.position.line, &call});
  return number;
}

void FunctionCompiler::wrapped_in_frame(const Expression& call, uint32_t number, Slot to) {
  const WrappedWords layout(call, has(Defect::kWrapperFuncUnmasked));
  const Slot closure = emitter_.new_addressed(layout.words, layout.pointers());
  const bool is_live_late = has(Defect::kWrapperLiveLate);
  if (!is_live_late) emitter_.set_live_from(closure, layout.words, emitter_.here());
  if (layout.has_closure) {
    const Slot callee = emitter_.pointer_temporary();
    closure_to(*call.function, false, callee);
    emitter_.emit(Opcode::kCopy, static_cast<Slot>(closure + 1), callee);
  }
  for (size_t i = 0; i < call.arguments.size(); ++i) {
    value_to(*call.arguments[i], static_cast<Slot>(closure + layout.word_of(i)));
  }
  // An argument may have been evaluated at a safepoint, and those before it wait in the closure.
  if (is_live_late) emitter_.set_live_from(closure, layout.words, emitter_.here());
  emitter_.emit(Opcode::kCodePointer, closure, 0, 0, number);
  emitter_.emit(Opcode::kFrameAddress, to, closure);
}

void FunctionCompiler::wrapped_in_heap(const Expression& call, uint32_t number, Slot to) {
  const WrappedWords layout(call, has(Defect::kWrapperFuncUnmasked));
  emitter_.emit(Opcode::kNewObject, to, 0, 0,
                type_index({layout.words, layout.mask()}, runtime::kBuiltinTypes));
  const Slot code = emitter_.scalar_temporary();
  emitter_.emit(Opcode::kCodePointer, code, 0, 0, number);
  emitter_.emit(Opcode::kStore, to, code);
  if (layout.has_closure) {
    const Slot callee = emitter_.pointer_temporary();
    closure_to(*call.function, false, callee);
    emitter_.emit(Opcode::kStore, to, callee, 0, runtime::kWordBytes);
  }
  for (size_t i = 0; i < call.arguments.size(); ++i) {
    const Expression& argument = *call.arguments[i];
    const Slot value = value_of(argument);
    const int64_t offset = static_cast<int64_t>(layout.word_of(i)) * runtime::kWordBytes;
    if (argument.type.words() == 1 && argument.type.kind != TypeKind::kArray) {
      emitter_.emit(Opcode::kStore, to, value, 0, offset);
    } else {
      const Slot address = emitter_.pointer_temporary();
      emitter_.emit(Opcode::kOffset, address, to, 0, offset);
      store(argument.type, address, value);
    }
  }
}

void FunctionCompiler::compile(const DeferWrapper& wrapper) {
  const Expression& call = *wrapper.call;
  const WrappedWords layout(call);
  emitter_.begin(*program_, static_cast<uint16_t>(wrapper.number));
  emitter_.set_line(wrapper.line);
  emitter_.need_outgoing(argument_words(call) + result_words(call));
  emitter_.emit(Opcode::kPrologue, 0, 0, 0, wrapper.number);
  emitter_.emit(Opcode::kEnterWrapper);
  uint32_t to = 0;
  for (size_t i = 0; i < call.arguments.size(); ++i) {
    const uint32_t words = call.arguments[i]->type.words();
    emitter_.emit(Opcode::kClosureWords, slot_in(kOutgoing, to), 0, static_cast<Slot>(words),
                  static_cast<int64_t>(layout.word_of(i)) * runtime::kWordBytes);
    to += words;
  }
  if (layout.has_closure) {
    const Slot callee = emitter_.pointer_temporary();
    emitter_.emit(Opcode::kClosureWord, callee, 0, 0, runtime::kWordBytes);
    emitter_.emit(Opcode::kCallFuncval, callee);
  } else if (call.kind == ExpressionKind::kBuiltinCall) {
    call_runtime(deferred_form(call.builtin));
  } else {
    call_function(function_number(*call.function));
  }
  emitter_.emit(Opcode::kReturn);
  runtime::Function& compiled = program_->functions[wrapper.number];
  compiled.entry = emitter_.start();
  deferreturn_ = 0;
  finish_code(compiled);
}

// ---- Deferred and started calls ----

// Prepares a defer or go: stores the words of siz and the closure, then the arguments.
void FunctionCompiler::start_call(const Expression& call, RuntimeFunction starter) {
  constexpr uint32_t kFirst = 2;
  const Slot closure = started_closure(call);
  const uint32_t parameters = argument_words(call);
  const uint32_t results = result_words(call);
  emitter_.need_outgoing(kFirst + parameters + results);
  arguments_to(call.arguments, slot_in(kOutgoing, kFirst));
  if (results != 0) zero(call.function->result->type, slot_in(kOutgoing, kFirst + parameters));
  emitter_.emit(Opcode::kConst, slot_in(kOutgoing, 0), 0, 0,
                static_cast<int64_t>(parameters + results) * runtime::kWordBytes);
  emitter_.emit(Opcode::kCopy, slot_in(kOutgoing, 1), closure);
  call_runtime(starter);
}

void FunctionCompiler::defer_statement(const Expression& call) {
  if (open_coded_) return defer_open_coded(call);
  const bool is_once = loop_start_ == 0 || has(Defect::kFrameRecordInLoop);
  const bool in_frame = lowering_.in_frame && is_once;
  if (!in_frame || !defer_in_frame(call)) {
    lowering_.wraps ? defer_wrapped(call) : start_call(call, RuntimeFunction::kDeferproc);
  }
  emitter_.emit(Opcode::kDeferprocResult, 0, 0, 0, epilogue_);
}

void FunctionCompiler::defer_open_coded(const Expression& call) {
  const auto number = static_cast<uint32_t>(open_defers_.size());
  OpenDefer& open = open_defers_.emplace_back(OpenDefer{&call});
  const Slot closure = deferred_closure(call);
  const uint32_t words = argument_words(call) + result_words(call);
  if (!lowering_.wraps && words != 0) {
    // The words for the result stay zero, so no map needs them.
    const PointerWords pointers(call.arguments);
    open.arguments = emitter_.new_addressed(words, pointers.words());
    emitter_.set_live_from(open.arguments, words, open_entry_);
    arguments_to(call.arguments, open.arguments);
  }
  const auto slot = static_cast<Slot>(open_slots_ + number);
  emitter_.emit(Opcode::kCopy, slot, closure);
  emitter_.emit(Opcode::kSetDeferBit, open_bits_, slot, 0, number);
}

// At the end of the function. What the next call does not use of the outgoing words means nothing.
void FunctionCompiler::run_open_defers() {
  for (size_t i = open_defers_.size(); i-- > 0;) {
    const auto& [call, arguments] = open_defers_[i];
    if (!lowering_.wraps) {
      emitter_.need_outgoing(argument_words(*call) + result_words(*call));
      uint32_t word = 0;
      for (const Expression* argument : call->arguments) {
        copy(argument->type, slot_in(kOutgoing, word), static_cast<Slot>(arguments + word));
        word += argument->type.words();
      }
      if (result_words(*call) != 0) zero(call->function->result->type, slot_in(kOutgoing, word));
    }
    emitter_.emit(Opcode::kRunOpenDefer, open_bits_, static_cast<Slot>(open_slots_ + i), 0,
                  static_cast<int64_t>(i));
  }
}

runtime::OpenCall FunctionCompiler::described(const OpenDefer& open) const {
  const Expression& call = *open.call;
  const uint32_t words = argument_words(call) + result_words(call);
  if (lowering_.wraps || words == 0) return {};
  return {emitter_.finished(open.arguments), static_cast<uint16_t>(words), started_function(call)};
}

// Calls deferproc with a closure that takes no arguments.
void FunctionCompiler::defer_wrapped(const Expression& call) {
  const Slot closure = deferred_closure(call);
  emitter_.need_outgoing(2);
  emitter_.emit(Opcode::kConst, slot_in(kOutgoing, 0), 0, 0, 0);
  emitter_.emit(Opcode::kCopy, slot_in(kOutgoing, 1), closure);
  call_runtime(RuntimeFunction::kDeferproc);
}

// Fills in a record in the frame, and hands it to deferprocStack. No map has the words of a record:
// those of a pending call are found by the list. False if the record would be too large.
bool FunctionCompiler::defer_in_frame(const Expression& call) {
  const uint32_t parameters = lowering_.wraps ? 0 : argument_words(call);
  const uint32_t results = lowering_.wraps ? 0 : result_words(call);
  const uint32_t words = defer_layout_.header_words() + parameters + results;
  const bool fits = parameters + results <= kMostDeferredWordsInFrame &&
                    record_words_ + words <= kMostRecordWordsInFrame;
  if (!fits) return false;
  record_words_ += words;
  const Slot closure = deferred_closure(call);
  const Slot record = emitter_.new_local(words, -1);
  const auto word = [&](uint32_t number) { return static_cast<Slot>(record + number); };
  const Slot arguments = word(defer_layout_.header_words());
  if (!lowering_.wraps) arguments_to(call.arguments, arguments);
  const Slot result = static_cast<Slot>(arguments + parameters);
  if (results != 0) zero(call.function->result->type, result);
  emitter_.emit(Opcode::kConst, record, 0, 0,
                static_cast<int64_t>(parameters + results) * runtime::kWordBytes);
  emitter_.emit(Opcode::kCopy, word(defer_layout_.fn), closure);
  // deferreturn copies the arguments there.
  emitter_.need_outgoing(std::max(uint32_t{1}, parameters + results));
  emitter_.emit(Opcode::kFrameAddress, slot_in(kOutgoing, 0), record);
  call_runtime(RuntimeFunction::kDeferprocStack);
  return true;
}

// ---- Built-ins ----

void FunctionCompiler::panic(const Expression& value) {
  emitter_.need_outgoing(2);
  if (value.type.kind == TypeKind::kAny) {
    value_to(value, slot_in(kOutgoing, 0));
  } else {
    const Slot number = value_of(value);
    const Slot box = emitter_.pointer_temporary();
    emitter_.emit(Opcode::kNewObject, box, 0, 0, runtime::kTypeInt);
    emitter_.emit(Opcode::kStore, box, number);
    emitter_.emit(Opcode::kConst, slot_in(kOutgoing, 0), 0, 0, runtime::Any::kInt);
    emitter_.emit(Opcode::kCopy, slot_in(kOutgoing, 1), box);
  }
  call_runtime(RuntimeFunction::kGopanic);
}

void FunctionCompiler::built_in_to(const Expression& call, Slot to) {
  switch (call.builtin) {
    case Builtin::kCode:
      emitter_.emit(Opcode::kCode, to, value_of(*call.arguments[0]));
      break;
    case Builtin::kFrames:
      emitter_.emit(Opcode::kFrames, to);
      break;
    case Builtin::kAddr:
      emitter_.emit(Opcode::kAddr, to, value_of(*call.arguments[0]));
      break;
    case Builtin::kRecover:
      emitter_.emit(Opcode::kRecover, to);
      break;
    default:
      break;  // has no result: see built_in
  }
}

void FunctionCompiler::built_in(const Expression& call) {
  switch (call.builtin) {
    case Builtin::kTrace:
      emitter_.emit(Opcode::kTrace, value_of(*call.arguments[0]));
      break;
    case Builtin::kMove:
      emitter_.emit(Opcode::kMove);
      break;
    case Builtin::kGrow:
      emitter_.emit(Opcode::kGrow, value_of(*call.arguments[0]));
      break;
    case Builtin::kShrink:
      emitter_.emit(Opcode::kShrink);
      break;
    case Builtin::kPanic:
      panic(*call.arguments[0]);
      break;
    case Builtin::kClose:
      emitter_.emit(Opcode::kClose, value_of(*call.arguments[0]));
      break;
    case Builtin::kGoexit:
      call_runtime(RuntimeFunction::kGoexit);
      break;
    case Builtin::kGC:
      emitter_.emit(Opcode::kCollect);
      break;
    case Builtin::kGosched:
      emitter_.emit(Opcode::kGosched);
      break;
    default:
      value_of(call);
      break;
  }
}

}  // namespace stackquake
