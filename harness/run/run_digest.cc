#include "harness/run/run_digest.h"

#include "harness/run/behaviour.h"
#include "harness/run/fnv_hash.h"

namespace stackquake {

namespace {

uint64_t hash_of_traces(const runtime::RunResult& result) {
  FnvHash hash;
  for (const std::vector<int64_t>& trace : result.traces()) {
    hash.add(trace.size());
    for (const int64_t value : trace) hash.add(static_cast<uint64_t>(value));
  }
  return hash.sum();
}

void add_stats(runtime::Stats& sum, const runtime::Stats& stats) {
#define STACKQUAKE_STAT(name) sum.name += stats.name;
#include "runtime_under_test/stats.def"
#undef STACKQUAKE_STAT
}

class Comparison {
 public:
  void add(std::string_view name, const std::string& one, const std::string& other) {
    if (one != other) found.push_back({name, one, other});
  }
  void add(std::string_view name, uint64_t one, uint64_t other) {
    if (one != other) found.push_back({name, std::to_string(one), std::to_string(other)});
  }

  std::vector<DigestDifference> found;
};

}  // namespace

RunDigest digest_of(const runtime::RunResult& result) {
  if (result.violation) return {result.violation->signature, 0, {}};
  return {to_string(result.outcome), hash_of_traces(result), result.stats};
}

void add_run(RunDigest& digest, const RunDigest& run) {
  digest.ending += (digest.ending.empty() ? "" : ", ") + run.ending;
  FnvHash hash;
  hash.add(digest.traces);
  hash.add(run.traces);
  digest.traces = hash.sum();
  add_stats(digest.stats, run.stats);
}

std::vector<DigestDifference> differences(const RunDigest& one, const RunDigest& other) {
  Comparison comparison;
  comparison.add("ending", one.ending, other.ending);
  if (!comparison.found.empty()) return comparison.found;
  comparison.add("traces", one.traces, other.traces);
#define STACKQUAKE_STAT(name) \
  if (std::string_view(#name) != "steps") comparison.add(#name, one.stats.name, other.stats.name);
#include "runtime_under_test/stats.def"
#undef STACKQUAKE_STAT
  comparison.add("steps", one.stats.steps, other.stats.steps);
  return comparison.found;
}

runtime::Violation not_equal(std::string_view check, const std::string& when, const RunDigest& one,
                             const RunDigest& other) {
  const std::vector<DigestDifference> found = differences(one, other);
  runtime::Violation violation;
  violation.check = check;
  violation.signature = std::string(check) + ":" + std::string(found.front().name);
  violation.message = when + ", the nest differs: " + to_string(found);
  return violation;
}

std::string to_string(const std::vector<DigestDifference>& differences) {
  std::string text;
  for (const DigestDifference& difference : differences) {
    text += text.empty() ? "" : ", ";
    text += std::string(difference.name) + " " + difference.one + " and " + difference.other;
  }
  return text;
}

}  // namespace stackquake
