#ifndef STACKQUAKE_HARNESS_RUN_VIOLATION_TEXT_H_
#define STACKQUAKE_HARNESS_RUN_VIOLATION_TEXT_H_

#include <string>

#include "runtime_under_test/result.h"

namespace stackquake {

// The report of a violation for people, without a line end. Unknown parts are left out:
//
//   VIOLATION stale-pointer (stale-pointer:nest:argument) in goroutine 1, down, line 17
//     argument word 0 of setBig (3 frames out) holds 0x…, where its target was before a copy; …
//     stored in main, line 9: the address of local word 2 of main
//     adjusted by 2 copies, the last of them copy 3, in down, line 16
//     missed by copy 4, in down, line 17
std::string to_string(const runtime::Violation& violation);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_RUN_VIOLATION_TEXT_H_
