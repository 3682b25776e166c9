#ifndef STACKQUAKE_HARNESS_RUN_RUN_TESTING_H_
#define STACKQUAKE_HARNESS_RUN_RUN_TESTING_H_

// Shared by the tests of whole runs: the designs that are right, the behaviours that the corpus
// states, and an observer whose hash tells two runs apart.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "harness/compiler/corpus_testing.h"
#include "harness/run/behaviour.h"
#include "harness/testing/corpus_folder.h"
#include "runtime_under_test/designs/designs.h"
#include "runtime_under_test/observer.h"
#include "runtime_under_test/result.h"

namespace stackquake {

inline void PrintTo(const Behaviour& behaviour, std::ostream* out) {
  *out << to_string(behaviour);
}

// The designs that have no defect unless it is switched on.
inline std::vector<std::string_view> right_designs() {
  std::vector<std::string_view> designs;
  for (const std::string_view design : runtime::design_names()) {
    if (runtime::built_in_defects(design).empty()) designs.push_back(design);
  }
  return designs;
}

inline runtime::OutcomeKind outcome_kind(const std::string& name) {
  using runtime::OutcomeKind;
  for (OutcomeKind kind :
       {OutcomeKind::kExit, OutcomeKind::kPanic, OutcomeKind::kGoexit, OutcomeKind::kDeadlock,
        OutcomeKind::kOverflow, OutcomeKind::kFuel, OutcomeKind::kNilpanic}) {
    if (to_string(kind) == name) return kind;
  }
  ADD_FAILURE() << "no such outcome: " << name;
  return OutcomeKind::kFuel;
}

// The behaviour that behaviours.json of the folder states for a nest at a level. There "as LEVEL"
// refers to another level.
inline Behaviour stated_behaviour(const std::string& folder, const std::string& nest,
                                  const std::string& level) {
  const nlohmann::json stated =
      nlohmann::json::parse(read_corpus_file(corpus_folder() + "/" + folder + "/behaviours.json"));
  nlohmann::json entry = stated.at(nest).at(level);
  while (entry.is_string()) entry = stated.at(nest).at(entry.get<std::string>().substr(3));
  Behaviour behaviour;
  behaviour.outcome.kind = outcome_kind(entry.at("outcome").at("kind"));
  for (const auto& link : entry.at("outcome").at("chain")) {
    behaviour.outcome.chain.push_back({link.at("code"), link.at("recovered")});
  }
  behaviour.traces = entry.at("traces").get<std::vector<std::vector<int64_t>>>();
  std::sort(behaviour.traces.begin(), behaviour.traces.end());
  return behaviour;
}

// A hash of all that a run tells its observer: events, and stores with their values, addresses
// included. Equal runs have equal hashes.
class RunHash final : public runtime::Observer {
 public:
  uint64_t sum() const { return sum_; }

  void stored_scalars(runtime::Address to, uint32_t words) override { add_words(1, to, words); }
  void stored_code(runtime::Address to) override { add_words(2, to, 1); }
  void stored_pointer(runtime::Address to, runtime::Address target) override { add(3, to, target); }
  void stored_copy(runtime::Address to, runtime::Address from, uint32_t words) override {
    add(4, to, from);
    add_words(4, to, words);
  }
  void called(const runtime::G& g, const runtime::Function& function) override {
    add(5, g.sched.sp, function.entry);
  }
  void panicked(const runtime::G& g, const runtime::Unwinding& panic) override {
    add(6, g.id, panic.record);
  }
  void blocked(const runtime::G& g) override { add(7, g.id, g.sched.sp); }
  void readied(const runtime::G& g) override { add(8, g.id, g.sched.pc); }
  void stack_copied(const runtime::G& g, const runtime::StackCopy& copy) override {
    add(9, g.id, copy.new_stack.lo);
    add(9, copy.old_stack.lo, copy.words_adjusted);
  }
  void collected(const runtime::Collection& collection) override {
    for (runtime::Address freed : collection.freed) add(10, freed, collection.live_bytes);
  }
  void safepoint(const runtime::G& g, uint64_t number) override { add(11, g.sched.pc, number); }

 private:
  // FNV-1a, one word at a time.
  void add(uint64_t kind, uint64_t first, uint64_t second) {
    for (uint64_t value : {kind, first, second}) sum_ = (sum_ ^ value) * 0x100000001b3;
  }
  void add_words(uint64_t kind, runtime::Address start, uint32_t words) {
    for (uint32_t i = 0; i < words; ++i) {
      const runtime::Address word = start + runtime::Address{i} * runtime::kWordBytes;
      add(kind, word, *runtime::at(word));
    }
  }

  uint64_t sum_ = 0xcbf29ce484222325;
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_RUN_RUN_TESTING_H_
