#ifndef STACKQUAKE_HARNESS_LANGUAGE_LANGUAGE_H_
#define STACKQUAKE_HARNESS_LANGUAGE_LANGUAGE_H_

// From text to a checked tree and back: the whole front end behind six functions.
//
// `parse`, `check` and `load` stop at the first error, which is all that a fuzzer needs to know.
// `diagnose` is for people: it goes on.

#include <string>
#include <string_view>
#include <vector>

#include "harness/language/arena.h"
#include "harness/language/diagnostic.h"
#include "harness/language/tree.h"

namespace stackquake {

// Parses `text` into a tree in `arena`; names in the tree point into `text`, which must live as
// long as the tree. Null, with `diagnostic` set, when the text is not a nest by its form. Takes any
// bytes, in time linear in their number.
Nest* parse(std::string_view text, Arena& arena, Diagnostic& diagnostic);

// Checks every rule that a parsed nest may break, and fills in what tree.h marks "checker". May be
// called again on a tree that has been changed. False, with `diagnostic` set, at the first rule
// broken.
bool check(Nest& nest, Arena& arena, Diagnostic& diagnostic);

// Both: a checked tree, or null.
Nest* load(std::string_view text, Arena& arena, Diagnostic& diagnostic);

// How many errors of one text are told at most.
constexpr size_t kMaxErrors = 10;

// All that is wrong with a text, up to kMaxErrors, in the order in which it is found; the first is
// the one that `load` gives. Empty exactly for a nest. The parser goes on after the statement or
// the function that it cannot read, and the checker sees only texts that the parser can read
// wholly.
std::vector<Diagnostic> diagnose(std::string_view text);

// Appends the nest in its canonical form, which gofmt leaves alone: parse(print(t)) equals t.
void print(const Nest& nest, std::string& out);

// Whether two trees say the same, positions and what the checker fills in left aside.
bool equal(const Nest& a, const Nest& b);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_LANGUAGE_LANGUAGE_H_
