#include <algorithm>
#include <iterator>

#include "harness/reducer/pass.h"

namespace stackquake::reducer {

namespace {

constexpr Pass kPasses[] = {
    {"drop-function", drop_function},
    {"drop-statements", drop_statements},
    {"drop-directive", drop_directive},
    {"drop-branch", drop_branch},
    {"unwrap", unwrap},
    {"inline-call", inline_call},
    {"drop-variable", drop_variable},
    {"drop-result", drop_result},
    {"simplify-expression", simplify_expression},
    {"merge-declaration", merge_declaration},
    {"lower-number", lower_number},
};

}  // namespace

std::span<const Pass> all_passes() {
  return kPasses;
}

const Pass& pass_named(std::string_view name) {
  return *std::find_if(std::begin(kPasses), std::end(kPasses),
                       [name](const Pass& pass) { return pass.name == name; });
}

}  // namespace stackquake::reducer
