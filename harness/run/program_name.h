#ifndef STACKQUAKE_HARNESS_RUN_PROGRAM_NAME_H_
#define STACKQUAKE_HARNESS_RUN_PROGRAM_NAME_H_

#include <string>
#include <string_view>

namespace stackquake {

// What the program calls itself in its help and its messages: how it was called. That is the last
// part of the path of the program, or, when `quake run` starts it, "quake run". Empty until set.
inline std::string& program_name() {
  static std::string name;
  return name;
}

// Takes the name from what main got as argv[0]; `otherwise` is for an empty one.
inline void set_program_name(std::string_view argument, std::string_view otherwise) {
  const std::string_view name = argument.substr(argument.rfind('/') + 1);  // npos + 1 is 0
  program_name() = name.empty() ? otherwise : name;
}

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_RUN_PROGRAM_NAME_H_
