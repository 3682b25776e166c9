#ifndef STACKQUAKE_RUNTIME_UNDER_TEST_CHECK_H_
#define STACKQUAKE_RUNTIME_UNDER_TEST_CHECK_H_

// An assertion that every build keeps, release builds too.
//
// Used where an index or an address is within its bounds only because of arithmetic elsewhere. A
// broken design must end at the check, with a line that says what was wrong. Without the check it
// would write to memory of the harness, and the finding would be the harness's own.
//
// Not used for states that a nest can reach on a design with a defect: these are violations, see
// Runtime::fail.

namespace stackquake::runtime {

// Writes "stackquake: FILE:LINE: check failed: CONDITION" to the standard error, and aborts.
[[noreturn]] void check_failed(const char* file, int line, const char* condition);

}  // namespace stackquake::runtime

#define STACKQUAKE_CHECK(condition)   \
  (__builtin_expect(!!(condition), 1) \
       ? static_cast<void>(0)         \
       : ::stackquake::runtime::check_failed(__FILE__, __LINE__, #condition))

#endif  // STACKQUAKE_RUNTIME_UNDER_TEST_CHECK_H_
