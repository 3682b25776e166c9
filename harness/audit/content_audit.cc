#include "harness/audit/content_audit.h"

#include <algorithm>
#include <utility>

#include "harness/audit/naming.h"
#include "runtime_under_test/object_type.h"
#include "runtime_under_test/poison.h"
#include "runtime_under_test/records.h"

namespace stackquake {

namespace {

using runtime::Address;
using runtime::kWordBytes;
using runtime::Poison;
using runtime::PoisonMode;
using runtime::Stack;
using runtime::Word;

// The words of an object's beginning in which the runtime keeps numbers of its own.
uint32_t header_words(const HeapObject& object) {
  switch (object.type) {
    case runtime::kTypeDefer:
    case runtime::kTypeSudog:
      return object.words;
    case runtime::kTypeChannel:
    case runtime::kTypePointerChannel:
      return runtime::Hchan::kHeaderWords;
    default:
      return 0;
  }
}

}  // namespace

void ContentAudit::reset() {
  freed_.fill(0);
  next_freed_ = 0;
}

void ContentAudit::stray(std::string_view cause, Address word, std::string message) {
  reporter_.object("stray-write", cause, word, std::move(message));
}

bool ContentAudit::fills() const {
  return runtime_.options().poison != PoisonMode::kNone;
}

bool ContentAudit::is_readable_when_freed() const {
  return runtime_.options().poison == PoisonMode::kFill;
}

// ---- Living objects ----

void ContentAudit::check() {
  for (uint32_t serial : shadow_.heap().living()) {
    const HeapObject& living = *shadow_.heap().object(serial);
    if (!living.freed) object(living);
    if (reporter_.silenced()) return;
  }
  if (!is_readable_when_freed()) return;
  for (Address start : freed_) freed_object(start);
  // Stacks that wait for the end of a collection are not filled yet.
  if (!runtime_.stacks().held().empty()) return;
  stacks_.each_recently_freed([&](const Stack& stack) {
    freed_stack(stack, std::min<uint64_t>(stack.bytes() / kWordBytes, kFreedStackWords));
  });
}

void ContentAudit::object(const HeapObject& object) {
  const uint32_t first = header_words(object);
  const Word* words = runtime::at(object.start);
  const Word* told = shadow_.heap().value(object.start);
  const auto changed = std::mismatch(words + first, words + object.words, told + first).first;
  if (changed != words + object.words) {
    const auto number = static_cast<uint32_t>(changed - words);
    const std::string type = type_name(runtime_.program(), object.type);
    return stray("object", runtime::address_of(changed),
                 "word " + std::to_string(number) + " of an object (" + type + ") holds " +
                     hexadecimal(*changed) + ", and the last store has left " +
                     hexadecimal(told[number]) + " there");
  }
  behind(object);
}

void ContentAudit::behind(const HeapObject& object) {
  const Address next = object.start + Address{object.words} * kWordBytes;
  // A freed object may not be read in every poison mode, so its words are asked for their owner
  // first.
  if (!runtime::in_heap(next) || shadow_.heap().object_at(next) != nullptr) return;
  if (*runtime::at(next) == 0) return;
  const std::string type = type_name(runtime_.program(), object.type);
  stray("behind an object", next,
        "the word behind an object (" + type + ") belongs to no object, and holds " +
            hexadecimal(*runtime::at(next)));
}

// ---- Freed memory ----

void ContentAudit::collected(const runtime::Collection& collection) {
  const size_t noted = std::min(collection.freed.size(), kFreedObjects);
  for (Address start : collection.freed.last(noted)) freed_[next_freed_++ % kFreedObjects] = start;
  check();
}

bool ContentAudit::is_filled(Address start, uint64_t words, Poison poison, Address& changed) const {
  const std::span<const Word> found(runtime::at(start), words);
  const Word filling = runtime::poison_word(poison);
  Word differences = 0;  // of all words at once: this loop has no branches, and runs often
  for (const Word word : found) differences |= word ^ filling;
  if (differences == 0) return true;
  const auto other = std::ranges::find_if(found, [&](Word word) { return word != filling; });
  changed = runtime::address_of(&*other);
  return false;
}

void ContentAudit::freed_object(Address start) {
  if (start == 0) return;
  const HeapObject* object = shadow_.heap().object_at(start);
  Address changed = 0;
  if (object == nullptr || !object->freed || object->start != start ||
      is_filled(start, object->words, Poison::kFreed, changed)) {
    return;
  }
  stray("freed object", changed,
        "a word of an object that the collector has freed holds " +
            hexadecimal(*runtime::at(changed)));
}

// Words that were in use lie at the high end.
void ContentAudit::freed_stack(const Stack& stack, uint64_t words) {
  Address changed = 0;
  if (is_filled(stack.hi - words * kWordBytes, words, Poison::kOldStack, changed)) return;
  stray("freed stack", changed,
        "a word of a stack that was freed holds " + hexadecimal(*runtime::at(changed)));
}

// ---- New memory ----

namespace {

// The first word that is not zero; null if all are.
const Word* first_set(Address start, uint64_t words) {
  const std::span<const Word> found(runtime::at(start), words);
  Word any = 0;  // of all words at once, without branches
  for (const Word word : found) any |= word;
  return any == 0 ? nullptr : &*std::ranges::find_if(found, [](Word word) { return word != 0; });
}

}  // namespace

void ContentAudit::fresh(const Stack& stack) {
  if (fills()) return;
  const Word* set = first_set(stack.lo, stack.bytes() / kWordBytes);
  if (set == nullptr) return;
  stray("new stack", runtime::address_of(set),
        "a word of a new stack holds " + hexadecimal(*set) + ", and must be zero");
}

void ContentAudit::copied(const runtime::G& g) {
  if (!fills() || !g.stack.contains(g.sched.sp)) return;
  Address changed = 0;
  const uint64_t words =
      std::min<uint64_t>((g.sched.sp - g.stack.lo) / kWordBytes, kUnusedStackWords);
  if (is_filled(g.stack.lo, words, Poison::kCopying, changed) &&
      is_filled(g.sched.sp - words * kWordBytes, words, Poison::kCopying, changed)) {
    return;
  }
  stray("unused stack", changed,
        "a word below what a copy has moved holds " + hexadecimal(*runtime::at(changed)) +
            ", and no poison");
}

void ContentAudit::allocated(Address object, uint32_t words) {
  if (runtime::is_poisoned_for_sanitizer(object)) {
    return stray("new object", object, "a new object lies in memory that is poisoned");
  }
  const Word* set = first_set(object, words);
  if (set == nullptr) return;
  stray("new object", runtime::address_of(set),
        "a word of a new object holds " + hexadecimal(*set) + ", and must be zero");
}

void ContentAudit::reused(const Stack& stack) {
  if (fills()) freed_stack(stack, stack.bytes() / kWordBytes);
}

}  // namespace stackquake
