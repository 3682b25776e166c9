#include "harness/story/story_picture.h"

#include "harness/story/svg.h"

namespace stackquake {

namespace {

using runtime::Violation;

PictureRequest request_of(const Story& story, const State& state) {
  PictureRequest request;
  request.functions = &story.evidence.recording.functions;
  request.state = &state;
  request.heading = "stack of goroutine " + std::to_string(state.goroutine) + ", " +
                    std::to_string(state.stack.bytes()) + " bytes";
  return request;
}

}  // namespace

std::optional<Picture> violation_picture(const Story& story) {
  const Evidence& evidence = story.evidence;
  const State* state = evidence.last_state();
  if (state == nullptr) return std::nullopt;
  PictureRequest request = request_of(story, *state);
  const Violation* violation = evidence.violation();
  if (violation == nullptr) return make_picture(request);
  const auto& copy = evidence.recording.last_copy;
  if (copy && evidence.is_found_at_copy() && evidence.recording.before_copy) {
    const std::string number = std::to_string(copy->number);
    request.heading =
        "stack after copy " + number + ", " + std::to_string(copy->new_stack.bytes()) + " bytes";
    request.old_state = &*evidence.recording.before_copy;
    request.old_heading = "old stack, freed by copy " + number;
  }
  if (violation->word.goroutine == state->goroutine) {
    request.wrong_distance = violation->word.place;
  } else if (violation->word.goroutine == 0) {
    request.wrong_address = violation->word.place;
  }
  if (story.wrong_address != 0) request.wrong_address = story.wrong_address;
  request.wrong_panic_head = story.is_panic_head_wrong;
  return make_picture(request);
}

std::string violation_svg(const Story& story) {
  const std::optional<Picture> picture = violation_picture(story);
  return svg_of(picture.value_or(Picture{.width = 100, .height = 20}), story.headline);
}

std::optional<Picture> step_picture(const Story& story, const Step& step) {
  if (!step.state) return std::nullopt;
  return make_picture(request_of(story, *step.state));
}

}  // namespace stackquake
