#ifndef STACKQUAKE_HARNESS_STORY_WORD_NAMES_H_
#define STACKQUAKE_HARNESS_STORY_WORD_NAMES_H_

#include <cstdint>
#include <optional>
#include <string>

#include "harness/story/recording.h"
#include "runtime_under_test/result.h"

namespace stackquake {

// A word of a state as a person names it.
struct NamedWord {
  std::string name;   // "y", "argp of panic 1", "p"; "word 3" for one without a name
  std::string owner;  // "main", "the deferred call of set"

  std::string text() const { return "`" + name + "` of " + owner; }
};

// Names words of one state by the nest's variables and by Go's records. Both arguments must outlive
// the object.
class WordNames {
 public:
  WordNames(const std::vector<FunctionFacts>& functions, const State& state)
      : functions_(functions), state_(state) {}

  // The word of a stack; nothing if no frame has it.
  std::optional<NamedWord> on_stack(uint64_t distance) const;

  // The word of a Defer record in the heap; nothing if no record has it.
  std::optional<NamedWord> in_record(runtime::Address address) const;

  // The word at an address of the state's stack or of one of its records.
  std::optional<NamedWord> at(runtime::Address address) const;

  // The frame whose words, arguments included, contain the distance, as an index into
  // State::frames. Of two, the callee's, to whom outgoing arguments belong.
  std::optional<size_t> frame_of(uint64_t distance) const;

  // The record that contains the address.
  const DeferState* record_of(runtime::Address address) const;

  // The Panic that lies in the frame; null if there is none.
  const PanicState* panic_in(const FrameState& frame) const;

  // The value of a word for people: "7", "nil", "`y` of main", "node", "main.func1".
  std::string value(const WordState& word) const;

  // The same for the address of a frame, and of no word: "frame of main". As value() if no frame
  // has this sp.
  std::string frame_with_sp(const WordState& word) const;

  // Whether the word of a stack is one of a Panic that holds the address of a frame.
  bool is_sp_in_panic(uint64_t distance) const;

  const FunctionFacts& function(const FrameState& frame) const {
    return functions_.at(frame.function);
  }
  const FunctionFacts* function_named(const std::string& name) const;

 private:
  std::string name_in_runtime(const FrameState& frame, uint64_t distance) const;
  std::optional<NamedWord> in_closure(const FrameState& frame, uint64_t slot) const;

  const std::vector<FunctionFacts>& functions_;
  const State& state_;
};

// Replaces "local word 3 of main" and "argument word 0 of set" by the names of the variables.
std::string with_variable_names(const std::vector<FunctionFacts>& functions, std::string text);

// Whether a name is one that only says where a word lies: "word 3", "argument word 0".
bool is_place(const std::string& name);

// "panic 1"; of a runtime error "panic (runtime error)". The value is that of an Event.
std::string panic_name(const std::string& value);

// "gopanic" of "runtime.gopanic".
std::string without_package(const std::string& function);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_STORY_WORD_NAMES_H_
