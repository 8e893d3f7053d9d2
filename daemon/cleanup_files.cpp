#include "daemon/cleanup_files.h"

#include "daemon/conflist.h"
#include "daemon/vtep_identity.h"
#include "subnet/file_writer.h"

#include <filesystem>

namespace weft {
namespace {

namespace fs = std::filesystem;

// The plugin's ledger: while a pod has an address in it, removing it would hand that address out twice.
Result<> clean_ledger(const fs::path& directory, CleanupLog& log) {
  std::error_code error;
  if (!fs::exists(directory, error)) return {};
  std::size_t files = 0;
  for (auto entry = fs::recursive_directory_iterator(directory, error);
       !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    if (entry->is_regular_file(error) && entry->file_size(error) > 0) ++files;
  }
  if (files > 0) {
    CleanupLog::kept(fmt::format("{}: {} entries of pods that are still attached", directory.string(), files));
    return {};
  }
  fs::remove_all(directory, error);
  if (error) return fail_errno("remove " + directory.string(), error.value());
  log.removed(directory.string());
  return {};
}

}  // namespace

void CleanupLog::removed(std::string_view what) {
  ++count_;
  fmt::print("removed {}\n", what);
}

void CleanupLog::kept(std::string_view what) { fmt::print("kept {}\n", what); }

Result<> clean_files(const CleanupOptions& options, CleanupLog& log) {
  const fs::path run_dir = options.run_dir;
  const std::string conf_dir = options.cni_conf_dir.empty() ? "/etc/cni/net.d" : options.cni_conf_dir;
  const fs::path files[] = {conflist_path(conf_dir), options.subnet_path(), vtep_identity_path(run_dir),
                            run_dir / "weftd.sock"};
  Result<> outcome;
  for (const fs::path& path : files) {
    const auto removed = remove_file(path);
    if (removed && *removed) log.removed(path.string());
    if (!removed && outcome) outcome = std::unexpected(removed.error());
  }
  if (auto ledger = clean_ledger(run_dir / "cni", log); !ledger && outcome) outcome = ledger;
  std::error_code ignored;
  if (fs::is_directory(run_dir, ignored) && fs::is_empty(run_dir, ignored) && fs::remove(run_dir, ignored)) {
    log.removed(run_dir.string());
  }
  return outcome;
}

}  // namespace weft
