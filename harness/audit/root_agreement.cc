#include "harness/audit/root_agreement.h"

#include <algorithm>
#include <bit>
#include <string>

#include "harness/audit/allowance.h"
#include "runtime_under_test/adjust.h"
#include "runtime_under_test/object_type.h"
#include "runtime_under_test/records.h"

namespace stackquake {

namespace {

using runtime::Address;
using runtime::G;
using runtime::kWordBytes;
using runtime::Stkframe;

// Compares a walk with the frames that there are.
class WalkComparison final : public runtime::FrameVisitor {
 public:
  WalkComparison(const std::vector<LiveFrame>& frames, Reporter& reporter)
      : frames_(frames), reporter_(reporter) {}

  void visit(const Stkframe& frame) override {
    const size_t i = seen_++;
    if (i >= frames_.size()) return fail("extra", "sees a frame beyond the outermost");
    const Stkframe& expected = frames_[i].frame;
    if (frame.fn != expected.fn || frame.sp != expected.sp) {
      const bool repeats = i > 0 && frame.sp == frames_[i - 1].frame.sp;
      return repeats ? fail("repeated", "sees the frame of " + name(i - 1) + " twice")
                     : fail("missed", "does not see the frame of " + name(i));
    }
    if ((frame.continpc == 0) == (expected.continpc == 0)) return;
    frame.continpc == 0
        ? fail("live taken for dead", "takes the live frame of " + name(i) + " for dead")
        : fail("dead taken for live", "takes the dead frame of " + name(i) + " for live");
  }

  void end() {
    if (seen_ < frames_.size()) fail("stopped", "ends before the frame of " + name(seen_));
  }

 private:
  std::string name(size_t i) const { return std::string(frames_[i].frame.fn->name); }
  void fail(std::string_view cause, const std::string& what) {
    reporter_.other("bad-traceback", "gentraceback:" + std::string(cause), "the walk " + what);
  }

  const std::vector<LiveFrame>& frames_;
  Reporter& reporter_;
  size_t seen_ = 0;
};

}  // namespace

void RootAgreement::reset() {
  compared_ = 0;
  if (++run_ == 0) situations_.fill(0);
}

bool RootAgreement::is_new(const G& g) {
  if (compared_ >= audit_allowance(runtime_)) return false;
  const GoroutineShadow& goroutine = shadow_.goroutine(g.index);
  uint64_t situation = g.sched.pc - runtime::kCodeBase;
  situation = situation << 5 | static_cast<uint64_t>(std::bit_width(goroutine.frames().size()));
  situation = situation << 4 | std::min<size_t>(std::bit_width(goroutine.defers().size()), 15);
  situation = situation << 4 | std::min<size_t>(goroutine.panics().size(), 15);
  situation = situation << 1 | (g.waiting != 0 ? 1 : 0);
  situation = situation << 1 | (g.param != 0 ? 1 : 0);
  situation_ = situation;
  uint64_t& seen = situations_[situation * 0x9e3779b97f4a7c15 >> 52];
  const uint64_t now = situation << 32 ^ (situation >> 16) ^ run_;
  if (seen == now) return false;
  seen = now;
  return true;
}

bool RootAgreement::is_of_share() const {
  const uint64_t mixed = (situation_ ^ share_.seed) * 0x9e3779b97f4a7c15;
  return share_.one_in == 1 || (mixed >> 32) % share_.one_in == 0;
}

void RootAgreement::compare(G& g) {
  if (!is_of_share() || reporter_.silenced() || !live_words_.frames(g, frames_) || !walk(g)) return;
  named_.begin(g.stack);
  defers_.clear();
  has_records_in_frames_ = std::ranges::any_of(
      shadow_.goroutine(g.index).defers(), [](const ShadowDefer& d) { return d.is_in_frame(); });
  ask_both(g);
  compared_ += frames_.size() + shadow_.goroutine(g.index).defers().size() + named_.words().size();
  compare_live(g);
  compare_named(g);
  compare_records(g);
  compare_registers(g);
}

bool RootAgreement::walk(const G& g) {
  WalkComparison comparison(frames_, reporter_);
  if (runtime_.design().gentraceback(g, comparison)) comparison.end();
  return !reporter_.silenced();
}

void RootAgreement::ask_both(G& g) {
  Notes copier(named_, kCopier);
  runtime::Adjuster adjuster(runtime_, copier);
  runtime_.design().adjust_pointers(g, adjuster);
  Notes collector(named_, kCollector);
  runtime_.collector().visit_roots(g, collector);
}

// ---- Words that all three must name ----

// The other words of a record in a frame matter to one of the two, as those of a record in the heap
// do. So does the closure of a call that runs.
bool RootAgreement::is_shared_in(const GoroutineShadow& goroutine, const ShadowDefer& d,
                                 Address word) const {
  const runtime::DeferLayout& layout = live_words_.defer_layout();
  const Address record = goroutine.address_of(d);
  return word >= layout.arguments(record) || (word == layout.word(record, layout.fn) && !d.running);
}

bool RootAgreement::is_shared(const G& g, Address address) {
  if (g.stack.contains(address)) {
    const ShadowDefer* d = has_records_in_frames_ ? find_defer(g, address) : nullptr;
    return d == nullptr || is_shared_in(shadow_.goroutine(g.index), *d, address);
  }
  if (!runtime::in_heap(address)) return false;
  const HeapObject* object = shadow_.heap().object_at(address);
  return object != nullptr && object->type == runtime::kTypeDefer &&
         address >= live_words_.defer_layout().arguments(object->start);
}

// Of a word that is live for two reasons the first counts: the frame's map before the record in it.
void RootAgreement::compare_live(const G& g) {
  panic_words_.clear();
  live_words_.each_word(g, frames_, [&](const Place& place) {
    const uint8_t names = named_.name(place.address, kLive);
    if ((names & kLive) != 0) return;
    if (is_of_panic(place.role)) {
      panic_words_.push_back(place);
    } else if ((names & kBoth) != kBoth) {
      live_word(g, place, names);
    }
  });
}

// A live word that one of the two at least has not named.
void RootAgreement::live_word(const G& g, const Place& place, uint8_t names) {
  if (!is_shared(g, place.address)) return;
  // A design that takes records off the list while their calls run need not find them there.
  if (place.defer != nullptr && place.defer->unlisted) return;
  const bool by_copier = (names & kCopier) != 0;
  const bool by_collector = (names & kCollector) != 0 || scanned_whole(place.address);
  if (!by_copier) return disagree(place, by_collector ? "copier misses" : "both miss");
  if (!by_collector) disagree(place, "collector misses");
}

void RootAgreement::compare_named(const G& g) {
  for (Address address : named_.words()) {
    const uint8_t names = named_.names_of(address);
    if ((names & kLive) != 0 || !is_shared(g, address)) continue;
    const Place place = place_of(g, address);
    const bool agreed = (names & kBoth) == kBoth;
    // The arguments of a call that has begun are dead, but a panic that runs it may keep them.
    if (place.defer != nullptr && place.defer->consumed && agreed) continue;
    const char* one = (names & kCopier) != 0 ? "copier alone" : "collector alone";
    return disagree(place, agreed ? "both, but it is dead" : one);
  }
}

// ---- Words that matter to one of the two ----

void RootAgreement::compare_records(const G& g) {
  live_words_.each_record_word(g, [&](const Place& place) { record_word(place); });
  for (const Place& place : panic_words_) record_word(place);
}

void RootAgreement::record_word(const Place& place) {
  const ShadowWord* shadow = shadow_.find(place.address);
  if (shadow == nullptr) return;
  const uint8_t names = named_.names_of(place.address);
  if (shadow->kind() == WordKind::kStack && (names & kCopier) == 0) {
    disagree(place, "copier misses");
  } else if (shadow->kind() == WordKind::kHeap && (names & kCollector) == 0 &&
             !scanned_by_type(place.address)) {
    disagree(place, "collector misses");
  }
}

void RootAgreement::compare_registers(const G& g) {
  const auto check = [&](const runtime::Word& word, WordRole role) {
    const Place place{runtime::address_of(&word), role};
    const uint8_t names = named_.names_of(place.address);
    if (g.stack.contains(word) && (names & kCopier) == 0) {
      disagree(place, "copier misses");
    } else if (runtime::in_heap(word) && (names & kCollector) == 0) {
      disagree(place, "collector misses");
    }
  };
  check(g.sched.ctxt, WordRole::kCtxt);
  check(g.panic, WordRole::kGPanic);
  check(g.defer, WordRole::kGDefer);
  check(g.waiting, WordRole::kGWaiting);
  check(g.param, WordRole::kGParam);
}

// Whether the collector takes every word of the record that the word is of for a possible pointer.
bool RootAgreement::scanned_whole(Address address) {
  return runtime::in_heap(address) && runtime_.design().scans_defers_conservatively();
}

// Whether the collector finds the word once it has found the record that it is of.
bool RootAgreement::scanned_by_type(Address address) {
  if (!runtime::in_heap(address)) return false;
  const HeapObject* object = shadow_.heap().object_at(address);
  if (object == nullptr) return false;
  const runtime::ObjectType& type = runtime_.program().types[object->type];
  const auto word = static_cast<uint32_t>((address - object->start) / kWordBytes);
  return (word < 64 && (type.mask >> word & 1) != 0) || word >= type.tail;
}

// ---- Telling ----

void RootAgreement::disagree(const Place& place, std::string_view who) {
  const std::string text(who);
  reporter_.word("root-disagreement", place,
                 "is not the same to copier, collector and shadow: taken for a pointer by: " + text,
                 who);
}

// The deferred call whose record, in the heap or in a frame, has the word; null if none has.
const ShadowDefer* RootAgreement::find_defer(const G& g, Address word) {
  using Entry = std::pair<Address, const ShadowDefer*>;
  if (defers_.empty()) {
    const GoroutineShadow& goroutine = shadow_.goroutine(g.index);
    for (const ShadowDefer& d : goroutine.defers()) {
      if (d.is_in_heap() || d.is_in_frame()) defers_.emplace_back(goroutine.address_of(d), &d);
    }
    std::ranges::sort(defers_, {}, &Entry::first);
  }
  const auto behind = std::ranges::upper_bound(defers_, word, {}, &Entry::first);
  if (behind == defers_.begin()) return nullptr;
  const auto& [record, d] = *(behind - 1);
  const uint32_t words = live_words_.defer_layout().header_words() + d->argument_words;
  return (word - record) / kWordBytes < words ? d : nullptr;
}

Place RootAgreement::place_in_record(const G& g, const ShadowDefer& d, Address word) {
  const Address record = shadow_.goroutine(g.index).address_of(d);
  const auto number = static_cast<uint32_t>((word - record) / kWordBytes);
  const uint32_t header_words = live_words_.defer_layout().header_words();
  if (number < header_words) return {word, WordRole::kDeferFn, 0, nullptr, 0, false, &d};
  return {word, WordRole::kDeferredArgument, number - header_words, nullptr, 0, false, &d};
}

Place RootAgreement::place_of(const G& g, Address address) {
  if (const ShadowDefer* d = find_defer(g, address)) return place_in_record(g, *d, address);
  if (g.stack.contains(address)) return LiveWords::place_on_stack(frames_, address);
  const HeapObject* object = shadow_.heap().object_at(address);
  const auto word = static_cast<uint32_t>((address - object->start) / kWordBytes);
  return {address, WordRole::kDeferredArgument, word - live_words_.defer_layout().header_words()};
}

}  // namespace stackquake
