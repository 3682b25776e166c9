#include "harness/language/foreign.h"

#include <span>

namespace stackquake {
namespace {

struct Entry {
  std::string_view word;
  std::string_view instead;
};

constexpr std::string_view kLoop = "the only loop is for i := A; i < B; i++";
constexpr std::string_view kNoBool = "there is no bool: keep 0 or 1 in an int, and compare it";
constexpr std::string_view kOnlyInt = "every number is an int of 64 bits";
constexpr std::string_view kTrace = "trace(x) records an int";
constexpr std::string_view kNoSlices = "there are no slices: use an array, [N]int";
constexpr std::string_view kLength = "write the array's length, which its type tells";
constexpr std::string_view kChoose = "write an if and an assignment";
constexpr std::string_view kChannels = "goroutines wait for each other at channels";

constexpr Entry kTokens[] = {
    {"break", "a loop ends by its counter, or by return"},
    {"const", "write the number where it is used"},
    {"continue", "put the rest of the loop's body into an if"},
    {"fallthrough", "write if and else if"},
    {"goto", "write if, for and calls"},
    {"interface", "the only interface is any, which recover() gives"},
    {"map", "use an array, [N]int, or a list of nodes"},
    {"range", kLoop},
    {"struct", "the only struct is node, with val, next and peer"},
    {"switch", "write if and else if"},
    {"type", "the types are int, [N]int, *int, *node, func(), any, chan int and chan *node"},
    {"*=", "write x = x * e"},
    {"/=", "write x = x / e"},
    {"%=", "write x = x % e"},
    {"&=", "write x = x & e"},
    {"|=", "write x = x | e"},
    {"^=", "write x = x ^ e"},
    {"&^", "write x & (-1 ^ y)"},
    {"~", "it stands in constraints of types, which are not in the language either"},
};

constexpr Entry kNames[] = {
    {"true", kNoBool},
    {"false", kNoBool},
    {"iota", "write the number"},
    {"append", kNoSlices},
    {"cap", kLength},
    {"clear", "assign to the elements"},
    {"complex", kOnlyInt},
    {"copy", "assign the whole array, b = a"},
    {"delete", "there are no maps"},
    {"imag", kOnlyInt},
    {"len", kLength},
    {"max", kChoose},
    {"min", kChoose},
    {"new", "write &node{}, or the address of a variable"},
    {"print", kTrace},
    {"println", kTrace},
    {"real", kOnlyInt},
};

constexpr Entry kTypes[] = {
    {"bool", kNoBool},
    {"byte", kOnlyInt},
    {"comparable", "there are no type parameters"},
    {"complex128", kOnlyInt},
    {"complex64", kOnlyInt},
    {"error", "a panic carries an int, which code(recover()) tells"},
    {"float32", kOnlyInt},
    {"float64", kOnlyInt},
    {"int16", kOnlyInt},
    {"int32", kOnlyInt},
    {"int64", kOnlyInt},
    {"int8", kOnlyInt},
    {"rune", kOnlyInt},
    {"string", "there are no strings: use an int"},
    {"uint", kOnlyInt},
    {"uint16", kOnlyInt},
    {"uint32", kOnlyInt},
    {"uint64", kOnlyInt},
    {"uint8", kOnlyInt},
    {"uintptr", "addr(p) gives an address as an int"},
};

constexpr Entry kPackages[] = {
    {"context", kChannels},
    {"errors", "a panic carries an int, which code(recover()) tells"},
    {"fmt", kTrace},
    {"log", kTrace},
    {"math", kOnlyInt},
    {"os", "a nest ends when main returns, panics or calls runtime.Goexit"},
    {"runtime/debug", "runtime.GC() collects, move() and shrink() move the stack"},
    {"strings", "there are no strings: use an int"},
    {"sync", kChannels},
    {"sync/atomic", kChannels},
    {"atomic", kChannels},
    {"testing", kTrace},
    {"time", "runtime.Gosched() lets the others run, and goroutines wait at channels"},
    {"unsafe", "addr(p) gives an address as an int"},
};

std::string_view find(std::span<const Entry> entries, std::string_view word) {
  for (const Entry& entry : entries) {
    if (entry.word == word) return entry.instead;
  }
  return {};
}

}  // namespace

std::string foreign_token(std::string_view token) {
  std::string message(token);
  message += " is not in the language";
  const std::string_view instead = find(kTokens, token);
  if (!instead.empty()) message.append("; ").append(instead);
  return message;
}

std::string_view instead_of_name(std::string_view name) {
  return find(kNames, name);
}

std::string_view instead_of_type(std::string_view name) {
  return find(kTypes, name);
}

std::string_view instead_of_package(std::string_view package) {
  const std::string_view instead = find(kPackages, package);
  return instead.empty() ? "the built-in calls are all that there is" : instead;
}

bool is_known_package(std::string_view name) {
  return !find(kPackages, name).empty();
}

}  // namespace stackquake
