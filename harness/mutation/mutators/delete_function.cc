#include <algorithm>

#include "harness/mutation/mutator.h"

namespace stackquake {

// Calls go to another function of the signature, or go too: that is the mender's.
bool delete_function(MutationContext& context) {
  std::span<Function*>& functions = context.nest.functions;
  if (functions.size() < 2) return false;
  size_t index = context.random.below(functions.size());
  if (functions[index] == context.nest.main) index = index == 0 ? 1 : index - 1;
  const auto rest = functions.subspan(index + 1);
  std::copy(rest.begin(), rest.end(), functions.begin() + static_cast<std::ptrdiff_t>(index));
  functions = functions.first(functions.size() - 1);
  return true;
}

}  // namespace stackquake
