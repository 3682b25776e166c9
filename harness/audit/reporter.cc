#include "harness/audit/reporter.h"

#include <utility>

namespace stackquake {

using runtime::Violation;

void Reporter::word(std::string_view check, const Place& found, std::string_view what,
                    std::string_view cause) {
  if (silenced()) return;
  const Place place = named(found);
  Violation violation;
  violation.check = check;
  violation.signature = std::string(check) + ":" + signature_of(place);
  if (!cause.empty()) violation.signature += ":" + std::string(cause);
  violation.place = to_string(place);
  violation.message = violation.place + " " + std::string(what);
  violation.word = name_of(place.address);
  runtime_.fail(std::move(violation));
}

void Reporter::object(std::string_view check, std::string_view cause, runtime::Address start,
                      std::string message) {
  if (silenced()) return;
  Violation violation;
  violation.check = check;
  violation.signature = std::string(check) + ":" + std::string(cause);
  violation.message = std::move(message);
  if (start != 0) violation.word = name_of(start);
  runtime_.fail(std::move(violation));
}

void Reporter::other(std::string_view check, std::string_view cause, std::string message) {
  object(check, cause, 0, std::move(message));
}

// By the frame's map a pointer of a Panic is a local of gopanic. It is reported as part of the
// Panic.
Place Reporter::named(Place place) const {
  if (place.role != WordRole::kLocal) return place;
  const runtime::PanicLayout& layout = runtime_.design().panic_layout();
  for (const auto& goroutine : shadow_.goroutines()) {
    if (!goroutine->alive() || !goroutine->contains(place.address)) continue;
    for (const ShadowPanic& panic : goroutine->panics()) {
      const runtime::Address record = goroutine->address_at(panic.distance);
      each_panic_pointer(layout, [&](uint32_t number, WordRole role) {
        if (place.address == layout.word(record, number)) place.role = role;
      });
    }
  }
  return place;
}

runtime::WordName Reporter::name_of(runtime::Address address) {
  for (const auto& goroutine : shadow_.goroutines()) {
    if (!goroutine->alive() || !goroutine->contains(address)) continue;
    return {goroutine->id(), goroutine->stack().hi - address};
  }
  // A register is no word of managed memory.
  return runtime::in_managed_memory(address) ? runtime::WordName{0, address} : runtime::WordName{};
}

}  // namespace stackquake
