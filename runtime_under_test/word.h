#ifndef STACKQUAKE_RUNTIME_UNDER_TEST_WORD_H_
#define STACKQUAKE_RUNTIME_UNDER_TEST_WORD_H_

#include <cstdint>

namespace stackquake::runtime {

// The machine's unit: integers, addresses and pcs are all words of 8 bytes.
using Word = uint64_t;

// A byte address in managed memory, always a multiple of kWordBytes; 0 is nil.
using Address = uint64_t;

constexpr uint32_t kWordBytes = 8;

inline Word* at(Address address) {
  return reinterpret_cast<Word*>(address);
}
inline Address address_of(const void* word) {
  return reinterpret_cast<Address>(word);
}

// A record of the runtime that lies in managed memory.
template <typename Record>
Record* record_at(Address address) {
  return reinterpret_cast<Record*>(address);
}

}  // namespace stackquake::runtime

#endif  // STACKQUAKE_RUNTIME_UNDER_TEST_WORD_H_
