#ifndef STACKQUAKE_HARNESS_ORACLE_EXPECTATION_H_
#define STACKQUAKE_HARNESS_ORACLE_EXPECTATION_H_

#include <string_view>

#include "harness/language/tree.h"
#include "harness/oracle/oracle.h"

namespace stackquake {

// What a runtime must do with a nest, if anything can be said.
struct Expectation {
  const OracleResult* result = nullptr;

  // Empty: every runtime must behave as `result` says. Otherwise why nothing is compared:
  //   "fuel", "overflow", "nilpanic"   the outcome says nothing about a runtime's
  //   "addresses"                      the behaviour depends on numbers that addr() gave
  std::string_view why_not_compared;

  bool is_compared() const { return why_not_compared.empty(); }
};

// Finds out, nest after nest, what is to be compared. Storage is reused.
class Expectations {
 public:
  // For one level and seed; the nest must have been checked. A nest that calls addr() is evaluated
  // for each AddressAssignment, some several times. What is returned is valid until the next call.
  Expectation of(const Nest& nest, OracleOptions options);

 private:
  static constexpr uint32_t kFreshAddresses = 14;

  bool depends_on_addresses(const Nest& nest, OracleOptions options, const OracleResult& result);

  Oracle oracle_;
  Oracle other_addresses_;
};

// Whether outcomes are equal and the traces that are not empty, in any order.
bool behave_alike(const OracleResult& a, const OracleResult& b);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_ORACLE_EXPECTATION_H_
