#ifndef STACKQUAKE_HARNESS_STORY_STORY_H_
#define STACKQUAKE_HARNESS_STORY_STORY_H_

// The story of a run, most important first, as data for the printers: what is wrong and why, what
// was in progress, what happened to the wrong word, and where the behaviour differs.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/story/cause.h"
#include "harness/story/evidence.h"

namespace stackquake {

// A line of the tree of what was in progress: a call, a deferred call, a panic, a Goexit.
struct NestingLine {
  uint32_t depth = 0;
  std::string text;   // "call down ×59" of calls that are alike
  uint32_t line = 0;  // of the nest; 0 without one
  std::string mark;   // what to remark on that line: "down is here"
};

// A remark on a line of the nest.
struct Mark {
  uint32_t line = 0;
  std::string text;
};

// An event in the history of the wrong word.
struct HistoryLine {
  std::string text;
  uint32_t line = 0;
  bool is_wrong = false;  // here it went wrong
};

// What one goroutine traced, and what it should have.
struct TracePair {
  std::vector<int64_t> expected;
  std::vector<int64_t> actual;

  // The index of the first value that differs or is missing; nothing if they are equal.
  std::optional<size_t> difference() const;
};

struct Story {
  std::string file;  // as the user has named it
  std::string design;
  std::vector<std::string> defects;
  std::string poison;

  std::string headline;                // one sentence
  std::string function;                // of Go's runtime, at fault; "" if none is known
  runtime::Address wrong_address = 0;  // as in Cause
  bool is_panic_head_wrong = false;
  std::vector<std::string> nest;  // its lines
  std::vector<Mark> marks;        // by line
  std::vector<NestingLine> nesting;
  std::vector<HistoryLine> history;
  std::string holds;  // of the wrong word, what it holds, by name; empty if no word is wrong
  std::string should_hold;
  std::vector<TracePair> traces;  // by goroutine
  std::string expected_outcome;
  std::string actual_outcome;
  std::string why_not_compared;

  Evidence evidence;

  bool behaves_as_expected() const;
};

Story make_story(std::string file, const std::string& text, Evidence evidence);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_STORY_STORY_H_
