#ifndef STACKQUAKE_HARNESS_GENERATOR_TYPES_H_
#define STACKQUAKE_HARNESS_GENERATOR_TYPES_H_

// The types that the generator names most.

#include "harness/language/tree.h"

namespace stackquake {

inline constexpr Type kIntType{TypeKind::kInt};
inline constexpr Type kIntPointerType{TypeKind::kIntPointer};
inline constexpr Type kNodePointerType{TypeKind::kNodePointer};
inline constexpr Type kIntChannelType{TypeKind::kIntChannel};
inline constexpr Type kNodeChannelType{TypeKind::kNodeChannel};
inline constexpr Type kFuncType{TypeKind::kFunc};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_GENERATOR_TYPES_H_
