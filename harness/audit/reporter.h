#ifndef STACKQUAKE_HARNESS_AUDIT_REPORTER_H_
#define STACKQUAKE_HARNESS_AUDIT_REPORTER_H_

#include <string>
#include <string_view>

#include "harness/audit/place.h"
#include "harness/audit/shadow.h"
#include "runtime_under_test/runtime.h"

namespace stackquake {

// How audits tell of what they find: the first violation ends the run, the others are dropped.
class Reporter {
 public:
  Reporter(runtime::Runtime& runtime, Shadow& shadow) : runtime_(runtime), shadow_(shadow) {}

  // A word is wrong. `what` says in which way, and follows the place: "points to …". `cause` ends
  // the signature where check and place alone do not tell causes apart.
  void word(std::string_view check, const Place& found, std::string_view what,
            std::string_view cause = "");

  // An object is, as a whole, or a word of which nothing but its address is known: `cause` stands
  // behind the check in the signature.
  void object(std::string_view check, std::string_view cause, runtime::Address start,
              std::string message);

  // Something else is; `cause` stands behind the check in the signature.
  void other(std::string_view check, std::string_view cause, std::string message);

  // Whether the run has a violation by now: further audits would only repeat it.
  bool silenced() const { return runtime_.result().violation.has_value(); }

  runtime::WordName name_of(runtime::Address address);

 private:
  Place named(Place place) const;

  runtime::Runtime& runtime_;
  Shadow& shadow_;
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_AUDIT_REPORTER_H_
