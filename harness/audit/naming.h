#ifndef STACKQUAKE_HARNESS_AUDIT_NAMING_H_
#define STACKQUAKE_HARNESS_AUDIT_NAMING_H_

// Describes the words of a runtime for people. The functions follow a pointer only after they have
// asked the runtime whether there is memory, so that words of a broken run can be described too.

#include <cstdint>
#include <string>
#include <string_view>

#include "runtime_under_test/code.h"
#include "runtime_under_test/g.h"
#include "runtime_under_test/records.h"
#include "runtime_under_test/runtime.h"

namespace stackquake {

// "0x20000010a010".
std::string hexadecimal(runtime::Word word);

// "main"; of the runtime's own functions "runtime.gopanic".
std::string name_of(const runtime::Function& function);

// The function that a pc lies in, or "code that does not exist".
std::string function_at(const runtime::Program& program, runtime::Word pc);

// The name of a func() without a function.
constexpr std::string_view kNilFunction = "nil func()";

// The function of a closure in the heap or on the stack of `g`: kNilFunction for 0.
std::string closure_name(runtime::Runtime& runtime, const runtime::G& g, runtime::Address closure);

// A panic's value: "3", "a runtime error (code -1)", "nil".
std::string panic_value(runtime::Runtime& runtime, runtime::Any value);

// "node", "chan int", "Defer"; "closure" and "array box" for types that belong to a nest.
std::string type_name(const runtime::Program& program, uint16_t type);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_AUDIT_NAMING_H_
