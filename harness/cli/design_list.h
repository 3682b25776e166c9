#ifndef STACKQUAKE_HARNESS_CLI_DESIGN_LIST_H_
#define STACKQUAKE_HARNESS_CLI_DESIGN_LIST_H_

// The program list_designs: which designs and defects exist, and which defects nests name. Other
// programs read its output, so that this list is the only one.

#include <cstdio>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "harness/cli/refusal.h"
#include "harness/run/settings.h"

namespace stackquake {

struct DesignListRequest {
  std::vector<std::string> paths;  // files and folders; may be empty
  std::span<const Defect> defects = all_defects();
};

// Parses a command line without the program's name.
std::variant<DesignListRequest, Help, Refusal> parse_design_list_command_line(
    std::span<const std::string> arguments);

// Writes one JSON document to `out`:
//
//   {"designs": [{"name", "built_in": [SLUG…]}…],
//    "defects": [{"slug", "design", "fixed_by", "check", "description"}…],
//    "nests": [{"file", "finds": [SLUG…]}…]}
//
// Designs and defects stand in the order in which messages list them, nests in the order of the
// paths. A defect in "defects" can be switched on in its design; a defect in "built_in" is always
// on in that design.
//
// A file that is not a nest, or that names a defect that does not exist, has "error" instead of
// "finds" and a line on `errors`; the status is then kBadInput.
ExitStatus design_list_request(const DesignListRequest& request, std::FILE* out, std::FILE* errors);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_CLI_DESIGN_LIST_H_
