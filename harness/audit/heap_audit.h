#ifndef STACKQUAKE_HARNESS_AUDIT_HEAP_AUDIT_H_
#define STACKQUAKE_HARNESS_AUDIT_HEAP_AUDIT_H_

// lost-object, kept-object: compares a collection with the objects that are reachable by the
// shadow.

#include <cstdint>
#include <vector>

#include "harness/audit/live_words.h"
#include "harness/audit/reporter.h"
#include "harness/audit/shadow.h"
#include "runtime_under_test/code.h"
#include "runtime_under_test/observer.h"
#include "runtime_under_test/runtime.h"

namespace stackquake {

// Marks the objects that the live words of all goroutines reach, by the provenance of words instead
// of their contents, and compares them with the objects that a collection has freed and kept.
//
// The bytes that the heap counts as alive decide when the next collection begins. They are held to
// the sizes of the objects.
//
// Words of a record that has been given back are not followed: objects that only they name are
// garbage. Two retentions are by design and no violation: the arguments of a deferred call that a
// panic or Goexit is running, and the value of an aborted panic whose frames are still there.
class HeapAudit {
 public:
  HeapAudit(runtime::Runtime& runtime, Shadow& shadow, LiveWords& live_words, Reporter& reporter)
      : runtime_(runtime), shadow_(shadow), live_words_(live_words), reporter_(reporter) {}

  // The heap hands out memory, which must belong to no object that is alive.
  void allocated(runtime::Address object, uint32_t words);

  // Checks a collection that has ended.
  void collected(const runtime::Collection& collection);

 private:
  // Whether a collection must keep an object, or may keep it; in HeapObject::mark.
  enum Mark : uint8_t { kUnreached, kAllowed, kRequired };

  void mark_goroutine(const runtime::G& g, Mark mark);
  void mark_record_in_frame(const GoroutineShadow& goroutine, const ShadowDefer& d);
  void mark_register(const runtime::G& g);
  void mark_sudogs(Mark mark);
  void mark_word(const Place& place, Mark mark);
  void mark_object(HeapObject* object, Mark mark);
  void drain(Mark mark);
  void scan(const HeapObject& object, Mark mark);
  void compare(uint64_t live_bytes);

  runtime::Runtime& runtime_;
  Shadow& shadow_;
  LiveWords& live_words_;
  Reporter& reporter_;
  std::vector<HeapObject*> marked_;
  std::vector<LiveFrame> frames_;
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_AUDIT_HEAP_AUDIT_H_
