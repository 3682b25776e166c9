#include "harness/language/names.h"

#include <algorithm>
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

constexpr size_t kLongest = 10;  // comparable, complex128

}  // namespace

std::string_view reserved_because(std::string_view name) {
  if (name.size() > 1 && name.size() <= kLongest) {
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
