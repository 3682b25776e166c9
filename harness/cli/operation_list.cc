#include "harness/cli/operation_list.h"

#include <cstdint>
#include <nlohmann/json.hpp>
#include <utility>

#include "harness/run/operations.h"

namespace stackquake {

namespace {

using Json = nlohmann::ordered_json;

Json to_json(const TimedOperation& operation) {
  Json sizes = Json::array();
  for (const int64_t size : operation.sizes) {
    sizes.push_back({{"size", size},
                     {"functions", operation.functions(size)},
                     {"nest", nest_of(operation, size, 1)}});
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

std::string operation_list() {
  Json list = Json::array();
  for (const TimedOperation& operation : all_operations()) list.push_back(to_json(operation));
  return list.dump();
}

}  // namespace stackquake
