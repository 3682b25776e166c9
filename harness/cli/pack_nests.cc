// pack_nests PATH…
//
// Prints one Go source made of all given nests, and of all nests in given folders; see packer.h.
// The nests are numbered in this order.
//
// Exit status:
//   0  the source is printed
//   2  a file is not a nest, or cannot be read; nothing is printed
//   3  the source could not be written

#include <cstdio>
#include <string>
#include <vector>

#include "harness/cli/inputs.h"
#include "harness/cli/output.h"
#include "harness/go/packer.h"
#include "harness/run/file_names.h"

namespace {

bool add(stackquake::Packer& packer, stackquake::Input& input) {
  stackquake::Diagnostic diagnostic;
  const std::string text = input.error.empty() ? stackquake::read_input(input) : "";
  const std::string file = stackquake::printable(input.file);
  if (!input.error.empty()) {
    std::fprintf(stderr, "%s: %s\n", file.c_str(), input.error.c_str());
    return false;
  }
  if (packer.add(text, diagnostic)) return true;
  std::fprintf(stderr, "%s\n", stackquake::to_string(diagnostic, file).c_str());
  return false;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> paths(argv + 1, argv + argc);
  std::vector<stackquake::Input> inputs = stackquake::list_inputs(paths);
  if (inputs.empty()) {
    std::fprintf(stderr, "usage: pack_nests PATH...\n");
    return 2;
  }
  stackquake::Packer packer;
  for (stackquake::Input& input : inputs) {
    if (!add(packer, input)) return 2;
  }
  const std::string source = packer.source();
  std::fwrite(source.data(), 1, source.size(), stdout);
  return stackquake::finish_output("pack_nests", stdout, stderr, 0);
}
