#ifndef STACKQUAKE_HARNESS_RUN_FNV_HASH_H_
#define STACKQUAKE_HARNESS_RUN_FNV_HASH_H_

#include <cstdint>

namespace stackquake {

// FNV-1a in 64 bits, one number at a time; of a text each byte is a number. The high bits of the
// sum are the well-mixed ones.
class FnvHash {
 public:
  void add(uint64_t number) { sum_ = (sum_ ^ number) * 0x100000001b3; }
  uint64_t sum() const { return sum_; }

 private:
  uint64_t sum_ = 0xcbf29ce484222325;
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_RUN_FNV_HASH_H_
