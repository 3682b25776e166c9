#ifndef STACKQUAKE_HARNESS_STORY_RULES_H_
#define STACKQUAKE_HARNESS_STORY_RULES_H_

// The rules for causes, by what they are about. Each looks for one way in which runtimes go wrong,
// and gives a cause where all its conditions hold. No rule asks which defects are switched on.

#include <optional>
#include <span>

#include "harness/story/cause.h"
#include "harness/story/clues.h"

namespace stackquake {

using Rule = std::optional<Cause> (*)(const Clues& clues);

std::span<const Rule> rules_of_copies();       // words that a copy misses or spoils
std::span<const Rule> rules_of_walks();        // frames that a walk misses or invents
std::span<const Rule> rules_of_lists();        // deferred calls and panics
std::span<const Rule> rules_of_windows();      // copies and collections in the midst of a change
std::span<const Rule> rules_of_collections();  // what a collection keeps, and what it meets
std::span<const Rule> rules_of_channels();     // sudogs

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_STORY_RULES_H_
