#ifndef STACKQUAKE_HARNESS_STORY_STORY_PICTURE_H_
#define STACKQUAKE_HARNESS_STORY_STORY_PICTURE_H_

// The pictures of a story.

#include <optional>
#include <string>

#include "harness/story/picture.h"
#include "harness/story/story.h"

namespace stackquake {

// The picture of the violation: before and after the copy that broke a word, or at the check. Of a
// run without one, its end. Nothing if no goroutine was there.
std::optional<Picture> violation_picture(const Story& story);

// The same as a whole SVG file; empty but for a title if there is no picture.
std::string violation_svg(const Story& story);

// The picture after a step; nothing if its state was dropped.
std::optional<Picture> step_picture(const Story& story, const Step& step);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_STORY_STORY_PICTURE_H_
