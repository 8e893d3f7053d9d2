// The versions of the CNI specification that the plugin speaks.
#pragma once

#include "cni-plugin/failure.h"

#include <string>
#include <string_view>

namespace weft::cni {

enum class SpecVersion : std::uint8_t { v0_3_0, v0_3_1, v0_4_0, v1_0_0, v1_1_0 };

// Exact texts only: "1.0" and "1.0.1" are other versions. A configuration without a version means 0.1.0.
[[nodiscard]] Outcome<SpecVersion> parse_spec_version(std::string_view text);
[[nodiscard]] std::string_view to_string(SpecVersion version);

// "0.3.0, 0.3.1, …", for people.
[[nodiscard]] std::string supported_versions();
// The answer to VERSION. `asked` is the version of the request, echoed; ours where it has none.
[[nodiscard]] std::string version_answer(std::string_view asked);

}  // namespace weft::cni
