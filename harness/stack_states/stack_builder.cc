#include "harness/stack_states/stack_builder.h"

#include <algorithm>

#include "runtime_under_test/memory.h"
#include "runtime_under_test/poison.h"
#include "runtime_under_test/records.h"
#include "runtime_under_test/traceback.h"

namespace stackquake {

using runtime::Address;
using runtime::Function;
using runtime::kWordBytes;
using runtime::RuntimeFunction;
using runtime::Sudog;
using runtime::Word;

namespace {

constexpr uint32_t kMaxFrames = 24;
constexpr uint32_t kMaxObjects = 12;
constexpr uint32_t kMaxDefers = 2;  // of one frame
constexpr uint32_t kMaxSudogs = 3;
constexpr uint32_t kNodeWords = 3;

// The runtime's own functions that have frames in the state, and the words for arguments at the low
// end of each frame.
struct RuntimeFrame {
  RuntimeFunction function;
  uint32_t outgoing_words;
};
constexpr RuntimeFrame kRuntimeFrames[] = {
    {RuntimeFunction::kGopanic, 4},
    {RuntimeFunction::kGoexit, 4},
    {RuntimeFunction::kReflectcall16, 2},
    {RuntimeFunction::kReflectcall32, 4},
};

}  // namespace

void StackBuilder::build(runtime::G& g, FuzzedDataProvider& choices) {
  g_ = &g;
  choices_ = &choices;
  newest_defer_ = nil();
  plan_frames();
  place_frames(g.distance(g.sched.sp));
  make_objects();
  closures_.clear();
  write_frames();
  fill_objects();
  for (const Frame& frame : frames_) make_defers(frame);
  make_sudogs();
  set_registers();
}

// ---- Frames: their functions and places ----

void StackBuilder::plan_frames() {
  frames_.clear();
  const auto count = choices_->ConsumeIntegralInRange<uint32_t>(1, kMaxFrames);
  const Function& main = program_.program().functions[program_.program().main];
  Frame outermost;
  outermost.function = &main;
  outermost.pc = runtime::code_pc(main.entry + MachineProgram::kCalls[0] + 1);
  frames_.push_back(outermost);
  while (frames_.size() < count) {
    Frame frame = plan_frame(frames_.size() + 1 == count);
    if (frame.function->argument_words > frames_.back().outgoing_words) frame = outermost;
    frame.faulted ? plan_fault(frame) : frames_.push_back(frame);
  }
}

StackBuilder::Frame StackBuilder::plan_frame(bool innermost) {
  Frame frame;
  const auto functions = program_.functions();
  const auto kinds = static_cast<uint32_t>(functions.size() + std::size(kRuntimeFrames));
  const auto kind = choices_->ConsumeIntegralInRange<uint32_t>(0, kinds - 1);
  if (kind >= functions.size()) {
    const RuntimeFrame& of = kRuntimeFrames[kind - functions.size()];
    frame.function = &program_.program().runtime_function(of.function);
    frame.outgoing_words = calls_closures(of.function) ? 0 : of.outgoing_words;
    frame.pc = runtime::code_pc(frame.function->entry + 2);
    return frame;
  }
  frame.function = &functions[kind];
  const uint32_t site = MachineProgram::kCalls[choices_->ConsumeBool() ? 1 : 0];
  frame.pc = runtime::code_pc(frame.function->entry + site + 1);
  frame.defers = choices_->ConsumeIntegralInRange<uint32_t>(0, kMaxDefers);
  frame.at_entry = innermost && choices_->ConsumeBool();
  frame.faulted = !innermost && choices_->ConsumeIntegralInRange<uint32_t>(0, 3) == 1;
  if (frame.at_entry) {
    frame.defers = 0;
    frame.pc = runtime::code_pc(frame.function->entry);
  }
  frame.has_record = program_.record_words() != 0 && frame.defers != 0 && choices_->ConsumeBool();
  return frame;
}

// Such a function passes no arguments, and its own words begin at slot 0.
bool StackBuilder::calls_closures(RuntimeFunction function) const {
  return std::ranges::any_of(runtime_.design().layouts(), [&](const runtime::RuntimeLayout& of) {
    return of.function == function && of.calls;
  });
}

// A frame that a fault interrupts looks as if it had called sigpanic.
void StackBuilder::plan_fault(Frame frame) {
  frame.pc = runtime::code_pc(frame.function->entry + MachineProgram::kFault + 1);
  frames_.push_back(frame);
  Frame sigpanic;
  sigpanic.function = &program_.program().runtime_function(RuntimeFunction::kSigpanic);
  sigpanic.pc = runtime::code_pc(sigpanic.function->entry + 3);
  frames_.push_back(sigpanic);
  Frame gopanic;
  gopanic.function = &program_.program().runtime_function(RuntimeFunction::kGopanic);
  if (calls_closures(RuntimeFunction::kGopanic)) gopanic.outgoing_words = 0;
  gopanic.pc = runtime::code_pc(gopanic.function->entry + 2);
  frames_.push_back(gopanic);
}

// `entry_sp` is where main's return address lies. It is a distance, like all places here.
void StackBuilder::place_frames(uint64_t entry_sp) {
  uint64_t return_pc = entry_sp;
  for (size_t i = 0; i < frames_.size(); ++i) {
    Frame& frame = frames_[i];
    if (i > 0) frames_[i - 1].callee_arguments = frame.function->argument_words;
    frame.argp = return_pc - kWordBytes;
    const uint64_t words = frame.at_entry ? 0 : frame.function->frame_words;
    frame.sp = return_pc + words * kWordBytes;
    return_pc = frame.sp + kWordBytes;
  }
}

// ---- Frames: their words ----

runtime::FrameMaps StackBuilder::maps_of(const Frame& frame) const {
  runtime::Stkframe walked;
  walked.fn = frame.function;
  walked.continpc = frame.faulted ? runtime::code_pc(frame.function->deferreturn + 1) : frame.pc;
  runtime::FrameMaps maps;
  runtime::frame_maps(program_.program(), walked, maps);
  return maps;
}

// A frame that a fault interrupted is live only if a recovery may resume it.
bool StackBuilder::is_live(const Frame& frame) const {
  return !frame.faulted || frame.defers > 0 || runtime_.design().continues_wherever_it_defers();
}

void StackBuilder::write_frames() {
  for (size_t i = 0; i < frames_.size(); ++i) {
    const Frame& frame = frames_[i];
    if (i > 0) {
      write_stack(frame.argp + kWordBytes, {.word = frames_[i - 1].pc}, Kind::kLocal, false);
    }
    const bool live = is_live(frame);
    write_arguments(frame, live);
    if (!frame.at_entry) write_locals(frame, live);
  }
}

void StackBuilder::write_arguments(const Frame& frame, bool live) {
  const auto maps = maps_of(frame);
  for (uint32_t i = 0; i < frame.function->argument_words; ++i) {
    const bool mapped = live && std::ranges::find(maps.arguments, i) != maps.arguments.end();
    write_stack(frame.argp - uint64_t{i} * kWordBytes, mapped ? pointer() : number(),
                Kind::kArgument, mapped);
  }
}

void StackBuilder::write_locals(const Frame& frame, bool live) {
  const auto maps = maps_of(frame);
  const uint32_t end =
      frame.function->frame_words - (frame.has_record ? program_.record_words() : 0);
  for (uint32_t slot = frame.callee_arguments; slot < end; ++slot) {
    const uint64_t distance = frame.sp - uint64_t{slot} * kWordBytes;
    const bool mapped = live && std::ranges::find(maps.locals, slot) != maps.locals.end();
    Value value = mapped ? pointer() : number();
    if (!mapped && choices_->ConsumeIntegralInRange<uint32_t>(0, 7) == 1) {
      const Function& of = closure_function();
      value = {.word = runtime::code_pc(of.entry)};
      closures_.push_back({{MemoryModel::Content::kOnStack, distance}, &of});
    }
    write_stack(distance, value, Kind::kLocal, mapped);
  }
}

// The function of a closure, which may be deferred. Where calls are wrapped, no deferred one has
// arguments, and so main has to do.
const Function& StackBuilder::closure_function() {
  const auto functions = program_.functions();
  if (runtime_.design().defer_lowering().wraps) return functions.back();
  return functions[choices_->ConsumeIntegralInRange<size_t>(0, functions.size() - 1)];
}

// ---- Records ----

void StackBuilder::make_defers(const Frame& frame) {
  for (uint32_t i = 0; i < frame.defers; ++i) make_defer(frame, i == 0);
}

// The first record of a frame lies in the frame, where the frame has room for it.
StackBuilder::Record StackBuilder::new_record(const Frame& frame, bool is_first, uint32_t words) {
  if (is_first && frame.has_record) {
    const uint32_t slot = frame.function->frame_words - program_.record_words();
    const uint64_t distance = frame.sp - uint64_t{slot} * kWordBytes;
    return {{MemoryModel::Content::kOnStack, distance}};
  }
  const Address address = runtime_.newobject(words, runtime::kTypeDefer);
  return {{MemoryModel::Content::kInHeap, address, model_.add_object(address, words)}};
}

void StackBuilder::make_defer(const Frame& frame, bool is_first) {
  const bool has_arguments = !runtime_.design().defer_lowering().wraps;
  const Closure of = closure();
  const uint32_t words = has_arguments ? argument_words(of) : 0;
  const uint32_t header_words = runtime_.design().defer_layout().header_words();
  const Record record = new_record(frame, is_first, header_words + words);
  write_header(record, frame, of, words);
  for (uint32_t i = 0; i < words; ++i) write_argument(record, of, i);
  newest_defer_ = record.address;
}

// The header of a record that keeps arguments begins with siz and started, as in Go 1.4.
void StackBuilder::write_header(const Record& record, const Frame& frame, const Closure& of,
                                uint32_t argument_words) {
  const runtime::DeferLayout& layout = runtime_.design().defer_layout();
  const bool started = choices_->ConsumeBool();
  for (uint32_t i = 0; i < layout.header_words(); ++i) {
    if (i == layout.argp) {
      write_record(record, i, {MemoryModel::Content::kOnStack, frame.sp}, Kind::kDefer, false);
    } else if (i == layout.fn) {
      write_record(record, i, of.address, Kind::kDefer, true);
    } else if (i == layout.panic) {
      write_record(record, i, started ? on_stack() : nil(), Kind::kDefer, true);
    } else if (i == layout.link) {
      write_record(record, i, newest_defer_, Kind::kDefer, true);
    } else {
      const bool is_siz = i == 0 && !runtime_.design().defer_lowering().wraps;
      const Word siz = Word{argument_words} * kWordBytes | (started ? Word{1} << 32 : 0);
      write_record(record, i, {.word = is_siz ? siz : 0}, Kind::kDefer, false);
    }
  }
}

uint32_t StackBuilder::argument_words(const Closure& of) {
  return of.function == nullptr
             ? choices_->ConsumeIntegralInRange<uint32_t>(0, MachineProgram::kOutgoingWords)
             : of.function->parameter_words;
}

void StackBuilder::write_argument(const Record& record, const Closure& of, uint32_t argument) {
  bool mapped = false;
  if (of.function != nullptr) {
    const auto slots = program_.program().slots(of.function->entry_arguments);
    mapped = std::ranges::find(slots, argument) != slots.end();
  }
  const uint32_t word = runtime_.design().defer_layout().header_words() + argument;
  write_record(record, word, mapped ? pointer() : number(), Kind::kDeferred, mapped);
}

void StackBuilder::make_sudogs() {
  Value waiting = nil();
  for (auto count = choices_->ConsumeIntegralInRange<uint32_t>(0, kMaxSudogs); count > 0; --count) {
    const Address address = runtime_.newobject(Sudog::kWords, runtime::kTypeSudog);
    const uint32_t object = model_.add_object(address, Sudog::kWords);
    write_object(object, 0, {.word = g_->id}, Kind::kSudog, false);
    write_object(object, 1, choices_->ConsumeBool() ? on_stack() : nil(), Kind::kSudog, true);
    write_object(object, 2, nil(), Kind::kSudog, true);
    write_object(object, 3, nil(), Kind::kSudog, true);
    write_object(object, 4, choices_->ConsumeBool() ? on_stack() : in_heap(), Kind::kSudog, true);
    write_object(object, 5, waiting, Kind::kSudog, true);
    waiting = {MemoryModel::Content::kInHeap, address, object};
  }
  write_register(g_->waiting, waiting);
}

void StackBuilder::set_registers() {
  const Frame& innermost = frames_.back();
  g_->sched.sp = g_->at_distance(innermost.sp);
  g_->sched.pc = innermost.pc;
  write_register(g_->defer, newest_defer_);
  write_register(g_->panic, choices_->ConsumeBool() ? on_stack() : nil());
  write_register(g_->sched.ctxt, innermost.at_entry ? closure().address : nil());
}

// ---- Heap objects ----

// Makes nodes, and closures with a captured pointer.
void StackBuilder::make_objects() {
  plain_objects_ = choices_->ConsumeIntegralInRange<uint32_t>(1, kMaxObjects);
  for (uint32_t i = 0; i < plain_objects_; ++i) {
    const Address address = runtime_.newobject(kNodeWords, runtime::kTypeNode);
    model_.add_object(address, kNodeWords);
  }
}

void StackBuilder::fill_objects() {
  for (uint32_t i = 0; i < plain_objects_; ++i) {
    write_object(i, 0, number(), Kind::kObject, false);
    write_object(i, 1, choices_->ConsumeBool() ? in_heap() : nil(), Kind::kObject, true);
    write_object(i, 2, choices_->ConsumeBool() ? in_heap() : nil(), Kind::kObject, true);
  }
}

// ---- Words ----

void StackBuilder::write_stack(uint64_t distance, Value value, Kind kind, bool root) {
  *runtime::at(g_->at_distance(distance)) = raw(value);
  model_.add_stack_word(distance, value, kind, root);
}

void StackBuilder::write_object(uint32_t object, uint32_t word, Value value, Kind kind,
                                bool followed) {
  runtime::at(model_.objects()[object].start)[word] = raw(value);
  model_.add_object_word(object, word, value, kind, followed);
}

void StackBuilder::write_record(const Record& record, uint32_t word, Value value, Kind kind,
                                bool followed) {
  const Value& address = record.address;
  address.content == MemoryModel::Content::kOnStack
      ? write_stack(address.word - uint64_t{word} * kWordBytes, value, kind, followed)
      : write_object(address.object, word, value, kind, followed);
}

void StackBuilder::write_register(Word& word, Value value) {
  word = raw(value);
  model_.add_register(word, value);
}

Word StackBuilder::raw(const Value& value) const {
  return value.content == MemoryModel::Content::kOnStack ? g_->at_distance(value.word) : value.word;
}

// A number. Mostly one that an imprecise copier or collector would take for a pointer.
StackBuilder::Value StackBuilder::number() {
  switch (choices_->ConsumeIntegralInRange<uint32_t>(0, 4)) {
    case 0:
      return {.word = choices_->ConsumeIntegral<uint8_t>()};
    case 1:
      return {.word = raw(on_stack())};
    case 2:
      return {.word = in_heap().word};
    case 3:
      return {.word = runtime::poison_word(runtime::Poison::kOldStack)};
    default:
      return {.word = runtime::code_pc(choices_->ConsumeIntegral<uint8_t>())};
  }
}

StackBuilder::Value StackBuilder::pointer() {
  switch (choices_->ConsumeIntegralInRange<uint32_t>(0, 3)) {
    case 0:
      return nil();
    case 1:
      return in_heap();
    default:
      return on_stack();
  }
}

// The address of any used word on the stack.
StackBuilder::Value StackBuilder::on_stack() {
  const uint64_t words = frames_.back().sp / kWordBytes;
  return {MemoryModel::Content::kOnStack,
          choices_->ConsumeIntegralInRange<uint64_t>(1, words) * kWordBytes};
}

StackBuilder::Value StackBuilder::in_heap() {
  const auto object = choices_->ConsumeIntegralInRange<uint32_t>(0, plain_objects_ - 1);
  const auto word = choices_->ConsumeIntegralInRange<uint32_t>(0, kNodeWords - 1);
  return {MemoryModel::Content::kInHeap,
          model_.objects()[object].start + Address{word} * kWordBytes, object};
}

// A closure on the stack, in the heap, static, or nil.
StackBuilder::Closure StackBuilder::closure() {
  const auto choice = choices_->ConsumeIntegralInRange<uint32_t>(0, 3);
  if (choice == 0) return {nil(), nullptr};
  if (choice == 1 && !closures_.empty()) {
    return closures_[choices_->ConsumeIntegralInRange<size_t>(0, closures_.size() - 1)];
  }
  const Function& of = closure_function();
  if (choice == 2) {
    const auto number = static_cast<uint32_t>(&of - program_.program().functions.data());
    return {{.word = runtime::static_funcval(number)}, &of};
  }
  const Address address = runtime_.newobject(2, MachineProgram::kTypeClosure);
  const uint32_t object = model_.add_object(address, 2);
  write_object(object, 0, {.word = runtime::code_pc(of.entry)}, Kind::kObject, false);
  write_object(object, 1, in_heap(), Kind::kObject, true);
  return {{MemoryModel::Content::kInHeap, address, object}, &of};
}

}  // namespace stackquake
