#ifndef STACKQUAKE_HARNESS_LANGUAGE_FOREIGN_H_
#define STACKQUAKE_HARNESS_LANGUAGE_FOREIGN_H_

// Constructs that Go has and the language has not, and what to write instead: the second halves of
// messages. Only errors call these functions, so they search short tables linearly.

#include <string>
#include <string_view>

namespace stackquake {

// "switch is not in the language; write if and else if", for a keyword or an operator of Go.
std::string foreign_token(std::string_view token);

// What to write instead of a predeclared name of Go that the language does not have, such as
// `true`, `len` or `println`. Empty for any other name.
std::string_view instead_of_name(std::string_view name);

// What to write instead of a named type of Go, such as `bool`. Empty for other names.
std::string_view instead_of_type(std::string_view name);

// What to write instead of a call into a package of Go's library, such as "fmt" or "net/http".
// Never empty.
std::string_view instead_of_package(std::string_view package);

// Whether `name` is a package of Go's library that programs often use.
bool is_known_package(std::string_view name);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_LANGUAGE_FOREIGN_H_
