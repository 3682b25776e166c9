#ifndef STACKQUAKE_HARNESS_STORY_WITNESS_H_
#define STACKQUAKE_HARNESS_STORY_WITNESS_H_

// Asks a design's walks, at the moment before a word goes wrong, which of them lead to the word.
//
// The walks take notes and rewrite nothing, as for the audits (root_agreement.h). So a word that
// they name and that the copy itself misses was missed because the copy rewrites while it walks.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/audit/shadow.h"
#include "harness/audit/shadow_word.h"
#include "runtime_under_test/observer.h"
#include "runtime_under_test/result.h"
#include "runtime_under_test/runtime.h"

namespace stackquake {

// The answers about one word.
struct Testimony {
  bool is_named_by_copier = false;     // any part of the copy leads to it
  bool is_named_by_frames = false;     // adjustframe, by the walk of the frames
  bool is_named_by_records = false;    // tracebackdefers
  bool is_named_by_collector = false;  // it is a root of a collection

  // Of a word in a frame.
  bool is_in_frame = false;
  bool is_frame_seen = false;      // the walk of the frames shows its frame
  bool is_frame_live = false;      // and does not take it for dead
  bool is_frame_faulted = false;   // a fault has interrupted the frame
  bool is_live_at_call = false;    // the pointer map of the call in progress has the word
  bool is_live_at_return = false;  // the pointer map of the instruction after it has

  // Of an argument in a Defer record.
  bool is_in_record = false;
  bool is_closure_on_stack = false;  // the record's fn points into the stack
  uint32_t described_words = 0;      // of the arguments that the walk of the records describes
};

// A word that holds the address of an object, or of an object that leads to it.
struct Holder {
  runtime::Address address = 0;  // of the word
  WordKind kind = WordKind::kDead;
  std::string type;             // of the heap object with the word; empty for a word of a stack
  uint32_t word = 0;            // its number in that object
  runtime::Address object = 0;  // that object
  bool is_given_back = false;   // that object is a record that was given back
};

// When the walks are asked.
struct Moment {
  enum class Kind : uint8_t { kNever, kCopy, kSafepoint };
  Kind kind = Kind::kNever;
  uint64_t number = 0;  // counted from 1: copies begun, or safepoints passed
};

class Witness final : public runtime::Observer {
 public:
  Witness(runtime::Runtime& runtime, Shadow& shadow, runtime::WordName word, Moment moment)
      : runtime_(runtime), shadow_(shadow), word_(word), moment_(moment) {}

  // Nothing if the moment has not come.
  const std::optional<Testimony>& testimony() const { return testimony_; }

  // From the wrong object of the heap to a root: each word leads to the object of the one before.
  // Filled in at the end of the run.
  const std::vector<Holder>& holders() const { return holders_; }

  uint64_t copies() const { return copies_; }
  uint64_t safepoints() const { return safepoints_; }

  void copying_stack(const runtime::G& g) override;
  void passed_safepoint(const runtime::G& g) override;
  void ended(const runtime::G* last) override;

 private:
  void ask(const runtime::G& g);
  void ask_walks(runtime::G& g, runtime::Address address, Testimony& testimony);
  void ask_about_frame(runtime::G& g, runtime::Address address, Testimony& testimony);
  void ask_about_record(const runtime::G& g, runtime::Address address, Testimony& testimony);
  std::optional<Holder> find_holder(runtime::Address object, uint64_t bytes);

  runtime::Runtime& runtime_;
  Shadow& shadow_;
  runtime::WordName word_;
  Moment moment_;
  uint64_t copies_ = 0;
  uint64_t safepoints_ = 0;
  std::optional<Testimony> testimony_;
  std::vector<Holder> holders_;
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_STORY_WITNESS_H_
