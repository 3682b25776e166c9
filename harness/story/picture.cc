#include "harness/story/picture.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "harness/story/picture_boxes.h"

namespace stackquake {

namespace {

using runtime::Address;

// Places, in pixels.
constexpr int kMargin = 12;
constexpr int kGutter = 46;  // at the left of a stack, for arrows within it
constexpr int kGap = 84;     // between columns, for arrows
constexpr int kStackWidth = 300;
constexpr int kOldStackWidth = 250;
constexpr int kRecordWidth = 264;
constexpr int kHeading = 34;
constexpr int kRecordSpace = 14;  // between records

struct Column {
  int x = 0;
  int width = 0;
  int bottom = 0;
};

// Puts boxes below each other, `space` apart.
Column place(std::vector<Box>& boxes, int x, int width, int space) {
  int y = kMargin + kHeading;
  for (Box& box : boxes) {
    box.x = x;
    box.y = y;
    box.width = width;
    y += box.height() + space;
  }
  return {x, width, y - space};
}

// A row, or the title of a box without a fitting row.
struct Spot {
  const Box* box = nullptr;
  int y = 0;
};

// The spot for an address: the row that stands for it, or else the box.
std::optional<Spot> find_spot(const std::vector<Box>& boxes, Address address) {
  for (const Box& box : boxes) {
    for (size_t i = 0; i < box.rows.size(); ++i) {
      if (address - box.rows[i].address >= box.rows[i].bytes) continue;
      return Spot{&box, box.row_y(i) + PictureMeasures::kRow / 2};
    }
  }
  for (const Box& box : boxes) {
    if (address - box.address < box.bytes) return Spot{&box, box.y + PictureMeasures::kTitle / 2};
  }
  return std::nullopt;
}

// From the side of a row to the nearer side of its target; within a column, around its left side
// for stacks and around its right side for records.
Arrow curve(const Box& from, int from_y, const Spot& to, ArrowKind kind) {
  Arrow arrow;
  arrow.kind = kind;
  const bool goes_right = to.box->x > from.x;
  const bool stays = to.box->x == from.x;
  const bool is_record =
      from.kind == BoxKind::kRecord || from.kind == BoxKind::kG || from.kind == BoxKind::kGiven;
  const int from_x = (goes_right || (stays && is_record)) ? from.x + from.width : from.x;
  const bool enters_left = goes_right || (stays && !is_record);
  const int to_x = enters_left ? to.box->x : to.box->x + to.box->width;
  const int bend = stays ? std::min(kGutter - 8, 14 + std::abs(to.y - from_y) / 8)
                         : std::max(30, std::abs(to_x - from_x) / 2);
  const int from_bend = (goes_right || (stays && is_record)) ? bend : -bend;
  const int to_bend = enters_left ? -bend : bend;
  const int xs[] = {from_x, from_x + from_bend, to_x + to_bend, to_x};
  const int ys[] = {from_y, from_y, to.y, to.y};
  std::copy(std::begin(xs), std::end(xs), std::begin(arrow.x));
  std::copy(std::begin(ys), std::end(ys), std::begin(arrow.y));
  return arrow;
}

void add_arrows(const std::vector<Box>& from, Picture& picture) {
  for (const Box& box : from) {
    for (size_t i = 0; i < box.rows.size(); ++i) {
      const Row& row = box.rows[i];
      if (row.target == 0) continue;
      const int y = box.row_y(i) + PictureMeasures::kRow / 2;
      const auto to = find_spot(picture.boxes, row.target);
      ArrowKind kind = row.is_wrong ? ArrowKind::kAlsoWrong : ArrowKind::kPointer;
      if (row.is_found) kind = ArrowKind::kWrong;
      if (to) picture.arrows.push_back(curve(box, y, *to, kind));
      // Of the other wrong words it is enough to see where they point, if that is shown.
      if (!row.is_wrong || row.expected == row.target || (to && !row.is_found)) continue;
      if (const auto right = find_spot(picture.boxes, row.expected)) {
        picture.arrows.push_back(curve(box, y, *right, ArrowKind::kExpected));
      }
    }
  }
  std::stable_sort(picture.arrows.begin(), picture.arrows.end(),
                   [](const Arrow& a, const Arrow& b) { return a.kind < b.kind; });
}

std::string describe(const std::vector<Box>& boxes) {
  std::string text;
  for (const Box& box : boxes) {
    text += (text.empty() ? "" : "; ") + box.title;
    for (const Row& row : box.rows) {
      if (row.is_found) text += ", with the wrong word " + row.name;
    }
  }
  return text;
}

}  // namespace

int Box::height() const {
  const int rows_height = static_cast<int>(rows.size()) * PictureMeasures::kRow;
  return PictureMeasures::kTitle + rows_height + (rows.empty() ? 0 : 4);
}

int Box::row_y(size_t row) const {
  return y + PictureMeasures::kTitle + static_cast<int>(row) * PictureMeasures::kRow;
}

Picture make_picture(const PictureRequest& request) {
  const PictureBoxes content(request);
  std::vector<Box> stack = content.stack();
  std::vector<Box> records = content.records();
  std::vector<Box> old_stack;
  if (request.old_state != nullptr) old_stack = content.old_stack();

  Picture picture;
  // A record stands between the two stacks that its word leads to. A word of the stack itself leads
  // to the old stack beside it.
  const bool old_first = !old_stack.empty() && request.wrong_distance.has_value();
  int x = kMargin;
  int bottom = 0;
  const auto add = [&](std::vector<Box>& boxes, const std::string& heading, int width, int gutter,
                       int space) {
    if (boxes.empty()) return;
    x += gutter;
    picture.headings.push_back({heading, x, kMargin + 16});
    bottom = std::max(bottom, place(boxes, x, width, space).bottom);
    x += width + kGap;
  };
  if (old_first) add(old_stack, request.old_heading, kOldStackWidth, 0, 0);
  add(stack, request.heading, kStackWidth, old_first ? 0 : kGutter, 0);
  add(records, "records", kRecordWidth, 0, kRecordSpace);
  if (!old_first) add(old_stack, request.old_heading, kOldStackWidth, 0, 0);
  picture.width = x - kGap + kGutter;
  picture.height = bottom + kMargin;
  picture.description = describe(stack) + ". Records: " + describe(records);
  for (const auto* boxes : {&old_stack, &stack, &records}) {
    picture.boxes.insert(picture.boxes.end(), boxes->begin(), boxes->end());
  }
  add_arrows(stack, picture);
  add_arrows(records, picture);
  return picture;
}

}  // namespace stackquake
