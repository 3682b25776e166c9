#include "harness/story/shapes.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace stackquake {

namespace {

using Measures = PictureMeasures;

constexpr int kLegend = 30;
constexpr int kPadding = 9;
constexpr int kSwatch = 5;

std::string_view style_of(BoxKind kind) {
  switch (kind) {
    case BoxKind::kFrame:
      return "frame";
    case BoxKind::kRuntime:
      return "runtime";
    case BoxKind::kFolded:
      return "folded";
    case BoxKind::kRecord:
    case BoxKind::kG:
      return "record";
    case BoxKind::kGiven:
      return "given";
    case BoxKind::kObject:
      return "object";
  }
  return "";
}

std::string_view style_of(RowKind kind) {
  switch (kind) {
    case RowKind::kDead:
    case RowKind::kFolded:
      return "dead";
    case RowKind::kNumber:
      return "number";
    case RowKind::kCode:
      return "code";
    case RowKind::kHeap:
      return "heap";
    case RowKind::kStack:
      return "stack";
  }
  return "";
}

std::string_view style_of(ArrowKind kind) {
  switch (kind) {
    case ArrowKind::kPointer:
      return "arrow";
    case ArrowKind::kAlsoWrong:
      return "arrow wrong also";
    case ArrowKind::kWrong:
      return "arrow wrong";
    case ArrowKind::kExpected:
      return "arrow expected";
  }
  return "";
}

Shape rectangle(std::string_view style, int x, int y, int width, int height) {
  return {ShapeKind::kRectangle, std::string(style), x, y, width, height, ""};
}

Shape text(std::string_view style, int x, int y, std::string text) {
  return {ShapeKind::kText, std::string(style), x, y, 0, 0, std::move(text)};
}

// The text, cut to a number of characters. All bytes but those that go on with a character count.
std::string cut(const std::string& text, int most) {
  int characters = 0;
  size_t end = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if ((static_cast<uint8_t>(text[i]) & 0xc0) == 0x80) continue;
    if (characters == most - 1) end = i;
    ++characters;
  }
  return characters <= most ? text : text.substr(0, end) + "…";
}

int characters_in(int pixels) {
  return std::max(3, pixels / Measures::kCharacter);
}

// Two texts on one line: the second one at the right, in full; the first one gets what is left.
void add_line(std::vector<Shape>& shapes, const Box& box, int y, const std::string& left,
              const std::string& right, std::string_view style) {
  const int inner = box.width - 2 * kPadding - kSwatch;
  const std::string kept = cut(right, characters_in(inner * 3 / 4));
  const int taken = static_cast<int>(kept.size() + 1) * Measures::kCharacter;
  shapes.push_back(text(style, kPadding + kSwatch, y, cut(left, characters_in(inner - taken))));
  if (!kept.empty()) shapes.push_back(text("note", box.width - kPadding, y, kept));
}

}  // namespace

std::vector<Shape> shapes_of(const Box& box) {
  std::vector<Shape> shapes;
  shapes.push_back(
      rectangle("box " + std::string(style_of(box.kind)), 0, 0, box.width, box.height()));
  add_line(shapes, box, 16, box.title, box.note, "title");
  for (size_t i = 0; i < box.rows.size(); ++i) {
    const Row& row = box.rows[i];
    const int top = box.row_y(i) - box.y;
    if (row.is_wrong) {
      shapes.push_back(rectangle(row.is_found ? "wrong-row found" : "wrong-row", 1, top,
                                 box.width - 2, Measures::kRow));
    }
    const std::string swatch = "swatch " + std::string(style_of(row.kind));
    shapes.push_back(rectangle(swatch, 4, top + 3, kSwatch, Measures::kRow - 6));
    add_line(shapes, box, top + 14, row.name, row.value, row.is_found ? "name wrong-name" : "name");
  }
  return shapes;
}

std::vector<Shape> shapes_of(const std::vector<Arrow>& arrows) {
  std::vector<Shape> shapes;
  for (const Arrow& arrow : arrows) {
    std::string path = "M";
    for (int i = 0; i < 4; ++i) {
      if (i == 1) path += " C";
      path += " " + std::to_string(arrow.x[i]) + " " + std::to_string(arrow.y[i]);
    }
    const std::string style(style_of(arrow.kind));
    shapes.push_back({ShapeKind::kCurve, style, 0, 0, 0, 0, path});
    // The head is drawn by hand, since a marker does not take the colour of its line everywhere.
    const int x = arrow.x[3];
    const int y = arrow.y[3];
    const int back = arrow.x[2] < x ? -7 : 7;
    const auto point = [](int across, int down) {
      return std::to_string(across).append(" ").append(std::to_string(down));
    };
    std::string head = "M " + point(x + back, y - 4);
    head.append(" L ")
        .append(point(x, y))
        .append(" L ")
        .append(point(x + back, y + 4))
        .append(" Z");
    shapes.push_back({ShapeKind::kCurve, style + " head", 0, 0, 0, 0, head});
  }
  return shapes;
}

std::vector<Shape> frame_of(const Picture& picture) {
  std::vector<Shape> shapes;
  for (const Heading& heading : picture.headings) {
    shapes.push_back(text("heading", heading.x, heading.y, heading.text));
  }
  constexpr std::pair<std::string_view, std::string_view> kSwatches[] = {
      {"number", "number"}, {"code", "function"}, {"heap", "to heap"}, {"stack", "to stack"}};
  int x = 12;
  const int y = picture.height + 12;
  for (const auto& [style, name] : kSwatches) {
    shapes.push_back(rectangle("swatch " + std::string(style), x, y - 10, kSwatch, 13));
    shapes.push_back(text("legend", x + 10, y, std::string(name)));
    x += 24 + static_cast<int>(name.size()) * Measures::kCharacter;
  }
  const bool has_wrong = std::any_of(picture.arrows.begin(), picture.arrows.end(),
                                     [](const Arrow& a) { return a.kind != ArrowKind::kPointer; });
  if (!has_wrong) return shapes;
  constexpr std::pair<std::string_view, std::string_view> kLines[] = {
      {"arrow wrong", "wrong word"}, {"arrow expected", "where it should point"}};
  for (const auto& [style, name] : kLines) {
    const std::string from = std::to_string(x) + " " + std::to_string(y - 4);
    shapes.push_back({ShapeKind::kCurve, std::string(style), 0, 0, 0, 0,
                      "M " + from + " L " + std::to_string(x + 22) + " " + std::to_string(y - 4)});
    shapes.push_back(text("legend", x + 28, y, std::string(name)));
    x += 44 + static_cast<int>(name.size()) * Measures::kCharacter;
  }
  return shapes;
}

int height_with_legend(const Picture& picture) {
  return picture.height + kLegend;
}

std::string shape_styles() {
  return R"(.picture { --paper: #ffffff; --ink: #1b1f24; --soft: #57606a; --line: #8c959f;
  --frame: #f6f8fa; --runtime: #eaeef2; --record: #fff8e5; --gone: #f3f3f3;
  --number: #8c959f; --code: #8250df; --heap: #bf6a02; --stack: #0969da;
  --wrong: #cf222e; --wrong-row: #ffe3e3; --right: #1a7f37; }
@media (prefers-color-scheme: dark) { .picture { --paper: #0d1117; --ink: #e6edf3; --soft: #9aa4af;
  --line: #6e7681; --frame: #161b22; --runtime: #21262d; --record: #2a2415; --gone: #1b1d20;
  --number: #8b949e; --code: #c297ff; --heap: #e3a03a; --stack: #6cb6ff;
  --wrong: #ff7b72; --wrong-row: #4d1c1c; --right: #56d364; } }
.picture text { fill: var(--ink);
  font: 11.6px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; }
.picture .paper { fill: var(--paper); }
.picture .heading, .picture .legend { fill: var(--soft); }
.picture .heading { font-size: 12.5px; }
.picture .title { font-weight: bold; }
.picture .note { text-anchor: end; fill: var(--soft); }
.picture .box { stroke: var(--line); fill: var(--frame); }
.picture .runtime { fill: var(--runtime); }
.picture .folded { fill: var(--paper); stroke-dasharray: 4 3; }
.picture .record { fill: var(--record); }
.picture .given { fill: var(--gone); stroke-dasharray: 2 3; }
.picture .object { fill: var(--wrong-row); stroke: var(--wrong); }
.picture .swatch { fill: none; stroke: none; }
.picture .swatch.number { fill: var(--number); }
.picture .swatch.code { fill: var(--code); }
.picture .swatch.heap { fill: var(--heap); }
.picture .swatch.stack { fill: var(--stack); }
.picture .wrong-row { fill: var(--wrong-row); }
.picture .wrong-name { fill: var(--wrong); font-weight: bold; }
.picture .arrow { fill: none; stroke: var(--line); stroke-width: 1.1; }
.picture .head { fill: var(--line); }
.picture .arrow.wrong { stroke: var(--wrong); stroke-width: 2.4; }
.picture .arrow.also { stroke-width: 1.1; }
.picture .head.wrong { fill: var(--wrong); }
.picture .arrow.expected { stroke: var(--right); stroke-width: 2; stroke-dasharray: 6 4; }
.picture .head.expected { fill: var(--right); stroke-dasharray: none; }
)";
}

}  // namespace stackquake
