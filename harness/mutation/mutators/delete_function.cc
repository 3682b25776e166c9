#include "harness/mutation/lists.h"
#include "harness/mutation/mutator.h"

namespace stackquake {

// Deletes a function. The mender redirects its calls to a function of the same signature, or
// deletes them.
bool delete_function(MutationContext& context) {
  std::span<Function*>& functions = context.nest.functions;
  if (functions.size() < 2) return false;
  size_t index = context.random.below(functions.size());
  if (functions[index] == context.nest.main) index = index == 0 ? 1 : index - 1;
  erase(functions, index);
  return true;
}

}  // namespace stackquake
