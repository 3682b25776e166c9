#ifndef STACKQUAKE_HARNESS_STORY_SHAPES_H_
#define STACKQUAKE_HARNESS_STORY_SHAPES_H_

// A picture as the rectangles, texts and curves that it is painted with. SVG and page paint the
// same shapes, so they show the same.

#include <string>
#include <vector>

#include "harness/story/picture.h"

namespace stackquake {

enum class ShapeKind : uint8_t { kRectangle, kText, kCurve };

struct Shape {
  ShapeKind kind = ShapeKind::kRectangle;
  std::string style;  // a class of shape_styles()
  int x = 0;          // of a text: of its beginning, or of its end where the style says so
  int y = 0;          // of a text: of its base line
  int width = 0;      // of a rectangle
  int height = 0;
  std::string text;  // of a curve: the path, as SVG writes it
};

// With places relative to the box.
std::vector<Shape> shapes_of(const Box& box);

std::vector<Shape> shapes_of(const std::vector<Arrow>& arrows);

// Column headings and the legend below the picture.
std::vector<Shape> frame_of(const Picture& picture);

// The height of the picture with its legend.
int height_with_legend(const Picture& picture);

// The colours and fonts of the styles, as CSS, for a light and a dark screen.
std::string shape_styles();

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_STORY_SHAPES_H_
