#ifndef STACKQUAKE_HARNESS_AUDIT_ROOT_AGREEMENT_H_
#define STACKQUAKE_HARNESS_AUDIT_ROOT_AGREEMENT_H_

// root-disagreement, bad-traceback: copier and collector are asked, without acting, which words of
// a goroutine they take for pointers, and the design's walk which frames it sees.

#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "harness/audit/live_words.h"
#include "harness/audit/named_words.h"
#include "harness/audit/reporter.h"
#include "harness/audit/shadow.h"
#include "runtime_under_test/g.h"
#include "runtime_under_test/runtime.h"

namespace stackquake {

// A comparison looks at the whole stack, so a caller may have it made in a share of the situations
// only.
struct SituationShare {
  uint64_t seed = 0;    // decides which ones
  uint32_t one_in = 1;  // 1: all of them
};

// The three answers, word by word:
//
//   words of frames, and arguments   copier, collector and shadow name the same
//   of deferred calls
//   other words of records and G     the copier names at least those that point into the stack, the
//                                    collector at least those that point into the heap
class RootAgreement {
 public:
  RootAgreement(runtime::Runtime& runtime, Shadow& shadow, LiveWords& live_words,
                Reporter& reporter)
      : runtime_(runtime), shadow_(shadow), live_words_(live_words), reporter_(reporter) {}

  void reset();

  // From the next run on.
  void set_share(SituationShare share) { share_ = share; }

  // Whether this run has not asked before about the situation that a goroutine at a safepoint is
  // in: the instruction, about how many frames and deferred calls it has, how many panics, and
  // whether it waits.
  bool is_new(const runtime::G& g);

  // Compares for a goroutine at a safepoint whose shadow is settled, and for which is_new has just
  // been asked, unless the situation is not of the share.
  void compare(runtime::G& g);

 private:
  // Who names words.
  enum Namer : uint8_t { kCopier = 1, kCollector = 2, kLive = 4 };
  static constexpr uint8_t kBoth = kCopier | kCollector;

  // Notes the words that the copier or the collector shows.
  class Notes final : public runtime::RootVisitor {
   public:
    Notes(NamedWords& named, Namer who) : named_(named), who_(who) {}
    void visit(const runtime::Word& pointer) override {
      named_.name(runtime::address_of(&pointer), who_);
    }

   private:
    NamedWords& named_;
    Namer who_;
  };

  // Situations that are told apart, by a hash. Where two share a place, they are asked about again
  // when they alternate.
  static constexpr uint32_t kSituations = 4096;

  bool is_of_share() const;
  bool walk(const runtime::G& g);
  void ask_both(runtime::G& g);
  void compare_live(const runtime::G& g);
  void live_word(const runtime::G& g, const Place& place, uint8_t names);
  void compare_named(const runtime::G& g);
  void compare_records(const runtime::G& g);
  void record_word(const Place& place);
  void compare_registers(const runtime::G& g);
  bool is_shared(const runtime::G& g, runtime::Address address);
  bool is_shared_in(const GoroutineShadow& goroutine, const ShadowDefer& d,
                    runtime::Address word) const;
  bool scanned_whole(runtime::Address address);
  bool scanned_by_type(runtime::Address address);
  void disagree(const Place& place, std::string_view who);
  Place place_of(const runtime::G& g, runtime::Address address);
  const ShadowDefer* find_defer(const runtime::G& g, runtime::Address word);
  Place place_in_record(const runtime::G& g, const ShadowDefer& d, runtime::Address word);

  runtime::Runtime& runtime_;
  Shadow& shadow_;
  LiveWords& live_words_;
  Reporter& reporter_;
  NamedWords named_;
  std::vector<LiveFrame> frames_;
  bool has_records_in_frames_ = false;
  std::vector<Place> panic_words_;  // live ones that the map of their frame does not name
  std::array<uint64_t, kSituations> situations_{};
  uint32_t run_ = 0;
  SituationShare share_;
  uint64_t situation_ = 0;  // that is_new was asked about
  uint64_t compared_ = 0;   // frames, deferred calls and words, in this run
  // Of the goroutine, by record; see find_defer. Built when it is first asked.
  std::vector<std::pair<runtime::Address, const ShadowDefer*>> defers_;
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_AUDIT_ROOT_AGREEMENT_H_
