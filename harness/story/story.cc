#include "harness/story/story.h"

#include <algorithm>
#include <map>
#include <utility>

#include "harness/audit/naming.h"
#include "harness/story/word_names.h"
#include "runtime_under_test/memory.h"
#include "runtime_under_test/poison.h"

namespace stackquake {

namespace {

using runtime::Violation;
using runtime::WordEvent;
using runtime::WordEventKind;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    lines.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return lines;
}

// ---- What was in progress ----

// Makes the tree of one state.
class Nesting {
 public:
  Nesting(const std::vector<FunctionFacts>& functions, const State& state)
      : names_(functions, state), state_(state) {}

  std::vector<NestingLine> lines() {
    for (const FrameState& frame : state_.frames) add(frame);
    add_starting();
    return folded();
  }

 private:
  void put(const std::string& text, uint32_t line) { put(text, line, text); }
  void put(std::string text, uint32_t line, std::string mark) {
    lines_.push_back({depth_, std::move(text), line, std::move(mark)});
  }

  // Calls of one function from one line, one within the other, are one line.
  std::vector<NestingLine> folded() const {
    std::vector<NestingLine> folded;
    uint32_t hidden = 0;
    for (size_t i = 0; i < lines_.size();) {
      const NestingLine& first = lines_[i];
      size_t end = i + 1;
      while (end < lines_.size() && lines_[end].text == first.text &&
             lines_[end].line == first.line && lines_[end].depth == first.depth + (end - i)) {
        ++end;
      }
      folded.push_back(first);
      folded.back().depth -= hidden;
      if (end - i > 1) folded.back().text += " ×" + std::to_string(end - i);
      hidden += static_cast<uint32_t>(end - i - 1);
      i = end;
    }
    return folded;
  }

  void add(const FrameState& frame) {
    const FunctionFacts& facts = names_.function(frame);
    if (facts.is_nest || facts.is_shim) {
      add_call(frame, facts);
    } else if (!facts.wraps.empty()) {
      wrapper_ = &frame;
    } else if (facts.name == "runtime.gopanic") {
      const PanicState* panic = names_.panic_in(frame);
      std::string text = panic == nullptr ? "panic" : panic_name(panic->value);
      if (panic != nullptr && panic->is_recovered) text += ", recovered";
      if (panic != nullptr && panic->is_aborted) text += ", aborted";
      put(text, panic == nullptr ? frame.line : panic->line);
      ++depth_;
    } else if (facts.name == "runtime.Goexit") {
      put("Goexit", frame.line);
      ++depth_;
    } else if (facts.name == "runtime.sigpanic" || facts.name.starts_with("runtime.panic")) {
      if (frame.is_deferred) {
        put("deferred call " + std::string(kNilFunction) + ", run by " + frame.run_by, 0);
        ++depth_;
      }
      put("fault", frame.line);
      ++depth_;
    }
  }

  void add_call(const FrameState& frame, const FunctionFacts& facts) {
    // What a wrapper calls is the deferred call of the nest.
    const FrameState& deferred = wrapper_ == nullptr ? frame : *wrapper_;
    wrapper_ = nullptr;
    const std::string kind = deferred.is_deferred ? "deferred call " : "call ";
    const std::string by = deferred.is_deferred ? ", run by " + deferred.run_by : "";
    put((depth_ == 0 ? "" : kind) + facts.name + by, frame.line, facts.name + " is here");
    ++depth_;
    add_pending(frame);
  }

  void add_pending(const FrameState& frame) {
    for (const DeferState& record : state_.defers) {
      const bool is_pending = !record.is_mark && !record.stands_for_frame &&
                              !record.is_given_back && !record.is_running;
      if (!is_pending || record.frame != frame.distance) continue;
      put("pending: deferred call " + of_nest(record.function), record.line);
    }
    for (const OpenCallState& call : state_.open_calls) {
      if (call.frame != frame.distance) continue;
      put("pending: deferred call " + of_nest(call.function), call.line);
    }
  }

  // A call that has been started, and has no frame yet. A wrapper may have made one.
  void add_starting() {
    std::optional<StartingCallState> starting = state_.starting;
    if (wrapper_ != nullptr) {
      const std::string& function = names_.function(*wrapper_).name;
      starting = {function, wrapper_->line, wrapper_->run_by};
    }
    if (!starting) return;
    put("deferred call " + of_nest(starting->function) + ", run by " + starting->run_by +
            ", about to begin",
        starting->line);
  }

  // The function that a defer statement names, where the deferred closure is a wrapper.
  std::string of_nest(const std::string& function) const {
    const FunctionFacts* facts = names_.function_named(function);
    return facts == nullptr || facts->wraps.empty() ? function : facts->wraps;
  }

  WordNames names_;
  const State& state_;
  std::vector<NestingLine> lines_;
  const FrameState* wrapper_ = nullptr;  // the last frame, if it is one
  uint32_t depth_ = 0;
};

// ---- The wrong word ----

std::string copies(const WordEvent& event) {
  const std::string last = "copy " + std::to_string(event.number);
  return event.count == 1 ? last
                          : std::to_string(event.count) + " copies, the last of them " + last;
}

HistoryLine history_line(const std::vector<FunctionFacts>& functions, const WordEvent& event) {
  const std::string what = with_variable_names(functions, event.what);
  switch (event.kind) {
    case WordEventKind::kAllocated:
      return {"allocated: " + what, event.line};
    case WordEventKind::kStored:
      return {"stored: " + what, event.line};
    case WordEventKind::kAdjusted:
      return {"adjusted by " + copies(event), event.line};
    case WordEventKind::kMissed:
      return {"missed by " + copies(event), event.line, true};
    case WordEventKind::kFreed:
      return {"freed by collection " + std::to_string(event.number), event.line, true};
  }
  return {};
}

const WordState* wrong_word(const Evidence& evidence) {
  const Violation* violation = evidence.violation();
  const State* state = evidence.last_state();
  if (violation == nullptr || state == nullptr || violation->word.place == 0) return nullptr;
  if (violation->word.goroutine == state->goroutine) return state->word(violation->word.place);
  const WordNames names(evidence.recording.functions, *state);
  const DeferState* record = names.record_of(violation->word.place);
  if (violation->word.goroutine != 0 || record == nullptr) return nullptr;
  return &record->words[(violation->word.place - record->address) / runtime::kWordBytes];
}

void tell_word(Story& story) {
  const WordState* word = wrong_word(story.evidence);
  if (word == nullptr || !word->is_pointer()) return;
  const State& state = *story.evidence.last_state();
  const WordNames names(story.evidence.recording.functions, state);
  const std::string target = names.value(*word);
  if (!word->is_wrong()) {
    story.holds = hexadecimal(word->value) + ", the address of " + target;
    return;
  }
  const auto& before = story.evidence.recording.before_copy;
  const bool is_old = before && before->distance_of(word->value) && !state.distance_of(word->value);
  story.holds = hexadecimal(word->value);
  if (is_old) story.holds += ", where " + target + " was before the copy";
  story.should_hold = hexadecimal(word->expected) + ", the address of " + target;
}

// ---- Marks ----

void mark_lines(Story& story) {
  std::map<uint32_t, std::vector<std::string>> marks;
  const auto mark = [&](uint32_t line, const std::string& text) {
    if (line == 0) return;
    std::vector<std::string>& all = marks[line];
    if (std::find(all.begin(), all.end(), text) == all.end()) all.push_back(text);
  };
  for (const NestingLine& line : story.nesting) mark(line.line, line.mark);
  for (const HistoryLine& line : story.history) {
    if (line.text.starts_with("stored")) mark(line.line, "the wrong word is stored");
    if (line.is_wrong) mark(line.line, "the word is " + line.text);
  }
  if (const Violation* violation = story.evidence.violation()) {
    mark(violation->line, std::string(violation->check) + " is found");
  }
  for (const auto& [line, texts] : marks) {
    std::string joined;
    for (const std::string& text : texts) joined += (joined.empty() ? "" : "; ") + text;
    story.marks.push_back({line, joined});
  }
}

}  // namespace

std::optional<size_t> TracePair::difference() const {
  if (expected == actual) return std::nullopt;
  const auto [first, second] =
      std::mismatch(expected.begin(), expected.end(), actual.begin(), actual.end());
  return static_cast<size_t>(first - expected.begin());
}

bool Story::behaves_as_expected() const {
  return expected_outcome == actual_outcome &&
         std::all_of(traces.begin(), traces.end(),
                     [](const TracePair& pair) { return !pair.difference(); });
}

Story make_story(std::string file, const std::string& text, Evidence evidence) {
  Story story;
  story.file = std::move(file);
  story.evidence = std::move(evidence);
  story.nest = lines_of(text);
  const Recording& recording = story.evidence.recording;
  Cause cause = find_cause(story.evidence);
  story.headline = std::move(cause.sentence);
  story.function = std::move(cause.function);
  story.wrong_address = cause.wrong_address;
  story.is_panic_head_wrong = cause.is_panic_head_wrong;
  if (story.evidence.violation() == nullptr) {
    story.headline = "Nothing is wrong: every check is satisfied, and the outcome is " +
                     story.evidence.actual_outcome + ".";
  }
  if (const State* state = story.evidence.last_state()) {
    story.nesting = Nesting(recording.functions, *state).lines();
  }
  if (const Violation* violation = story.evidence.violation()) {
    for (const WordEvent& event : violation->history) {
      story.history.push_back(history_line(recording.functions, event));
    }
    tell_word(story);
  }
  mark_lines(story);
  const size_t goroutines =
      std::max(story.evidence.expected_traces.size(), story.evidence.actual_traces.size());
  for (size_t i = 0; i < goroutines; ++i) {
    TracePair& pair = story.traces.emplace_back();
    if (i < story.evidence.expected_traces.size())
      pair.expected = story.evidence.expected_traces[i];
    if (i < story.evidence.actual_traces.size()) pair.actual = story.evidence.actual_traces[i];
  }
  story.expected_outcome = story.evidence.expected_outcome;
  story.actual_outcome = story.evidence.actual_outcome;
  story.why_not_compared = story.evidence.why_not_compared;
  return story;
}

}  // namespace stackquake
