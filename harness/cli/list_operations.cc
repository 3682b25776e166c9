// list_operations
//
// Prints the operations by whose cost designs are compared, as a JSON list of
//
//   {"name", "description", "unit", "complexity", "starts_goroutines", "is_copy",
//    "sizes": [{"size", "functions", "nest"}]}
//
// "functions" is the Go code of operations.h, from which a benchmark for real Go is made. "nest"
// does the operation once.
//
// Exit status: 0, 2 for bad usage, or 3 if the list could not be written.

#include <cstdio>
#include <nlohmann/json.hpp>

#include "harness/cli/output.h"
#include "harness/run/operations.h"

namespace {

using Json = nlohmann::ordered_json;

Json to_json(const stackquake::TimedOperation& operation) {
  Json sizes = Json::array();
  for (const int64_t size : operation.sizes) {
    sizes.push_back({{"size", size},
                     {"functions", operation.functions(size)},
                     {"nest", stackquake::nest_of(operation, size, 1)}});
  }
  return {{"name", operation.name},
          {"description", operation.description},
          {"unit", operation.unit},
          {"complexity", operation.complexity},
          {"starts_goroutines", operation.starts_goroutines},
          {"is_copy", operation.is_copy},
          {"sizes", std::move(sizes)}};
}

}  // namespace

int main(int argc, char** /*argv*/) {
  if (argc > 1) {
    std::fprintf(stderr, "usage: list_operations\n");
    return 2;
  }
  Json list = Json::array();
  for (const stackquake::TimedOperation& operation : stackquake::all_operations()) {
    list.push_back(to_json(operation));
  }
  std::printf("%s\n", list.dump().c_str());
  return stackquake::finish_output("list_operations", stdout, stderr, 0);
}
