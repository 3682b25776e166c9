#include "harness/run/cost_counter.h"

#include "runtime_under_test/adjust.h"

namespace stackquake {

namespace {

using runtime::DeferPlace;
using runtime::kWordBytes;

class WordCounter final : public runtime::RootVisitor {
 public:
  void visit(const runtime::Word& /*pointer*/) override { ++words; }
  uint64_t words = 0;
};

// Has the runtime's own counts as they were when this ends.
class Uncounted {
 public:
  explicit Uncounted(runtime::Runtime& runtime)
      : runtime_(runtime), work_(runtime.work), frames_(runtime.frames_visited) {}
  ~Uncounted() {
    runtime_.work = work_;
    runtime_.frames_visited = frames_;
  }
  Uncounted(const Uncounted&) = delete;
  Uncounted& operator=(const Uncounted&) = delete;

 private:
  runtime::Runtime& runtime_;
  uint64_t work_;
  uint64_t frames_;
};

}  // namespace

Costs CostCounter::costs() const {
  Costs costs = costs_;
  costs.steps = runtime_.result().stats.steps;
  costs.frames_visited = runtime_.frames_visited - frames_before_;
  return costs;
}

void CostCounter::allocated(runtime::Address /*object*/, uint32_t words, uint16_t /*type*/) {
  ++costs_.objects;
  costs_.object_bytes += uint64_t{words} * kWordBytes;
}

void CostCounter::deferred(const runtime::G& /*g*/, const runtime::DeferredCall& d) {
  if (d.place == DeferPlace::kMark || d.stands_for_frame) {
    ++costs_.runtime_records;
    return;
  }
  ++costs_.deferred_calls;
  if (d.place == DeferPlace::kFrame) ++costs_.frame_records;
  if (d.place == DeferPlace::kSlot) ++costs_.open_coded;
  if (d.place != DeferPlace::kHeap) return;
  ++costs_.heap_records;
  const uint32_t header = runtime_.design().defer_layout().header_words();
  costs_.record_bytes += (uint64_t{header} + d.argument_words) * kWordBytes;
}

void CostCounter::copying_stack(const runtime::G& g) {
  const Uncounted uncounted(runtime_);
  WordCounter counter;
  runtime::Adjuster notes(runtime_, counter);
  // An adjuster that takes notes changes nothing.
  runtime_.design().adjust_pointers(const_cast<runtime::G&>(g), notes);
  costs_.words_visited += counter.words;
}

void CostCounter::stack_copied(const runtime::G& /*g*/, const runtime::StackCopy& copy) {
  costs_.words_copied += copy.used_bytes / kWordBytes;
  costs_.words_adjusted += copy.words_adjusted;
}

void CostCounter::collecting() {
  const Uncounted uncounted(runtime_);
  WordCounter counter;
  for (const auto& g : runtime_.scheduler().goroutines()) {
    if (g->status != runtime::GStatus::kDead) runtime_.collector().visit_roots(*g, counter);
  }
  costs_.words_visited += counter.words;
}

}  // namespace stackquake
