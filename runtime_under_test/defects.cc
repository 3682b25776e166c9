#include "runtime_under_test/defects.h"

#include <algorithm>
#include <iterator>

namespace stackquake::runtime {

namespace {

constexpr DefectFacts kFacts[] = {
#define STACKQUAKE_DEFECT(enumerator, slug, designs, fixed_by, check, description) \
  {Defect::enumerator, slug, designs, fixed_by, check, description},
#include "runtime_under_test/defects.def"
#undef STACKQUAKE_DEFECT
};

}  // namespace

bool DefectFacts::is_switch_of(std::string_view design) const {
  for (std::string_view rest = designs; !rest.empty();) {
    const size_t end = std::min(rest.find(' '), rest.size());
    if (rest.substr(0, end) == design) return true;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return false;
}

std::span<const DefectFacts> all_defects() {
  return kFacts;
}

std::optional<Defect> find_defect(std::string_view slug) {
  const auto* found = std::find_if(std::begin(kFacts), std::end(kFacts),
                                   [&](const DefectFacts& facts) { return facts.slug == slug; });
  if (found == std::end(kFacts)) return std::nullopt;
  return found->defect;
}

}  // namespace stackquake::runtime
