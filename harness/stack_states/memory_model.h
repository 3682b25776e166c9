#ifndef STACKQUAKE_HARNESS_STACK_STATES_MEMORY_MODEL_H_
#define STACKQUAKE_HARNESS_STACK_STATES_MEMORY_MODEL_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "runtime_under_test/g.h"
#include "runtime_under_test/result.h"
#include "runtime_under_test/word.h"

namespace stackquake {

// What every word of a made-up stack, and of the heap around it, must hold, and which heap objects
// live. Written by who makes the state up; neither copier nor collector is asked.
//
// A place or a target on the stack is its distance from the stack's high end in bytes, which no
// copy changes; one in the heap is an address, which no collection changes.
class MemoryModel {
 public:
  enum class Content : uint8_t {
    kNumber,   // which no copy may change, whatever it looks like
    kOnStack,  // the address of a word on the stack
    kInHeap,   // an address inside of an object
  };

  struct Value {
    Content content = Content::kNumber;
    runtime::Word word = 0;  // the number, the distance or the address
    uint32_t object = 0;     // of kInHeap: which
  };

  // What a word is, for signatures.
  enum class Kind : uint8_t { kLocal, kArgument, kDeferred, kDefer, kSudog, kObject, kG };

  struct Object {
    runtime::Address start = 0;
    uint32_t words = 0;
    bool live = false;  // as the last call of mark() saw it
    bool freed = false;
  };

  void clear();

  uint32_t add_object(runtime::Address start, uint32_t words);
  std::span<const Object> objects() const { return objects_; }

  // A word on the stack. Where `root` is set it is a live pointer, from which objects are reached.
  void add_stack_word(uint64_t distance, Value value, Kind kind, bool root);

  // A word of an object. Where `followed` is set, what it points to lives as long as the object.
  void add_object_word(uint32_t object, uint32_t word, Value value, Kind kind, bool followed);

  // A word outside of managed memory: a field of G, which must stay where it is. It is a root.
  void add_register(const runtime::Word& word, Value value);

  // The first word that does not hold what it must; words of freed objects are no matter.
  std::optional<runtime::Violation> wrong_word(const runtime::G& g) const;

  // Finds out which objects are reached.
  void mark();

  // Compares what a collection has freed with what it should have, after mark().
  std::optional<runtime::Violation> wrong_collection(std::span<const runtime::Address> freed);

 private:
  enum class Where : uint8_t { kStack, kObject, kRegister };

  struct Tracked {
    Where where = Where::kStack;
    uint64_t place = 0;   // distance on the stack, or address
    uint32_t object = 0;  // that holds it
    Value value;
    Kind kind = Kind::kLocal;
    bool followed = false;
  };

  static runtime::Word expected(const runtime::G& g, const Value& value);
  static runtime::Violation violation(std::string_view check, Kind kind, runtime::Word seen,
                                      runtime::Word expected);
  bool is_dead(const Tracked& tracked) const {
    return tracked.where == Where::kObject && !objects_[tracked.object].live;
  }
  bool reach(const Value& value);

  std::vector<Tracked> words_;
  std::vector<Object> objects_;
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_STACK_STATES_MEMORY_MODEL_H_
