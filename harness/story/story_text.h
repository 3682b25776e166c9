#ifndef STACKQUAKE_HARNESS_STORY_STORY_TEXT_H_
#define STACKQUAKE_HARNESS_STORY_STORY_TEXT_H_

#include <string>

#include "harness/story/story.h"

namespace stackquake {

// The story as Markdown that reads well on a terminal, too. It ends with a line end.
std::string story_text(const Story& story);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_STORY_STORY_TEXT_H_
