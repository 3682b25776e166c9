#ifndef STACKQUAKE_HARNESS_ORACLE_CELL_STACK_H_
#define STACKQUAKE_HARNESS_ORACLE_CELL_STACK_H_

#include <algorithm>
#include <cstddef>
#include <memory>
#include <vector>

#include "harness/oracle/value.h"

namespace stackquake::oracle {

// A stack of cells. Cells are taken and released in stack order, and never move while they are
// taken.
//
// Cells lie in chunks, each twice as large as the one before it. Chunks are kept for later use. The
// content of a new cell is unspecified.
class CellStack {
 public:
  // A height of the stack.
  struct Mark {
    uint32_t chunk = 0;
    uint32_t used = 0;
  };

  Mark mark() const { return mark_; }

  // Releases all cells that were taken after `mark`.
  void release(Mark mark) { mark_ = mark; }

  // The words of all chunks, taken or not.
  size_t capacity() const {
    size_t words = 0;
    for (const Chunk& chunk : chunks_) words += chunk.size;
    return words;
  }

  Word* take(uint32_t words) {
    if (chunks_.empty() || chunks_[mark_.chunk].size - mark_.used < words) next_chunk(words);
    Word* cells = chunks_[mark_.chunk].words.get() + mark_.used;
    mark_.used += words;
    return cells;
  }

 private:
  struct Chunk {
    std::unique_ptr<Word[]> words;
    uint32_t size = 0;
  };

  // The size of the first chunk. Most goroutines are small, so 4 KB; a frame of the largest size,
  // 4,096 words, needs a later chunk.
  static constexpr uint32_t kFirstWords = 512;
  static constexpr uint32_t kMostWords = uint32_t{1} << 17;

  void next_chunk(uint32_t words) {
    if (!chunks_.empty()) ++mark_.chunk;
    while (mark_.chunk < chunks_.size() && chunks_[mark_.chunk].size < words) ++mark_.chunk;
    mark_.used = 0;
    if (mark_.chunk < chunks_.size()) return;
    const uint32_t doubled =
        chunks_.empty() ? kFirstWords : std::min(chunks_.back().size * 2, kMostWords);
    const uint32_t size = std::max(doubled, words);
    chunks_.push_back({std::make_unique_for_overwrite<Word[]>(size), size});
  }

  std::vector<Chunk> chunks_;
  Mark mark_;
};

}  // namespace stackquake::oracle

#endif  // STACKQUAKE_HARNESS_ORACLE_CELL_STACK_H_
