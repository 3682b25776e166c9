#ifndef STACKQUAKE_RUNTIME_UNDER_TEST_POISON_H_
#define STACKQUAKE_RUNTIME_UNDER_TEST_POISON_H_

#include <cstddef>
#include <cstdint>

#include "runtime_under_test/options.h"
#include "runtime_under_test/word.h"

namespace stackquake::runtime {

// The bytes that dead memory is filled with. Each says why the memory is dead; a word of any of
// them is no address in managed memory. The first three are StackPoisonCopy's of Go's change
// f95beae61.
enum class Poison : uint8_t {
  kAdjusting = 0xfd,  // a new stack while the pointers of the old one are being adjusted
  kCopying = 0xfb,    // a new stack before the words are moved in; what was not moved keeps it
  kOldStack = 0xfc,   // a stack that was copied away from, or whose goroutine ended
  kFreed = 0xfa,      // a heap object that the collector freed
};

constexpr Word poison_word(Poison poison) {
  return static_cast<uint8_t>(poison) * Word{0x0101010101010101};
}

constexpr bool is_poison(Word word) {
  return word == poison_word(Poison::kAdjusting) || word == poison_word(Poison::kCopying) ||
         word == poison_word(Poison::kOldStack) || word == poison_word(Poison::kFreed);
}

// Whether this build has AddressSanitizer, and so PoisonMode::kAsan.
bool has_address_sanitizer();

// Tells AddressSanitizer that the bytes may not, or may again, be touched. Nothing in other builds.
void poison_for_sanitizer(Address start, size_t bytes);
void unpoison_for_sanitizer(Address start, size_t bytes);

// Unpoisons as well, and gives back the memory in which AddressSanitizer keeps what it knows of the
// bytes, an eighth of their number: for a large range that may be poisoned in a few places.
void forget_for_sanitizer(Address start, size_t bytes);

// Whether the word is ASan-poisoned: managed memory is by whole words. False in other builds.
bool is_poisoned_for_sanitizer(Address word);

// Does to dead memory what `mode` says: kNone nothing, kFill fills, kAsan fills and ASan-poisons.
// kProtect fills: who owns whole pages protects them as well, with protect_pages.
void poison(Address start, size_t bytes, Poison reason, PoisonMode mode);

// Makes whole pages inaccessible, or accessible again. Start and size are multiples of kPageBytes.
void protect_pages(Address start, size_t bytes);
void unprotect_pages(Address start, size_t bytes);

}  // namespace stackquake::runtime

#endif  // STACKQUAKE_RUNTIME_UNDER_TEST_POISON_H_
