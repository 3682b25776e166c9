#ifndef STACKQUAKE_HARNESS_STORY_STORY_TESTING_H_
#define STACKQUAKE_HARNESS_STORY_STORY_TESTING_H_

// Stories of nests, for tests.

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>
#include <utility>

#include "harness/run/nest_checker.h"
#include "harness/story/evidence.h"
#include "harness/story/story.h"
#include "harness/testing/corpus_folder.h"
#include "runtime_under_test/defects.h"

namespace stackquake {

inline std::string read_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file) << path;
  return std::string(std::istreambuf_iterator<char>(file), {});
}

inline std::string defect_nest(const std::string& name) {
  return read_text(corpus_folder() + "/defects/" + name + ".go");
}

// The story of a nest on a design; with a defect, if one is named.
inline Story story_of(const std::string& text, const std::string& design = "go1.4",
                      const std::string& defect = "") {
  runtime::DefectSet defects;
  if (const auto found = runtime::find_defect(defect)) defects.add(*found);
  NestChecker checker(design, defects);
  Diagnostic diagnostic;
  const Nest* nest = checker.load(text, diagnostic);
  EXPECT_NE(nest, nullptr) << to_string(diagnostic, "nest");
  if (nest == nullptr) return {};
  Story story = make_story("nest.go", text, gather_evidence(checker, options_of(nest->directives)));
  story.design = design;
  return story;
}

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_STORY_STORY_TESTING_H_
