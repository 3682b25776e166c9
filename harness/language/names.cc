#include "harness/language/names.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>

namespace stackquake {
namespace {

// The predeclared names of all Go releases up to 1.27, sorted.
constexpr std::string_view kPredeclared[] = {
    "any",     "append",     "bool",      "byte",    "cap",    "clear", "close", "comparable",
    "complex", "complex128", "complex64", "copy",    "delete", "error", "false", "float32",
    "float64", "imag",       "int",       "int16",   "int32",  "int64", "int8",  "iota",
    "len",     "make",       "max",       "min",     "new",    "nil",   "panic", "print",
    "println", "real",       "recover",   "rune",    "string", "true",  "uint",  "uint16",
    "uint32",  "uint64",     "uint8",     "uintptr",
};

constexpr std::string_view kShim[] = {"addr", "code", "frames", "grow",
                                      "move", "node", "shrink", "trace"};

static_assert(std::is_sorted(std::begin(kPredeclared), std::end(kPredeclared)));
static_assert(std::is_sorted(std::begin(kShim), std::end(kShim)));

// For each first letter the lengths of such names, a bit for each: few other names have both.
constexpr std::array<uint16_t, 128> kLengths = [] {
  std::array<uint16_t, 128> lengths{};
  const auto add = [&](std::string_view name) {
    lengths[static_cast<unsigned char>(name[0])] |= static_cast<uint16_t>(1U << name.size());
  };
  for (const std::string_view name : kPredeclared) add(name);
  for (const std::string_view name : kShim) add(name);
  return lengths;
}();

constexpr size_t kLongest = 10;  // comparable, complex128

bool may_be_listed(std::string_view name) {
  const auto first = static_cast<uint8_t>(name.empty() ? 0 : name[0]);
  return name.size() <= kLongest && first < kLengths.size() &&
         (kLengths.at(first) >> name.size() & 1) != 0;
}

}  // namespace

std::string_view reserved_because(std::string_view name) {
  if (may_be_listed(name)) {
    if (std::binary_search(std::begin(kPredeclared), std::end(kPredeclared), name)) {
      return "is predeclared in Go; take another name";
    }
    if (std::binary_search(std::begin(kShim), std::end(kShim), name)) {
      return "is a name of the shim; take another name";
    }
  }
  if (name == "_") return "is no name; give it one";
  if (name == "runtime" || name == "init")
    return "has a meaning of its own in Go; take another name";
  if (name.starts_with("quake"))
    return "begins with quake, as the shim's own names do; take another name";
  return {};
}

}  // namespace stackquake
