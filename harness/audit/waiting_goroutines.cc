// Sudogs: those of goroutines that wait are in use and in a queue, and no others are.

#include <optional>
#include <string>
#include <utility>

#include "harness/audit/record_audit.h"
#include "runtime_under_test/object_type.h"

namespace stackquake {

using runtime::Address;
using runtime::G;
using runtime::GStatus;
using runtime::record_at;
using runtime::Sudog;

void RecordAudit::sudog_acquired(const Sudog& sudog) {
  HeapObject* object = object_of(runtime::address_of(&sudog), runtime::kTypeSudog);
  if (object == nullptr || object->in_use) {
    return reporter_.other("leaked-record", "sudog:in use",
                           "a sudog that is in use was taken again");
  }
  object->in_use = true;
}

void RecordAudit::sudog_enqueued(const Sudog& sudog, const runtime::Waitq& queue) {
  const HeapObject* object = object_of(runtime::address_of(&sudog), runtime::kTypeSudog);
  if (object != nullptr) queues_[object->serial] = runtime::address_of(&queue);
}

void RecordAudit::sudog_released(const Sudog& sudog) {
  HeapObject* object = object_of(runtime::address_of(&sudog), runtime::kTypeSudog);
  if (object == nullptr || !object->in_use) {
    return reporter_.other("leaked-record", "sudog:freed twice",
                           "a sudog is given back that is not in use");
  }
  object->in_use = false;
  just_given_back_.push_back(object->serial);
  if (sudog.next != 0 || sudog.prev != 0) {
    reporter_.other("leaked-record", "sudog:queued",
                    "a sudog is given back that a channel's queue still holds");
  }
}

void RecordAudit::waiting(const G& g) {
  const auto leaked = [&](std::string_view cause, std::string message) {
    reporter_.other("leaked-record", cause, std::move(message));
  };
  if (g.status == GStatus::kRunning) {
    if (g.waiting != 0) leaked("G:waiting", "a running goroutine still has a list of sudogs");
    if (g.param != 0) leaked("G:param", "a running goroutine still names the sudog that woke it");
  }
  uint32_t sudogs = 0;
  for (Address a = g.waiting; a != 0; a = record_at<Sudog>(a)->waitlink) {
    const HeapObject* object = object_of(a, runtime::kTypeSudog);
    if (object == nullptr || !object->in_use || ++sudogs == LiveWords::kMaxSudogs) {
      return leaked("sudog:waiting", "a goroutine waits with a sudog that has been given back");
    }
  }
}

// A sudog that is in use must belong to a goroutine that waits.
void RecordAudit::held(const HeapObject& object) {
  const G& g = runtime_.scheduler().goroutine(record_at<Sudog>(object.start)->g);
  if (g.status == GStatus::kWaiting || g.status == GStatus::kRunnable) return;
  reporter_.other("leaked-record", "sudog:held",
                  "a goroutine does not wait any more, and its sudog was not given back");
}

void RecordAudit::queued() {
  for (uint32_t serial : shadow_.heap().records()) {
    const HeapObject& object = *shadow_.heap().object(serial);
    if (object.type != runtime::kTypeSudog || !object.in_use || object.freed) continue;
    const G& g = runtime_.scheduler().goroutine(record_at<Sudog>(object.start)->g);
    if (g.status != GStatus::kWaiting) continue;
    const std::optional<Address> wrong = not_naming(object);
    if (!wrong) continue;
    const runtime::Runtime::Position where = runtime_.position(g, g.sched);
    reporter_.object("leaked-record", "sudog:not queued", *wrong,
                     "goroutine " + std::to_string(g.id) + " waits in " +
                         std::string(where.function) + ", line " + std::to_string(where.line) +
                         ", and no channel's queue holds its sudog");
  }
}

// The word of a neighbour in the queue, or of the queue, that must name the sudog and does not; of
// a sudog without a queue its first word. Nothing if the queue holds the sudog.
std::optional<Address> RecordAudit::not_naming(const HeapObject& object) {
  const auto found = queues_.find(object.serial);
  const HeapObject* channel =
      found == queues_.end() ? nullptr : shadow_.heap().object_at(found->second);
  if (channel == nullptr || channel->freed) return object.start;
  const auto& queue = *record_at<runtime::Waitq>(found->second);
  const auto& sudog = *record_at<Sudog>(object.start);
  using Link = Address Sudog::*;
  const auto naming = [&](Address neighbour, Link link, const Address& end) {
    const bool has_neighbour = object_of(neighbour, runtime::kTypeSudog) != nullptr;
    return has_neighbour ? &(record_at<Sudog>(neighbour)->*link) : &end;
  };
  for (const Address* word : {naming(sudog.prev, &Sudog::next, queue.first),
                              naming(sudog.next, &Sudog::prev, queue.last)}) {
    if (*word != object.start) return runtime::address_of(word);
  }
  return std::nullopt;
}

}  // namespace stackquake
