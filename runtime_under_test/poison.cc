#include "runtime_under_test/poison.h"

#include <cstring>

#include "runtime_under_test/pages.h"
#include "runtime_under_test/sanitizer.h"

namespace stackquake::runtime {

bool has_address_sanitizer() {
  return STACKQUAKE_ADDRESS_SANITIZER != 0;
}

void poison_for_sanitizer([[maybe_unused]] Address start, [[maybe_unused]] size_t bytes) {
#if STACKQUAKE_ADDRESS_SANITIZER
  ASAN_POISON_MEMORY_REGION(at(start), bytes);
#endif
}

void unpoison_for_sanitizer([[maybe_unused]] Address start, [[maybe_unused]] size_t bytes) {
#if STACKQUAKE_ADDRESS_SANITIZER
  ASAN_UNPOISON_MEMORY_REGION(at(start), bytes);
#endif
}

#if STACKQUAKE_ADDRESS_SANITIZER
void forget_for_sanitizer(Address start, size_t bytes) {
  size_t scale = 0;
  size_t offset = 0;
  __asan_get_shadow_mapping(&scale, &offset);
  // AddressSanitizer's marks of so many bytes fill one page.
  const size_t unit = kPageBytes << scale;
  const Address first = (start + unit - 1) & ~(unit - 1);
  const Address last = (start + bytes) & ~(unit - 1);
  if (first >= last) return unpoison_for_sanitizer(start, bytes);
  drop_pages(reinterpret_cast<void*>((first >> scale) + offset), (last - first) >> scale);
  unpoison_for_sanitizer(start, first - start);
  unpoison_for_sanitizer(last, start + bytes - last);
}
#else
void forget_for_sanitizer(Address /*start*/, size_t /*bytes*/) {}
#endif

bool is_poisoned_for_sanitizer([[maybe_unused]] Address word) {
#if STACKQUAKE_ADDRESS_SANITIZER
  return __asan_address_is_poisoned(at(word)) != 0;
#else
  return false;
#endif
}

void poison(Address start, size_t bytes, Poison reason, PoisonMode mode) {
  if (mode == PoisonMode::kNone) return;
  std::memset(at(start), static_cast<int>(reason), bytes);
  if (mode == PoisonMode::kAsan) poison_for_sanitizer(start, bytes);
}

void protect_pages(Address start, size_t bytes) {
  forbid_pages(reinterpret_cast<void*>(start), bytes);
}

void unprotect_pages(Address start, size_t bytes) {
  allow_pages(reinterpret_cast<void*>(start), bytes);
}

}  // namespace stackquake::runtime
