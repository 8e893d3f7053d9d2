#include "daemon/install.h"

#include "daemon/complain.h"
#include "daemon/exit_codes.h"
#include "subnet/file_writer.h"

#include <cerrno>
#include <filesystem>

namespace weft {
namespace {

namespace fs = std::filesystem;

constexpr const char* kPlugin = "weft";
constexpr const char* kLoopback = "loopback";
constexpr std::size_t kMaxPlugin = std::size_t{64} << 20U;  // bytes; sanitizers make it large
constexpr mode_t kExecutable = 0755;

// In the image, and where it was built to be installed, the plugin lies beside the daemon.
fs::path source_of(const InstallOptions& options) {
  if (!options.plugin.empty()) return options.plugin;
  std::error_code error;
  return fs::read_symlink("/proc/self/exe", error).parent_path() / kPlugin;
}

Result<std::string> read_plugin(const fs::path& path) {
  auto read = read_file(path, kMaxPlugin);
  if (!read) return std::unexpected(read.error());
  auto& content = *read;
  if (!content) return fail("there is no plugin {}: name it with --plugin", path.string());
  if (!content->starts_with("\x7f"
                            "ELF"))
    return fail("--plugin {}: is no program", path.string());
  return *std::move(content);
}

Result<> make_directory(const fs::path& directory) {
  std::error_code error;
  fs::create_directories(directory, error);
  if (error) return fail_errno("make --cni-bin-dir " + directory.string(), error.value());
  return {};
}

bool is_ours(const fs::path& loopback) {
  std::error_code error;
  return fs::read_symlink(loopback, error) == kPlugin;
}

Result<> link_loopback(const fs::path& loopback) {
  std::error_code error;
  fs::create_symlink(kPlugin, loopback, error);
  if (!error) {
    fmt::print("installed {}\n", loopback.string());
  } else if (error != std::errc::file_exists) {
    return fail_errno("link " + loopback.string(), error.value());
  } else if (!is_ours(loopback)) {
    fmt::print("kept {}, another program's\n", loopback.string());
  }
  return {};
}

Result<> install(const InstallOptions& options) {
  const auto plugin = read_plugin(source_of(options));
  if (!plugin) return std::unexpected(plugin.error());
  const fs::path directory = options.cni_bin_dir;
  if (const auto made = make_directory(directory); !made) return made;
  const auto written = write_file_if_changed(directory / kPlugin, *plugin, kExecutable);
  if (!written) return std::unexpected(written.error());
  fmt::print("{} {}\n", *written ? "installed" : "unchanged:", (directory / kPlugin).string());
  return link_loopback(directory / kLoopback);
}

bool is_forbidden(const Error& error) { return error.code == EPERM || error.code == EACCES || error.code == EROFS; }

}  // namespace

int run_install(const InstallOptions& options) {
  const auto done = install(options);
  if (done) return kExitOk;
  return complain(is_forbidden(done.error()) ? kExitPermission : kExitFailed, done.error().message);
}

Result<> clean_plugin(const CleanupOptions& options, CleanupLog& log) {
  if (options.cni_bin_dir.empty()) return {};
  const fs::path directory = options.cni_bin_dir;
  std::error_code error;
  if (fs::exists(options.ledger_path(), error)) {
    log.kept((directory / kPlugin).string() + ": the pods that are attached need it to be detached");
    return {};
  }
  for (const fs::path& path : {directory / kLoopback, directory / kPlugin}) {
    if (path.filename() == kLoopback && !is_ours(path)) continue;
    const auto removed = remove_file(path);
    if (!removed) return std::unexpected(removed.error());
    if (*removed) log.removed(path.string());
  }
  return {};
}

}  // namespace weft
