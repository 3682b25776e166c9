#include "harness/story/svg.h"

#include <string_view>

#include "harness/story/shapes.h"

namespace stackquake {

namespace {

std::string attribute(std::string_view name, int value) {
  return " " + std::string(name) + "=\"" + std::to_string(value) + "\"";
}

std::string element(const Shape& shape) {
  const std::string style = " class=\"" + shape.style + "\"";
  switch (shape.kind) {
    case ShapeKind::kRectangle:
      return "<rect" + style + attribute("x", shape.x) + attribute("y", shape.y) +
             attribute("width", shape.width) + attribute("height", shape.height) + " rx=\"3\"/>\n";
    case ShapeKind::kText:
      return "<text" + style + attribute("x", shape.x) + attribute("y", shape.y) + ">" +
             escaped(shape.text) + "</text>\n";
    case ShapeKind::kCurve:
      return "<path" + style + " d=\"" + shape.text + "\"/>\n";
  }
  return "";
}

}  // namespace

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '&':
        out += "&amp;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string svg_of(const Picture& picture, const std::string& title) {
  const int height = height_with_legend(picture);
  std::string svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"picture\" role=\"img\"" +
                    attribute("width", picture.width) + attribute("height", height) +
                    " viewBox=\"0 0 " + std::to_string(picture.width) + " " +
                    std::to_string(height) + "\">\n";
  svg += "<title>" + escaped(title) + "</title>\n";
  svg += "<desc>" + escaped(picture.description) + "</desc>\n";
  svg += "<style>\n" + shape_styles() + "</style>\n";
  svg += "<rect class=\"paper\"" + attribute("width", picture.width) + attribute("height", height) +
         "/>\n";
  for (const Shape& shape : frame_of(picture)) svg += element(shape);
  for (const Box& box : picture.boxes) {
    svg += "<g transform=\"translate(" + std::to_string(box.x) + " " + std::to_string(box.y) +
           ")\">\n";
    for (const Shape& shape : shapes_of(box)) svg += element(shape);
    svg += "</g>\n";
  }
  for (const Shape& shape : shapes_of(picture.arrows)) svg += element(shape);
  return svg + "</svg>\n";
}

}  // namespace stackquake
