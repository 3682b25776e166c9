#ifndef STACKQUAKE_HARNESS_STORY_FUNCTION_FACTS_H_
#define STACKQUAKE_HARNESS_STORY_FUNCTION_FACTS_H_

#include <vector>

#include "harness/story/recording.h"
#include "runtime_under_test/code.h"

namespace stackquake {

// The functions of a program, with the names of their words.
std::vector<FunctionFacts> function_facts(const runtime::Program& program);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_STORY_FUNCTION_FACTS_H_
