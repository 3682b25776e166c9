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

// The expected contents of every word of a made-up stack and of the heap around it, and which heap
// objects are live. The code that makes the state writes the model; neither copier nor collector
// contributes to it.
//
// A place or target on the stack is its distance from the stack's high end in bytes, which no copy
// changes. A place or target in the heap is an address, which no collection changes.
class MemoryModel {
 public:
  enum class Content : uint8_t {
    kNumber,   // no copy may change it, whatever it looks like
    kOnStack,  // the address of a word on the stack
    kInHeap,   // an address inside an object
  };

  struct Value {
    Content content = Content::kNumber;
    runtime::Word word = 0;  // the number, the distance or the address
    uint32_t object = 0;     // for kInHeap: the object's number
  };

  // The kind of a word, for signatures.
  enum class Kind : uint8_t { kLocal, kArgument, kDeferred, kDefer, kSudog, kObject, kG };

  struct Object {
    runtime::Address start = 0;
    uint32_t words = 0;
    bool live = false;  // according to the last call of mark()
    bool freed = false;
  };

  void clear();

  uint32_t add_object(runtime::Address start, uint32_t words);
  std::span<const Object> objects() const { return objects_; }

  // Adds a word on the stack. With `root` it is a live pointer, which keeps objects alive.
  void add_stack_word(uint64_t distance, Value value, Kind kind, bool root);

  // Adds a word of an object. With `followed` its target lives as long as the object.
  void add_object_word(uint32_t object, uint32_t word, Value value, Kind kind, bool followed);

  // Adds a word outside managed memory: a field of G, which must not move. It is a root.
  void add_register(const runtime::Word& word, Value value);

  // The first word that does not hold what it must. Words of freed objects do not count.
  std::optional<runtime::Violation> wrong_word(const runtime::G& g) const;

  // Finds out which objects are reachable.
  void mark();

  // Compares the objects that a collection has freed with those that it should have. Call mark()
  // first.
  std::optional<runtime::Violation> wrong_collection(std::span<const runtime::Address> freed);

 private:
  enum class Where : uint8_t { kStack, kObject, kRegister };

  struct Tracked {
    Where where = Where::kStack;
    uint64_t place = 0;   // distance on the stack, or address
    uint32_t object = 0;  // the object that contains it
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
