#ifndef STACKQUAKE_HARNESS_LANGUAGE_LANGUAGE_H_
#define STACKQUAKE_HARNESS_LANGUAGE_LANGUAGE_H_

// The front end: from text to a checked tree and back.
//
// `parse`, `check` and `load` stop at the first error; a fuzzer needs no more. `diagnose` is for
// people: it goes on and collects further errors.

#include <string>
#include <string_view>
#include <vector>

#include "harness/language/arena.h"
#include "harness/language/diagnostic.h"
#include "harness/language/tree.h"

namespace stackquake {

// Parses `text` into a tree in `arena`. Names in the tree point into `text`, which must live as
// long as the tree. Returns null, with `diagnostic` set, when the text breaks the grammar. Accepts
// any bytes and takes time linear in their number.
Nest* parse(std::string_view text, Arena& arena, Diagnostic& diagnostic);

// Checks every rule beyond the grammar, and fills in the members that tree.h marks "checker". May
// be called again after the tree has changed. Returns false, with `diagnostic` set, at the first
// broken rule.
bool check(Nest& nest, Arena& arena, Diagnostic& diagnostic);

// Parses and checks: a checked tree, or null with `diagnostic` set.
Nest* load(std::string_view text, Arena& arena, Diagnostic& diagnostic);

// The most errors that `diagnose` reports for one text.
constexpr size_t kMaxErrors = 10;

// All errors of a text, up to kMaxErrors, in the order in which they are found. The first one is
// the error that `load` reports. Empty exactly when the text is a nest. The parser resumes after
// the statement or function that it cannot read. The checker runs only when the parser has read the
// whole text without an error.
std::vector<Diagnostic> diagnose(std::string_view text);

// Appends the nest in its canonical form, which gofmt leaves unchanged: parse(print(t)) equals t.
void print(const Nest& nest, std::string& out);

// Whether two trees are the same, apart from positions and from what the checker fills in.
bool equal(const Nest& a, const Nest& b);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_LANGUAGE_LANGUAGE_H_
