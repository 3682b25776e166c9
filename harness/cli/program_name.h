#ifndef STACKQUAKE_HARNESS_CLI_PROGRAM_NAME_H_
#define STACKQUAKE_HARNESS_CLI_PROGRAM_NAME_H_

#include <string>
#include <string_view>

namespace stackquake {

// The program's name in its help and messages: the last part of argv[0], or "quake run" when
// `quake run` starts it. Empty until it is set.
inline std::string& program_name() {
  static std::string name;
  return name;
}

// Sets the name from argv[0], or to `otherwise` when argv[0] is empty.
inline void set_program_name(std::string_view argument, std::string_view otherwise) {
  const std::string_view name = argument.substr(argument.rfind('/') + 1);  // npos + 1 is 0
  program_name() = name.empty() ? otherwise : name;
}

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_CLI_PROGRAM_NAME_H_
