#ifndef STACKQUAKE_HARNESS_LANGUAGE_LANGUAGE_H_
#define STACKQUAKE_HARNESS_LANGUAGE_LANGUAGE_H_

// From text to a checked tree and back: the whole front end behind four functions.

#include <string>
#include <string_view>

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

// Appends the nest in its canonical form, which gofmt leaves alone: parse(print(t)) equals t.
void print(const Nest& nest, std::string& out);

// Whether two trees say the same, positions and what the checker fills in left aside.
bool equal(const Nest& a, const Nest& b);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_LANGUAGE_LANGUAGE_H_
