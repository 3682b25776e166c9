// Whether the lists of a goroutine can be followed: asked before a copy or a collection follows
// them.

#include "harness/audit/record_audit.h"
#include "runtime_under_test/object_type.h"

namespace stackquake {

using runtime::Address;
using runtime::DeferLayout;
using runtime::G;
using runtime::PanicLayout;
using runtime::record_at;
using runtime::Sudog;

bool RecordAudit::can_be_followed(const G& g) {
  return can_follow_defers(g) && can_follow_panics(g) && can_follow_sudogs(g);
}

bool RecordAudit::is_defer(const GoroutineShadow& goroutine, Address record) {
  const DeferLayout& layout = runtime_.design().defer_layout();
  if (goroutine.contains(record)) {
    return record % runtime::kWordBytes == 0 &&
           record + Address{layout.header_words()} * runtime::kWordBytes <= goroutine.stack().hi;
  }
  return object_of(record, runtime::kTypeDefer) != nullptr;
}

// Whether the code of a closure can be read at the address.
bool RecordAudit::is_closure(const GoroutineShadow& goroutine, Address closure) {
  if (closure % runtime::kWordBytes != 0) return false;
  const HeapObject* object =
      runtime::in_heap(closure) ? shadow_.heap().object_at(closure) : nullptr;
  const bool is_readable = closure - runtime::kDataBase < runtime::kDataBytes ||
                           (object != nullptr && !object->freed) || goroutine.contains(closure);
  return is_readable && runtime::is_code(runtime_.program(), *runtime::at(closure));
}

bool RecordAudit::can_follow_defers(const G& g) {
  const GoroutineShadow& goroutine = shadow_.goroutine(g.index);
  const DeferLayout& layout = runtime_.design().defer_layout();
  const auto word = [](Address record, uint32_t number) {
    return *runtime::at(DeferLayout::word(record, number));
  };
  size_t left = goroutine.defers().size();
  for (Address next = g.defer; next != 0; next = word(next, layout.link)) {
    if (!is_defer(goroutine, next)) {
      bad_defer("not a record", "the list of deferred calls leads to no Defer record");
      return false;
    }
    // What lies below sp is not moved.
    if (goroutine.contains(next) && next < g.sched.sp) {
      bad_defer("dead frame", "the list leads to a record on the stack that is gone");
      return false;
    }
    if (left-- == 0) {
      bad_defer("extra", "the list holds more deferred calls than are pending");
      return false;
    }
    const Address fn = word(next, layout.fn);
    if (fn != 0 && !goroutine.contains(next) && !is_closure(goroutine, fn)) {
      bad_defer("fn", "the fn of a Defer on the list is no closure");
      return false;
    }
  }
  return true;
}

// A newer panic lies below an older one.
bool RecordAudit::can_follow_panics(const G& g) {
  const GoroutineShadow& goroutine = shadow_.goroutine(g.index);
  const PanicLayout& layout = runtime_.design().panic_layout();
  Address before = 0;
  for (Address next = g.panic; next != 0; next = *runtime::at(layout.word(next, layout.link))) {
    const bool is_right =
        goroutine.contains(next) && next % runtime::kWordBytes == 0 &&
        next + Address{layout.words()} * runtime::kWordBytes <= goroutine.stack().hi &&
        next > before;
    if (!is_right) {
      bad_panic("not on the stack", "the chain of panics leaves the stack, or goes round");
      return false;
    }
    before = next;
  }
  return true;
}

bool RecordAudit::can_follow_sudogs(const G& g) {
  uint32_t sudogs = 0;
  for (Address next = g.waiting; next != 0; next = record_at<Sudog>(next)->waitlink) {
    if (object_of(next, runtime::kTypeSudog) != nullptr && ++sudogs < LiveWords::kMaxSudogs) {
      continue;
    }
    reporter_.other("leaked-record", "sudog:waiting",
                    "a goroutine waits with what is no sudog, or in a circle of sudogs");
    return false;
  }
  return true;
}

}  // namespace stackquake
