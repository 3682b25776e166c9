#include "harness/oracle/events.h"

namespace stackquake {

std::vector<std::string_view> OracleEvents::names() const {
  std::vector<std::string_view> names;
#define STACKQUAKE_ORACLE_EVENT(enumerator, spelling) \
  if (has(OracleEvent::enumerator)) names.push_back(spelling);
#include "harness/oracle/events.def"
#undef STACKQUAKE_ORACLE_EVENT
  return names;
}

}  // namespace stackquake
