#include "harness/audit/live_words.h"

#include <algorithm>

#include "runtime_under_test/records.h"

namespace stackquake {

namespace {

using runtime::Address;
using runtime::DeferLayout;
using runtime::Function;
using runtime::G;
using runtime::kWordBytes;
using runtime::RuntimeFunction;
using runtime::Stkframe;
using runtime::Word;

Stkframe frame_of(const GoroutineShadow& goroutine, const ShadowFrame& frame, Word pc) {
  const Address sp = goroutine.address_at(frame.distance);
  const Address varp = goroutine.address_at(frame.argp_distance() + 1);
  return {frame.function, pc, pc, sp, varp, varp + kWordBytes};
}

}  // namespace

// The faulted instruction is no safepoint. The function continues at its deferreturn if one of its
// deferred calls can recover, otherwise never. Some designs do not look for such a call.
Word LiveWords::continuation(const ShadowFrame& frame) const {
  const bool has_defer = runtime_.design().continues_wherever_it_defers()
                             ? frame.function->deferreturn != 0
                             : std::ranges::binary_search(deferring_frames_, frame.serial);
  return has_defer ? runtime::code_pc(frame.function->deferreturn + 1) : 0;
}

// Sorted once for all faulted frames of a walk: a walk may have as many of them as the goroutine
// has deferred calls.
void LiveWords::find_deferring_frames(const GoroutineShadow& goroutine) {
  deferring_frames_.clear();
  for (const ShadowDefer& d : goroutine.defers()) deferring_frames_.push_back(d.frame);
  if (!std::ranges::is_sorted(deferring_frames_)) std::ranges::sort(deferring_frames_);
}

bool LiveWords::frames(const G& g, std::vector<LiveFrame>& out) {
  out.clear();
  const GoroutineShadow& goroutine = shadow_.goroutine(g.index);
  const Function* sigpanic = &program().runtime_function(RuntimeFunction::kSigpanic);
  const Function* goexit = &program().runtime_function(RuntimeFunction::kGoexitBase);
  bool faulted = false;
  bool has_faulted = false;
  Word pc = g.sched.pc;
  Address sp = g.sched.sp;
  for (size_t i = goroutine.frames().size();;) {
    if (!runtime::is_code(program(), pc)) return false;
    const Function* function = &program().functions[program().function_of[runtime::code_index(pc)]];
    Stkframe frame;
    // A function that stands at its entry has made no frame. It was called just now, or it is
    // jmpdefer with a nil function to jump to.
    if (runtime::code_index(pc) == function->entry) {
      frame = runtime::frame_at(program(), pc, sp);
      if (faulted) frame.continpc = 0;
      if (!goroutine.contains(frame.varp)) return false;
    } else {
      if (i == 0) return function == goexit;
      const ShadowFrame& shadow_frame = goroutine.frames()[--i];
      if (function != shadow_frame.function) return false;
      frame = frame_of(goroutine, shadow_frame, pc);
      if (faulted) frame.continpc = continuation(shadow_frame);
    }
    LiveFrame& live = out.emplace_back();
    live.frame = frame;
    live.faulted = faulted;
    if (frame.continpc != 0) runtime::frame_maps(program(), frame, live.maps);
    if (function == sigpanic && !has_faulted) find_deferring_frames(goroutine);
    faulted = function == sigpanic;
    has_faulted = has_faulted || faulted;
    pc = *runtime::at(frame.varp);
    sp = frame.argp;
  }
}

Place LiveWords::place_on_stack(const std::vector<LiveFrame>& frames, Address address) {
  for (size_t i = 0; i < frames.size(); ++i) {
    const Stkframe& frame = frames[i].frame;
    const auto frames_out = static_cast<uint32_t>(i);
    if (address == frame.varp) return {address, WordRole::kReturnPc, 0, frame.fn, frames_out};
    if (frame.sp <= address && address < frame.varp) {
      const auto slot = static_cast<uint32_t>((address - frame.sp) / kWordBytes);
      return {address, WordRole::kLocal, slot, frame.fn, frames_out, frames[i].faulted};
    }
  }
  return {address};
}

// Whether the record of the call is still there. The words of a mark belong to its frame alone.
bool LiveWords::has_words(const GoroutineShadow& goroutine, const ShadowDefer& d) {
  if (d.is_in_frame()) return goroutine.has_frame(d.frame);
  const HeapObject* object = d.is_in_heap() ? shadow_.heap().object(d.object) : nullptr;
  return object != nullptr && !object->freed;
}

const Function* LiveWords::deferred_function(const GoroutineShadow& goroutine,
                                             const ShadowDefer& d) {
  const ShadowWord* fn =
      shadow_.find(DeferLayout::word(goroutine.address_of(d), defer_layout().fn));
  const Address closure = fn == nullptr || !fn->is_pointer() ? 0 : shadow_.expected(*fn);
  if (closure == 0 || !runtime::is_code(program(), *runtime::at(closure))) return nullptr;
  const uint32_t entry = runtime::code_index(*runtime::at(closure));
  return &program().functions[program().function_of[entry]];
}

bool LiveWords::is_sudog(Address address) {
  const HeapObject* object =
      runtime::in_heap(address) ? shadow_.heap().object_at(address) : nullptr;
  return object != nullptr && object->in_use && !object->freed &&
         object->type == runtime::kTypeSudog;
}

}  // namespace stackquake
