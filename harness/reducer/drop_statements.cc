#include <algorithm>
#include <bit>

#include "harness/reducer/edit.h"
#include "harness/reducer/pass.h"
#include "harness/reducer/sites.h"

namespace stackquake::reducer {

bool drop_statements(Nest& nest, Choice choice, Arena& arena) {
  const Sites sites = sites_of(nest);
  size_t longest = 0;
  for (const Block* block : sites.blocks) longest = std::max(longest, block->statements.size());
  for (size_t chunk = std::bit_ceil(longest); chunk > 0; chunk /= 2) {
    for (Block* block : sites.blocks) {
      const size_t size = block->statements.size();
      if (chunk > std::bit_ceil(size)) continue;
      for (size_t first = 0; first < size; first += chunk) {
        if (!choice.is_this()) continue;
        replace(*block, first, std::min(chunk, size - first), {}, arena);
        return true;
      }
    }
  }
  return false;
}

}  // namespace stackquake::reducer
