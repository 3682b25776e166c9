#ifndef STACKQUAKE_HARNESS_STORY_RECORD_NOTES_H_
#define STACKQUAKE_HARNESS_STORY_RECORD_NOTES_H_

// What events tell of records beside the records' own words: who has deferred a call, what runs it,
// which panic is aborted, whose frame is gone.

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "harness/story/recording.h"
#include "runtime_under_test/g.h"
#include "runtime_under_test/runtime.h"

namespace stackquake {

// A Defer record.
struct DeferNote {
  uint32_t goroutine = 0;
  uint64_t distance = 0;  // of a record on the stack
  DeferState state;       // without words, and without a place on the list
};

struct PanicNote {
  uint32_t goroutine = 0;
  PanicState state;  // without a place on the chain
};

// An open-coded deferred call that is pending.
struct OpenCallNote {
  uint32_t goroutine = 0;
  uint64_t distance = 0;  // of the slot
  OpenCallState state;
};

// The frame of a deferred call; of a nil func(), that of the fault.
struct DeferredFrame {
  uint64_t distance = 0;
  std::string run_by;
};

// The notes of one run.
class RecordNotes {
 public:
  explicit RecordNotes(const runtime::Runtime& runtime) : runtime_(runtime) {}

  // Takes an event as it happens. `g` is its goroutine; null between the turns of goroutines.
  void note(const Event& event, const runtime::G* g);

  // The oldest first.
  std::span<const DeferNote> defers() const { return defers_; }
  std::span<const PanicNote> panics() const { return panics_; }

  std::span<const OpenCallNote> open_calls() const { return open_calls_; }

  // The deferred call of a goroutine that was started, and has no frame yet.
  std::optional<StartingCallState> starting(uint32_t goroutine) const;

  // The frames of deferred calls that are on a goroutine's stack, the outermost first.
  std::span<const DeferredFrame> deferred_frames(uint32_t goroutine) const;

  // Whether a note is of the record at this address.
  static bool is_at(const DeferNote& note, const runtime::G& g, runtime::Address address);

 private:
  void note_deferred(const Event& event, const runtime::G& g);
  void note_open_deferred(const Event& event, const runtime::G& g);
  uint32_t take_open_call(const Event& event, const runtime::G& g);
  void note_started(const Event& event, const runtime::G& g);
  void note_given_back(const Event& event, const runtime::G& g);
  void note_unwound(const runtime::G& g);
  void note_ended(const Event& event);
  void note_called(const Event& event, const runtime::G& g);
  void note_collection(const Event& event);
  PanicNote* panic_at(const runtime::G& g, runtime::Address address);
  DeferNote* defer_at(const runtime::G& g, runtime::Address address);

  const runtime::Runtime& runtime_;
  std::vector<DeferNote> defers_;
  std::vector<PanicNote> panics_;
  std::map<uint32_t, std::vector<DeferredFrame>> deferred_frames_;  // by goroutine
  std::vector<OpenCallNote> open_calls_;
  std::map<uint32_t, StartingCallState> starting_;  // by goroutine
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_STORY_RECORD_NOTES_H_
