#ifndef STACKQUAKE_RUNTIME_UNDER_TEST_INTERPRETER_MACROS_H_
#define STACKQUAKE_RUNTIME_UNDER_TEST_INTERPRETER_MACROS_H_

// Parts of operations, for interpreter_execute.h alone, which forgets them at its end. They use the
// names of the loop: ip, sp, save, load and its labels.

// A safepoint before the instruction does its work. The instruction's operands are live there.
#define STACKQUAKE_SAFEPOINT(kind)                                                    \
  do {                                                                                \
    const uint64_t number = safepoints++;                                             \
    if (number >= runtime_.safepoint_threshold(SafepointKind::kind)) [[unlikely]] {   \
      save(ip + 1);                                                                   \
      if (runtime_.safepoint_slow(g, SafepointKind::kind, number) == Flow::kUnwind) { \
        goto unwind;                                                                  \
      }                                                                               \
      sp = at(g.sched.sp);                                                            \
      budget = runtime_.budget;                                                       \
    }                                                                                 \
  } while (false)

// Calls C++ of the runtime, which leaves the registers in G.
#define STACKQUAKE_NATIVE(call)                                      \
  do {                                                               \
    save(ip + 1);                                                    \
    if ((call) == Flow::kUnwind || runtime_.finished()) goto unwind; \
    load();                                                          \
  } while (false)

#define STACKQUAKE_BINARY(name, expression)    \
  case Opcode::name: {                         \
    const int64_t x = signed_slot(ip->b);      \
    const int64_t y = signed_slot(ip->c);      \
    sp[ip->a] = static_cast<Word>(expression); \
    wrote_scalars(sp + ip->a);                 \
    ++ip;                                      \
    break;                                     \
  }                                            \
  case Opcode::name##Const: {                  \
    const int64_t x = signed_slot(ip->b);      \
    const int64_t y = ip->imm;                 \
    sp[ip->a] = static_cast<Word>(expression); \
    wrote_scalars(sp + ip->a);                 \
    ++ip;                                      \
    break;                                     \
  }

#define STACKQUAKE_JUMP_IF(name, condition)                                      \
  case Opcode::name:                                                             \
    if (const int64_t x = signed_slot(ip->a), y = signed_slot(ip->b); condition) \
      jump_to(ip->imm);                                                          \
    else                                                                         \
      ++ip;                                                                      \
    break;

#define STACKQUAKE_JUMP_IF_CONST(name, condition)                     \
  case Opcode::name:                                                  \
    if (const int64_t x = signed_slot(ip->a), y = ip->imm; condition) \
      jump_to(ip->short_target());                                    \
    else                                                              \
      ++ip;                                                           \
    break;

// Declares `address`, from a pointer operand: 0 faults, and an address that the program may not
// touch is a violation.
#define STACKQUAKE_POINTER(slot, offset, words) \
  Address address = sp[slot];                   \
  if (address == 0) [[unlikely]]                \
    goto nil_fault;                             \
  address += static_cast<Address>(offset);      \
  if constexpr (kWatched) save(ip + 1);         \
  if (!accessible(address, words)) [[unlikely]] \
  goto bad_dereference

#define STACKQUAKE_POP_FRAME()              \
  sp += ip->a;                              \
  if (!returns_to_code(g, sp)) [[unlikely]] \
    goto bad_return;                        \
  ip = code + (*sp++ - kCodeBase)

// Declares `index`, from an index operand; an index out of range panics.
#define STACKQUAKE_INDEX(slot)                          \
  const Word index = sp[slot];                          \
  if (index >= static_cast<Word>(ip->imm)) [[unlikely]] \
  goto bad_index

#endif  // STACKQUAKE_RUNTIME_UNDER_TEST_INTERPRETER_MACROS_H_
