#ifndef STACKQUAKE_HARNESS_LANGUAGE_NAMES_H_
#define STACKQUAKE_HARNESS_LANGUAGE_NAMES_H_

#include <string_view>

namespace stackquake {

// Why a program may not declare `name`, as the end of a sentence that begins with the name; empty
// when it may. Says nothing of `main`, which only a function has to be called, nor of names
// declared twice.
std::string_view reserved_because(std::string_view name);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_LANGUAGE_NAMES_H_
