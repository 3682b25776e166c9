#ifndef STACKQUAKE_HARNESS_RUN_FILE_NAMES_H_
#define STACKQUAKE_HARNESS_RUN_FILE_NAMES_H_

// Names of files are bytes, and any of them but 0 and '/'. These functions make of them what a
// terminal and a JSON document can take.

#include <string>
#include <string_view>

namespace stackquake {

// A name or a message as a terminal may show it: control characters, and bytes that are no UTF-8,
// become \xNN. Everything else stays as it is.
std::string printable(std::string_view text);

bool is_utf8(std::string_view text);

// Two lower-case digits for each byte.
std::string hexadecimal(std::string_view bytes);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_RUN_FILE_NAMES_H_
