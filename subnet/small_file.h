// Reads a whole small file.
#pragma once

#include "subnet/result.h"

#include <cstddef>
#include <string>

namespace weft {

// Blocking; meant for local configuration. Larger than `limit` bytes is an error. Errors name the path.
[[nodiscard]] Result<std::string> read_small_file(const std::string& path, std::size_t limit);

}  // namespace weft
