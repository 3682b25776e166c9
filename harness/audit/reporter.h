#ifndef STACKQUAKE_HARNESS_AUDIT_REPORTER_H_
#define STACKQUAKE_HARNESS_AUDIT_REPORTER_H_

#include <string>
#include <string_view>

#include "harness/audit/place.h"
#include "harness/audit/shadow.h"
#include "runtime_under_test/runtime.h"

namespace stackquake {

// Reports what audits find. The first violation ends the run; further ones are dropped.
class Reporter {
 public:
  Reporter(runtime::Runtime& runtime, Shadow& shadow) : runtime_(runtime), shadow_(shadow) {}

  // Reports a wrong word. In the message `what` follows the place: "points to …". `cause` is the
  // end of the signature, for checks that find different causes at the same place.
  void word(std::string_view check, const Place& found, std::string_view what,
            std::string_view cause = "");

  // Reports a wrong object, or a wrong word of which only the address is known. The signature is
  // the check and `cause`.
  void object(std::string_view check, std::string_view cause, runtime::Address start,
              std::string message);

  // Reports anything else. The signature is the check and `cause`.
  void other(std::string_view check, std::string_view cause, std::string message);

  // Whether the run already has a violation. Further audits are useless then.
  bool silenced() const { return runtime_.result().violation.has_value(); }

  runtime::WordName name_of(runtime::Address address);

 private:
  Place named(Place place) const;

  runtime::Runtime& runtime_;
  Shadow& shadow_;
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_AUDIT_REPORTER_H_
