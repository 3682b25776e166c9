#ifndef STACKQUAKE_HARNESS_LANGUAGE_FOREIGN_H_
#define STACKQUAKE_HARNESS_LANGUAGE_FOREIGN_H_

// What Go has and the language has not, and what to write instead: the second halves of messages.
// Only errors look here, so these are plain searches through short tables.

#include <string>
#include <string_view>

namespace stackquake {

// "switch is not in the language; write if and else if": of a keyword or an operator of Go.
std::string foreign_token(std::string_view token);

// What to write instead of a name that Go declares in advance and the language does not know, such
// as `true`, `len` or `println`; empty for any other name.
std::string_view instead_of_name(std::string_view name);

// What to write instead of a type of Go that has a name, such as `bool`; empty for other names.
std::string_view instead_of_type(std::string_view name);

// What to write instead of a call into a package of Go's library, such as "fmt" or "net/http";
// never empty.
std::string_view instead_of_package(std::string_view package);

// Whether a name is that of a package whose functions people often call.
bool is_known_package(std::string_view name);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_LANGUAGE_FOREIGN_H_
