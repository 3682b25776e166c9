#ifndef STACKQUAKE_RUNTIME_UNDER_TEST_DESIGNS_DESIGNS_H_
#define STACKQUAKE_RUNTIME_UNDER_TEST_DESIGNS_DESIGNS_H_

#include <memory>
#include <span>
#include <string_view>

#include "runtime_under_test/design.h"

namespace stackquake::runtime {

// The names of all designs, the reference first.
std::span<const std::string_view> design_names();

// A new design of this name, with these defects switched on; null when no design has the name.
std::unique_ptr<Design> make_design(std::string_view name, DefectSet defects = {});

// Whether the defect can be switched on in the design.
bool has_defect(std::string_view design, Defect defect);

// The defects that the design has by construction, as designs of earlier times do. They cannot be
// switched off.
DefectSet built_in_defects(std::string_view design);

}  // namespace stackquake::runtime

#endif  // STACKQUAKE_RUNTIME_UNDER_TEST_DESIGNS_DESIGNS_H_
