#include "runtime_under_test/traceback.h"

namespace stackquake::runtime {

Stkframe frame_at(const Program& program, Word pc, Address sp) {
  const uint32_t index = code_index(pc);
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

bool frame_maps(const Program& program, const Stkframe& frame, FrameMaps& maps) {
  const uint32_t index = code_index(frame.continpc);
  if (index == frame.fn->entry) {
    maps = {{}, program.slots(frame.fn->entry_arguments)};
    while (!maps.arguments.empty() && maps.arguments.back() >= frame.described_words) {
      maps.arguments = maps.arguments.first(maps.arguments.size() - 1);
    }
    return true;
  }
  // A return address is past the call; the map belongs to the call.
  const uint32_t map = program.locals_map_of[index - 1];
  if (map == kNoMap) return false;
  maps = {program.slots(program.locals_maps[map]), program.slots(frame.fn->arguments)};
  return true;
}

}  // namespace stackquake::runtime
