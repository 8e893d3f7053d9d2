// Standard input and output of the plugin.
#pragma once

#include "cni-plugin/failure.h"

#include <string>
#include <string_view>

namespace weft::cni {

// Up to the end, within the limits of json_document.h and 10 s.
[[nodiscard]] Outcome<std::string> read_standard_input();

// False when `fd` does not take all of it.
[[nodiscard]] bool write_text(int fd, std::string_view text);

}  // namespace weft::cni
