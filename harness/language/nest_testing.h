#ifndef STACKQUAKE_HARNESS_LANGUAGE_NEST_TESTING_H_
#define STACKQUAKE_HARNESS_LANGUAGE_NEST_TESTING_H_

// Shared by the tests of the language: texts that mark the place of their error, and the files of
// the corpus.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "harness/language/language.h"
#include "harness/testing/corpus_folder.h"

namespace stackquake {

inline void PrintTo(const Position& position, std::ostream* out) {
  *out << position.line << ":" << position.column;
}

// A text, and the place that an @ in it marked; the language has no @. Without an @, no place.
struct MarkedText {
  explicit MarkedText(std::string_view marked) : text(marked) {
    const size_t mark = text.find('@');
    if (mark == std::string::npos) return;
    text.erase(mark, 1);
    const size_t line_end = mark == 0 ? std::string::npos : text.rfind('\n', mark - 1);
    const size_t line_start = line_end == std::string::npos ? 0 : line_end + 1;
    position.line = static_cast<uint32_t>(1 + std::count(text.begin(), text.begin() + mark, '\n'));
    position.column = static_cast<uint32_t>(mark - line_start + 1);
  }

  std::string text;
  Position position;
};

// The text of a nest with these statements in main.
inline std::string in_main(std::string_view statements) {
  return "package main\n\nfunc main() {\n" + std::string(statements) + "\n}\n";
}

// Loads a text that must be a nest. The arena keeps a copy of the text, too.
inline Nest* load_good(std::string_view text, Arena& arena) {
  Diagnostic diagnostic;
  Nest* nest = load(arena.copy(text), arena, diagnostic);
  EXPECT_NE(nest, nullptr) << to_string(diagnostic, "nest") << "\n" << text;
  return nest;
}

// Expects that loading `marked` fails at the mark, with a message that contains `fragment`.
inline void expect_error(std::string_view marked, std::string_view fragment) {
  const MarkedText wrong(marked);
  Arena arena;
  Diagnostic diagnostic;
  EXPECT_EQ(load(wrong.text, arena, diagnostic), nullptr) << wrong.text;
  EXPECT_EQ(diagnostic.position, wrong.position) << diagnostic.message << "\n" << wrong.text;
  EXPECT_THAT(diagnostic.message, testing::HasSubstr(std::string(fragment))) << wrong.text;
}

inline std::string repeated(size_t times, const std::string& text) {
  std::string out;
  for (size_t i = 0; i < times; ++i) out += text;
  return out;
}

inline std::string read_text(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file.good()) << path;
  return std::string(std::istreambuf_iterator<char>(file), {});
}

// The nests in a folder of the corpus, sorted by name.
inline std::vector<std::filesystem::path> corpus_files(const std::string& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(corpus_folder() + "/" + folder)) {
    if (entry.path().extension() == ".go") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_LANGUAGE_NEST_TESTING_H_
