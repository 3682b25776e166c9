// format_nests [-w] FILE…
//
// Prints the canonical form of nests. With -w, writes it back to their files. Comments are not part
// of a nest's tree, so they are lost.
//
// Exit status:
//   0  all files are formatted
//   2  a file is not a nest, or cannot be read or written; the others are formatted all the same
//   3  standard output could not be written

#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>

#include "harness/cli/output.h"
#include "harness/language/language.h"

namespace {

bool read_file(const char* name, std::string& text) {
  std::ifstream file(name, std::ios::binary);
  text.assign(std::istreambuf_iterator<char>(file), {});
  if (file.good() || file.eof()) return true;
  std::fprintf(stderr, "%s: cannot be read\n", name);
  return false;
}

bool write_file(const char* name, const std::string& text) {
  std::ofstream file(name, std::ios::binary);
  file << text << std::flush;
  if (file.good()) return true;
  std::fprintf(stderr, "%s: cannot be written\n", name);
  return false;
}

bool format(const char* name, bool write_back) {
  std::string text;
  if (!read_file(name, text)) return false;
  stackquake::Arena arena;
  stackquake::Diagnostic diagnostic;
  const stackquake::Nest* nest = stackquake::load(text, arena, diagnostic);
  if (nest == nullptr) {
    for (const stackquake::Diagnostic& one : stackquake::diagnose(text)) {
      std::fprintf(stderr, "%s\n", stackquake::to_string(one, name).c_str());
    }
    return false;
  }
  std::string canonical;
  stackquake::print(*nest, canonical);
  if (write_back) return canonical == text || write_file(name, canonical);
  std::fwrite(canonical.data(), 1, canonical.size(), stdout);
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  const bool write_back = argc > 1 && std::strcmp(argv[1], "-w") == 0;
  const int first = write_back ? 2 : 1;
  if (first >= argc) {
    std::fprintf(stderr, "usage: format_nests [-w] FILE...\n");
    return 2;
  }
  bool good = true;
  for (int i = first; i < argc; ++i) good = format(argv[i], write_back) && good;
  return stackquake::finish_output("format_nests", stdout, stderr, good ? 0 : 2);
}
