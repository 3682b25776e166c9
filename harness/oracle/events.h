#ifndef STACKQUAKE_HARNESS_ORACLE_EVENTS_H_
#define STACKQUAKE_HARNESS_ORACLE_EVENTS_H_

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace stackquake {

// What happened during an evaluation, beside its outcome and traces: see events.def.
enum class OracleEvent : uint8_t {
#define STACKQUAKE_ORACLE_EVENT(enumerator, spelling) enumerator,
#include "harness/oracle/events.def"
#undef STACKQUAKE_ORACLE_EVENT
};

// A set of events.
class OracleEvents {
 public:
  void add(OracleEvent event) { bits_ |= bit(event); }
  bool has(OracleEvent event) const { return (bits_ & bit(event)) != 0; }
  void clear() { bits_ = 0; }

  // The spellings of the events in the set, in the order of the table.
  std::vector<std::string_view> names() const;

 private:
  static uint32_t bit(OracleEvent event) { return uint32_t{1} << static_cast<uint32_t>(event); }

  uint32_t bits_ = 0;
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_ORACLE_EVENTS_H_
