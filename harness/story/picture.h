#ifndef STACKQUAKE_HARNESS_STORY_PICTURE_H_
#define STACKQUAKE_HARNESS_STORY_PICTURE_H_

// The picture of a goroutine as data: boxes with rows, and arrows between rows, all with their
// places. This is the one layout: the SVG prints it, and the page paints the same data.
//
//      old stack            stack                     records
//      +-----------+        +------------------+      +-----------+
//      | main      |        | main             |      | goroutine |
//      |   y       | <-.    |   y              | <..  |   defer   | --.
//      +-----------+   |    +------------------+   :  +-----------+   |
//                      |    | gopanic, panic 1 |   :  | Defer: set| <-'
//                      |    |   d              | ---> |   argp    |
//                      |    +------------------+   :  |   p       | -------- wrong
//                      |                           `..|           |
//                      `------------------------------ (red)
//
// The outermost frame is at the top, since a stack grows downwards. Rows are words, those of the
// higher addresses first. Frames that have nothing to do with the wrong word are folded into one
// box where there are many, and so are words that say nothing. Open-coded deferred calls have no
// record, so a frame begins with a row for each of its calls that is pending.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/story/recording.h"
#include "runtime_under_test/word.h"

namespace stackquake {

// What a row is coloured by.
enum class RowKind : uint8_t {
  kDead,    // nothing lives there
  kNumber,  //
  kCode,    // a pc, or a static closure
  kHeap,    // a pointer into the heap
  kStack,   // a pointer into a stack
  kFolded,  // several words that are not shown
};

struct Row {
  std::string name;
  std::string value;
  RowKind kind = RowKind::kDead;
  bool is_wrong = false;  // it holds another address than it must
  bool is_found = false;  // the violation is about this word

  // What the row stands for in memory, in byte addresses; and the address that a pointer holds, and
  // the one that it must hold.
  runtime::Address address = 0;
  uint64_t bytes = 0;
  runtime::Address target = 0;
  runtime::Address expected = 0;
};

enum class BoxKind : uint8_t {
  kFrame,    // of a function of the nest
  kRuntime,  // a frame of the runtime's own
  kFolded,   // several frames or records
  kRecord,   // a Defer record
  kGiven,    // a Defer record that was given back
  kG,        // the heads of the goroutine's lists
  kObject,   // the wrong object of the heap
};

struct Box {
  BoxKind kind = BoxKind::kFrame;
  std::string title;
  std::string note;  // at the right of the title
  std::vector<Row> rows;
  runtime::Address address = 0;  // as of a row
  uint64_t bytes = 0;
  int x = 0;
  int y = 0;
  int width = 0;

  int height() const;
  int row_y(size_t row) const;  // of the row's top
};

enum class ArrowKind : uint8_t {
  kPointer,
  kAlsoWrong,  // another word that holds a wrong address, to where it points
  kWrong,      // the word that the violation is about, to where it points
  kExpected,   // a wrong word, to where it should point
};

// A cubic curve.
struct Arrow {
  ArrowKind kind = ArrowKind::kPointer;
  int x[4] = {};
  int y[4] = {};
};

struct Heading {
  std::string text;
  int x = 0;
  int y = 0;
};

struct Picture {
  int width = 0;
  int height = 0;
  std::vector<Heading> headings;
  std::vector<Box> boxes;
  std::vector<Arrow> arrows;  // wrong ones last, to be painted above the others
  std::string description;    // in words, for those who cannot see it
};

// Measures in pixels, for whoever paints the picture.
struct PictureMeasures {
  static constexpr int kTitle = 24;
  static constexpr int kRow = 19;
  static constexpr int kCharacter = 7;  // of the font, which has a fixed width
};

// What a picture is to show.
struct PictureRequest {
  const std::vector<FunctionFacts>* functions = nullptr;
  const State* state = nullptr;
  std::string heading;  // of the stack's column

  // The state before a copy, whose stack is shown as the old one; null without it.
  const State* old_state = nullptr;
  std::string old_heading;

  // The wrong word, where there is one: a place on the goroutine's stack, or an address of the
  // heap.
  std::optional<uint64_t> wrong_distance;
  runtime::Address wrong_address = 0;
  bool wrong_panic_head = false;  // G::panic is what is wrong
};

Picture make_picture(const PictureRequest& request);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_STORY_PICTURE_H_
