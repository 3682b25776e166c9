#ifndef STACKQUAKE_HARNESS_AUDIT_HEAP_SHADOW_H_
#define STACKQUAKE_HARNESS_AUDIT_HEAP_SHADOW_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "harness/audit/reserved_memory.h"
#include "harness/audit/shadow_word.h"
#include "runtime_under_test/memory.h"
#include "runtime_under_test/word.h"

namespace stackquake {

// An object or record of the heap, as it was allocated.
struct HeapObject {
  runtime::Address start = 0;
  uint32_t words = 0;
  uint32_t serial = 0;
  uint16_t type = 0;    // index into Program::types
  bool freed = false;   // by the collector
  bool in_use = false;  // of a Defer or sudog: taken, and not given back
  uint8_t mark = 0;     // for audits; 0 between them
};

// The shadow of the heap: a ShadowWord, the value and the object for each word, and all objects of
// the run.
// The collector's own tables are not used.
class HeapShadow {
 public:
  HeapShadow();

  // Forgets all objects. The cost does not grow with their number.
  void reset();

  HeapObject& allocated(runtime::Address start, uint32_t words, uint16_t type);

  // The object at this address, or the last object that lay there; null if there never was one. The
  // pointer is valid until the next allocation.
  HeapObject* object_at(runtime::Address address) {
    const uint32_t serial = owners()[word_index(address)];
    return object(serial);
  }

  // The object with this serial number; null for a serial number of another run.
  HeapObject* object(uint32_t serial) {
    const uint32_t index = serial - first_serial_;
    return index < objects_.size() ? &objects_[index] : nullptr;
  }

  // The shadow of a word in the heap, whether an object is there or not. The words of an object
  // follow each other.
  ShadowWord* word(runtime::Address address) const { return words() + word_index(address); }

  // The values that the words of the heap had after the last store that was told of.
  const runtime::Word* value(runtime::Address address) const {
    return values() + word_index(address);
  }

  // Notes the present values of words, because a store to them was told of.
  void stored(runtime::Address to, uint32_t words) {
    std::copy_n(runtime::at(to), words, values() + word_index(to));
  }

  static uint32_t word_index(runtime::Address address) {
    return static_cast<uint32_t>((address - runtime::kHeapBase) / runtime::kWordBytes);
  }
  static runtime::Address address_of_word(uint32_t index) {
    return runtime::kHeapBase + runtime::Address{index} * runtime::kWordBytes;
  }

  // All objects that have not been freed, the oldest first. settle() removes the freed ones.
  std::span<const uint32_t> living() const { return living_; }
  std::span<const uint32_t> records() const { return records_; }  // its Defers and sudogs
  void settle();

 private:
  ShadowWord* words() const { return reinterpret_cast<ShadowWord*>(words_.begin()); }
  runtime::Word* values() const { return reinterpret_cast<runtime::Word*>(values_.begin()); }
  uint32_t* owners() const { return reinterpret_cast<uint32_t*>(owners_.begin()); }

  ReservedMemory words_;
  ReservedMemory values_;
  ReservedMemory owners_;  // serial numbers, by word; numbers of earlier runs mean nothing
  std::vector<HeapObject> objects_;
  std::vector<uint32_t> living_;
  std::vector<uint32_t> records_;
  uint32_t first_serial_ = 1;
  uint32_t touched_words_ = 0;
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_AUDIT_HEAP_SHADOW_H_
