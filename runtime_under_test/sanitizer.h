#ifndef STACKQUAKE_RUNTIME_UNDER_TEST_SANITIZER_H_
#define STACKQUAKE_RUNTIME_UNDER_TEST_SANITIZER_H_

// STACKQUAKE_ADDRESS_SANITIZER is 1 when the build has AddressSanitizer, under either compiler, and
// 0 otherwise.
#if defined(__SANITIZE_ADDRESS__)
#define STACKQUAKE_ADDRESS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define STACKQUAKE_ADDRESS_SANITIZER 1
#endif
#endif
#ifndef STACKQUAKE_ADDRESS_SANITIZER
#define STACKQUAKE_ADDRESS_SANITIZER 0
#endif

#if STACKQUAKE_ADDRESS_SANITIZER
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif

#endif  // STACKQUAKE_RUNTIME_UNDER_TEST_SANITIZER_H_
