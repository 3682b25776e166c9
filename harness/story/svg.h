#ifndef STACKQUAKE_HARNESS_STORY_SVG_H_
#define STACKQUAKE_HARNESS_STORY_SVG_H_

#include <string>

#include "harness/story/picture.h"

namespace stackquake {

// The picture as a whole SVG file, with its colours for light and dark screens. `title` is its name
// for screen readers. Equal pictures give equal bytes.
std::string svg_of(const Picture& picture, const std::string& title);

// The text with the characters escaped that mean something in XML.
std::string escaped(const std::string& text);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_STORY_SVG_H_
