#include "harness/story/story_json.h"

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>

#include "harness/run/violation_report.h"
#include "harness/story/shapes.h"
#include "harness/story/story_picture.h"
#include "harness/story/story_text.h"
#include "harness/story/trace_printer.h"

namespace stackquake {

namespace {

using Json = nlohmann::ordered_json;

std::string_view name_of(EventKind kind) {
  switch (kind) {
    case EventKind::kGo:
      return "go";
    case EventKind::kEnd:
      return "end";
    case EventKind::kWait:
      return "wait";
    case EventKind::kWake:
      return "wake";
    case EventKind::kCall:
      return "call";
    case EventKind::kReturn:
      return "return";
    case EventKind::kTrace:
      return "trace";
    case EventKind::kDefer:
      return "defer";
    case EventKind::kStart:
      return "start";
    case EventKind::kGivenBack:
      return "given back";
    case EventKind::kPanic:
      return "panic";
    case EventKind::kAborted:
      return "aborted";
    case EventKind::kRecover:
      return "recover";
    case EventKind::kResumed:
      return "resumed";
    case EventKind::kGoexit:
      return "goexit";
    case EventKind::kFault:
      return "fault";
    case EventKind::kNew:
      return "new";
    case EventKind::kCopy:
      return "copy";
    case EventKind::kCollection:
      return "collection";
    case EventKind::kSudogBack:
    case EventKind::kCopying:
    case EventKind::kGoesOn:
    case EventKind::kCollecting:
    case EventKind::kRunEnds:
      return "";
  }
  return "";
}

Json to_json(const Shape& shape) {
  switch (shape.kind) {
    case ShapeKind::kRectangle:
      return Json::array({"r", shape.style, shape.x, shape.y, shape.width, shape.height});
    case ShapeKind::kText:
      return Json::array({"t", shape.style, shape.x, shape.y, shape.text});
    case ShapeKind::kCurve:
      return Json::array({"c", shape.style, shape.text});
  }
  return nullptr;
}

// Groups of shapes, each once: most boxes are the same from one step to the next.
class Groups {
 public:
  Json picture(const std::optional<Picture>& picture) {
    if (!picture) return nullptr;
    Json placed = Json::array();
    placed.push_back({index_of(frame_of(*picture)), 0, 0});
    for (const Box& box : picture->boxes) {
      placed.push_back({index_of(shapes_of(box)), box.x, box.y});
    }
    placed.push_back({index_of(shapes_of(picture->arrows)), 0, 0});
    return {{"width", picture->width},
            {"height", height_with_legend(*picture)},
            {"description", picture->description},
            {"groups", std::move(placed)}};
  }

  Json all() const { return all_; }

 private:
  size_t index_of(const std::vector<Shape>& shapes) {
    Json group = Json::array();
    for (const Shape& shape : shapes) group.push_back(to_json(shape));
    const auto [known, is_new] = indices_.emplace(group.dump(), all_.size());
    if (is_new) all_.push_back(std::move(group));
    return known->second;
  }

  std::map<std::string, size_t> indices_;
  Json all_ = Json::array();
};

Json steps_json(const Story& story, Groups& groups) {
  Json steps = Json::array();
  for (const Step& step : story.evidence.recording.steps) {
    const Event& event = step.event;
    std::string text = to_string(event);
    if (event.kind == EventKind::kGivenBack) {
      text = event.place == runtime::DeferPlace::kSlot ? "an open-coded call has left its slot"
                                                       : "a Defer record is given back";
    }
    steps.push_back({{"kind", name_of(event.kind)},
                     {"text", text},
                     {"goroutine", event.goroutine},
                     {"line", event.line},
                     {"depth", event.depth},
                     {"picture", groups.picture(step_picture(story, step))}});
  }
  return steps;
}

Json word_json(const Story& story) {
  const std::string name = wrong_word_name(story.evidence);
  if (name.empty() && story.history.empty()) return nullptr;
  Json history = Json::array();
  for (const HistoryLine& line : story.history) {
    history.push_back({{"text", line.text}, {"line", line.line}, {"wrong", line.is_wrong}});
  }
  return {{"name", name},
          {"history", std::move(history)},
          {"holds", story.holds},
          {"should_hold", story.should_hold}};
}

Json behaviour_json(const Story& story) {
  Json traces = Json::array();
  for (const TracePair& pair : story.traces) {
    const auto difference = pair.difference();
    traces.push_back({{"expected", pair.expected},
                      {"actual", pair.actual},
                      {"first_difference", difference ? Json(*difference) : Json()}});
  }
  return {{"expected", story.expected_outcome},
          {"actual", story.actual_outcome},
          {"not_compared", story.why_not_compared},
          {"traces", std::move(traces)}};
}

}  // namespace

std::string story_json(const Story& story) {
  Groups groups;
  const runtime::Violation* violation = story.evidence.violation();
  Json json = {{"schema", kStorySchema},     {"file", story.file},
               {"design", story.design},     {"defects", story.defects},
               {"poison", story.poison},     {"verdict", violation == nullptr ? "ok" : "violation"},
               {"headline", story.headline}, {"function", story.function}};
  json["violation"] = violation == nullptr ? Json() : to_json(*violation);
  json["nest"] = story.nest;
  json["marks"] = Json::array();
  for (const Mark& mark : story.marks) {
    json["marks"].push_back({{"line", mark.line}, {"text", mark.text}});
  }
  json["nesting"] = Json::array();
  for (const NestingLine& line : story.nesting) {
    json["nesting"].push_back({{"depth", line.depth}, {"text", line.text}, {"line", line.line}});
  }
  json["word"] = word_json(story);
  json["behaviour"] = behaviour_json(story);
  json["dropped_steps"] = story.evidence.recording.dropped_steps;
  json["steps"] = steps_json(story, groups);
  json["picture"] = groups.picture(violation_picture(story));
  json["groups"] = groups.all();
  json["styles"] = shape_styles();
  json["text"] = story_text(story);
  json["svg"] = violation_svg(story);
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace stackquake
