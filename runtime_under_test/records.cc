#include "runtime_under_test/records.h"

namespace stackquake::runtime {

int64_t code_of(Any value) {
  if (value.type == 0) return 0;
  if (value.type == Any::kInt) return static_cast<int64_t>(*at(value.data));
  return 1 - static_cast<int64_t>(value.type);
}

}  // namespace stackquake::runtime
