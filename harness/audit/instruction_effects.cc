#include "harness/audit/instruction_effects.h"

#include <initializer_list>

namespace stackquake {

namespace {

using runtime::Instruction;
using runtime::Opcode;
using runtime::RuntimeFunction;

class Effects {
 public:
  Effects& reads(std::initializer_list<uint16_t> slots) {
    for (uint16_t slot : slots) effects_.reads[effects_.read_count++] = slot;
    return *this;
  }
  Effects& writes(uint16_t slot, uint32_t words = 1) {
    effects_.written = slot;
    effects_.written_words = words;
    return *this;
  }
  Effects& stops_at(SafepointTime time) {
    effects_.safepoint = time;
    return *this;
  }
  Effects& may_panic() {
    effects_.may_panic = true;
    return *this;
  }
  Effects& ends() {
    effects_.falls_through = false;
    return *this;
  }
  operator InstructionEffects() const { return effects_; }  // NOLINT(google-explicit-constructor)

 private:
  InstructionEffects effects_;
};

uint16_t second(uint16_t slot) {
  return static_cast<uint16_t>(slot + 1);
}

bool never_returns(const runtime::Program& program, const Instruction& call) {
  const auto is = [&](RuntimeFunction function) {
    return call.imm == static_cast<int64_t>(program.runtime_function(function).entry);
  };
  return is(RuntimeFunction::kGopanic) || is(RuntimeFunction::kGoexit);
}

}  // namespace

InstructionEffects effects_of(const runtime::Program& program, const Instruction& instruction) {
  const auto [opcode, a, b, c, imm] = instruction;
  switch (opcode) {
    case Opcode::kConst:
    case Opcode::kClosureWord:
    case Opcode::kStaticFuncval:
    case Opcode::kCodePointer:
    case Opcode::kFrameAddress:
      return Effects().writes(a);
    case Opcode::kCopy:
    case Opcode::kAddr:
    case Opcode::kAddConst:
    case Opcode::kMultiplyConst:
    case Opcode::kDivideConst:
    case Opcode::kRemainderConst:
    case Opcode::kAndConst:
    case Opcode::kOrConst:
    case Opcode::kXorConst:
    case Opcode::kShiftLeft:
    case Opcode::kShiftRight:
      return Effects().reads({b}).writes(a);
    case Opcode::kAdd:
    case Opcode::kSubtract:
    case Opcode::kMultiply:
    case Opcode::kAnd:
    case Opcode::kOr:
    case Opcode::kXor:
      return Effects().reads({b, c}).writes(a);
    case Opcode::kDivide:
    case Opcode::kRemainder:
      return Effects().reads({b, c}).writes(a).may_panic();
    case Opcode::kCopyWords:
      return Effects().writes(a, c);
    case Opcode::kZeroWords:
    case Opcode::kZeroAny:
      return Effects().writes(a, static_cast<uint32_t>(imm));
    case Opcode::kCopyAny:
      return Effects().reads({b, second(b)}).writes(a, 2);
    case Opcode::kCode:
      return Effects().reads({b, second(b)}).writes(a);

    case Opcode::kJump:
      return Effects().ends();
    case Opcode::kJumpEqual:
    case Opcode::kJumpNotEqual:
    case Opcode::kJumpLess:
    case Opcode::kJumpLessEqual:
      return Effects().reads({a, b});
    case Opcode::kJumpEqualConst:
    case Opcode::kJumpNotEqualConst:
    case Opcode::kJumpLessConst:
    case Opcode::kJumpLessEqualConst:
    case Opcode::kJumpGreaterConst:
    case Opcode::kJumpGreaterEqualConst:
      return Effects().reads({a});

    case Opcode::kLoad:
    case Opcode::kOffset:
      return Effects().reads({b}).writes(a).may_panic();
    case Opcode::kLoadAny:
    case Opcode::kLoadWords:
      return Effects().reads({b}).writes(a, c).may_panic();
    case Opcode::kStore:
      return Effects().reads({a, b}).may_panic();
    case Opcode::kStoreAny:
      return Effects().reads({a, b, second(b)}).may_panic();
    case Opcode::kStoreWords:
      return Effects().reads({a}).may_panic();
    case Opcode::kLoadIndex:
    case Opcode::kElementAddress:
      return Effects().reads({c}).writes(a).may_panic().stops_at(SafepointTime::kPanic);
    case Opcode::kStoreIndex:
      return Effects().reads({a, c}).may_panic().stops_at(SafepointTime::kPanic);
    case Opcode::kLoadIndexThrough:
    case Opcode::kElementAddressThrough:
      return Effects().reads({b, c}).writes(a).may_panic().stops_at(SafepointTime::kPanic);
    case Opcode::kStoreIndexThrough:
      return Effects().reads({a, b, c}).may_panic().stops_at(SafepointTime::kPanic);

    case Opcode::kCall:
      if (never_returns(program, instruction)) {
        return Effects().may_panic().stops_at(SafepointTime::kReturn).ends();
      }
      return Effects().may_panic().stops_at(SafepointTime::kReturn);
    case Opcode::kClosureWords:
      return Effects().writes(a, c);
    case Opcode::kRunOpenDefer:
      return Effects().reads({a, b}).may_panic().stops_at(SafepointTime::kReturn);
    case Opcode::kSetDeferBit:
      return Effects().reads({a, b}).writes(a);
    case Opcode::kCallFuncval:
      return Effects().reads({a}).may_panic().stops_at(SafepointTime::kReturn);
    case Opcode::kNop:
      // The call that deferreturn starts returns to the instruction behind.
      return Effects().may_panic().stops_at(SafepointTime::kReturn);
    case Opcode::kReturn:
      return Effects().ends();

    case Opcode::kDeferprocResult:
    case Opcode::kMove:
    case Opcode::kShrink:
    case Opcode::kCollect:
    case Opcode::kGosched:
      return Effects().stops_at(SafepointTime::kBefore);
    case Opcode::kTrace:
    case Opcode::kGrow:
      return Effects().reads({a}).stops_at(SafepointTime::kBefore);
    case Opcode::kNewObject:
    case Opcode::kMakeChannel:
    case Opcode::kFrames:
      return Effects().writes(a).stops_at(SafepointTime::kBefore);
    case Opcode::kRecover:
      return Effects().writes(a, 2).stops_at(SafepointTime::kBefore);
    case Opcode::kSend:
      return Effects().reads({a, b}).may_panic().stops_at(SafepointTime::kBefore);
    case Opcode::kReceive:
      // Another goroutine writes the element while this one waits: it must be a pointer until then.
      return Effects().reads({a, b}).stops_at(SafepointTime::kBefore);
    case Opcode::kClose:
      return Effects().reads({a}).may_panic().stops_at(SafepointTime::kBefore);
    case Opcode::kSelect:
      return Effects().may_panic().stops_at(SafepointTime::kBefore).ends();
    default:
      return {};
  }
}

uint32_t jump_target(const Instruction& instruction, uint32_t itself) {
  switch (instruction.opcode) {
    case Opcode::kJump:
    case Opcode::kJumpEqual:
    case Opcode::kJumpNotEqual:
    case Opcode::kJumpLess:
    case Opcode::kJumpLessEqual:
    case Opcode::kDeferprocResult:
      return static_cast<uint32_t>(instruction.imm);
    case Opcode::kJumpEqualConst:
    case Opcode::kJumpNotEqualConst:
    case Opcode::kJumpLessConst:
    case Opcode::kJumpLessEqualConst:
    case Opcode::kJumpGreaterConst:
    case Opcode::kJumpGreaterEqualConst:
      return instruction.short_target();
    default:
      return itself;
  }
}

}  // namespace stackquake
