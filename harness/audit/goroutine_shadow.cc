#include "harness/audit/goroutine_shadow.h"

#include <algorithm>
#include <utility>

#include "runtime_under_test/check.h"
#include "runtime_under_test/kept_memory.h"
#include "runtime_under_test/options.h"

namespace stackquake {

namespace {

using runtime::Address;
using runtime::G;
using runtime::kWordBytes;

// A goroutine that went deeper than this gives the memory of its shadow back: 1 MiB.
constexpr uint32_t kKeptWords = 1 << 17;

}  // namespace

GoroutineShadow::GoroutineShadow() : shadow_(runtime::kMaxStackLimitBytes) {
  static_assert(sizeof(ShadowWord) == kWordBytes);
}

void GoroutineShadow::reset() {
  if (deepest_ > kKeptWords) {
    shadow_.release(shadow_.end() - size_t{deepest_} * kWordBytes, shadow_.end());
  }
  deepest_ = 0;
  alive_ = false;
  runtime::clear_for_reuse(frames_);
  runtime::clear_for_reuse(defers_);
  panics_.clear();
  finishing = 0;
}

void GoroutineShadow::begin(const G& g) {
  reset();
  alive_ = true;
  index_ = g.index;
  id_ = g.id;
  move_to(g.stack);
  earlier_his_.clear();
  copies_ = 0;
}

// ---- The stack ----

void GoroutineShadow::move_to(const runtime::Stack& stack) {
  if (earlier_his_.size() < kRememberedStacks) {
    earlier_his_.push_back(stack_.hi);
  } else {
    earlier_his_[copies_ % kRememberedStacks] = stack_.hi;
  }
  ++copies_;
  stack_ = stack;
  to_shadow_ = reinterpret_cast<uint64_t>(shadow_.end()) - stack.hi;
}

bool GoroutineShadow::was_at(Address address, uint32_t distance) const {
  const Address bytes = Address{distance} * kWordBytes;
  return std::any_of(earlier_his_.begin(), earlier_his_.end(),
                     [&](Address hi) { return hi - bytes == address; });
}

// ---- Frames ----

void GoroutineShadow::enter(const G& g, const runtime::Function& function, uint32_t serial) {
  const ShadowFrame frame{serial, distance_of(g.sched.sp), &function};
  while (!frames_.empty() && frames_.back().distance > frame.argp_distance()) pop_frame();
  drop_panics();
  frames_.push_back(frame);
  deepest_ = std::max(deepest_, frame.distance);
  STACKQUAKE_CHECK(stack_.contains(g.sched.sp) && function.frame_words <= frame.distance);
  std::fill_n(word(g.sched.sp), function.frame_words, ShadowWord());
}

void GoroutineShadow::settle(const G& g) {
  const uint32_t distance = distance_of(g.sched.sp);
  while (!frames_.empty() && frames_.back().distance > distance) pop_frame();
  drop_panics();
}

void GoroutineShadow::leave(const G& g) {
  const uint32_t distance = distance_of(g.sched.sp);
  while (!frames_.empty() && frames_.back().distance >= distance) pop_frame();
}

void GoroutineShadow::unwind_to(uint32_t serial) {
  while (!frames_.empty() && frames_.back().serial > serial) pop_frame();
  drop_panics();
}

void GoroutineShadow::drop_panics() {
  while (!panics_.empty() &&
         (frames_.empty() || panics_.back().distance > frames_.back().distance)) {
    panics_.pop_back();
  }
}

uint32_t GoroutineShadow::frame_at(uint32_t distance) const {
  if (frames_.empty() || distance > frames_.back().distance) return 0;
  const auto found = std::lower_bound(
      frames_.begin(), frames_.end(), distance,
      [](const ShadowFrame& frame, uint32_t wanted) { return frame.distance < wanted; });
  return distance > found->argp_distance() ? found->serial : 0;
}

// Audits ask for the frames from the innermost outwards, mostly for the same frame again or the
// next.
bool GoroutineShadow::has_frame(uint32_t serial) const {
  for (size_t i = last_asked_; i < frames_.size() && i + 2 > last_asked_; --i) {
    if (frames_[i].serial != serial) continue;
    last_asked_ = i;
    return true;
  }
  const auto found = std::lower_bound(
      frames_.begin(), frames_.end(), serial,
      [](const ShadowFrame& frame, uint32_t wanted) { return frame.serial < wanted; });
  if (found == frames_.end() || found->serial != serial) return false;
  last_asked_ = static_cast<size_t>(found - frames_.begin());
  return true;
}

const ShadowFrame* GoroutineShadow::frame(uint32_t serial) const {
  const auto found = std::ranges::lower_bound(frames_, serial, {}, &ShadowFrame::serial);
  return found != frames_.end() && found->serial == serial ? &*found : nullptr;
}

const ShadowFrame* GoroutineShadow::frame_with_sp(uint32_t distance) const {
  const auto found = std::lower_bound(
      frames_.begin(), frames_.end(), distance,
      [](const ShadowFrame& frame, uint32_t wanted) { return frame.distance < wanted; });
  return found != frames_.end() && found->distance == distance ? &*found : nullptr;
}

// ---- Deferred calls and panics ----

bool GoroutineShadow::has_defer_since(uint32_t frame, Address record) const {
  for (auto d = defers_.rbegin(); d != defers_.rend(); ++d) {
    if (d->frame < frame && has_frame(d->frame)) return false;
    if (address_of(*d) == record) return true;
  }
  return false;
}

ShadowDefer* GoroutineShadow::find_defer(Address record) {
  return const_cast<ShadowDefer*>(std::as_const(*this).find_defer(record));
}

const ShadowDefer* GoroutineShadow::find_defer(Address record) const {
  const auto found = std::find_if(defers_.rbegin(), defers_.rend(),
                                  [&](const ShadowDefer& d) { return address_of(d) == record; });
  return found == defers_.rend() ? nullptr : &*found;
}

// The newest pending call is always started first. So the calls that were started since the last
// time are the newest, except marks.
void GoroutineShadow::consume_running_defers() {
  for (size_t i = defers_.size(); i-- > 0;) {
    ShadowDefer& d = defers_[i];
    if (!d.is_mark() && (!d.running || d.consumed)) return;
    d.consumed = d.running;
  }
}

ShadowPanic* GoroutineShadow::find_panic(uint32_t distance) {
  const auto found = std::find_if(panics_.rbegin(), panics_.rend(),
                                  [&](const ShadowPanic& p) { return p.distance == distance; });
  return found == panics_.rend() ? nullptr : &*found;
}

}  // namespace stackquake
