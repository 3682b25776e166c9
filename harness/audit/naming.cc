#include "harness/audit/naming.h"

#include <charconv>
#include <string_view>

#include "runtime_under_test/memory.h"
#include "runtime_under_test/object_type.h"
#include "runtime_under_test/traceback.h"

namespace stackquake {

namespace {

using runtime::Address;
using runtime::G;
using runtime::Runtime;
using runtime::Word;

constexpr std::string_view kTypeNames[] = {"node",  "int",   "pointer box", "any box",
                                           "Defer", "sudog", "chan int",    "chan *node"};
static_assert(std::size(kTypeNames) == runtime::kBuiltinTypes);

bool in_data(Address address) {
  return address - runtime::kDataBase < runtime::kDataBytes;
}

// Whether the address is that of a word of the heap, of the static closures or of the goroutine's
// own stack.
bool readable(Runtime& runtime, const G* g, Address address) {
  if (!runtime::in_managed_memory(address)) return false;
  if (in_data(address)) return true;
  if (runtime::in_heap(address)) return runtime.heap().find(address).start != 0;
  return g != nullptr && g->stack.contains(address);
}

}  // namespace

std::string hexadecimal(Word word) {
  char digits[16];
  const auto end = std::to_chars(digits, digits + sizeof digits, word, 16).ptr;
  return "0x" + std::string(digits, end);
}

std::string name_of(const runtime::Function& function) {
  const bool is_runtime = function.kind == runtime::FunctionKind::kRuntime;
  return (is_runtime ? "runtime." : "") + std::string(function.name);
}

std::string function_at(const runtime::Program& program, Word pc) {
  if (!runtime::is_code(program, pc)) return "code that does not exist (" + hexadecimal(pc) + ")";
  return name_of(program.functions[program.function_of[runtime::code_index(pc)]]);
}

std::string closure_name(Runtime& runtime, const G& g, Address closure) {
  if (closure == 0) return std::string(kNilFunction);
  if (readable(runtime, &g, closure)) return function_at(runtime.program(), *runtime::at(closure));
  return "a closure that is gone (" + hexadecimal(closure) + ")";
}

std::string panic_value(Runtime& runtime, runtime::Any value) {
  if (value.type == 0) return "nil";
  if (value.type != runtime::Any::kInt) {
    return "a runtime error (code " + std::to_string(runtime::code_of(value)) + ")";
  }
  if (readable(runtime, nullptr, value.data)) return std::to_string(runtime::code_of(value));
  return "an int that is gone (" + hexadecimal(value.data) + ")";
}

std::string type_name(const runtime::Program& program, uint16_t type) {
  if (type < runtime::kBuiltinTypes) return std::string(kTypeNames[type]);
  const runtime::ObjectType& shape = program.types[type];
  return shape.tail == runtime::ObjectType::kNoTail ? "array box" : "closure";
}

}  // namespace stackquake
