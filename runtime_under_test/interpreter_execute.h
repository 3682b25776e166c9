#ifndef STACKQUAKE_RUNTIME_UNDER_TEST_INTERPRETER_EXECUTE_H_
#define STACKQUAKE_RUNTIME_UNDER_TEST_INTERPRETER_EXECUTE_H_

// The loop itself: one case for each operation of operations.def, in its order. Included by
// interpreter_loop.h alone.
//
// The registers are local variables. Code of the runtime that may copy the stack, switch goroutines
// or read the registers finds them in G: `save` stores them there before it is called, and `load`
// loads them afterwards. The macros of interpreter_macros.h show the two ways in which an operation
// calls the runtime.

#include <cstring>

#include "runtime_under_test/interpreter_loop.h"
#include "runtime_under_test/interpreter_macros.h"

namespace stackquake::runtime {

template <class ObserverType>
Flow InterpreterLoop<ObserverType>::execute(G& g, uint64_t base) {
  const Program& program = runtime_.program();
  const Instruction* const code = program.code.data();
  uint64_t& safepoints = runtime_.stats().safepoints;
  const Instruction* ip = nullptr;
  Word* sp = nullptr;
  Address ctxt = 0;
  int64_t budget = 0;
  int64_t fault_code = 0;

  const auto pc_of = [&](const Instruction* instruction) {
    return kCodeBase + static_cast<Word>(instruction - code);
  };
  // Store the registers in G, and load them from it.
  const auto save = [&](const Instruction* return_to) {
    g.sched = {pc_of(return_to), address_of(sp), 0};
    runtime_.budget = budget;
  };
  const auto load = [&] {
    ip = code + (g.sched.pc - kCodeBase);
    sp = at(g.sched.sp);
    ctxt = g.sched.ctxt;
    budget = runtime_.budget;
  };
  const auto signed_slot = [&](uint16_t slot) { return static_cast<int64_t>(sp[slot]); };
  const auto jump_to = [&](int64_t target) { ip = code + target; };

  load();
  for (;;) {
    if (--budget < 0) [[unlikely]] {
      runtime_.budget = 0;
      runtime_.finish(OutcomeKind::kFuel);
      goto unwind;
    }
    follow(g, {pc_of(ip + 1), address_of(sp), 0});
    switch (ip->opcode) {
      case Opcode::kConst:
        sp[ip->a] = static_cast<Word>(ip->imm);
        wrote_scalars(sp + ip->a);
        ++ip;
        break;
      case Opcode::kCopy:
        sp[ip->a] = sp[ip->b];
        wrote_copy(sp + ip->a, sp + ip->b);
        ++ip;
        break;
      case Opcode::kCopyAny:
      case Opcode::kCopyWords:
        std::memmove(sp + ip->a, sp + ip->b, size_t{ip->c} * kWordBytes);
        wrote_copy(sp + ip->a, sp + ip->b, ip->c);
        budget -= ip->c / kWordsPerStep;
        ++ip;
        break;
      case Opcode::kZeroAny:
      case Opcode::kZeroWords:
        std::memset(sp + ip->a, 0, static_cast<size_t>(ip->imm) * kWordBytes);
        wrote_scalars(sp + ip->a, static_cast<uint32_t>(ip->imm));
        budget -= ip->imm / kWordsPerStep;
        ++ip;
        break;

        // Unsigned where a signed result could overflow: Go's integers wrap.
        STACKQUAKE_BINARY(kAdd, static_cast<Word>(x) + static_cast<Word>(y))
        STACKQUAKE_BINARY(kMultiply, static_cast<Word>(x) * static_cast<Word>(y))
        STACKQUAKE_BINARY(kAnd, x & y)
        STACKQUAKE_BINARY(kOr, x | y)
        STACKQUAKE_BINARY(kXor, x ^ y)
      case Opcode::kSubtract:
        sp[ip->a] = sp[ip->b] - sp[ip->c];
        wrote_scalars(sp + ip->a);
        ++ip;
        break;
      case Opcode::kDivide:
      case Opcode::kRemainder:
      case Opcode::kDivideConst:
      case Opcode::kRemainderConst: {
        const bool is_const =
            ip->opcode == Opcode::kDivideConst || ip->opcode == Opcode::kRemainderConst;
        const bool is_divide = ip->opcode == Opcode::kDivide || ip->opcode == Opcode::kDivideConst;
        const int64_t x = signed_slot(ip->b);
        const int64_t y = is_const ? ip->imm : signed_slot(ip->c);
        if (y == 0) [[unlikely]] {
          fault_code = kDivisionByZero;
          goto fault;
        }
        // The most negative number divided by -1 wraps to itself.
        if (y == -1) {
          sp[ip->a] = is_divide ? 0 - static_cast<Word>(x) : 0;
        } else {
          sp[ip->a] = static_cast<Word>(is_divide ? x / y : x % y);
        }
        wrote_scalars(sp + ip->a);
        ++ip;
        break;
      }
      case Opcode::kShiftLeft:
        sp[ip->a] = sp[ip->b] << ip->imm;
        wrote_scalars(sp + ip->a);
        ++ip;
        break;
      case Opcode::kShiftRight:
        sp[ip->a] = static_cast<Word>(signed_slot(ip->b) >> ip->imm);
        wrote_scalars(sp + ip->a);
        ++ip;
        break;

      case Opcode::kJump:
        jump_to(ip->imm);
        break;
        STACKQUAKE_JUMP_IF(kJumpEqual, x == y)
        STACKQUAKE_JUMP_IF(kJumpNotEqual, x != y)
        STACKQUAKE_JUMP_IF(kJumpLess, x < y)
        STACKQUAKE_JUMP_IF(kJumpLessEqual, x <= y)
        STACKQUAKE_JUMP_IF_CONST(kJumpEqualConst, x == y)
        STACKQUAKE_JUMP_IF_CONST(kJumpNotEqualConst, x != y)
        STACKQUAKE_JUMP_IF_CONST(kJumpLessConst, x < y)
        STACKQUAKE_JUMP_IF_CONST(kJumpLessEqualConst, x <= y)
        STACKQUAKE_JUMP_IF_CONST(kJumpGreaterConst, x > y)
        STACKQUAKE_JUMP_IF_CONST(kJumpGreaterEqualConst, x >= y)

      case Opcode::kLoad: {
        STACKQUAKE_POINTER(ip->b, ip->imm, 1);
        sp[ip->a] = *at(address);
        wrote_copy(sp + ip->a, at(address));
        ++ip;
        break;
      }
      case Opcode::kStore: {
        STACKQUAKE_POINTER(ip->a, ip->imm, 1);
        *at(address) = sp[ip->b];
        wrote_copy(at(address), sp + ip->b);
        ++ip;
        break;
      }
      case Opcode::kLoadAny:
      case Opcode::kLoadWords: {
        STACKQUAKE_POINTER(ip->b, 0, ip->c);
        std::memmove(sp + ip->a, at(address), size_t{ip->c} * kWordBytes);
        wrote_copy(sp + ip->a, at(address), ip->c);
        budget -= ip->c / kWordsPerStep;
        ++ip;
        break;
      }
      case Opcode::kStoreAny:
      case Opcode::kStoreWords: {
        STACKQUAKE_POINTER(ip->a, 0, ip->c);
        std::memmove(at(address), sp + ip->b, size_t{ip->c} * kWordBytes);
        wrote_copy(at(address), sp + ip->b, ip->c);
        budget -= ip->c / kWordsPerStep;
        ++ip;
        break;
      }
      case Opcode::kFrameAddress:
        sp[ip->a] = address_of(sp + ip->b);
        wrote_pointer(sp + ip->a);
        ++ip;
        break;
      case Opcode::kOffset:
        if (sp[ip->b] == 0) [[unlikely]]
          goto nil_fault;
        sp[ip->a] = sp[ip->b] + static_cast<Word>(ip->imm);
        wrote_pointer(sp + ip->a);
        ++ip;
        break;
      case Opcode::kAddr:
        sp[ip->a] = sp[ip->b];
        wrote_scalars(sp + ip->a);
        ++ip;
        break;

      case Opcode::kLoadIndex: {
        STACKQUAKE_INDEX(ip->c);
        sp[ip->a] = sp[ip->b + index];
        wrote_copy(sp + ip->a, sp + ip->b + index);
        ++ip;
        break;
      }
      case Opcode::kStoreIndex: {
        STACKQUAKE_INDEX(ip->c);
        sp[ip->b + index] = sp[ip->a];
        wrote_copy(sp + ip->b + index, sp + ip->a);
        ++ip;
        break;
      }
      case Opcode::kElementAddress: {
        STACKQUAKE_INDEX(ip->c);
        sp[ip->a] = address_of(sp + ip->b + index);
        wrote_pointer(sp + ip->a);
        ++ip;
        break;
      }
      case Opcode::kLoadIndexThrough: {
        STACKQUAKE_INDEX(ip->c);
        STACKQUAKE_POINTER(ip->b, index * kWordBytes, 1);
        sp[ip->a] = *at(address);
        wrote_copy(sp + ip->a, at(address));
        ++ip;
        break;
      }
      case Opcode::kStoreIndexThrough: {
        STACKQUAKE_INDEX(ip->c);
        STACKQUAKE_POINTER(ip->b, index * kWordBytes, 1);
        *at(address) = sp[ip->a];
        wrote_copy(at(address), sp + ip->a);
        ++ip;
        break;
      }
      case Opcode::kElementAddressThrough: {
        STACKQUAKE_INDEX(ip->c);
        sp[ip->a] = sp[ip->b] + index * kWordBytes;
        wrote_pointer(sp + ip->a);
        ++ip;
        break;
      }

      case Opcode::kPrologue: {
        const uint64_t number = safepoints++;
        const bool is_nest =
            static_cast<size_t>(ip->imm) - kRuntimeFunctions < program.nest_functions;
        if (is_nest && --runtime_.calls_until_preemption == 0) [[unlikely]] {
          runtime_.scheduler().preempt(g);
        }
        if (address_of(sp - ip->a) < g.stackguard ||
            number >= runtime_.safepoint_threshold(SafepointKind::kPrologue)) [[unlikely]] {
          // At its entry a function's registers are saved as they are: ctxt is live.
          g.sched = {pc_of(ip), address_of(sp), ctxt};
          runtime_.budget = budget;
          if (runtime_.stack_manager().morestack(g, ip->a, number) == Flow::kUnwind) goto unwind;
          load();
        }
        sp -= ip->a;
        if constexpr (kWatched) {
          save(ip + 1);
          watcher().called(g, program.functions[static_cast<size_t>(ip->imm)]);
          // What follows would write to a frame that a check may not accept.
          if (runtime_.finished()) [[unlikely]]
            goto unwind;
        }
        ++ip;
        break;
      }
      case Opcode::kEnterNosplit:
        sp -= ip->a;
        ++ip;
        break;
      case Opcode::kClosureWord:
        sp[ip->a] = *at(ctxt + static_cast<Address>(ip->imm));
        wrote_copy(sp + ip->a, at(ctxt + static_cast<Address>(ip->imm)));
        ++ip;
        break;
      case Opcode::kCall:
        *--sp = pc_of(ip + 1);
        wrote_code(sp);
        // A closure that ran earlier may be garbage by now, and a prologue's safepoint would take
        // it for a root.
        ctxt = 0;
        jump_to(ip->imm);
        break;
      case Opcode::kCallFuncval:
        ctxt = sp[ip->a];
        if (ctxt == 0) [[unlikely]]
          goto nil_fault;
        if (!is_closure(ctxt)) [[unlikely]]
          goto bad_dereference;
        *--sp = pc_of(ip + 1);
        wrote_code(sp);
        ip = code + (*at(ctxt) - kCodeBase);
        break;
      case Opcode::kReturn:
        if constexpr (kWatched) {
          save(ip + 1);
          watcher().returning(g, program.functions[program.function_of[ip - code]]);
        }
        STACKQUAKE_POP_FRAME();
        break;
      case Opcode::kStaticFuncval:
        sp[ip->a] = static_funcval(static_cast<uint32_t>(ip->imm));
        wrote_pointer(sp + ip->a);
        ++ip;
        break;
      case Opcode::kCodePointer:
        sp[ip->a] = code_pc(program.functions[static_cast<size_t>(ip->imm)].entry);
        wrote_code(sp + ip->a);
        ++ip;
        break;
      case Opcode::kDeferprocResult:
        // There is no safepoint after a recovery: the map is that of the ordinary path, and is
        // wrong for the path to the epilogue.
        if (g.returned != 0) {
          g.returned = 0;
          jump_to(ip->imm);
        } else {
          STACKQUAKE_SAFEPOINT(kOther);
          ++ip;
        }
        break;
      case Opcode::kClosureWords: {
        const Address from = ctxt + static_cast<Address>(ip->imm);
        std::memcpy(sp + ip->a, at(from), size_t{ip->c} * kWordBytes);
        wrote_copy(sp + ip->a, at(from), ip->c);
        budget -= ip->c / kWordsPerStep;
        ++ip;
        break;
      }
      case Opcode::kEnterWrapper:
        runtime_.design().enter_wrapper(g, address_of(sp + ip->imm + 1), address_of(sp));
        ++ip;
        break;
      case Opcode::kSetDeferBit:
        sp[ip->a] |= Word{1} << ip->imm;
        wrote_scalars(sp + ip->a);
        save(ip + 1);
        runtime_.open_deferred(g, address_of(sp + ip->b), static_cast<uint32_t>(ip->imm));
        ++ip;
        break;
      case Opcode::kRunOpenDefer:
        if ((sp[ip->a] >> ip->imm & 1) == 0) {
          ++ip;
          break;
        }
        sp[ip->a] &= ~(Word{1} << ip->imm);
        wrote_scalars(sp + ip->a);
        save(ip + 1);
        runtime_.open_started(g, address_of(sp + ip->b), address_of(sp), DeferRunner::kDeferreturn);
        ctxt = sp[ip->b];
        if (ctxt == 0) [[unlikely]]
          goto nil_fault;
        if (!is_closure(ctxt)) [[unlikely]]
          goto bad_dereference;
        *--sp = pc_of(ip + 1);
        wrote_code(sp);
        ip = code + (*at(ctxt) - kCodeBase);
        break;
      case Opcode::kNop:
        ++ip;
        break;

      case Opcode::kNewObject: {
        STACKQUAKE_SAFEPOINT(kAlloc);
        runtime_.budget = budget;
        sp[ip->a] = runtime_.newobject(program.types[static_cast<size_t>(ip->imm)].words,
                                       static_cast<uint16_t>(ip->imm));
        wrote_pointer(sp + ip->a);
        budget = runtime_.budget;
        if (runtime_.finished()) goto unwind;
        ++ip;
        break;
      }
      case Opcode::kMakeChannel: {
        STACKQUAKE_SAFEPOINT(kAlloc);
        const auto capacity = static_cast<uint32_t>(ip->imm);
        runtime_.budget = budget;
        sp[ip->a] = runtime_.newobject(Channels::words(capacity),
                                       ip->b != 0 ? kTypePointerChannel : kTypeChannel);
        Channels::makechan(sp[ip->a], capacity);
        wrote_pointer(sp + ip->a);
        budget = runtime_.budget;
        if (runtime_.finished()) goto unwind;
        ++ip;
        break;
      }
      case Opcode::kTrace:
        STACKQUAKE_SAFEPOINT(kCall);
        runtime_.trace(g, signed_slot(ip->a));
        ++ip;
        break;
      case Opcode::kMove:
        STACKQUAKE_SAFEPOINT(kCall);
        STACKQUAKE_NATIVE(runtime_.stack_manager().move(g));
        break;
      case Opcode::kGrow:
        STACKQUAKE_SAFEPOINT(kCall);
        STACKQUAKE_NATIVE(runtime_.stack_manager().grow(g, at_slot(g, ip->a)));
        break;
      case Opcode::kShrink:
        STACKQUAKE_SAFEPOINT(kCall);
        STACKQUAKE_NATIVE(runtime_.stack_manager().shrink(g));
        break;
      case Opcode::kFrames:
        STACKQUAKE_SAFEPOINT(kCall);
        STACKQUAKE_NATIVE(runtime_.frames(g, ip->a));
        break;
      case Opcode::kRecover: {
        STACKQUAKE_SAFEPOINT(kOther);
        save(ip + 1);
        const Any value = runtime_.design().gorecover(g, address_of(sp + ip->imm + 1));
        std::memcpy(sp + ip->a, &value, sizeof value);
        wrote_scalars(sp + ip->a);
        wrote_pointer(sp + ip->a + 1);
        ++ip;
        break;
      }
      case Opcode::kCollect:
        STACKQUAKE_SAFEPOINT(kOther);
        STACKQUAKE_NATIVE(runtime_.gc(g));
        break;
      case Opcode::kGosched:
        STACKQUAKE_SAFEPOINT(kOther);
        STACKQUAKE_NATIVE(runtime_.scheduler().yield(g));
        break;
      case Opcode::kSend:
        STACKQUAKE_SAFEPOINT(kOther);
        STACKQUAKE_NATIVE(runtime_.channels().chansend(g, ip->a, ip->b));
        break;
      case Opcode::kReceive:
        STACKQUAKE_SAFEPOINT(kOther);
        STACKQUAKE_NATIVE(runtime_.channels().chanrecv(g, ip->b, ip->a));
        break;
      case Opcode::kClose:
        STACKQUAKE_SAFEPOINT(kOther);
        STACKQUAKE_NATIVE(runtime_.channels().closechan(g, ip->a));
        break;
      case Opcode::kSelect:
        STACKQUAKE_SAFEPOINT(kOther);
        STACKQUAKE_NATIVE(runtime_.channels().selectgo(
            g, program.select_tables[static_cast<size_t>(ip->imm)], ip->a));
        break;
      case Opcode::kCode: {
        const Any value{sp[ip->b], sp[ip->b + 1]};
        if (value.type == Any::kInt && !accessible(value.data)) [[unlikely]]
          goto bad_dereference;
        sp[ip->a] = static_cast<Word>(code_of(value));
        wrote_scalars(sp + ip->a);
        ++ip;
        break;
      }

      case Opcode::kNativeGoexit0:
        STACKQUAKE_NATIVE(runtime_.scheduler().returned(g));
        break;
      case Opcode::kNativeGopanic:
        STACKQUAKE_NATIVE((runtime_.charge(kStepsPerUnwinding), runtime_.design().gopanic(g)));
        break;
      case Opcode::kNativeGoexit:
        STACKQUAKE_NATIVE((runtime_.charge(kStepsPerUnwinding), runtime_.design().goexit(g)));
        break;
      case Opcode::kNativeReflectcall: {
        const Word* const arguments = sp + ip->a + 1;
        const auto words = static_cast<uint32_t>(arguments[2] / kWordBytes);
        runtime_.design().enter_wrapper(g, address_of(arguments), address_of(sp));
        if (words != 0) {
          if (!accessible(arguments[1], words)) [[unlikely]]
            goto bad_dereference;
          std::memcpy(sp, at(arguments[1]), arguments[2]);
          wrote_copy(sp, at(arguments[1]), words);
        }
        budget -= words / kWordsPerStep;
        ++ip;
        break;
      }
      case Opcode::kNativeReturn:
        if (runtime_.has(Defect::kReflectcallWritesArgsBack)) write_back(sp, sp + ip->a + 1);
        STACKQUAKE_POP_FRAME();
        save(ip);
        return Flow::kContinue;
      case Opcode::kNativeDeferproc:
        STACKQUAKE_NATIVE((runtime_.design().deferproc(g), Flow::kContinue));
        break;
      case Opcode::kNativeDeferprocStack:
        STACKQUAKE_NATIVE((runtime_.design().deferproc_stack(g), Flow::kContinue));
        break;
      case Opcode::kNativeDeferreturn:
        STACKQUAKE_NATIVE(runtime_.design().deferreturn(g));
        break;
      case Opcode::kNativeCalled:
        save(ip);
        return Flow::kContinue;
      case Opcode::kNativeJmpdefer:
        if (ctxt == 0) [[unlikely]]
          goto nil_fault;
        if (!is_closure(ctxt)) [[unlikely]]
          goto bad_dereference;
        ip = code + (*at(ctxt) - kCodeBase);
        break;
      case Opcode::kNativeNewproc: {
        const Word* const arguments = sp + ip->a + 1;
        save(ip + 1);
        runtime_.scheduler().newproc(arguments[1], address_of(arguments + 2),
                                     static_cast<uint32_t>(arguments[0]));
        if (runtime_.finished()) goto unwind;
        ++ip;
        break;
      }
      case Opcode::kNativeFault:
        sp[0] = Any::error(g.fault).type;
        sp[1] = 0;
        wrote_scalars(sp, 2);
        ++ip;
        break;
      case Opcode::kNativeTrace:
        runtime_.trace(g, signed_slot(1));
        ++ip;
        break;
      case Opcode::kNativeMove:
        STACKQUAKE_NATIVE(runtime_.stack_manager().move(g));
        break;
      case Opcode::kNativeGrow:
        STACKQUAKE_NATIVE(runtime_.stack_manager().grow(g, at_slot(g, 1)));
        break;
      case Opcode::kNativeShrink:
        STACKQUAKE_NATIVE(runtime_.stack_manager().shrink(g));
        break;
    }
    continue;

  nil_fault:
    fault_code = kNilDereference;
  fault:
    // The instruction seems to have called sigpanic: its own pc is the return address.
    save(ip);
    runtime_.raise(g, RuntimeFunction::kSigpanic, fault_code);
    load();
    continue;

  bad_index:
    // An ordinary call of panicindex.
    save(ip + 1);
    runtime_.raise(g, RuntimeFunction::kPanicindex, kIndexOutOfRange);
    load();
    continue;

  bad_return:
    runtime_.fail("bad-dereference", mnemonic(ip->opcode), "return pc",
                  "a frame's return address is not on its stack, or no address of code");
    goto unwind;

  bad_dereference:
    save(ip + 1);
    runtime_.fail(
        "bad-dereference", mnemonic(ip->opcode), "",
        "a load or store met an address outside of managed memory, or memory that is poisoned");

  unwind:
    if (runtime_.finished() || g.unwind_to <= base) return Flow::kUnwind;
    load();
  }
}

}  // namespace stackquake::runtime

#undef STACKQUAKE_SAFEPOINT
#undef STACKQUAKE_NATIVE
#undef STACKQUAKE_BINARY
#undef STACKQUAKE_JUMP_IF
#undef STACKQUAKE_JUMP_IF_CONST
#undef STACKQUAKE_POINTER
#undef STACKQUAKE_INDEX
#undef STACKQUAKE_POP_FRAME

#endif  // STACKQUAKE_RUNTIME_UNDER_TEST_INTERPRETER_EXECUTE_H_
