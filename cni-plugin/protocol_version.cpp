#include "cni-plugin/protocol_version.h"

#include "cni-plugin/json_document.h"

#include <array>

namespace weft::cni {

namespace {

constexpr std::array<std::string_view, 5> kVersions = {"0.3.0", "0.3.1", "0.4.0", "1.0.0", "1.1.0"};

}  // namespace

Outcome<SpecVersion> parse_spec_version(std::string_view text) {
  for (std::size_t i = 0; i < kVersions.size(); ++i) {
    if (kVersions[i] == text) return static_cast<SpecVersion>(i);
  }
  return std::unexpected(
      Failure{Code::incompatible_version, "incompatible CNI versions",
              fmt::format("cniVersion is \"{}\", the plugin supports {}", text, supported_versions())});
}

std::string_view to_string(SpecVersion version) { return kVersions[static_cast<std::size_t>(version)]; }

std::string supported_versions() { return fmt::format("{}", fmt::join(kVersions, ", ")); }

std::string version_answer(std::string_view asked) {
  return to_text({{"cniVersion", asked.empty() ? kVersions.back() : asked}, {"supportedVersions", kVersions}});
}

}  // namespace weft::cni
