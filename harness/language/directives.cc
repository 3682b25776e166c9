#include "harness/language/directives.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <iterator>
#include <vector>

namespace stackquake {
namespace {

using runtime::PlacePolicy;

enum Key : size_t { kStack, kMove, kGc, kPlace, kLimit, kSched, kFinds };

constexpr std::string_view kMoves[] = {"none", "prologue", "call", "safepoint"};
constexpr std::string_view kGcs[] = {"none", "alloc", "safepoint"};
constexpr std::string_view kPlaces[] = {"fresh", "reuse"};

bool is_written(const Directives& directives, size_t key) {
  return (directives.written >> key & 1) != 0;
}

// Reads the whole of `text` as a decimal number without a sign or leading zeros.
template <typename Number>
bool parse_number(std::string_view text, Number& number) {
  if (text.empty() || (text[0] == '0' && text.size() > 1)) return false;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  return error == std::errc() && rest == end;
}

bool parse_power_of_two(std::string_view text, uint32_t lowest, uint32_t highest,
                        uint32_t& number) {
  return parse_number(text, number) && std::has_single_bit(number) && number >= lowest &&
         number <= highest;
}

// Calls `visit` with each piece between commas, until it returns false.
template <typename Visit>
bool each_piece(std::string_view text, Visit visit) {
  for (;;) {
    const size_t comma = text.find(',');
    if (!visit(text.substr(0, comma))) return false;
    if (comma == std::string_view::npos) return true;
    text.remove_prefix(comma + 1);
  }
}

// Reads the K,… of `at:K,…`.
bool parse_safepoints(std::string_view text, Arena& arena, SafepointList& list) {
  std::vector<uint64_t> numbers;
  const bool parsed = each_piece(text, [&](std::string_view piece) {
    uint64_t number = 0;
    if (!parse_number(piece, number)) return false;
    if (!numbers.empty() && number <= numbers.back()) return false;
    numbers.push_back(number);
    return true;
  });
  if (parsed) list = arena.copy(std::span<const uint64_t>(numbers));
  return parsed;
}

// Reads one of `names`, or at:K,…, which gives kAt and its list.
template <typename Policy>
bool parse_policy(std::string_view text, std::span<const std::string_view> names, Arena& arena,
                  Policy& policy, SafepointList& list) {
  if (text.starts_with("at:")) {
    policy = Policy::kAt;
    return parse_safepoints(text.substr(3), arena, list);
  }
  const auto name = std::find(names.begin(), names.end(), text);
  if (name == names.end()) return false;
  policy = static_cast<Policy>(name - names.begin());
  return true;
}

bool parse_place(std::string_view text, PlacePolicy& place) {
  const auto* name = std::find(std::begin(kPlaces), std::end(kPlaces), text);
  if (name == std::end(kPlaces)) return false;
  place = static_cast<PlacePolicy>(name - std::begin(kPlaces));
  return true;
}

bool is_slug(std::string_view text) {
  if (text.empty() || text.front() == '-' || text.back() == '-') return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
  });
}

bool parse_slugs(std::string_view text, Arena& arena, std::span<const std::string_view>& finds) {
  std::vector<std::string_view> slugs;
  const bool parsed = each_piece(text, [&](std::string_view piece) {
    if (!is_slug(piece) || std::find(slugs.begin(), slugs.end(), piece) != slugs.end())
      return false;
    slugs.push_back(piece);
    return true;
  });
  if (parsed) finds = arena.copy(std::span<const std::string_view>(slugs));
  return parsed;
}

bool parse_value(Directives& directives, size_t key, std::string_view value, Arena& arena) {
  switch (key) {
    case kStack:
      return parse_power_of_two(value, runtime::kMinStackBytes, runtime::kMaxInitialStackBytes,
                                directives.stack);
    case kMove:
      return parse_policy(value, kMoves, arena, directives.move, directives.move_at);
    case kGc:
      return parse_policy(value, kGcs, arena, directives.gc, directives.gc_at);
    case kPlace:
      return parse_place(value, directives.place);
    case kLimit:
      return parse_power_of_two(value, runtime::kMinStackBytes, runtime::kMaxStackLimitBytes,
                                directives.limit);
    case kSched:
      return parse_number(value, directives.sched);
    default:
      return parse_slugs(value, arena, directives.finds);
  }
}

constexpr std::string_view kAllowed[] = {
    "stack= takes a power of two from 256 to 65536",
    "move= takes none, prologue, call, safepoint, or at:K,... with ascending K",
    "gc= takes none, alloc, safepoint, or at:K,... with ascending K",
    "place= takes fresh or reuse",
    "limit= takes a power of two from stack= to 16777216",
    "sched= takes a number from 0 to 4294967295",
    "finds= takes names of defects, in lower case, each once, with commas between them",
};
static_assert(std::size(kAllowed) == std::size(kDirectiveKeys));

template <typename Policy>
void print_policy(Policy policy, std::span<const std::string_view> names, SafepointList list,
                  std::string& out) {
  if (policy != Policy::kAt) {
    out += names[static_cast<size_t>(policy)];
    return;
  }
  char separator = ':';
  out += "at";
  for (const uint64_t safepoint : list) {
    out += separator;
    out += std::to_string(safepoint);
    separator = ',';
  }
}

void print_slugs(std::span<const std::string_view> slugs, std::string& out) {
  for (size_t i = 0; i < slugs.size(); ++i) {
    if (i > 0) out += ',';
    out += slugs[i];
  }
}

void print_value(const Directives& directives, size_t key, std::string& out) {
  switch (key) {
    case kStack:
      out += std::to_string(directives.stack);
      break;
    case kMove:
      print_policy(directives.move, kMoves, directives.move_at, out);
      break;
    case kGc:
      print_policy(directives.gc, kGcs, directives.gc_at, out);
      break;
    case kPlace:
      out += kPlaces[static_cast<size_t>(directives.place)];
      break;
    case kLimit:
      out += std::to_string(directives.limit);
      break;
    case kSched:
      out += std::to_string(directives.sched);
      break;
    default:
      print_slugs(directives.finds, out);
      break;
  }
}

}  // namespace

bool set_directive(Directives& directives, std::string_view key, std::string_view value,
                   Arena& arena, std::string& message) {
  const auto* found = std::find(std::begin(kDirectiveKeys), std::end(kDirectiveKeys), key);
  const size_t index = found - std::begin(kDirectiveKeys);
  if (index == std::size(kDirectiveKeys)) {
    message = "unknown key " + std::string(key) +
              "; the keys are stack, move, gc, place, limit, sched and finds";
    return false;
  }
  if (is_written(directives, index)) {
    message = std::string(key) + "= is written twice; each key stands once";
    return false;
  }
  if (!parse_value(directives, index, value, arena)) {
    message = kAllowed[index];
    return false;
  }
  directives.written |= uint32_t{1} << index;
  return true;
}

bool finish_directives(const Directives& directives, std::string& message) {
  if (directives.limit >= directives.stack) return true;
  message = kAllowed[kLimit];
  return false;
}

void print_directives(const Directives& directives, std::string& out) {
  std::string_view separator = "//quake:";
  for (size_t key = 0; key < std::size(kDirectiveKeys); ++key) {
    if (!is_written(directives, key)) continue;
    out += separator;
    out += kDirectiveKeys[key];
    out += '=';
    print_value(directives, key, out);
    separator = " ";
  }
}

}  // namespace stackquake
