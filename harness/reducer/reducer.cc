#include "harness/reducer/reducer.h"

#include <bit>
#include <span>

#include "harness/reducer/rename.h"
#include "harness/reducer/tidy.h"

namespace stackquake::reducer {

namespace {

// The directive `finds` describes a file, and means nothing to a run.
void drop_finds(Directives& directives) {
  constexpr uint32_t kFindsBit = uint32_t{1} << 6;
  static_assert(kDirectiveKeys[std::countr_zero(kFindsBit)] == "finds");
  directives.written &= ~kFindsBit;
  directives.finds = {};
}

// The tree of a text; null if the text is no nest. The tree refers to the text.
Nest* load_nest(std::string_view text, Arena& arena) {
  arena.reset();
  Diagnostic diagnostic;
  return load(text, arena, diagnostic);
}

// A small nest has fewer safepoints.
constexpr uint64_t kMostNarrowed = 100;

// Names one safepoint instead of all. False if the policy is not all.
template <typename Policy>
bool name_one(Policy& policy, SafepointList& list, uint64_t safepoint, Arena& arena) {
  if (policy != Policy::kSafepoint) return false;
  policy = Policy::kAt;
  list = arena.copy(std::span<const uint64_t>(&safepoint, 1));
  return true;
}

std::string printed(const Nest& nest) {
  std::string text;
  print(nest, text);
  return text;
}

}  // namespace

Reduction Reducer::reduce(std::string_view text) {
  begin(text);
  while (run_round()) {
  }
  best_.is_done = !is_late();
  narrow_safepoints();
  shorten_names();
  return std::move(best_);
}

void Reducer::begin(std::string_view text) {
  best_ = {};
  seen_.clear();
  Nest& nest = *load_nest(text, arena_);
  drop_finds(nest.directives);
  had_move_at_ = nest.directives.move == runtime::MovePolicy::kAt;
  had_gc_at_ = nest.directives.gc == runtime::GcPolicy::kAt;
  best_.before = best_.after = size_of(nest);
  best_.text = printed(nest);
  seen_.insert(best_.text);
}

bool Reducer::run_round() {
  bool found = false;
  for (const Pass& pass : all_passes()) found = run(pass) || found;
  return found && !is_late();
}

// After a success the same number is tried again: it now means the next choice, or the same choice
// on a smaller nest.
bool Reducer::run(const Pass& pass) {
  bool found = false;
  for (size_t number = 0; !is_late();) {
    const std::string text = best_.text;
    Nest& nest = *load_nest(text, arena_);
    if (!pass.apply(nest, Choice(number), arena_)) break;
    tidy(nest, arena_);
    if (accept(printed(nest))) {
      found = true;
    } else {
      ++number;
    }
  }
  return found;
}

bool Reducer::accept(std::string_view candidate) {
  const auto [text, is_new] = seen_.emplace(candidate);
  Size size;
  if (!is_new || !is_smaller(*text, size)) return false;
  ++best_.candidates;
  if (!is_interesting_(*text)) return false;
  best_.text = *text;
  best_.after = size;
  return true;
}

bool Reducer::is_smaller(std::string_view candidate, Size& size) {
  Nest* const nest = load_nest(candidate, candidate_arena_);
  if (nest == nullptr) return false;
  size = size_of(*nest);
  return size < best_.after;
}

// No pass, because what is found is no smaller.
void Reducer::narrow_safepoints() {
  if (had_move_at_) {
    narrow([](Directives& directives, uint64_t safepoint, Arena& arena) {
      return name_one(directives.move, directives.move_at, safepoint, arena);
    });
  }
  if (had_gc_at_) {
    narrow([](Directives& directives, uint64_t safepoint, Arena& arena) {
      return name_one(directives.gc, directives.gc_at, safepoint, arena);
    });
  }
}

// Takes the first safepoint that is enough. `name` is to put it in the place of all; false if the
// nest does not name all.
void Reducer::narrow(bool (*name)(Directives& directives, uint64_t safepoint, Arena& arena)) {
  const std::string text = best_.text;
  for (uint64_t safepoint = 0; safepoint < kMostNarrowed && !is_late(); ++safepoint) {
    Nest& nest = *load_nest(text, arena_);
    if (!name(nest.directives, safepoint, arena_)) return;
    const std::string candidate = printed(nest);
    ++best_.candidates;
    if (!is_interesting_(candidate)) continue;
    best_.text = candidate;
    best_.after = size_of(nest);
    return;
  }
}

// No pass, because names are no part of a nest's size.
void Reducer::shorten_names() {
  const std::string text = best_.text;
  Nest& nest = *load_nest(text, arena_);
  rename(nest, arena_);
  const std::string renamed = printed(nest);
  if (renamed == best_.text || load_nest(renamed, candidate_arena_) == nullptr) return;
  ++best_.candidates;
  if (is_interesting_(renamed)) best_.text = renamed;
}

}  // namespace stackquake::reducer
