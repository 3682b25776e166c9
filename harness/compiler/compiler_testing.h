#ifndef STACKQUAKE_HARNESS_COMPILER_COMPILER_TESTING_H_
#define STACKQUAKE_HARNESS_COMPILER_COMPILER_TESTING_H_

// Shared by the tests of the compiler: programs compiled from text, and questions about them.

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "harness/compiler/compiler.h"
#include "harness/language/nest_testing.h"
#include "runtime_under_test/code.h"
#include "runtime_under_test/designs/designs.h"

namespace stackquake {

class CompilerTest : public testing::Test {
 protected:
  using Opcode = runtime::Opcode;

  CompilerTest() : design_(runtime::make_design("go1.4")), compiler_(*design_) {}

  // Compiles a text that must be a nest. The text has no package clause.
  void compile(std::string_view declarations) {
    compile_file("package main\n\n" + std::string(declarations));
  }
  void compile_file(std::string_view text) {
    const Nest* nest = load_good(text, arena_);
    ASSERT_NE(nest, nullptr);
    program_ = &compiler_.compile(*nest, arena_);
  }

  const runtime::Program& program() const { return *program_; }

  const runtime::Function& function(std::string_view name) const {
    for (const runtime::Function& each : program_->functions) {
      if (each.kind == runtime::FunctionKind::kNest && each.name == name) return each;
    }
    ADD_FAILURE() << "no function " << name;
    return program_->functions.front();
  }

  // The instructions of a function with this opcode, by index.
  std::vector<uint32_t> all(Opcode opcode, std::string_view name = "main") const {
    std::vector<uint32_t> found;
    const runtime::Function& in = function(name);
    for (uint32_t i = in.entry; i < in.end; ++i) {
      if (program_->code[i].opcode == opcode) found.push_back(i);
    }
    return found;
  }

  std::vector<uint32_t> calls_of(uint32_t entry, std::string_view name) const {
    std::vector<uint32_t> found = all(Opcode::kCall, name);
    std::erase_if(found, [&](uint32_t i) { return program_->code[i].imm != entry; });
    return found;
  }

  // For each of these safepoints, the number of slots that hold live pointers.
  std::vector<size_t> live_at(const std::vector<uint32_t>& safepoints) const {
    std::vector<size_t> sizes;
    for (uint32_t i : safepoints) {
      const uint32_t map = program_->locals_map_of[i];
      EXPECT_NE(map, runtime::kNoMap);
      if (map != runtime::kNoMap) sizes.push_back(program_->locals_maps[map].size);
    }
    return sizes;
  }
  std::vector<size_t> live_at_moves(std::string_view name = "main") const {
    return live_at(all(Opcode::kMove, name));
  }

  std::vector<uint16_t> slots(runtime::PointerMap map) const {
    const auto view = program_->slots(map);
    return {view.begin(), view.end()};
  }

  std::unique_ptr<runtime::Design> design_;
  Compiler compiler_;
  Arena arena_;
  const runtime::Program* program_ = nullptr;
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_COMPILER_COMPILER_TESTING_H_
