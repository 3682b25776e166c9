#ifndef STACKQUAKE_RUNTIME_UNDER_TEST_DEFECTS_H_
#define STACKQUAKE_RUNTIME_UNDER_TEST_DEFECTS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string_view>

namespace stackquake::runtime {

// Bugs that Go's runtime once had, or must not have. Each can be switched on by itself.
enum class Defect : uint8_t {
#define STACKQUAKE_DEFECT(enumerator, slug, designs, fixed_by, check, description) enumerator,
#include "runtime_under_test/defects.def"
#undef STACKQUAKE_DEFECT
  kCount,
};
constexpr size_t kDefects = static_cast<size_t>(Defect::kCount);

// A row of defects.def.
struct DefectFacts {
  Defect defect;
  std::string_view slug;
  std::string_view designs;      // that have the switch: names with a space between two of them
  std::string_view fixed_by;     // Go's change or issue: see defects.def
  std::string_view check;        // the check that finds the defect
  std::string_view description;  // a paragraph

  // Whether `designs` has this name, whole.
  bool is_switch_of(std::string_view design) const;
};

// All defects, in the order of the enumeration.
std::span<const DefectFacts> all_defects();

std::optional<Defect> find_defect(std::string_view slug);

// The defects that are switched on. A value type, for any number of defects.
class DefectSet {
 public:
  constexpr DefectSet() = default;
  constexpr DefectSet(std::initializer_list<Defect> defects) {
    for (Defect defect : defects) add(defect);
  }

  constexpr void add(Defect defect) { has_[static_cast<size_t>(defect)] = true; }
  constexpr bool has(Defect defect) const { return has_[static_cast<size_t>(defect)]; }
  constexpr bool empty() const { return *this == DefectSet(); }

  friend constexpr bool operator==(const DefectSet&, const DefectSet&) = default;

 private:
  std::array<bool, kDefects> has_{};
};

}  // namespace stackquake::runtime

#endif  // STACKQUAKE_RUNTIME_UNDER_TEST_DEFECTS_H_
