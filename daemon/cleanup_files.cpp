#include "daemon/cleanup_files.h"

#include "daemon/conflist.h"
#include "daemon/vtep_identity.h"
#include "subnet/file_writer.h"

#include <filesystem>

namespace weft {

namespace fs = std::filesystem;

void CleanupLog::removed(std::string_view what) {
  ++count_;
  fmt::print("removed {}\n", what);
}

void CleanupLog::kept(std::string_view what) {
  ++count_;
  fmt::print("kept {}\n", what);
}

Result<> clean_files(const CleanupOptions& options, CleanupLog& log) {
  const fs::path run_dir = options.run_dir;
  const std::string conf_dir = options.cni_conf_dir.empty() ? "/etc/cni/net.d" : options.cni_conf_dir;
  const fs::path files[] = {conflist_path(conf_dir), options.subnet_path(), vtep_identity_path(run_dir),
                            socket_path(options.run_dir)};
  Result<> outcome;
  for (const fs::path& path : files) {
    const auto removed = remove_file(path);
    if (removed && *removed) log.removed(path.string());
    if (!removed && outcome) outcome = std::unexpected(removed.error());
  }
  return outcome;
}

void clean_run_dir(const CleanupOptions& options, CleanupLog& log) {
  const fs::path run_dir = options.run_dir;
  std::error_code ignored;
  if (fs::is_directory(run_dir, ignored) && fs::is_empty(run_dir, ignored) && fs::remove(run_dir, ignored)) {
    log.removed(run_dir.string());
  }
}

}  // namespace weft
