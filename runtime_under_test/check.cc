#include "runtime_under_test/check.h"

#include <cstdio>
#include <cstdlib>

namespace stackquake::runtime {

void check_failed(const char* file, int line, const char* condition) {
  std::fprintf(stderr, "stackquake: %s:%d: check failed: %s\n", file, line, condition);
  std::abort();
}

}  // namespace stackquake::runtime
