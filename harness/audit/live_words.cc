#include "harness/audit/live_words.h"

#include "runtime_under_test/records.h"

namespace stackquake {

namespace {

using runtime::Address;
using runtime::Defer;
using runtime::Function;
using runtime::G;
using runtime::kWordBytes;
using runtime::Panic;
using runtime::record_at;
using runtime::RuntimeFunction;
using runtime::Stkframe;
using runtime::Sudog;
using runtime::Word;

// A list of sudogs that is longer than this has a cycle: a select has not so many cases.
constexpr uint32_t kMaxSudogs = 1 << 16;

Stkframe frame_of(const GoroutineShadow& goroutine, const ShadowFrame& frame, Word pc) {
  const Address sp = goroutine.address_at(frame.distance);
  const Address varp = goroutine.address_at(frame.argp_distance() + 1);
  return {frame.function, pc, pc, sp, varp, varp + kWordBytes};
}

// The instruction that faulted is no safepoint: the function goes on at its deferreturn, where a
// deferred call that recovers resumes it, or never.
Word continuation(const GoroutineShadow& goroutine, const ShadowFrame& frame) {
  if (!goroutine.has_defer_of(frame.serial)) return 0;
  return runtime::code_pc(frame.function->deferreturn + 1);
}

}  // namespace

bool LiveWords::frames(const G& g, std::vector<LiveFrame>& out) {
  out.clear();
  const GoroutineShadow& goroutine = shadow_.goroutine(g.index);
  const Function* sigpanic = &program().runtime_function(RuntimeFunction::kSigpanic);
  const Function* goexit = &program().runtime_function(RuntimeFunction::kGoexitBase);
  const auto function_at = [&](Word pc) {
    return &program().functions[program().function_of[runtime::code_index(pc)]];
  };
  bool faulted = false;
  Word pc = g.sched.pc;
  Address sp = g.sched.sp;
  for (size_t i = goroutine.frames().size();;) {
    if (!runtime::is_code(program(), pc)) return false;
    LiveFrame live{{}, faulted};
    // A function that stands at its entry has made no frame: one that is called just now, or
    // jmpdefer where what it should jump to is nil.
    if (runtime::code_index(pc) == function_at(pc)->entry) {
      live.frame = runtime::frame_at(program(), pc, sp);
      if (faulted) live.frame.continpc = 0;
      if (!goroutine.contains(live.frame.varp)) return false;
    } else {
      if (i == 0) return function_at(pc) == goexit;
      const ShadowFrame& shadow_frame = goroutine.frames()[--i];
      if (function_at(pc) != shadow_frame.function) return false;
      live.frame = frame_of(goroutine, shadow_frame, pc);
      if (faulted) live.frame.continpc = continuation(goroutine, shadow_frame);
    }
    out.push_back(live);
    faulted = live.frame.fn == sigpanic;
    pc = *runtime::at(live.frame.varp);
    sp = live.frame.argp;
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

void LiveWords::words(const G& g, const std::vector<LiveFrame>& frames, std::vector<Place>& out) {
  const GoroutineShadow& goroutine = shadow_.goroutine(g.index);
  for (size_t i = 0; i < frames.size(); ++i) frame_words(frames[i], static_cast<uint32_t>(i), out);
  panic_words(goroutine, out);
  for (const ShadowDefer& d : goroutine.defers()) {
    if (!d.consumed) deferred_words(d, out);
  }
}

void LiveWords::frame_words(const LiveFrame& live, uint32_t frames_out,
                            std::vector<Place>& out) const {
  const Stkframe& frame = live.frame;
  runtime::FrameMaps maps;
  if (frame.continpc == 0 || !runtime::frame_maps(program(), frame, maps)) return;
  for (uint16_t slot : maps.locals) {
    out.push_back({frame.sp + Address{slot} * kWordBytes, WordRole::kLocal, slot, frame.fn,
                   frames_out, live.faulted});
  }
  for (uint16_t word : maps.arguments) {
    out.push_back({frame.argp + Address{word} * kWordBytes, WordRole::kArgument, word, frame.fn,
                   frames_out, live.faulted});
  }
}

void LiveWords::panic_words(const GoroutineShadow& goroutine, std::vector<Place>& out) const {
  const Function* gopanic = &program().runtime_function(RuntimeFunction::kGopanic);
  for (const ShadowPanic& shadow_panic : goroutine.panics()) {
    const auto* p = record_at<Panic>(goroutine.address_at(shadow_panic.distance));
    const auto add = [&](const Word& word, WordRole role) {
      out.push_back({runtime::address_of(&word), role, 0, gopanic});
    };
    add(p->argp, WordRole::kPanicArgp);
    add(p->arg.data, WordRole::kPanicArg);
    add(p->link, WordRole::kPanicLink);
  }
}

const Function* LiveWords::deferred_function(const ShadowDefer& d) {
  const ShadowWord* fn = shadow_.find(runtime::address_of(&record_at<Defer>(d.record)->fn));
  const Address closure = fn == nullptr || !fn->is_pointer() ? 0 : shadow_.expected(*fn);
  if (closure == 0 || !runtime::is_code(program(), *runtime::at(closure))) return nullptr;
  const uint32_t entry = runtime::code_index(*runtime::at(closure));
  return &program().functions[program().function_of[entry]];
}

void LiveWords::deferred_words(const ShadowDefer& d, std::vector<Place>& out) {
  const HeapObject* object = shadow_.heap().object(d.object);
  if (object == nullptr || object->freed) return;
  const auto* record = record_at<Defer>(d.record);
  const Function* function = deferred_function(d);
  out.push_back({runtime::address_of(&record->fn), WordRole::kDeferFn, 0, function, 0, false, &d});
  if (function == nullptr) return;
  for (uint16_t word : program().slots(function->entry_arguments)) {
    out.push_back({record->arguments() + Address{word} * kWordBytes, WordRole::kDeferredArgument,
                   word, function, 0, false, &d});
  }
}

void LiveWords::record_words(const G& g, std::vector<Place>& out) {
  GoroutineShadow& goroutine = shadow_.goroutine(g.index);
  size_t records = goroutine.defers().size();
  for (Address a = g.defer; a != 0 && records-- > 0;) {
    const ShadowDefer* d = goroutine.find_defer(a);
    if (d == nullptr) break;
    const auto* record = record_at<Defer>(a);
    const Function* function = deferred_function(*d);
    const auto add = [&](const Word& word, WordRole role) {
      out.push_back({runtime::address_of(&word), role, 0, function, 0, false, d});
    };
    add(record->fn, WordRole::kDeferFn);
    add(record->argp, WordRole::kDeferArgp);
    add(record->panic, WordRole::kDeferPanic);
    add(record->link, WordRole::kDeferLink);
    a = record->link;
  }
  uint32_t sudogs = 0;
  for (Address a = g.waiting; a != 0 && sudogs < kMaxSudogs; ++sudogs) {
    const HeapObject* object = runtime::in_heap(a) ? shadow_.heap().object_at(a) : nullptr;
    if (object == nullptr || object->freed || object->type != runtime::kTypeSudog) break;
    const auto* sudog = record_at<Sudog>(a);
    const auto add = [&](const Word& word, WordRole role) {
      out.push_back({runtime::address_of(&word), role});
    };
    add(sudog->elem, WordRole::kSudogElem);
    add(sudog->selectdone, WordRole::kSudogSelectdone);
    add(sudog->next, WordRole::kSudogLink);
    add(sudog->prev, WordRole::kSudogLink);
    add(sudog->waitlink, WordRole::kSudogLink);
    a = sudog->waitlink;
  }
}

}  // namespace stackquake
