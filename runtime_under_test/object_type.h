#ifndef STACKQUAKE_RUNTIME_UNDER_TEST_OBJECT_TYPE_H_
#define STACKQUAKE_RUNTIME_UNDER_TEST_OBJECT_TYPE_H_

#include <cstdint>

#include "runtime_under_test/word.h"

namespace stackquake::runtime {

// Says which words of a heap object are pointers: the words whose bit is set in `mask` (bit i for
// word i, up to word 63), and all words from `tail` on.
struct ObjectType {
  static constexpr uint32_t kNoTail = UINT32_MAX;

  uint32_t words = 0;  // of an object; 0 where the size is given at allocation
  uint64_t mask = 0;
  uint32_t tail = kNoTail;

  friend bool operator==(const ObjectType&, const ObjectType&) = default;
};

// Types that every program has, by their place in Program::types.
enum BuiltinType : uint16_t {
  kTypeNode,            // val, next, peer
  kTypeInt,             // a boxed int: a captured variable, or the value of a panic
  kTypePointer,         // a boxed pointer of any type
  kTypeAny,             // a boxed `any`
  kTypeDefer,           // a Defer record; the arguments behind its header are no part of its type
  kTypeSudog,           //
  kTypeChannel,         // of int
  kTypePointerChannel,  // of *node
  kBuiltinTypes,
};

// A node's words.
struct Node {
  Word val;
  Address next;
  Address peer;
};

}  // namespace stackquake::runtime

#endif  // STACKQUAKE_RUNTIME_UNDER_TEST_OBJECT_TYPE_H_
