#include "runtime_under_test/collector.h"

#include <algorithm>
#include <bit>

#include "runtime_under_test/kept_memory.h"
#include "runtime_under_test/poison.h"
#include "runtime_under_test/runtime.h"

namespace stackquake::runtime {

namespace {

// An object counts as one piece of work, and each group of this many words of it as another.
constexpr uint32_t kWordsPerWork = 4;

// What a collection does even if there is nothing to collect.
constexpr uint64_t kWorkPerCollection = 32;

}  // namespace

bool Collector::due() const {
  const uint64_t trigger = std::clamp(live_at_last_ + runtime_.stacks().bytes_in_use(),
                                      kTriggerBytes, kMostTriggerBytes);
  return runtime_.heap().bytes_allocated() - allocated_at_last_ >= trigger;
}

uint64_t Collector::collect() {
  work_ = kWorkPerCollection;
  if (Observer* observer = runtime_.observer()) observer->collecting();
  if (!runtime_.finished()) mark_and_sweep();
  return work_;
}

void Collector::mark_and_sweep() {
  if (!runtime_.has(Defect::kDeferPoolKept)) runtime_.design().clearpools();
  runtime_.channels().clearpools();
  stack_addresses_.clear();
  if (!runtime_.has(Defect::kShrinkFreesEarly)) runtime_.stacks().hold_freed();
  mark_from_goroutines();
  look_at_stack_addresses();
  runtime_.stacks().release_held();
  if (runtime_.finished()) return;
  runtime_.heap().sweep(freed_);
  work_ += freed_.size();
  allocated_at_last_ = runtime_.heap().bytes_allocated();
  live_at_last_ = runtime_.heap().bytes_live();
  ++runtime_.stats().collections;
  runtime_.stats().objects_freed += freed_.size();
  if (Observer* observer = runtime_.observer()) {
    observer->collected({freed_, runtime_.heap().bytes_live()});
  }
}

void Collector::mark_from_goroutines() {
  for (const auto& g : runtime_.scheduler().goroutines()) {
    ++work_;
    if (g->status == GStatus::kDead) continue;
    work_ += runtime_.stack_manager().shrinkstack(*g);
    const uint64_t before = runtime_.work;
    visit_roots(*g, *this);
    work_ += runtime_.work - before;
    drain();
    if (runtime_.finished()) return;
  }
}

// ---- Addresses of stacks ----

void Collector::gather_stacks() {
  stacks_.clear();
  for (const auto& g : runtime_.scheduler().goroutines()) {
    if (g->stack.bytes() != 0) stacks_.push_back(g->stack);
  }
  const std::span<const Stack> held = runtime_.stacks().held();
  stacks_.insert(stacks_.end(), held.begin(), held.end());
  std::ranges::sort(stacks_, {}, &Stack::lo);
}

void Collector::look_at_stack_addresses() {
  if (stack_addresses_.empty()) return;
  gather_stacks();
  for (Address address : stack_addresses_) {
    const auto after = std::ranges::upper_bound(stacks_, address, {}, &Stack::lo);
    if (after == stacks_.begin() || !std::prev(after)->contains(address)) {
      invalid("stack pointer", "an address where no stack is");
    }
  }
}

void Collector::visit_roots(const G& g, RootVisitor& visitor) {
  roots_ = &visitor;
  runtime_.design().gentraceback(g, *this);
  runtime_.design().tracebackdefers(g, *this);
  runtime_.design().visit_roots(g, visitor);
  if (runtime_.has(Defect::kWaitingUnscanned)) return visitor.visit(g.sched.ctxt);
  visitor.visit(g.waiting);
  visitor.visit(g.param);
  if (runtime_.has(Defect::kCtxtUnscanned)) return;
  visitor.visit(g.sched.ctxt);
}

void Collector::visit(const Stkframe& frame) {
  if (frame.continpc == 0) return;
  FrameMaps maps;
  if (!frame_maps(runtime_.program(), frame, maps)) {
    runtime_.fail("throw", "scanframe", "", "missing stack map");
    return;
  }
  const bool stands_at_entry = frame.sp != 0 && code_index(frame.continpc) == frame.fn->entry;
  if (stands_at_entry && runtime_.has(Defect::kEntryArgumentsUnscanned)) return;
  holder_ = frame.fn->name;
  for (uint16_t slot : maps.locals) roots_->visit(at(frame.sp)[slot]);
  for (uint16_t word : maps.arguments) roots_->visit(at(frame.argp)[word]);
  holder_ = {};
}

void Collector::visit(const Word& pointer) {
  if (in_heap(pointer)) {
    const Heap::Object object = runtime_.heap().find(pointer);
    if (object.start == 0) {
      invalid("heap pointer", "an address in the heap where no object is");
    } else if (runtime_.heap().mark(object)) {
      marked_.push_back(object);
    }
  } else if (in_stacks(pointer)) {
    if (holder_.empty()) stack_addresses_.push_back(pointer);
  } else if ((pointer != 0 && pointer < kPageBytes) || is_poison(pointer)) {
    invalid("pointer", is_poison(pointer) ? "poison" : "a small number");
  }
}

void Collector::invalid(std::string_view word, std::string_view content) {
  std::string message = holder_.empty()
                            ? "a pointer of a G, a record or an object"
                            : "a pointer in a frame or deferred call of " + std::string(holder_);
  message += " holds ";
  runtime_.fail("throw", "scanblock", word, message + std::string(content));
}

void Collector::drain() {
  while (!marked_.empty() && !runtime_.finished()) {
    const Heap::Object object = marked_.back();
    marked_.pop_back();
    scan_object(object);
  }
  clear_for_reuse(marked_);
}

void Collector::scan_object(const Heap::Object& object) {
  if (object.type == kTypeDefer && runtime_.design().scans_defers_conservatively()) {
    return scan_conservatively(object);
  }
  work_ += 1 + object.words / kWordsPerWork;
  const ObjectType& type = runtime_.program().types[object.type];
  const Word* words = at(object.start);
  for (uint64_t mask = type.mask; mask != 0; mask &= mask - 1) {
    visit(words[std::countr_zero(mask)]);
  }
  for (uint32_t i = type.tail; i < object.words; ++i) visit(words[i]);
}

// Any word may be a pointer, and none has to be.
void Collector::scan_conservatively(const Heap::Object& object) {
  work_ += 1 + object.words / kWordsPerWork;
  for (uint32_t i = 0; i < object.words; ++i) {
    const Heap::Object found = runtime_.heap().find(at(object.start)[i]);
    if (found.start != 0 && runtime_.heap().mark(found)) marked_.push_back(found);
  }
}

}  // namespace stackquake::runtime
