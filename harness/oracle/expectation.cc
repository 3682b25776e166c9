#include "harness/oracle/expectation.h"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace stackquake {

namespace {

using Traces = std::vector<std::vector<int64_t>>;

Traces sorted_traces(const OracleResult& result) {
  Traces traces;
  for (const std::vector<int64_t>& trace : result.traces()) {
    if (!trace.empty()) traces.push_back(trace);
  }
  std::sort(traces.begin(), traces.end());
  return traces;
}

std::string_view why_uncertain(const OracleResult& result) {
  switch (result.outcome.kind) {
    case OracleOutcome::Kind::kFuel:
      return "fuel";
    case OracleOutcome::Kind::kOverflow:
      return "overflow";
    case OracleOutcome::Kind::kNilpanic:
      return "nilpanic";
    default:
      return "";
  }
}

}  // namespace

bool behave_alike(const OracleResult& a, const OracleResult& b) {
  if (a.outcome != b.outcome) return false;
  // Goroutines mostly start in the same order, and then nothing has to be sorted.
  return std::ranges::equal(a.traces(), b.traces()) || sorted_traces(a) == sorted_traces(b);
}

bool Expectations::depends_on_addresses(const Nest& nest, OracleOptions options,
                                        const OracleResult& result) {
  options.addresses = AddressAssignment::kDescending;
  return !behave_alike(result, other_addresses_.evaluate(nest, options)) ||
         depends_on_fresh(nest, options, result, 0, kFreshAddresses);
}

bool Expectations::depends_on_rare_addresses(const Nest& nest, OracleOptions options,
                                             const OracleResult& result) {
  if (!result.used_addr) return false;
  const uint32_t end_seed = kFreshAddresses + kRareAddresses;
  return depends_on_fresh(nest, options, result, kFreshAddresses, end_seed);
}

// Tries several address seeds, because a function of an address, such as a remainder, may be equal
// for many addresses.
bool Expectations::depends_on_fresh(const Nest& nest, OracleOptions options,
                                    const OracleResult& result, uint32_t first_seed,
                                    uint32_t end_seed) {
  options.addresses = AddressAssignment::kFresh;
  for (options.address_seed = first_seed; options.address_seed < end_seed; ++options.address_seed) {
    if (!behave_alike(result, other_addresses_.evaluate(nest, options))) return true;
  }
  return false;
}

Expectation Expectations::of(const Nest& nest, OracleOptions options) {
  options.addresses = AddressAssignment::kAscending;
  const OracleResult& result = oracle_.evaluate(nest, options);
  Expectation expectation{&result, why_uncertain(result)};
  if (!result.used_addr || !expectation.is_compared()) return expectation;
  if (depends_on_addresses(nest, options, result)) expectation.why_not_compared = "addresses";
  return expectation;
}

}  // namespace stackquake
