#include "runtime_under_test/runtime.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <utility>

#include "runtime_under_test/check.h"
#include "runtime_under_test/interpreter_loop.h"

namespace stackquake::runtime {

namespace {

constexpr uint64_t kNever = std::numeric_limits<uint64_t>::max();

// An allocation of this many words costs about as much time as one step.
constexpr uint32_t kWordsPerStep = 4;

// And any object takes as long as these, with its share of the collection that finds it.
constexpr uint32_t kStepsPerObject = 4;

// What a walk would need of the stack if it ran there: a few frames of gentraceback's size.
constexpr uint32_t kWordsOfWalk = 64;

// A step is about as long as a look at this many frames and records.
constexpr uint64_t kWalkedPerStep = 2;

// And a collection of this many bytes.
constexpr uint64_t kCollectedBytesPerStep = 64;

// Where calls nest, a native stack must have room for as many more as fit the managed one: a byte
// of that may take so many of the native one, and the code that nests no further as many at once.
constexpr size_t kNativeBytesOfStackByte = 50;
constexpr size_t kLeastNativeBytes = size_t{128} << 10;

bool moves_at(MovePolicy policy, SafepointKind kind) {
  switch (policy) {
    case MovePolicy::kPrologue:
      return kind == SafepointKind::kPrologue;
    case MovePolicy::kCall:
      return kind == SafepointKind::kPrologue || kind == SafepointKind::kCall;
    case MovePolicy::kSafepoint:
      return true;
    default:
      return false;
  }
}

bool collects_at(GcPolicy policy, SafepointKind kind) {
  return policy == GcPolicy::kSafepoint ||
         (policy == GcPolicy::kAlloc && kind == SafepointKind::kAlloc);
}

uint64_t first_of(const std::vector<uint64_t>& numbers) {
  return numbers.empty() ? kNever : numbers.front();
}

bool lists(const std::vector<uint64_t>& numbers, uint64_t number) {
  return std::binary_search(numbers.begin(), numbers.end(), number);
}

}  // namespace

Runtime::Runtime(std::unique_ptr<Design> design)
    : design_(std::move(design)),
      defects_(design_->defects()),
      scheduler_(*this),
      collector_(*this),
      channels_(*this),
      stack_manager_(*this),
      plain_interpreter_(std::make_unique<InterpreterLoop<NoObserver>>(*this)),
      observed_interpreter_(std::make_unique<InterpreterLoop<Observer>>(*this)) {}

Runtime::~Runtime() = default;

void Runtime::set_design(std::unique_ptr<Design> design) {
  design_ = std::move(design);
  defects_ = design_->defects();
}

const RunResult& Runtime::run(const Program& program, const Options& options) {
  return run(program, options, nullptr, *plain_interpreter_);
}

const RunResult& Runtime::run(const Program& program, const Options& options, Observer& observer) {
  return run(program, options, &observer, *observed_interpreter_);
}

const RunResult& Runtime::run(const Program& program, const Options& options, Observer* observer,
                              Interpreter& interpreter) {
  interpreter_ = &interpreter;
  begin(program, options, observer);
  scheduler_.newproc(static_funcval(program.main), 0, 0);
  scheduler_.run();
  result_.stats.steps = steps_taken();
  return result_;
}

void Runtime::begin(const Program& program, const Options& options, Observer* observer) {
  program_ = &program;
  options_ = &options;
  observer_ = observer;
  result_.clear();
  finished_ = false;
  budget = options.fuel;
  forced_collection_bytes_ = 0;
  heap_.reset(options.poison);
  stacks_.reset(options.place, options.poison, observer);
  scheduler_.reset(options);
  collector_.reset();
  channels_.reset();
  stack_manager_.reset();
  design_->begin_run(*this);
  set_thresholds();
  write_static_closures();
  calls_until_preemption = scheduler_.next_preemption();
}

void Runtime::write_static_closures() {
  STACKQUAKE_CHECK(program_->functions.size() <= kDataBytes / kWordBytes);
  for (uint32_t i = 0; i < program_->functions.size(); ++i) {
    *at(static_funcval(i)) = code_pc(program_->functions[i].entry);
    if (observer_ != nullptr) observer_->stored_code(static_funcval(i));
  }
}

void Runtime::set_thresholds() {
  for (size_t i = 0; i < thresholds_.size(); ++i) {
    const auto kind = static_cast<SafepointKind>(i);
    const bool every = moves_at(options_->move, kind) || collects_at(options_->gc, kind) ||
                       observer_ != nullptr || kind == SafepointKind::kAlloc;
    thresholds_[i] = every ? 0 : kNever;
    if (options_->move == MovePolicy::kAt) {
      thresholds_[i] = std::min(thresholds_[i], first_of(options_->move_at));
    }
    if (options_->gc == GcPolicy::kAt) {
      thresholds_[i] = std::min(thresholds_[i], first_of(options_->gc_at));
    }
  }
}

// ---- How a run ends ----

void Runtime::finish(OutcomeKind kind) {
  if (finished_) return;
  finished_ = true;
  result_.outcome.kind = kind;
}

void Runtime::crash(const G& g) {
  if (finished_) return;
  std::vector<ChainLink>& chain = result_.outcome.chain;
  for (Address record = g.panic; g.stack.contains(record);) {
    const Unwinding unwinding = design_->unwinding(record);
    if (unwinding.kind == UnwindingKind::kPanic) {
      chain.push_back({code_of(unwinding.value), unwinding.recovered});
    }
    record = unwinding.link;
  }
  std::reverse(chain.begin(), chain.end());
  finish(OutcomeKind::kPanic);
}

void Runtime::fail(std::string_view check, std::string_view where, std::string_view word,
                   std::string message) {
  if (finished_) return;
  Violation violation;
  violation.check = check;
  violation.signature = std::string(check) + ":" + std::string(where) + ":" + std::string(word);
  violation.message = std::move(message);
  fail(std::move(violation));
}

void Runtime::fail(Violation violation) {
  finished_ = true;
  if (result_.violation) return;
  result_.violation = std::move(violation);
  if (const G* g = scheduler_.current()) {
    const Position where = position(*g, g->sched);
    result_.violation->goroutine = g->id;
    result_.violation->function = where.function;
    result_.violation->line = where.line;
  }
}

Runtime::Position Runtime::position(const G& g, Gobuf registers) const {
  while (is_code(*program_, registers.pc)) {
    const Stkframe frame = frame_at(*program_, registers.pc, registers.sp);
    if (frame.fn->kind == FunctionKind::kNest) {
      const uint32_t index = code_index(registers.pc);
      return {frame.fn->name, program_->lines[index == frame.fn->entry ? index : index - 1]};
    }
    if (!g.stack.contains(frame.varp)) break;
    registers = {*at(frame.varp), frame.argp, 0};
  }
  return {};
}

// ---- Safepoints ----

Flow Runtime::safepoint_slow(G& g, SafepointKind kind, uint64_t number) {
  if (observer_ != nullptr) {
    observer_->safepoint(g, number);
    if (finished_) return Flow::kUnwind;
  }
  const bool works = (options_->move != MovePolicy::kNone) || (options_->gc != GcPolicy::kNone) ||
                     (kind == SafepointKind::kAlloc && collector_.due());
  if (works && scheduler_.systemstack(g, [&] { force_at(g, kind, number); }) == Flow::kUnwind) {
    return Flow::kUnwind;
  }
  if (observer_ != nullptr) observer_->passed_safepoint(g);
  return finished_ ? Flow::kUnwind : Flow::kContinue;
}

void Runtime::force_at(G& g, SafepointKind kind, uint64_t number) {
  const bool forced = collects_at(options_->gc, kind) ||
                      (options_->gc == GcPolicy::kAt && lists(options_->gc_at, number));
  if (forced && forced_collection_bytes_ < kForcedCollectionBytes) {
    forced_collection_bytes_ += heap_.bytes_live() + stacks_.bytes_in_use();
    forced_collection_bytes_ += collector_.collect() * kBytesPerWork;
  } else if (kind == SafepointKind::kAlloc && collector_.due()) {
    collector_.collect();
  }
  if (finished_) return;
  if (moves_at(options_->move, kind) ||
      (options_->move == MovePolicy::kAt && lists(options_->move_at, number))) {
    stack_manager_.force_move(g);
  }
}

// ---- Services ----

Address Runtime::newobject(uint32_t words, uint16_t type) {
  if (heap_.full()) finish(OutcomeKind::kFuel);
  charge(kStepsPerObject + words / kWordsPerStep);
  const Address object = heap_.allocate(words, type);
  if (heap_.miscounted()) {
    fail("throw", "mallocgc", "span", "a span has fewer free slots than it counts");
  }
  if (observer_ != nullptr) {
    observer_->allocated(object, words, type);
    // A check does not accept the object. It is still written to on the way out of the run.
    if (finished_) Memory::clear(object, size_t{words} * kWordBytes);
    observer_->stored_scalars(object, words);
  }
  return object;
}

Flow Runtime::reflectcall(G& g, Address fn, Address arguments, uint32_t siz) {
  const uint32_t size_class = std::bit_width(std::max(siz, 16U) - 1) - 4;
  const auto function = static_cast<uint32_t>(RuntimeFunction::kReflectcall16) + size_class;
  if (function > static_cast<uint32_t>(RuntimeFunction::kReflectcall32768)) {
    fail("bad-dereference", "reflectcall", "siz", "no deferred call has so many arguments");
    return Flow::kUnwind;
  }
  const Address frame = g.sched.sp;
  const uint64_t base = g.distance(frame);
  store_pointer(frame, fn);
  store_pointer(frame + kWordBytes, arguments);
  store_scalar(frame + Address{2} * kWordBytes, siz);
  store_scalar(frame + Address{3} * kWordBytes, siz);  // nothing is copied back
  g.sched.sp -= kWordBytes;
  store_code(g.sched.sp, g.sched.pc);
  g.sched.pc = code_pc(program_->functions[function].entry);
  return execute_below(g, base);
}

Flow Runtime::call_closure(G& g, Address fn) {
  const uint64_t base = g.distance(g.sched.sp);
  if (fn == 0) {
    // An ordinary call: the frame of the runtime function stands at a safepoint, and goes on.
    if (has(Defect::kNilDeferStart)) {
      fail("throw", "deferred call", "fn", "the code of a nil func() is read by the runtime");
      return Flow::kUnwind;
    }
    const bool faults = has(Defect::kNilDeferredCallFaults);
    raise(g, faults ? RuntimeFunction::kSigpanic : RuntimeFunction::kPanicmem, kNilDereference);
    return execute_below(g, base);
  }
  const bool is_readable = in_managed_memory(fn) && is_code(*program_, *at(fn));
  if (!is_readable) {
    fail("bad-dereference", "deferred call", "fn", "what is to be called is no closure");
    return Flow::kUnwind;
  }
  g.sched.sp -= kWordBytes;
  store_code(g.sched.sp, g.sched.pc);
  g.sched.pc = *at(fn);
  g.sched.ctxt = fn;
  return execute_below(g, base);
}

// Goes on at g.sched, on top of the native stack.
Flow Runtime::execute_below(G& g, uint64_t base) {
  g.fiber.note_depth();
  const uint64_t used = std::min<uint64_t>(g.stack.hi - g.sched.sp, options_->limit_bytes);
  const uint64_t stack_left = options_->limit_bytes - used;
  if (g.fiber.native_bytes_left() < kLeastNativeBytes + stack_left * kNativeBytesOfStackByte) {
    fail("throw", "reflectcall", "native stack", "a native stack may end before the managed one");
    return Flow::kUnwind;
  }
  return interpreter_->execute(g, base);
}

void Runtime::open_deferred(G& g, Address slot, uint32_t bit) {
  ++result_.stats.defers;
  if (observer_ == nullptr) return;
  const Function& function = program_->functions[program_->function_of[code_index(g.sched.pc)]];
  const OpenCall& call = program_->calls_of(function.open_defers)[bit];
  observer_->deferred(g, {.record = slot,
                          .place = DeferPlace::kSlot,
                          .frame = g.sched.sp,
                          .pc = g.sched.pc,
                          .fn = *at(slot),
                          .arguments = g.slot_address(call.arguments),
                          .argument_words = call.words});
}

void Runtime::open_started(G& g, Address slot, Address frame, DeferRunner runner) {
  if (observer_ == nullptr) return;
  const DeferredCall call{
      .record = slot, .place = DeferPlace::kSlot, .frame = frame, .fn = *at(slot)};
  observer_->defer_started(g, call, runner);
  observer_->defer_freed(g, call);
}

void Runtime::raise(G& g, RuntimeFunction raiser, int64_t code) {
  ++result_.stats.faults;
  g.fault = code;
  g.sched.sp -= kWordBytes;
  store_code(g.sched.sp, g.sched.pc);
  g.sched.pc = code_pc(program_->runtime_function(raiser).entry);
  g.sched.ctxt = 0;
  if (observer_ != nullptr) observer_->faulted(g, code);
}

Flow Runtime::gc(G& g) {
  charge((heap_.bytes_live() + stacks_.bytes_in_use()) / kCollectedBytesPerStep);
  return scheduler_.systemstack(g, [&] { charge(collector_.collect()); });
}

void Runtime::trace(const G& g, int64_t value) {
  result_.trace_of(g.id).push_back(value);
  if (observer_ != nullptr) observer_->traced(g, value);
}

namespace {

// Of a frame that stands at its call of deferreturn: whether the code before it is a call that
// would be inlined and never returns, as its function ends with a panic.
bool shows_inlined_call(const Program& program, const Stkframe& frame) {
  if (frame.fn->deferreturn == 0 || frame.pc != code_pc(frame.fn->deferreturn + 1)) return false;
  uint32_t last = frame.fn->deferreturn - 1;
  const auto is_of_epilogue = [](Opcode opcode) {
    return opcode == Opcode::kNop || opcode == Opcode::kJump || opcode == Opcode::kRunOpenDefer;
  };
  while (is_of_epilogue(program.code[last].opcode)) --last;
  if (program.code[last].opcode != Opcode::kCall) return false;
  const auto entry = static_cast<uint32_t>(program.code[last].imm);
  const Function& callee = program.functions[program.function_of[entry]];
  if (callee.kind != FunctionKind::kNest || callee.deferreturn != 0) return false;
  const Instruction& end = program.code[callee.end - 2];
  const uint32_t gopanic = program.runtime_function(RuntimeFunction::kGopanic).entry;
  return end.opcode == Opcode::kCall && end.imm == gopanic;
}

}  // namespace

Flow Runtime::frames(G& g, uint16_t slot) {
  struct Counter final : FrameVisitor {
    explicit Counter(const Runtime& of) : runtime(of) {}
    void visit(const Stkframe& frame) override {
      count += frame.fn->kind == FunctionKind::kNest;
      count += runtime.has(Defect::kPhantomFrame) && shows_inlined_call(runtime.program(), frame);
    }
    const Runtime& runtime;
    uint64_t count = 0;
  } counter(*this);
  Gobuf registers = g.sched;
  // The walk begins where the caller stood before the walk itself needed stack.
  if (has(Defect::kTracebackOnOwnStack)) {
    stack_manager_.morestack(g, kWordsOfWalk, result_.stats.safepoints++);
    if (finished_) return Flow::kUnwind;
    std::swap(g.sched, registers);
  }
  const uint64_t work_before = work;
  design_->gentraceback(g, counter);
  if (has(Defect::kTracebackOnOwnStack)) g.sched = registers;
  charge((work - work_before) / kWalkedPerStep);
  store_scalar(g.slot_address(slot), counter.count);
  return Flow::kContinue;
}

// ---- Stores ----

void Runtime::store_scalar(Address to, Word value) {
  *at(to) = value;
  if (observer_ != nullptr) observer_->stored_scalars(to, 1);
}

void Runtime::store_code(Address to, Word pc) {
  *at(to) = pc;
  if (observer_ != nullptr) observer_->stored_code(to);
}

void Runtime::store_pointer(Address to, Address target) {
  *at(to) = target;
  if (observer_ != nullptr) observer_->stored_pointer(to, target);
}

void Runtime::store_copy(Address to, Address from, uint32_t words) {
  std::memmove(at(to), at(from), size_t{words} * kWordBytes);
  if (observer_ != nullptr) observer_->stored_copy(to, from, words);
}

}  // namespace stackquake::runtime
