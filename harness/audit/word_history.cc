#include "harness/audit/word_history.h"

#include <algorithm>
#include <utility>

#include "harness/audit/naming.h"
#include "runtime_under_test/scheduler.h"

namespace stackquake {

using runtime::Address;
using runtime::G;
using runtime::Gobuf;
using runtime::kWordBytes;
using runtime::Word;
using runtime::WordEventKind;

// ---- Where ----

Address WordHistory::address() const {
  if (word_.goroutine == 0) return word_.place;
  if (owner_ == nullptr || word_.place > owner_->stack.bytes()) return 0;
  return owner_->at_distance(word_.place);
}

bool WordHistory::lies_in(Address start, uint32_t words) const {
  const Address word = address();
  return word != 0 && word - start < Address{words} * kWordBytes;
}

void WordHistory::executing(const G& g, const Gobuf& registers) {
  executing_ = &g;
  at_instruction_ = registers;
  before_instruction_ = g.sched;
}

// An instruction that calls the runtime first saves the registers in G. During other instructions G
// has older registers.
Gobuf WordHistory::registers() const {
  const G* g = runtime_.scheduler().current();
  if (g == nullptr) return {};
  const bool are_old = g == executing_ && g->sched.pc == before_instruction_.pc &&
                       g->sched.sp == before_instruction_.sp;
  return are_old ? at_instruction_ : g->sched;
}

void WordHistory::add(WordEventKind kind, std::string what, Word value, uint64_t number) {
  runtime::WordEvent event;
  event.kind = kind;
  event.what = std::move(what);
  event.value = value;
  event.number = number;
  if (const G* g = runtime_.scheduler().current()) {
    const auto where = runtime_.position(*g, registers());
    event.function = where.function;
    event.line = where.line;
  }
  events_.push_back(std::move(event));
}

// ---- Stores ----

void WordHistory::stored(std::string what) {
  std::erase_if(events_, [](const runtime::WordEvent& event) {
    return event.kind != WordEventKind::kAllocated && event.kind != WordEventKind::kFreed;
  });
  add(WordEventKind::kStored, std::move(what), *runtime::at(address()), 0);
}

void WordHistory::stored_scalars(Address to, uint32_t words) {
  if (!lies_in(to, words)) return;
  stored(names_.value(ShadowWord::scalar(), *runtime::at(address()), registers().sp));
}

void WordHistory::stored_code(Address to) {
  if (!lies_in(to, 1)) return;
  stored(names_.value(ShadowWord::code(), *runtime::at(to), registers().sp));
}

void WordHistory::stored_pointer(Address to, Address target) {
  if (!lies_in(to, 1)) return;
  stored(target == 0 ? "nil" : "the address of " + names_.place(target, registers().sp));
}

void WordHistory::stored_copy(Address to, Address from, uint32_t words) {
  if (!lies_in(to, words)) return;
  const Address source = from + (address() - to);
  const Address sp = registers().sp;
  const ShadowWord* shadow = shadow_.find(source);
  const std::string value =
      shadow == nullptr ? "" : names_.value(*shadow, *runtime::at(address()), sp) + ", ";
  stored(value + "copied from " + names_.place(source, sp));
}

// ---- The word's life ----

void WordHistory::allocated(Address object, uint32_t words, uint16_t type) {
  if (word_.goroutine != 0 || !lies_in(object, words)) return;
  events_.clear();
  object_ = object;
  add(WordEventKind::kAllocated, type_name(runtime_.program(), type), 0, 0);
}

void WordHistory::goroutine_started(const G& g) {
  if (word_.goroutine == 0 || g.id != word_.goroutine) return;
  events_.clear();
  owner_ = &g;
}

void WordHistory::goroutine_ended(const G& g) {
  if (&g == owner_) owner_ = nullptr;
}

void WordHistory::called(const G& g, const runtime::Function& function) {
  if (&g == owner_ && lies_in(g.sched.sp, function.frame_words)) events_.clear();
}

void WordHistory::collected(const runtime::Collection& collection) {
  if (object_ == 0 || std::ranges::find(collection.freed, object_) == collection.freed.end()) {
    return;
  }
  add(WordEventKind::kFreed, "", 0, runtime_.stats().collections);
  object_ = 0;
}

// ---- Copies ----

void WordHistory::copying_stack(const G& g) {
  before_copy_.reset();
  const bool is_used = &g != owner_ || address() >= g.sched.sp;
  const ShadowWord* shadow = is_used ? shadow_.find(address()) : nullptr;
  if (shadow == nullptr) return;
  before_copy_ = *runtime::at(address());
  is_pointer_ = shadow->kind() == WordKind::kStack;
}

void WordHistory::stack_copied(const G& /*g*/, const runtime::StackCopy& copy) {
  if (!before_copy_) return;
  const Word after = *runtime::at(address());
  if (after != *before_copy_) {
    add_copy(WordEventKind::kAdjusted, after);
  } else if (is_pointer_ && copy.old_stack.contains(after)) {
    add_copy(WordEventKind::kMissed, after);
  }
}

void WordHistory::add_copy(WordEventKind kind, Word value) {
  uint32_t count = 1;
  if (!events_.empty() && events_.back().kind == kind) {
    count += events_.back().count;
    events_.pop_back();
  }
  add(kind, "", value, runtime_.stats().copies);
  events_.back().count = count;
}

}  // namespace stackquake
