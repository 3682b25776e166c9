#ifndef STACKQUAKE_HARNESS_AUDIT_POINTER_MAP_AUDIT_H_
#define STACKQUAKE_HARNESS_AUDIT_POINTER_MAP_AUDIT_H_

// wrong-pointer-map: what the compiler says about pointers, against a second answer.
//
// Copier, collector and shadow believe the compiler's maps. Where a map has a word that is dead,
// all three keep what the word names, and agree. So the maps are checked before the program runs:
//
//   map of a safepoint            the pointers that SecondLiveness finds, neither more nor fewer,
//                                 and the words whose address closures hold, by their rule
//   maps of arguments             the pointers among the declared parameters and the result; the
//                                 map of a deferred call's arguments is the one at the entry
//   types of boxes and closures   the declared type of the variable, the captured words
//   closures in frames            made outside of loops, or called at once and not kept: in Go each
//                                 round of a loop makes a closure of its own
//
// The runtime's own functions are the design's, whose layouts RootAgreement checks in each run.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/audit/second_liveness.h"
#include "harness/audit/word_kinds.h"
#include "runtime_under_test/code.h"
#include "runtime_under_test/result.h"

namespace stackquake {

class PointerMapAudit {
 public:
  // The first mistake in the maps of the program. Storage is reused.
  std::optional<runtime::Violation> audit(const runtime::Program& program);

 private:
  bool function(const runtime::Function& function);
  bool arguments();
  bool argument_map(runtime::PointerMap map, uint32_t words, std::string_view title);
  void note_mapped();
  bool safepoints();
  bool safepoint(uint32_t index);
  bool read_map(uint32_t index);
  bool addressed_words(uint32_t index);
  bool objects();
  bool object(uint32_t index);
  bool closure(uint32_t index);
  bool is_kept(uint32_t address) const;
  bool channel(uint32_t index);
  runtime::ObjectType wrapper_type(const runtime::Function& wrapper) const;
  runtime::ObjectType expected_type(uint32_t index) const;
  const runtime::Variable* variable_at(uint32_t slot) const;

  // Report, and return false.
  bool wrong_word(uint32_t index, uint32_t slot, bool has_word, std::string_view why);
  bool wrong(std::string_view cause, uint32_t line, std::string place, std::string message);
  std::string name_of_slot(uint32_t slot) const;
  std::string at(uint32_t index) const;

  const runtime::Program* program_ = nullptr;
  const runtime::Function* function_ = nullptr;
  WordKinds kinds_;
  SecondLiveness liveness_;
  std::vector<uint8_t> mapped_;    // by slot of the frame: whether any map has it
  std::vector<uint64_t> in_map_;   // bits of the map that is being compared
  std::vector<uint8_t> has_slot_;  // by slot: whether that map has it
  uint32_t last_map_ = 0;
  std::optional<runtime::Violation> violation_;
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_AUDIT_POINTER_MAP_AUDIT_H_
