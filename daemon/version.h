// Which weftd this is.
#pragma once

#include <string>
#include <string_view>

namespace weft {

[[nodiscard]] std::string_view version();  // "0.1.0"
[[nodiscard]] std::string_view commit();   // git describe, "unknown" where there was no git
[[nodiscard]] std::string compiler();      // "g++ 12.2.0"
// What --version prints: version, commit, compiler and libraries, one a line.
[[nodiscard]] std::string version_text();

}  // namespace weft
