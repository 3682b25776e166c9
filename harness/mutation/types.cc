#include "harness/mutation/types.h"

#include <algorithm>

namespace stackquake {
namespace {

bool same_type(const Variable* a, const Variable* b) {
  return a == nullptr || b == nullptr ? a == b : a->type == b->type;
}

}  // namespace

bool have_same_signature(const Function& a, const Function& b) {
  return same_type(a.result, b.result) &&
         std::equal(a.parameters.begin(), a.parameters.end(), b.parameters.begin(),
                    b.parameters.end(), same_type);
}

}  // namespace stackquake
