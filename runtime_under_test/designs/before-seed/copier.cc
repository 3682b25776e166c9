#include "runtime_under_test/adjust.h"
#include "runtime_under_test/designs/before-seed/before_seed.h"
#include "runtime_under_test/designs/common/walks.h"
#include "runtime_under_test/poison.h"
#include "runtime_under_test/runtime.h"

namespace stackquake::runtime {

// Whether the memory at this address can be read as a record. A walk may follow a wrong link, and
// must not crash the harness then.
bool BeforeSeed::readable(Address record) const {
  if (in_heap(record)) return runtime_->heap().find(record).start != 0;
  const auto is_stack_word = [&](Address address) {
    return in_stacks(address) && runtime_->stacks().accessible(address) &&
           !is_poisoned_for_sanitizer(address);
  };
  return is_stack_word(record) && is_stack_word(record + sizeof(RunningPanic) - kWordBytes);
}

// ---- Walks ----

// The two lists that a walk follows beside the frames: the deferred calls without the daborts, and
// the panics that run a call.
//
// The links are read as they are at the moment. In a copy the visitor has already rewritten the
// links in frames that the walk has shown; such a link leads to the new stack, which is still
// empty, and the list ends there.
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
      ++design_.runtime_->work;
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
      ++design_.runtime_->work;
      defer_ = record_at<Defer>(defer_)->link;
    }
  }

  // The record whose call the panic runs; null if it runs none.
  const Defer* running_defer() const {
    if (panic_ == 0) return nullptr;
    const Address d = record_at<RunningPanic>(panic_)->defer;
    return design_.readable(d) ? record_at<Defer>(d) : nullptr;
  }

  // Links on one stack lead to higher addresses, and links that do not are not followed. So the
  // walk ends even among words that the new stack's memory holds from earlier use.
  void next_panic() {
    ++design_.runtime_->work;
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

// The words of a dabort are part of a frame, and were adjusted with the frame. Only the pointer to
// the dabort must be adjusted here. But its link may already lead to the new stack.
void BeforeSeed::adjustdefers(G& g, Adjuster& adjuster) {
  // Words that the new stack's memory holds from earlier use may form a circle of daborts.
  uint64_t daborts = g.stack.bytes() / sizeof(Defer);
  for (Address* from = &g.defer; *from != 0;) {
    ++runtime_->work;
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
