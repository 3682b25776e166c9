#ifndef STACKQUAKE_HARNESS_COMPILER_CORPUS_TESTING_H_
#define STACKQUAKE_HARNESS_COMPILER_CORPUS_TESTING_H_

// The well-formed nests of the corpus, compiled. Shared by the tests and benchmarks of whole runs.

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/compiler/compiler.h"
#include "harness/compiler/nest_runner.h"
#include "harness/language/language.h"
#include "harness/testing/corpus_folder.h"

namespace stackquake {

// A nest that owns all that its program refers to, so many can be compiled at the same time.
struct CompiledNest {
  std::string folder;  // of the corpus
  std::string name;    // of the file, without its extension
  Arena arena;         // holds text and tree
  std::string_view text;
  runtime::Options options;  // by the nest's own directives
  runtime::Program program;
};

inline std::string read_corpus_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

// Folder and name of every nest of the corpus with a stated behaviour, sorted.
inline std::vector<std::pair<std::string, std::string>> corpus_names() {
  std::vector<std::pair<std::string, std::string>> names;
  for (const std::string folder : {"regressions", "seeds", "trophies", "truth"}) {
    for (const auto& entry : std::filesystem::directory_iterator(corpus_folder() + "/" + folder)) {
      if (entry.path().extension() == ".go") names.emplace_back(folder, entry.path().stem());
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

// Compiles any text. Prints the diagnostic and ends the program when the text is not a nest.
inline CompiledNest compile_nest(Compiler& compiler, std::string_view text) {
  CompiledNest compiled;
  compiled.text = compiled.arena.copy(text);
  Diagnostic diagnostic;
  const Nest* nest = load(compiled.text, compiled.arena, diagnostic);
  if (nest == nullptr) {
    std::fprintf(stderr, "%s\n%s", to_string(diagnostic, "nest").c_str(),
                 std::string(text).c_str());
    std::abort();
  }
  compiled.options = options_of(nest->directives);
  compiled.program = compiler.compile(*nest, compiled.arena);
  return compiled;
}

inline CompiledNest compile_corpus_nest(Compiler& compiler, const std::string& folder,
                                        const std::string& name) {
  const std::string path = corpus_folder() + "/" + folder + "/" + name + ".go";
  CompiledNest compiled = compile_nest(compiler, read_corpus_file(path));
  compiled.folder = folder;
  compiled.name = name;
  return compiled;
}

inline std::vector<CompiledNest> compile_corpus(Compiler& compiler) {
  std::vector<CompiledNest> nests;
  for (const auto& [folder, name] : corpus_names()) {
    nests.push_back(compile_corpus_nest(compiler, folder, name));
  }
  return nests;
}

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_COMPILER_CORPUS_TESTING_H_
