#ifndef STACKQUAKE_HARNESS_ORACLE_VALUE_H_
#define STACKQUAKE_HARNESS_ORACLE_VALUE_H_

// The values of a nest's variables.
//
// Every variable is a row of cells. A cell is a word: an int, or a plain C++ pointer. A pointer to
// a variable is the address of its cell, which never moves while the variable lives. An `any` and a
// `func()` take two cells, an array one per element, anything else one.

#include <cstdint>

#include "harness/language/tree.h"

namespace stackquake::oracle {

using Word = uint64_t;

struct Frame;

template <typename T>
T* to_pointer(Word word) {
  return reinterpret_cast<T*>(word);  // NOLINT(performance-no-int-to-ptr)
}

inline Word to_word(const void* pointer) {
  return reinterpret_cast<Word>(pointer);
}

inline int64_t to_int(Word word) {
  return static_cast<int64_t>(word);
}

// A heap object of type node. The index of a field is its number in the enumeration Field.
struct Node {
  Word fields[3];
};

// The value of an expression that is no array. With one cell, `second` stays 0.
//
//   any      `first` is an AnyKind, `second` the result of the built-in code()
//   func()   `first` is the Function, null for nil; `second` is the Frame that it captures from
struct Value {
  Word first = 0;
  Word second = 0;
};

enum AnyKind : Word { kNilAny, kIntAny, kErrorAny };

inline Value int_any(Word value) {
  return {kIntAny, value};
}

// Runtime errors, with the numbers that code() gives for them.
enum ErrorCode : int64_t {
  kNoError = 0,
  kNilDereference = -1,
  kIndexOutOfRange = -2,
  kDivisionByZero = -3,
  kClosedChannel = -5,
  kCloseOfNilChannel = -6,
};

inline Value error_any(ErrorCode code) {
  return {kErrorAny, static_cast<Word>(code)};
}

inline bool takes_two_cells(TypeKind kind) {
  return kind == TypeKind::kAny || kind == TypeKind::kFunc;
}

inline uint32_t cells_of(Type type) {
  return takes_two_cells(type.kind) ? 2 : type.words();
}

// Loads a value whose type is not an array.
inline Value load(Type type, const Word* from) {
  return {from[0], takes_two_cells(type.kind) ? from[1] : 0};
}

inline void store(Type type, Word* to, Value value) {
  to[0] = value.first;
  if (takes_two_cells(type.kind)) to[1] = value.second;
}

}  // namespace stackquake::oracle

#endif  // STACKQUAKE_HARNESS_ORACLE_VALUE_H_
