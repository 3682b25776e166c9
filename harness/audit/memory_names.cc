#include "harness/audit/memory_names.h"

#include <limits>
#include <optional>
#include <string_view>

#include "harness/audit/naming.h"
#include "harness/audit/place.h"
#include "runtime_under_test/memory.h"

namespace stackquake {

namespace {

using runtime::Address;
using runtime::Word;

std::string with_article(const std::string& noun) {
  const bool begins_with_vowel = std::string_view("aeiou").find(noun[0]) != std::string_view::npos;
  return (begins_with_vowel ? "an " : "a ") + noun;
}

// The role of the word at a distance in the frame: a local, the return pc or an argument.
std::optional<Place> place_in(const ShadowFrame& frame, uint32_t distance) {
  const uint32_t return_pc = frame.argp_distance() + 1;
  if (distance > frame.distance) return std::nullopt;
  if (distance > return_pc) {
    return Place{0, WordRole::kLocal, frame.distance - distance, frame.function};
  }
  if (distance == return_pc) return Place{0, WordRole::kReturnPc, 0, frame.function};
  const uint32_t argument = frame.argp_distance() - distance;
  if (argument >= frame.function->argument_words) return std::nullopt;
  return Place{0, WordRole::kArgument, argument, frame.function};
}

}  // namespace

std::string MemoryNames::place(Address address, Address sp) {
  if (runtime::in_heap(address)) return heap_place(address);
  if (const Address offset = address - runtime::kDataBase; offset < runtime::kDataBytes) {
    const Address function = offset / runtime::kWordBytes;
    if (function < program_.functions.size()) {
      return "the closure of " + name_of(program_.functions[function]);
    }
  }
  for (const auto& goroutine : shadow_.goroutines()) {
    if (goroutine->alive() && goroutine->contains(address)) {
      return stack_place(*goroutine, address, sp);
    }
  }
  return hexadecimal(address) + ", where nothing is";
}

std::string MemoryNames::stack_place(const GoroutineShadow& goroutine, Address address,
                                     Address sp) const {
  const uint32_t distance = goroutine.distance_of(address);
  const uint32_t deepest =
      goroutine.contains(sp) ? goroutine.distance_of(sp) : std::numeric_limits<uint32_t>::max();
  const auto& frames = goroutine.frames();
  for (auto frame = frames.rbegin(); frame != frames.rend(); ++frame) {
    if (frame->distance > deepest) continue;
    if (const auto place = place_in(*frame, distance)) return to_string(*place);
  }
  return "a stack word of goroutine " + std::to_string(goroutine.id());
}

std::string MemoryNames::heap_place(Address address) {
  const HeapObject* object = shadow_.heap().object_at(address);
  if (object == nullptr) return hexadecimal(address) + ", where no object is";
  const Address word = (address - object->start) / runtime::kWordBytes;
  const std::string name = (object->freed ? "freed " : "") + type_name(program_, object->type);
  return "word " + std::to_string(word) + " of " + with_article(name);
}

std::string MemoryNames::value(ShadowWord shadow, Word value, Address sp) {
  switch (shadow.kind()) {
    case WordKind::kDead:
      return "what was never written";
    case WordKind::kScalar:
      return "the number " + std::to_string(static_cast<int64_t>(value));
    case WordKind::kCode:
      return "a pc of " + function_at(program_, value);
    case WordKind::kStatic:
      return place(value, sp);
    case WordKind::kHeap:
    case WordKind::kStack:
      return "the address of " + place(value, sp);
  }
  return "";
}

}  // namespace stackquake
