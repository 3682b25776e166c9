#ifndef STACKQUAKE_HARNESS_RUN_DESIGN_LIST_H_
#define STACKQUAKE_HARNESS_RUN_DESIGN_LIST_H_

// What can be switched on, and which nests ask for it: the program list_designs, which other
// programs ask so that none has a second list.

#include <cstdio>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "harness/run/exit_status.h"
#include "harness/run/settings.h"

namespace stackquake {

struct DesignListRequest {
  std::vector<std::string> paths;  // files and folders, perhaps none
  std::span<const Defect> defects = all_defects();
};

// Reads a command line without the program's name.
std::variant<DesignListRequest, Help, Refusal> parse_design_list_command_line(
    std::span<const std::string> arguments);

// Puts one JSON document on `out`:
//
//   {"designs": [{"name", "built_in": [SLUG…]}…],
//    "defects": [{"slug", "design", "fixed_by", "check", "description"}…],
//    "nests": [{"file", "finds": [SLUG…]}…]}
//
// designs and defects in the order in which messages list them, nests in that of the paths. A
// defect can be switched on in its design; one that is built into a design is always there. A file
// that is no nest, or that finds a defect that does not exist, has "error" instead of "finds" and a
// line on `errors`; the status is then kBadInput.
ExitStatus design_list_request(const DesignListRequest& request, std::FILE* out, std::FILE* errors);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_RUN_DESIGN_LIST_H_
