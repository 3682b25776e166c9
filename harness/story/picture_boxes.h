#ifndef STACKQUAKE_HARNESS_STORY_PICTURE_BOXES_H_
#define STACKQUAKE_HARNESS_STORY_PICTURE_BOXES_H_

// What a picture shows, without places: the boxes of a stack and of its records.

#include <cstdint>
#include <optional>
#include <vector>

#include "harness/story/picture.h"
#include "harness/story/recording.h"
#include "harness/story/word_names.h"

namespace stackquake {

// Stacks with this many frames are shown whole.
constexpr size_t kMostWholeFrames = 8;

// Records beyond these are folded into one box.
constexpr size_t kMostRecords = 6;

// Words in a row of which no single one matters become one row, from this many on.
constexpr size_t kFoldedWords = 4;

// frame_boxes.cc makes the boxes of a stack, record_boxes.cc those of the records.
class PictureBoxes {
 public:
  explicit PictureBoxes(const PictureRequest& request);

  // The frames of the stack, the outermost first.
  std::vector<Box> stack() const;

  // The frames of the old stack: whole only what the wrong word points to.
  std::vector<Box> old_stack() const;

  // The goroutine with the heads of its lists, its records, and a wrong object.
  std::vector<Box> records() const;

  // The wrong word as it is in the state; null if there is none.
  const WordState* wrong_word() const { return wrong_; }

 private:
  static constexpr size_t kNone = SIZE_MAX;

  void choose_frames();
  void choose(std::optional<size_t> frame);
  std::vector<Box> column(const State& state, const std::vector<bool>& whole) const;
  Box frame_box(const State& state, size_t frame) const;
  Box folded_frames(const State& state, size_t first, size_t end) const;
  std::vector<Row> frame_rows(const State& state, size_t frame) const;
  std::vector<uint64_t> shown_words(const State& state, size_t frame) const;
  static bool says_something(const WordNames& names, const FunctionFacts& facts, uint64_t slot,
                             const WordState& word, uint64_t distance);
  Row row(const WordNames& names, const WordState& word, runtime::Address address) const;
  Box record_box(const DeferState& record) const;
  Box g_box() const;
  Row head(const char* name, const WordState& word) const;

  const PictureRequest& request_;
  const State& state_;
  WordNames names_;
  const WordState* wrong_ = nullptr;
  runtime::Address wrong_address_ = 0;
  std::vector<bool> whole_;  // by frame
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_STORY_PICTURE_BOXES_H_
