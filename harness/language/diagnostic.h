#ifndef STACKQUAKE_HARNESS_LANGUAGE_DIAGNOSTIC_H_
#define STACKQUAKE_HARNESS_LANGUAGE_DIAGNOSTIC_H_

#include <cstdint>
#include <string>

namespace stackquake {

// A place in a nest's text. Lines and columns count from 1; a column counts bytes. Line 0: no
// place.
struct Position {
  uint32_t line = 0;
  uint32_t column = 0;

  friend bool operator==(const Position&, const Position&) = default;
};

// Why a text is not a nest: what is wrong, and what the language allows instead.
struct Diagnostic {
  Position position;
  std::string message;
};

// "FILE:LINE:COLUMN: message", the one line that a user sees.
inline std::string to_string(const Diagnostic& diagnostic, const std::string& file) {
  return file + ":" + std::to_string(diagnostic.position.line) + ":" +
         std::to_string(diagnostic.position.column) + ": " + diagnostic.message;
}

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_LANGUAGE_DIAGNOSTIC_H_
