#ifndef STACKQUAKE_HARNESS_LANGUAGE_NAMES_H_
#define STACKQUAKE_HARNESS_LANGUAGE_NAMES_H_

#include <string_view>

namespace stackquake {

// Why a program may not declare `name`: the end of a sentence that begins with the name. Empty when
// it may. Neither `main` (only a function may have that name) nor names that are declared twice are
// covered here.
std::string_view reserved_because(std::string_view name);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_LANGUAGE_NAMES_H_
