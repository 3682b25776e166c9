#ifndef STACKQUAKE_HARNESS_RUN_FILE_NAMES_H_
#define STACKQUAKE_HARNESS_RUN_FILE_NAMES_H_

// A file name may contain any bytes but 0 and '/'. These functions turn it into text that a
// terminal and a JSON document accept.

#include <string>
#include <string_view>

namespace stackquake {

// A name or message that is safe to show on a terminal: control characters, and bytes that are not
// valid UTF-8, become \xNN. Everything else is unchanged.
std::string printable(std::string_view text);

bool is_utf8(std::string_view text);

// Two lower-case digits for each byte.
std::string hexadecimal(std::string_view bytes);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_RUN_FILE_NAMES_H_
