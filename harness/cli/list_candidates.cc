// list_candidates FILE [MOST]
//
// Prints the nests that one step of reduction makes of a nest, as a JSON list of texts. Those that
// remove most come first. MOST is their largest number (1000).
//
// It serves judges that take many nests at once, such as a Go toolchain, which builds a hundred
// nests in hardly more time than one.
//
// Exit status:
//   0  the list is printed
//   2  the file is not a nest, or cannot be read
//   3  the list could not be written

#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "harness/cli/inputs.h"
#include "harness/cli/output.h"
#include "harness/language/language.h"
#include "harness/reducer/reducer.h"
#include "harness/run/file_names.h"

namespace {

using stackquake::reducer::Reducer;

constexpr size_t kMost = 1000;

bool is_nest(std::string_view text, const std::string& file) {
  stackquake::Arena arena;
  stackquake::Diagnostic diagnostic;
  if (stackquake::load(text, arena, diagnostic) != nullptr) return true;
  for (const stackquake::Diagnostic& one : stackquake::diagnose(text)) {
    std::fprintf(stderr, "%s\n", stackquake::to_string(one, stackquake::printable(file)).c_str());
  }
  return false;
}

// Reduces with a judge that accepts nothing: reduction then offers every first step and takes none.
nlohmann::json candidates(std::string_view text, size_t most) {
  nlohmann::json list = nlohmann::json::array();
  const auto take = [&](std::string_view candidate) {
    if (list.size() < most) list.push_back(candidate);
    return false;
  };
  Reducer(take).reduce(text);
  return list;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2 || argc > 3) {
    std::fprintf(stderr, "usage: list_candidates FILE [MOST]\n");
    return 2;
  }
  stackquake::Input input{argv[1], ""};
  const std::string text = stackquake::read_input(input);
  if (!input.error.empty()) {
    std::fprintf(stderr, "%s: %s\n", stackquake::printable(input.file).c_str(),
                 input.error.c_str());
    return 2;
  }
  if (!is_nest(text, input.file)) return 2;
  const size_t most = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : kMost;
  std::printf("%s\n", candidates(text, most).dump().c_str());
  return stackquake::finish_output("list_candidates", stdout, stderr, 0);
}
