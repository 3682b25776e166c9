#ifndef STACKQUAKE_HARNESS_ORACLE_EXPECTATION_H_
#define STACKQUAKE_HARNESS_ORACLE_EXPECTATION_H_

#include <string_view>

#include "harness/language/tree.h"
#include "harness/oracle/oracle.h"

namespace stackquake {

// What a runtime must do with a nest, if the oracle is certain.
struct Expectation {
  const OracleResult* result = nullptr;

  // Empty: every runtime must behave as `result` says. Otherwise the reason why nothing is
  // compared:
  //   "fuel", "overflow", "nilpanic"   this outcome says nothing about a runtime
  //   "addresses"                      the behaviour depends on the numbers that addr() gave
  std::string_view why_not_compared;

  bool is_compared() const { return why_not_compared.empty(); }
};

// Computes expectations, one nest after another. Storage is reused.
class Expectations {
 public:
  // The expectation for one level and one seed. The nest must have been checked. A nest that calls
  // addr() is evaluated once or more for each AddressAssignment. The result is valid until the next
  // call.
  Expectation of(const Nest& nest, OracleOptions options);

  // Whether a nest behaves otherwise with addresses that `of` has not tried, as with a multiple of
  // 48. Tries a thousand, so ask only when a run has not met `result`, the expectation for these
  // options. The expectation stays valid.
  bool depends_on_rare_addresses(const Nest& nest, OracleOptions options,
                                 const OracleResult& result);

 private:
  static constexpr uint32_t kFreshAddresses = 14;
  static constexpr uint32_t kRareAddresses = 1000;

  bool depends_on_addresses(const Nest& nest, OracleOptions options, const OracleResult& result);
  bool depends_on_fresh(const Nest& nest, OracleOptions options, const OracleResult& result,
                        uint32_t first_seed, uint32_t end_seed);

  Oracle oracle_;
  Oracle other_addresses_;
};

// Whether the outcomes are equal, and the non-empty traces are equal in some order.
bool behave_alike(const OracleResult& a, const OracleResult& b);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_ORACLE_EXPECTATION_H_
