#ifndef STACKQUAKE_HARNESS_REDUCER_REDUCER_TESTING_H_
#define STACKQUAKE_HARNESS_REDUCER_REDUCER_TESTING_H_

// Shared by the tests of the reducer: whole nests from pieces, and the results of a pass.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "harness/language/nest_testing.h"
#include "harness/reducer/pass.h"
#include "harness/reducer/tidy.h"

namespace stackquake::reducer {

// A nest of these functions, in canonical form.
inline std::string nest_of(std::string_view functions) {
  Arena arena;
  std::string text;
  print(*load_good("package main\n\n" + std::string(functions) + "\n", arena), text);
  return text;
}

// A main with these statements.
inline std::string main_of(std::string_view statements) {
  return nest_of("func main() {\n" + std::string(statements) + "\n}");
}

// The nests that a pass makes of a text, in the order of its choices. Results that are no nests are
// left out.
inline std::vector<std::string> made_by(std::string_view pass, const std::string& text) {
  std::vector<std::string> made;
  for (size_t number = 0;; ++number) {
    Arena arena;
    Nest* const nest = load_good(text, arena);
    if (!pass_named(pass).apply(*nest, Choice(number), arena)) return made;
    tidy(*nest, arena);
    std::string candidate;
    print(*nest, candidate);
    Arena fresh;
    Diagnostic diagnostic;
    if (load(candidate, fresh, diagnostic) != nullptr) made.push_back(candidate);
  }
}

}  // namespace stackquake::reducer

#endif  // STACKQUAKE_HARNESS_REDUCER_REDUCER_TESTING_H_
