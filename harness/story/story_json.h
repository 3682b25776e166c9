#ifndef STACKQUAKE_HARNESS_STORY_STORY_JSON_H_
#define STACKQUAKE_HARNESS_STORY_STORY_JSON_H_

// The story and its recording for programs, as one JSON document. The page is made of it.
//
//   {"schema": 1,
//    "file", "design", "defects", "poison",
//    "verdict": "ok" or "violation",
//    "headline": one sentence,
//    "function": Go's function at fault, "" if none is known,
//    "violation": as `quake run --json` has it, or null,
//    "nest": [its lines],
//    "marks": [{"line", "text"}],
//    "nesting": [{"depth", "text", "line"}],
//    "word": {"name", "history": [{"text", "line", "wrong"}], "holds", "should_hold"} or null,
//    "behaviour": {"expected", "actual", "not_compared",
//                  "traces": [{"expected": […], "actual": […], "first_difference"}]},
//    "dropped_steps": how many earlier steps are left out,
//    "steps": [{"kind", "text", "goroutine", "line", "depth", "picture"}],
//    "picture": of the violation, or of the end of the run,
//    "groups": [[shape]],
//    "styles": the CSS of the shapes,
//    "text": the story as Markdown,
//    "svg": the picture of the violation as a whole file}
//
// A line is 0 where there is none. A step's "text" is that of `quake run --trace`. A picture is
// null where its state was dropped, else
//
//   {"width", "height", "description", "groups": [[index into "groups", x, y]]}
//
// and a shape is ["r", style, x, y, width, height], ["t", style, x, y, text] or ["c", style, path].
// The schema's number changes where a reader of the old one would misread the new one.

#include <string>

#include "harness/story/story.h"

namespace stackquake {

constexpr int kStorySchema = 1;

// On one line, without a line end. Bytes that are not valid UTF-8 are replaced.
std::string story_json(const Story& story);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_STORY_STORY_JSON_H_
