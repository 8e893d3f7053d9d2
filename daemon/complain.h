// How the subcommands that end at once say what is wrong.
#pragma once

#include <fmt/format.h>

#include <cstdio>
#include <string_view>

namespace weft {

// One line on standard error; returns `code`.
inline int complain(int code, std::string_view message) {
  fmt::print(stderr, "weftd: {}\n", message);
  return code;
}

}  // namespace weft
