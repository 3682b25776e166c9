#ifndef STACKQUAKE_RUNTIME_UNDER_TEST_DEFECTS_H_
#define STACKQUAKE_RUNTIME_UNDER_TEST_DEFECTS_H_

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string_view>

namespace stackquake::runtime {

// Bugs that Go's runtime once had. Each can be switched on by itself.
enum class Defect : uint8_t {
#define STACKQUAKE_DEFECT(enumerator, slug, fixed_by, check, description) enumerator,
#include "runtime_under_test/defects.def"
#undef STACKQUAKE_DEFECT
  kCount,
};
constexpr size_t kDefects = static_cast<size_t>(Defect::kCount);

// A row of defects.def.
struct DefectFacts {
  Defect defect;
  std::string_view slug;
  std::string_view fixed_by;     // Go's change, by the beginning of its hash
  std::string_view check;        // the check that finds the defect
  std::string_view description;  // a paragraph
};

// All defects, in the order of the enumeration.
std::span<const DefectFacts> all_defects();

std::optional<Defect> find_defect(std::string_view slug);

// The defects that are switched on. A value type.
class DefectSet {
 public:
  constexpr DefectSet() = default;
  constexpr DefectSet(std::initializer_list<Defect> defects) {
    for (Defect defect : defects) add(defect);
  }

  constexpr void add(Defect defect) { bits_ |= bit(defect); }
  constexpr bool has(Defect defect) const { return (bits_ & bit(defect)) != 0; }
  constexpr bool empty() const { return bits_ == 0; }

  friend constexpr bool operator==(DefectSet, DefectSet) = default;

 private:
  static_assert(kDefects <= 64);
  static constexpr uint64_t bit(Defect defect) {
    return uint64_t{1} << static_cast<unsigned>(defect);
  }

  uint64_t bits_ = 0;
};

}  // namespace stackquake::runtime

#endif  // STACKQUAKE_RUNTIME_UNDER_TEST_DEFECTS_H_
