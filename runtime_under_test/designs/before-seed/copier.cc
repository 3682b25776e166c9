#include "runtime_under_test/adjust.h"
#include "runtime_under_test/designs/before-seed/before_seed.h"
#include "runtime_under_test/designs/common/walks.h"
#include "runtime_under_test/poison.h"
#include "runtime_under_test/runtime.h"

namespace stackquake::runtime {

// Whether a record may be read there. A walk that is led astray must not take the harness with it.
bool BeforeSeed::readable(Address record) const {
  if (in_heap(record)) return runtime_->heap().find(record).start != 0;
  const auto is_stack_word = [&](Address address) {
    return in_stacks(address) && runtime_->stacks().accessible(address) &&
           !is_poisoned_for_sanitizer(address);
  };
  return is_stack_word(record) && is_stack_word(record + sizeof(RunningPanic) - kWordBytes);
}

// ---- Walks ----

// What a walk follows on its way: the list of deferred calls without the daborts, and the panics
// that run a call. By the links as they are now, though a copier's visitor has rewritten those of
// frames that the walk has shown: then they lead to the new stack, where nothing is yet, and end
// there.
class BeforeSeed::Cursors {
 public:
  Cursors(const BeforeSeed& design, const G& g)
      : design_(design), defer_(g.defer), panic_(g.panic) {
    skip_daborts();
    while (panic_ != 0 && running_defer() == nullptr) next_panic();
  }

  Word continuation(const Stkframe& frame) const {
    const Defer* running = running_defer();
    const bool has_defer =
        (running != nullptr && running->argp == frame.sp) || is_pending_for(frame);
    return has_defer ? code_pc(frame.fn->deferreturn + 1) : 0;
  }

  void pass(const Stkframe& frame) {
    while (panic_ != 0 && is_behind(running_defer(), frame)) next_panic();
    while (is_pending_for(frame)) {
      defer_ = record_at<Defer>(defer_)->link;
      skip_daborts();
    }
  }

  bool has_leftover_defers() const { return defer_ != 0; }

 private:
  static bool is_behind(const Defer* running, const Stkframe& frame) {
    return running == nullptr || running->argp == frame.sp || is_dabort(running);
  }

  bool is_pending_for(const Stkframe& frame) const {
    return defer_ != 0 && record_at<Defer>(defer_)->argp == frame.sp;
  }

  void skip_daborts() {
    while (defer_ != 0 && is_dabort(record_at<Defer>(defer_))) {
      defer_ = record_at<Defer>(defer_)->link;
    }
  }

  // Null for a panic that runs none.
  const Defer* running_defer() const {
    if (panic_ == 0) return nullptr;
    const Address d = record_at<RunningPanic>(panic_)->defer;
    return design_.readable(d) ? record_at<Defer>(d) : nullptr;
  }

  // Links on one stack rise, so a walk of what the new stack's memory held before ends as well.
  void next_panic() {
    const Address link = record_at<Panic>(panic_)->link;
    panic_ = link > panic_ && design_.readable(link) ? link : 0;
  }

  const BeforeSeed& design_;
  Address defer_;
  Address panic_;
};

bool BeforeSeed::gentraceback(const G& g, FrameVisitor& visitor) {
  Cursors cursors(*this, g);
  return walk_frames(*runtime_, g, visitor, cursors);
}

void BeforeSeed::tracebackdefers(const G& /*g*/, FrameVisitor& /*visitor*/) {}

// ---- The copy ----

// Walks the list by hand. The words of a dabort are the frame's and have been adjusted with it, so
// of it only the pointer that leads to it is left; but its link may lead to the new stack by now.
void BeforeSeed::adjustdefers(G& g, Adjuster& adjuster) {
  // What the new stack's memory held before may lead round in a circle of daborts.
  uint64_t daborts = g.stack.bytes() / sizeof(Defer);
  for (Address* from = &g.defer; *from != 0;) {
    auto* d = record_at<Defer>(*from);
    const bool is_right = readable(*from) && (is_dabort(d) || g.stack.contains(d->argp));
    if (!is_right || (is_dabort(d) && daborts-- == 0)) {
      runtime_->fail("throw", "adjustdefers", "argp", "adjustdefers: unexpected argp");
      return;
    }
    if (g.stack.contains(*from)) {
      adjuster.adjustpointer(*from);
    } else if (!is_dabort(d)) {
      adjustdefer(g, d, adjuster);
    }
    from = &d->link;
  }
}

void BeforeSeed::adjustdefer(const G& g, Defer* d, Adjuster& adjuster) {
  adjuster.adjustpointer(d->argp);
  if (g.stack.contains(d->fn)) {
    adjuster.adjustpointer(d->fn);
  } else {
    adjuster.visit(pending_frame(*runtime_, *d));
  }
}

void BeforeSeed::adjust_pointers(G& g, Adjuster& adjuster) {
  gentraceback(g, adjuster);
  adjuster.adjustctxt(g);
  adjustdefers(g, adjuster);
  // The Panics themselves lie in frames, and the frames' maps cover them.
  adjuster.adjustpointer(g.panic);
  adjuster.adjustsudogs(g);
}

}  // namespace stackquake::runtime
