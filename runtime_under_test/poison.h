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
  kCopying = 0xfb,    // the unused part of a new stack: no word was moved or written there
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

// Unpoisons the bytes, and gives back the memory in which AddressSanitizer keeps its marks of them,
// one byte for eight. For a large range that may be poisoned in a few places.
void forget_for_sanitizer(Address start, size_t bytes);

// Whether the word is poisoned for AddressSanitizer. Managed memory is poisoned by whole words.
// False in other builds.
bool is_poisoned_for_sanitizer(Address word);

// Treats dead memory as `mode` says: kNone does nothing, kFill and kProtect fill it, kAsan fills it
// and poisons it for AddressSanitizer. With kProtect the owner of whole pages also calls
// protect_pages.
void poison(Address start, size_t bytes, Poison reason, PoisonMode mode);

// Makes whole pages inaccessible, or accessible again. Start and size are multiples of kPageBytes.
void protect_pages(Address start, size_t bytes);
void unprotect_pages(Address start, size_t bytes);

}  // namespace stackquake::runtime

#endif  // STACKQUAKE_RUNTIME_UNDER_TEST_POISON_H_
