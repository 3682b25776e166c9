#include "harness/reducer/reducer.h"

#include <bit>

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
  shorten_names();
  return std::move(best_);
}

void Reducer::begin(std::string_view text) {
  best_ = {};
  seen_.clear();
  Nest& nest = *load_nest(text, arena_);
  drop_finds(nest.directives);
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
