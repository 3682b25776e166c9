#include "harness/audit/investigate.h"

#include "harness/audit/word_history.h"

namespace stackquake {

runtime::Violation investigate(Checker& checker, const runtime::Program& program,
                               const runtime::Options& options, runtime::Violation found) {
  if (found.word.place == 0) return found;
  WordHistory history(checker.runtime(), checker.shadow(), program, found.word);
  const auto& again = checker.run(program, options, history).violation;
  if (again && again->signature == found.signature && again->word == found.word) {
    found.history = history.events();
  } else {
    found.message += "; run again, the nest does not show it";
  }
  return found;
}

}  // namespace stackquake
