#include "runtime_under_test/designs/go1.14/go114.h"

#include "runtime_under_test/runtime.h"

namespace stackquake::runtime {

namespace {

constexpr uint16_t kWordsForReflectcall = 4;

}  // namespace

std::span<const RuntimeLayout> Go114::layouts() const {
  static constexpr uint16_t kRun = kWordsForReflectcall;
  // The record, and argp, the data of arg, link and sp of the Panic.
  static constexpr uint16_t kPointers[] = {kRun, kRun + 1, kRun + 3, kRun + 4, kRun + 9};
  static constexpr uint16_t kFrameWords = kRun + 1 + kPanicWords;
  static constexpr RuntimeLayout kLayouts[] = {
      {RuntimeFunction::kGopanic, kFrameWords, false, kPointers},
      {RuntimeFunction::kGoexit, kFrameWords, false, kPointers},
      {RuntimeFunction::kDeferproc, 1, false, {}},
      {RuntimeFunction::kDeferprocStack, 1, false, {}},
      {RuntimeFunction::kDeferreturn, kWordsForReflectcall, true, {}},
  };
  return kLayouts;
}

uint16_t Go114::run_slot() const {
  return kWordsForReflectcall;
}

// Without arguments, their address may be past the record.
Flow Go114::call(G& g, Address fn, Address arguments, uint32_t siz) {
  return runtime_->reflectcall(g, fn, siz == 0 ? 0 : arguments, siz);
}

Flow Go114::deferreturn(G& g) {
  const Stkframe frame = frame_at(runtime_->program(), g.sched.pc, g.sched.sp);
  const auto* d = record_at<Defer>(g.defer);
  if (g.defer != 0 && d->argp == frame.argp) {
    if (!is_open(*d)) return DeferListDesign::deferreturn(g);
    if (run_open(g, DeferRunner::kDeferreturn) == Flow::kUnwind) return Flow::kUnwind;
    drop(g, record_at<Defer>(g.defer));
  }
  // Behind the instruction to which calls return.
  ++g.sched.pc;
  return Flow::kContinue;
}

}  // namespace stackquake::runtime
