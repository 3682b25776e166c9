#ifndef STACKQUAKE_RUNTIME_UNDER_TEST_TRACEBACK_H_
#define STACKQUAKE_RUNTIME_UNDER_TEST_TRACEBACK_H_

#include <cstdint>
#include <span>

#include "runtime_under_test/check.h"
#include "runtime_under_test/code.h"
#include "runtime_under_test/g.h"
#include "runtime_under_test/word.h"

namespace stackquake::runtime {

// One frame of a walk. Go's Stkframe.
//
// continpc is the return address at which the function can continue. Normally it is the frame's pc.
// In a frame that a fault interrupted it is the point at which a recovery would resume the
// function, or 0 if no recovery can: the frame is dead then, and its words mean nothing.
struct Stkframe {
  const Function* fn = nullptr;  // null for the deferred call of a nil func()
  Word pc = 0;
  Word continpc = 0;
  Address sp = 0;                         // slot 0; 0 for a deferred call that has not begun
  Address varp = 0;                       // past the locals: where the return pc lies
  Address argp = 0;                       // where the arguments begin
  uint16_t described_words = UINT16_MAX;  // of the arguments: the map of the others is not known
};

// Called by a walk for each frame.
class FrameVisitor {
 public:
  virtual void visit(const Stkframe& frame) = 0;

 protected:
  ~FrameVisitor() = default;
};

inline uint32_t code_index(Word pc) {
  return static_cast<uint32_t>(pc - kCodeBase);
}
inline Word code_pc(uint32_t index) {
  return kCodeBase + index;
}

// Whether a word is a pc of the program.
inline bool is_code(const Program& program, Word pc) {
  return pc - kCodeBase < program.code.size();
}

// The frame whose registers are `pc` and `sp`, with continpc equal to pc. The pc must be is_code.
inline Stkframe frame_at(const Program& program, Word pc, Address sp) {
  const uint32_t index = code_index(pc);
  STACKQUAKE_CHECK(index < program.function_of.size());
  const Function& function = program.functions[program.function_of[index]];
  const bool begun = index > function.entry;
  Stkframe frame;
  frame.fn = &function;
  frame.pc = pc;
  frame.continpc = pc;
  frame.sp = sp;
  frame.varp = sp + (begun ? Address{function.frame_words} * kWordBytes : 0);
  frame.argp = frame.varp + kWordBytes;
  return frame;
}

// The pointers of a live frame: its locals at continpc, and its arguments. A function that stands
// at its entry has no locals, and its arguments are those of the entry map. False when continpc is
// no safepoint.
struct FrameMaps {
  std::span<const uint16_t> locals;     // slots from sp
  std::span<const uint16_t> arguments;  // words from argp
};
inline bool frame_maps(const Program& program, const Stkframe& frame, FrameMaps& maps) {
  const uint32_t index = code_index(frame.continpc);
  if (index == frame.fn->entry) {
    maps = {{}, program.slots(frame.fn->entry_arguments)};
    while (!maps.arguments.empty() && maps.arguments.back() >= frame.described_words) {
      maps.arguments = maps.arguments.first(maps.arguments.size() - 1);
    }
    return true;
  }
  // A return address is past the call; the map belongs to the call.
  STACKQUAKE_CHECK(index - 1 < program.locals_map_of.size());
  const uint32_t map = program.locals_map_of[index - 1];
  if (map == kNoMap) return false;
  maps = {program.slots(program.locals_maps[map]), program.slots(frame.fn->arguments)};
  return true;
}

}  // namespace stackquake::runtime

#endif  // STACKQUAKE_RUNTIME_UNDER_TEST_TRACEBACK_H_
