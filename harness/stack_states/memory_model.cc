#include "harness/stack_states/memory_model.h"

#include <algorithm>
#include <string>

namespace stackquake {

using runtime::Address;
using runtime::G;
using runtime::Violation;
using runtime::Word;

namespace {

std::string_view name_of(MemoryModel::Kind kind) {
  switch (kind) {
    case MemoryModel::Kind::kLocal:
      return "local";
    case MemoryModel::Kind::kArgument:
      return "argument";
    case MemoryModel::Kind::kDeferred:
      return "deferred argument";
    case MemoryModel::Kind::kDefer:
      return "Defer";
    case MemoryModel::Kind::kSudog:
      return "sudog";
    case MemoryModel::Kind::kObject:
      return "object";
    case MemoryModel::Kind::kG:
      return "G";
  }
  return "";
}

Violation make_violation(std::string_view check, std::string_view kind, std::string message) {
  Violation violation;
  violation.check = check;
  violation.signature = std::string(check) + ":stack state:" + std::string(kind);
  violation.message = std::move(message);
  return violation;
}

}  // namespace

void MemoryModel::clear() {
  words_.clear();
  objects_.clear();
}

uint32_t MemoryModel::add_object(Address start, uint32_t words) {
  objects_.push_back({start, words});
  return static_cast<uint32_t>(objects_.size() - 1);
}

void MemoryModel::add_stack_word(uint64_t distance, Value value, Kind kind, bool root) {
  words_.push_back({Where::kStack, distance, 0, value, kind, root});
}

void MemoryModel::add_object_word(uint32_t object, uint32_t word, Value value, Kind kind,
                                  bool followed) {
  const Address place = objects_[object].start + Address{word} * runtime::kWordBytes;
  words_.push_back({Where::kObject, place, object, value, kind, followed});
}

void MemoryModel::add_register(const Word& word, Value value) {
  words_.push_back({Where::kRegister, runtime::address_of(&word), 0, value, Kind::kG, true});
}

Word MemoryModel::expected(const G& g, const Value& value) {
  return value.content == Content::kOnStack ? g.at_distance(value.word) : value.word;
}

Violation MemoryModel::violation(std::string_view check, Kind kind, Word seen, Word expected) {
  return make_violation(
      check, name_of(kind),
      "a word holds " + std::to_string(seen) + " and must hold " + std::to_string(expected));
}

std::optional<Violation> MemoryModel::wrong_word(const G& g) const {
  for (const Tracked& tracked : words_) {
    if (tracked.where == Where::kObject && objects_[tracked.object].freed) continue;
    const bool on_stack = tracked.where == Where::kStack;
    const Address place = on_stack ? g.at_distance(tracked.place) : tracked.place;
    const Word seen = *runtime::at(place);
    const Word must = expected(g, tracked.value);
    if (seen == must) continue;
    const bool is_number = tracked.value.content == Content::kNumber;
    return violation(is_number ? "scalar-changed" : "stale-pointer", tracked.kind, seen, must);
  }
  return std::nullopt;
}

// True when the value points to an object that was not yet known to be reachable.
bool MemoryModel::reach(const Value& value) {
  if (value.content != Content::kInHeap || objects_[value.object].live) return false;
  objects_[value.object].live = true;
  return true;
}

void MemoryModel::mark() {
  for (Object& object : objects_) object.live = false;
  for (bool found = true; found;) {
    found = false;
    for (const Tracked& tracked : words_) {
      if (tracked.followed && !is_dead(tracked)) found |= reach(tracked.value);
    }
  }
}

std::optional<Violation> MemoryModel::wrong_collection(std::span<const Address> freed) {
  for (Object& object : objects_) {
    if (object.freed) continue;
    const bool is_freed = std::ranges::find(freed, object.start) != freed.end();
    if (is_freed && object.live) {
      return make_violation("lost-object", "object", "a collection has freed a live object");
    }
    if (!is_freed && !object.live) {
      return make_violation("kept-object", "object", "a collection has kept a dead object");
    }
    object.freed = is_freed;
  }
  return std::nullopt;
}

}  // namespace stackquake
