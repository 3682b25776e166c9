#ifndef STACKQUAKE_RUNTIME_UNDER_TEST_RUNTIME_TESTING_H_
#define STACKQUAKE_RUNTIME_UNDER_TEST_RUNTIME_TESTING_H_

// Shared by the runtime's tests and benchmarks: programs written by hand.

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string_view>
#include <vector>

#include "runtime_under_test/code.h"
#include "runtime_under_test/designs/designs.h"
#include "runtime_under_test/runtime.h"
#include "runtime_under_test/runtime_functions.h"
#include "runtime_under_test/sanitizer.h"

namespace stackquake::runtime {

// Whether AddressSanitizer would object to a load of the word. Never in builds without it.
inline bool sanitizer_objects_to([[maybe_unused]] Address address) {
#if STACKQUAKE_ADDRESS_SANITIZER
  return __asan_region_is_poisoned(at(address), kWordBytes) != nullptr;
#else
  return false;
#endif
}

// Writes a program, one function after another; the last one is main. Slots are counted from sp and
// branch targets are indexes of instructions, as in the finished code.
class ProgramWriter {
 public:
  using Slots = std::initializer_list<uint16_t>;

  explicit ProgramWriter(const Design& design) { append_runtime_functions(design, program_); }

  // Begins a function with its prologue. Returns the function's number.
  uint32_t begin(std::string_view name, uint16_t frame_words, uint16_t argument_words = 0,
                 Slots argument_pointers = {}) {
    Function function;
    function.name = name;
    function.frame_words = frame_words;
    function.argument_words = function.parameter_words = argument_words;
    function.entry = function.end = here();
    function.arguments = function.entry_arguments = map(argument_pointers);
    program_.functions.push_back(function);
    program_.main = static_cast<uint32_t>(program_.functions.size() - 1);
    emit({Opcode::kPrologue, frame_words, 0, 0, program_.main});
    return program_.main;
  }

  // Adds an instruction that is no safepoint. Returns its index.
  uint32_t emit(Instruction instruction) { return append(instruction, kNoMap); }

  // Adds a safepoint at which these slots hold live pointers.
  uint32_t emit_safepoint(Instruction instruction, Slots live = {}) {
    program_.locals_maps.push_back(map(live));
    return append(instruction, static_cast<uint32_t>(program_.locals_maps.size() - 1));
  }

  uint32_t call(uint32_t function, Slots live = {}) {
    return emit_safepoint({Opcode::kCall, 0, 0, 0, program_.functions[function].entry}, live);
  }

  uint32_t call(RuntimeFunction function, Slots live = {}) {
    return call(static_cast<uint32_t>(function), live);
  }

  // Ends a function: returns.
  void end() { emit({Opcode::kReturn, program_.functions.back().frame_words}); }

  uint32_t here() const { return static_cast<uint32_t>(program_.code.size()); }
  Program& program() { return program_; }

 private:
  PointerMap map(Slots slots) {
    const PointerMap result{static_cast<uint32_t>(program_.map_slots.size()),
                            static_cast<uint32_t>(slots.size())};
    program_.map_slots.insert(program_.map_slots.end(), slots.begin(), slots.end());
    return result;
  }

  uint32_t append(const Instruction& instruction, uint32_t locals_map) {
    program_.code.push_back(instruction);
    program_.lines.push_back(1);
    program_.function_of.push_back(static_cast<uint16_t>(program_.functions.size() - 1));
    program_.locals_map_of.push_back(locals_map);
    return program_.functions.back().end++;
  }

  Program program_;
};

// A runtime, and a writer for its programs.
struct Machine {
  explicit Machine(std::string_view design = "go1.4") : runtime(make_design(design)) {}

  Runtime runtime;
  ProgramWriter writer{runtime.design()};

  const RunResult& run(const Options& options = {}) {
    return runtime.run(writer.program(), options);
  }
  const RunResult& run(const Options& options, Observer& observer) {
    return runtime.run(writer.program(), options, observer);
  }
};

// The signature of the result's violation; empty if there is none.
inline std::string_view signature_of(const RunResult& result) {
  return result.violation ? std::string_view(result.violation->signature) : std::string_view();
}

}  // namespace stackquake::runtime

#endif  // STACKQUAKE_RUNTIME_UNDER_TEST_RUNTIME_TESTING_H_
