#include "harness/fuzzing/situations.h"

#include "harness/run/fnv_hash.h"

namespace stackquake {

namespace {

constexpr std::array<SituationFacts, kSituations> kFacts = {{
#define STACKQUAKE_SITUATION(enumerator, name, need) {name, need},
#include "harness/fuzzing/situations.def"
#undef STACKQUAKE_SITUATION
}};

__attribute__((section("__libfuzzer_extra_counters"))) uint8_t counters[kSituationBytes];

}  // namespace

std::span<const SituationFacts, kSituations> all_situations() {
  return kFacts;
}

uint8_t needs_met_by(const runtime::Design& design) {
  const runtime::DeferLowering lowering = design.defer_lowering();
  const bool calls_closures = std::ranges::any_of(
      design.layouts(), [](const runtime::RuntimeLayout& layout) { return layout.calls; });
  uint8_t met = 0;
  const auto add = [&met](SituationNeed need, bool is_met) { met |= is_met ? need : 0; };
  add(kArguments, !lowering.wraps);
  add(kRecordsInFrames, lowering.in_frame);
  add(kOpenCoded, lowering.open_coded);
  const bool names_panics = design.defer_layout().panic != runtime::kNoWord;
  const auto& panic_words = design.panic_layout().names;
  const bool has_goexits = std::ranges::find(panic_words, "goexit") != panic_words.end();
  add(kStartedRecords, names_panics);
  add(kGoexitUnnamed, names_panics && !has_goexits);
  add(kReflectcall, !calls_closures);
  add(kPanicArgp, design.panic_layout().argp != runtime::kNoWord);
  return met;
}

void Situations::mark(std::initializer_list<uint64_t> combination) {
  FnvHash hash;
  for (const uint64_t part : combination) hash.add(part);
  // Mixed once more: sums of few small numbers differ in some of their bits only.
  const uint64_t mixed = (hash.sum() ^ hash.sum() >> 32) * 0x9e3779b97f4a7c15;
  const size_t index = kSituations + (mixed >> 32) % (kSituationBytes - kSituations);
  if (bytes_[index] == 0) add(index, 1);
}

size_t Situations::combinations() const {
  const auto is_combination = [](uint16_t index) { return index >= kSituations; };
  return static_cast<size_t>(std::count_if(touched_.begin(), touched_.end(), is_combination));
}

std::span<uint8_t, kSituationBytes> engine_counters() {
  return counters;
}

}  // namespace stackquake
