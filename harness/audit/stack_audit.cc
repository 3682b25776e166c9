#include "harness/audit/stack_audit.h"

#include <algorithm>
#include <bit>
#include <string>
#include <utility>

namespace stackquake {

namespace {

using runtime::Address;
using runtime::CopyReason;
using runtime::G;
using runtime::kStackGuard;
using runtime::kWordBytes;
using runtime::Opcode;
using runtime::Stack;

bool checks_its_stack(const runtime::Program& program, const runtime::Function& function) {
  return program.code[function.entry].opcode == Opcode::kPrologue;
}

}  // namespace

void StackAudit::report(std::string_view cause, std::string message) {
  reporter_.other("stack-accounting", cause, std::move(message));
}

void StackAudit::changed(const G& g) {
  if (!reporter_.silenced()) bounds(g);
  if (!reporter_.silenced()) overlaps(g);
  if (!reporter_.silenced()) totals();
}

void StackAudit::bounds(const G& g) {
  const Stack& stack = g.stack;
  const uint32_t bytes = stack.bytes();
  if (!runtime::in_stacks(stack.lo) || !runtime::in_stacks(stack.hi - 1) ||
      !std::has_single_bit(bytes) || bytes < runtime::kMinStackBytes ||
      bytes > runtime_.options().limit_bytes) {
    return report("bounds", "a goroutine's stack has a size or place that no stack can have");
  }
  if (g.sched.sp < stack.lo || g.sched.sp >= stack.hi) {
    return report("sp", "the sp of a goroutine is not on its stack");
  }
  if (g.stackguard != stack.lo + runtime::kStackGuard && g.stackguard != runtime::kStackPreempt) {
    report("stackguard", "a stackguard is not that of the goroutine's stack");
  }
}

void StackAudit::overlaps(const G& g) {
  if (!books_.in_use(g.stack)) {
    return report("not handed out", "a goroutine has a stack that the allocator has not given out");
  }
  if (shadow_.stacks().overlaps(g.index)) report("shared", "two goroutines have the same stack");
}

void StackAudit::totals() {
  const uint64_t bytes = shadow_.stacks().bytes();
  const uint32_t stacks = shadow_.stacks().count();
  const runtime::StackAllocator& allocator = runtime_.stacks();
  if (stacks == allocator.stacks_in_use() && bytes == allocator.bytes_in_use()) return;
  const bool is_more = allocator.bytes_in_use() > bytes;
  report(is_more ? "not freed" : "freed twice",
         "goroutines have " + std::to_string(stacks) + " stacks of " + std::to_string(bytes) +
             " bytes, the allocator counts " + std::to_string(allocator.stacks_in_use()) + " of " +
             std::to_string(allocator.bytes_in_use()));
}

// ---- The allocator ----

void StackAudit::allocated(const Stack& stack, StackBooks::Answer answer) {
  switch (answer) {
    case StackBooks::Answer::kOutside:
      return report("bounds", "the allocator hands out a stack of a size or place that cannot be");
    case StackBooks::Answer::kInUse:
      return report("shared", "the allocator hands out memory of a stack that is in use");
    case StackBooks::Answer::kTooEarly:
      return report("quarantine",
                    "the allocator hands out memory that must still wait in the quarantine");
    case StackBooks::Answer::kWasteful:
      return report("not reused",
                    "the allocator takes new memory, and a stack of this size is free");
    default:
      break;
  }
  if (!runtime_.stacks().is_usable(stack)) {
    return report("inaccessible", "the allocator hands out memory that nobody may touch");
  }
  if (shadow_.stacks().meets(stack)) {
    report("shared", "the allocator hands out the stack of a living goroutine");
  }
}

void StackAudit::freed(StackBooks::Answer answer) {
  switch (answer) {
    case StackBooks::Answer::kNotInUse:
      return report("freed twice", "a stack is given back that is not in use");
    case StackBooks::Answer::kOtherSize:
    case StackBooks::Answer::kOutside:
      return report("freed in part", "what is given back is not one whole stack");
    default:
      return;
  }
}

// ---- Growth, overflow, shrinking ----

uint64_t StackAudit::needed_for(const G& g, uint64_t more_bytes) const {
  return g.stack.hi - g.sched.sp + more_bytes + kStackGuard;
}

// The bytes of stack that the goroutine needs for what it is about to do: for the frame of the
// function at whose entry it stands, for a grow(), or for the arguments of a goroutine that it
// starts. None where it does nothing of these.
std::optional<uint64_t> StackAudit::needed(const G& g) const {
  const runtime::Program& program = runtime_.program();
  if (!runtime::is_code(program, g.sched.pc)) return std::nullopt;
  const uint32_t index = runtime::code_index(g.sched.pc);
  const runtime::Function& function = program.functions[program.function_of[index]];
  if (index == function.entry) {
    if (!checks_its_stack(program, function)) return std::nullopt;
    return needed_for(g, uint64_t{function.frame_words} * kWordBytes);
  }
  const runtime::Instruction& instruction = program.code[index - 1];
  const bool is_grow = instruction.opcode == Opcode::kGrow;
  if (is_grow || instruction.opcode == Opcode::kNativeGrow) {
    const auto words =
        static_cast<int64_t>(*runtime::at(g.slot_address(is_grow ? instruction.a : 1)));
    constexpr int64_t kMost = runtime::kMaxStackLimitBytes / kWordBytes;
    return needed_for(g, static_cast<uint64_t>(std::clamp<int64_t>(words, 0, kMost)) * kWordBytes);
  }
  if (instruction.opcode == Opcode::kNativeNewproc) {
    const Address arguments = g.slot_address(static_cast<uint16_t>(function.frame_words + 1));
    return *runtime::at(arguments) + kWordBytes + kStackGuard;
  }
  return std::nullopt;
}

void StackAudit::started(const G& g) {
  const uint64_t bytes = g.stack.hi - g.stack.lo;
  const uint64_t least =
      std::max<uint64_t>(runtime_.options().stack_bytes, std::bit_ceil(needed_for(g, 0)));
  if (!reporter_.silenced() && bytes != least) {
    report("first size", "a goroutine begins on a stack of " + std::to_string(bytes) +
                             " bytes, and must begin on one of " + std::to_string(least));
  }
}

bool StackAudit::stands(const G& g) {
  const Stack& stack = shadow_.goroutine(g.index).stack();
  const bool is_aligned = g.sched.sp % kWordBytes == 0;
  if (g.stack == stack && is_aligned && stack.lo <= g.sched.sp && g.sched.sp < stack.hi)
    return true;
  report(g.stack == stack ? "sp" : "bounds",
         "a goroutine does not stand on the stack that it was given");
  return false;
}

bool StackAudit::has_room(const G& g, const runtime::Function& function) {
  const Stack& stack = shadow_.goroutine(g.index).stack();
  const Address end = g.sched.sp + (Address{function.frame_words} + 1) * kWordBytes;
  const bool is_on_stack = stack.lo <= g.sched.sp && end <= stack.hi;
  const uint64_t guard = checks_its_stack(runtime_.program(), function) ? kStackGuard : 0;
  if (is_on_stack && g.sched.sp - stack.lo >= guard) return true;
  const bool is_at_limit = stack.bytes() >= runtime_.options().limit_bytes;
  report(is_at_limit ? "no overflow" : "no growth",
         "the frame of " + std::string(function.name) +
             " does not fit the stack, which has neither grown nor overflowed");
  return false;
}

void StackAudit::wraps(const G& g, const runtime::Function& wrapper) {
  constexpr uint64_t kLeastBytes = 16;
  constexpr uint32_t kSize = 2;  // the third argument, behind the function and its arguments
  const uint32_t arguments = uint32_t{wrapper.frame_words} + 1;
  const uint64_t bytes = runtime::at(g.sched.sp)[arguments + kSize];
  const uint64_t expected = std::bit_ceil(std::max(bytes, kLeastBytes));
  const uint64_t frame = uint64_t{wrapper.frame_words} * kWordBytes;
  if (frame == expected) return;
  report("reflectcall", "a deferred call with " + std::to_string(bytes) +
                            " bytes of arguments has a frame of " + std::to_string(frame) +
                            ", and not of " + std::to_string(expected));
}

void StackAudit::copied(const G& g, const runtime::StackCopy& copy) {
  // Before a collection a freed stack may wait for its end; otherwise it is poisoned at once.
  if (!is_collecting_ && !runtime_.stacks().held().empty()) {
    report("held", "a stack was freed while nothing collects, and the allocator holds it back");
  }
  const uint64_t before = copy.old_stack.bytes();
  const uint64_t after = copy.new_stack.bytes();
  const auto wrong_size = [&](uint64_t expected) {
    if (after == expected) return;
    report("copy size", "a copy from a stack of " + std::to_string(before) +
                            " bytes leads to one of " + std::to_string(after) + ", and not of " +
                            std::to_string(expected));
  };
  switch (copy.reason) {
    case CopyReason::kForced:
    case CopyReason::kMove:
      return wrong_size(before);
    case CopyReason::kShrink:
      if (!may_shrink(g, copy.old_stack)) {
        report("shrinks", "a stack has shrunk of which too much is in use");
      }
      return wrong_size(before / 2);
    case CopyReason::kGrowth: {
      const std::optional<uint64_t> bytes = needed(g);
      if (bytes && *bytes <= before) {
        report("grows", "a stack has grown that had room: " + std::to_string(*bytes) +
                            " bytes are needed, and it had " + std::to_string(before));
      }
      return wrong_size(2 * before);
    }
  }
}

// As Go does it: a stack is halved if it is larger than a goroutine's first one, and at most a
// quarter of it is in use.
bool StackAudit::may_shrink(const G& g, const Stack& stack) const {
  const uint64_t used = g.stack.hi - g.sched.sp;
  const uint64_t half = stack.bytes() / 2;
  return half >= runtime_.options().stack_bytes && used <= half / 2 && used + kStackGuard <= half;
}

void StackAudit::collecting() {
  is_collecting_ = true;
  shrinking_.clear();
  for (const auto& g : runtime_.scheduler().goroutines()) {
    if (g->status == runtime::GStatus::kDead || !may_shrink(*g, g->stack)) continue;
    shrinking_.push_back({g->index, g->stack.bytes()});
  }
}

void StackAudit::collected() {
  is_collecting_ = false;
  for (const Shrinking& due : shrinking_) {
    const uint32_t bytes = runtime_.scheduler().goroutine(due.goroutine).stack.bytes();
    if (bytes >= due.bytes) {
      return report("not shrunk", "a collection has left a stack of " + std::to_string(bytes) +
                                      " bytes as it is, of which at most a quarter is in use");
    }
  }
}

void StackAudit::overflowed(const G& g) {
  const std::optional<uint64_t> bytes = needed(g);
  if (!bytes || *bytes > runtime_.options().limit_bytes) return;
  const uint64_t all = shadow_.stacks().bytes() + uint64_t{2} * g.stack.bytes();
  if (all > runtime::kMaxStackBytesInUse) return;
  report("overflow", "the run has overflowed, but " + std::to_string(*bytes) +
                         " bytes of stack are needed, and the limit is " +
                         std::to_string(runtime_.options().limit_bytes));
}

}  // namespace stackquake
