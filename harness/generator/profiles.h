#ifndef STACKQUAKE_HARNESS_GENERATOR_PROFILES_H_
#define STACKQUAKE_HARNESS_GENERATOR_PROFILES_H_

// Profiles: what kind of nest a Generator makes most of.
//
//   records   Deferred calls, panics, recovers, Goexits and copies of the stack, in all
//             combinations. Records of a runtime go wrong in them.
//   compiler  Values that are loaded early and used late, on one branch or after a call; pointers
//             compared with loaded pointers; objects on the stack. Code goes wrong in them that an
//             optimising compiler has moved: what it computes again after a copy, what it loads too
//             late, and what it calls dead too early.
//
// Both profiles have all pieces; the weights differ (pieces.def), and so do the numbers below. The
// ones of `records` are small where a shape is for compilers: each takes the place of a record.

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace stackquake {

enum class Profile : uint8_t { kRecords, kCompiler };

inline constexpr std::array kProfiles = {Profile::kRecords, Profile::kCompiler};

// Numbers that depend on the profile. Those without a unit are in percent.
struct Mix {
  std::string_view name;
  uint32_t statements;        // of a nest, on average: a factor, in percent of the option
  uint32_t least_parameters;  // of an ordinary function
  uint32_t most_parameters;
  std::array<uint32_t, 5> parameters;  // weights of int, *int, array, *node, channel or func()
  uint32_t least_pieces;               // of an ordinary function
  uint32_t most_pieces;
  uint32_t deferred_role;       // declared functions that are made to be deferred
  uint32_t recursive;           // of the others; recursion is how a stack grows
  uint32_t expression_depth;    // in operations
  uint32_t pointer_comparison;  // of comparisons; the rest compares ints, or pointers with nil
  uint32_t linked;             // of pointer comparisons: a node with a link to it; and of arguments
  uint32_t loaded_operand;     // of pointer comparisons; else two variables or an address
  uint32_t constant_left;      // of comparisons of ints
  uint32_t known_node;         // where a node is wanted; else a new one
  uint32_t nil_argument;       // for a pointer parameter
  uint32_t doubtful_load;      // of early loads: through a pointer that may be nil, …
  uint32_t variable_index;     // of elements; else a literal index
  uint32_t variable_divisor;   // of divisions; else a literal divisor
  uint32_t called_again;       // functions that main calls once more
  uint32_t guarded_call;       // of main's calls at its end; a panic then ends only the call
  uint32_t nodes_at_start;     // bodies of functions that begin with linked nodes, …
  uint32_t nodes_in_main;      // … and bodies of main
  uint32_t merge_by_pointers;  // branches that decide of a value; else any condition
};

inline constexpr std::array<Mix, 2> kMixes = {{
    {.name = "records",
     .statements = 100,
     .least_parameters = 0,
     .most_parameters = 2,
     // A *int weighs most, because a deferred call has it in its record.
     .parameters = {26, 36, 18, 16, 4},
     .least_pieces = 1,
     .most_pieces = 4,
     .deferred_role = 45,
     .recursive = 30,
     .expression_depth = 2,
     .pointer_comparison = 6,
     .linked = 10,
     .loaded_operand = 50,
     .constant_left = 12,
     .known_node = 45,
     .nil_argument = 0,
     .doubtful_load = 10,
     .variable_index = 15,
     .variable_divisor = 10,
     .called_again = 0,
     .guarded_call = 0,
     .nodes_at_start = 0,
     .nodes_in_main = 0,
     .merge_by_pointers = 30},
    {.name = "compiler",
     .statements = 120,
     .least_parameters = 2,
     .most_parameters = 5,
     .parameters = {34, 22, 6, 36, 2},
     .least_pieces = 2,
     .most_pieces = 5,
     .deferred_role = 20,
     .recursive = 15,
     .expression_depth = 3,
     .pointer_comparison = 50,
     .linked = 50,
     .loaded_operand = 75,
     .constant_left = 12,
     .known_node = 80,
     .nil_argument = 12,
     .doubtful_load = 30,
     .variable_index = 40,
     .variable_divisor = 30,
     .called_again = 60,
     .guarded_call = 70,
     .nodes_at_start = 25,
     .nodes_in_main = 90,
     .merge_by_pointers = 60},
}};

constexpr const Mix& mix_of(Profile profile) {
  return kMixes.at(static_cast<size_t>(profile));
}

// The profile with a name, if there is one.
constexpr std::optional<Profile> profile_named(std::string_view name) {
  for (const Profile profile : kProfiles) {
    if (mix_of(profile).name == name) return profile;
  }
  return std::nullopt;
}

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_GENERATOR_PROFILES_H_
