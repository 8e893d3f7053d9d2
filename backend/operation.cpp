#include "backend/operation.h"

namespace weft {

std::string to_string(const Operation& operation) {
  return fmt::format("{} {}", operation.verb == Verb::put ? "put" : "remove", to_string(operation.object));
}

}  // namespace weft
