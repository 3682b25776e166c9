#include "harness/story/logged_stacks.h"

#include "runtime_under_test/traceback.h"

namespace stackquake {

namespace {

using runtime::G;
using runtime::Program;

// The line of the call that returns to `pc`. A fault looks like a call of sigpanic, but `pc` is
// then the faulting instruction itself, not the one after a call.
uint32_t line_of(const Program& program, runtime::Word pc, bool called_sigpanic = false) {
  const runtime::Word call = called_sigpanic ? pc : pc - 1;
  return runtime::is_code(program, call) ? program.lines[runtime::code_index(call)] : 0;
}

bool is_sigpanic(const Program& program, const runtime::Function& function) {
  return &function == &program.runtime_function(runtime::RuntimeFunction::kSigpanic);
}

}  // namespace

std::vector<LoggedStacks::Frame>& LoggedStacks::frames_of(const G& g) {
  if (frames_.size() <= g.index) frames_.resize(g.index + 1);
  return frames_[g.index];
}

void LoggedStacks::enter(const Program& program, const G& g, const runtime::Function& function) {
  std::vector<Frame>& frames = frames_of(g);
  const uint64_t distance = g.distance(g.sched.sp);
  while (!frames.empty() && frames.back().distance >= distance) frames.pop_back();
  const runtime::Address varp =
      g.sched.sp + runtime::Address{function.frame_words} * runtime::kWordBytes;
  const uint32_t line = line_of(program, *runtime::at(varp), is_sigpanic(program, function));
  const bool inherits = line == 0 && !frames.empty();
  frames.push_back({distance, inherits ? frames.back().called_from : line, &function});
}

void LoggedStacks::settle(const G& g) {
  std::vector<Frame>& frames = frames_of(g);
  const uint64_t distance = g.distance(g.sched.sp);
  while (!frames.empty() && frames.back().distance > distance) frames.pop_back();
}

bool LoggedStacks::stands_in_innermost(const G& g) {
  const std::vector<Frame>& frames = frames_of(g);
  return !frames.empty() && frames.back().distance == g.distance(g.sched.sp);
}

uint32_t LoggedStacks::caller(const Program& program, const G& g) {
  if (!runtime::is_code(program, g.sched.pc)) return 0;
  const runtime::Stkframe frame = runtime::frame_at(program, g.sched.pc, g.sched.sp);
  if (!g.stack.contains(frame.varp)) return 0;
  return line_of(program, *runtime::at(frame.varp), is_sigpanic(program, *frame.fn));
}

uint32_t LoggedStacks::line(const Program& program, const G& g) {
  const uint32_t line = stands_in_innermost(g) ? line_of(program, g.sched.pc) : caller(program, g);
  const std::vector<Frame>& frames = frames_of(g);
  return line != 0 || frames.empty() ? line : frames.back().called_from;
}

}  // namespace stackquake
