// The CNI configuration that makes kubelet send pods to this node.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace weft {

// Sorts before 10-flannel.conflist: runtimes take the first.
inline constexpr std::string_view kConflistName = "05-weft.conflist";

struct ConflistPaths {
  std::string subnet_file;
  std::string data_dir;  // the plugin's ledger
};

[[nodiscard]] std::string render_conflist(const ConflistPaths& paths);

[[nodiscard]] inline std::filesystem::path conflist_path(const std::filesystem::path& directory) {
  return directory / kConflistName;
}

}  // namespace weft
