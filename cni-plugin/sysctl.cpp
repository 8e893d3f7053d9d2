#include "cni-plugin/sysctl.h"

#include "subnet/unique_fd.h"

#include <array>
#include <cerrno>
#include <memory>

#include <dirent.h>
#include <fcntl.h>

namespace weft::cni {

namespace {

std::string path_of(const std::string& name) { return "/proc/sys/net/" + name; }

// The interfaces, by the names of their parameters' directories.
Result<std::vector<std::string>> ipv6_interfaces() {
  const std::string path = path_of("ipv6/conf");
  const auto close_stream = [](DIR* stream) { ::closedir(stream); };
  const std::unique_ptr<DIR, decltype(close_stream)> stream(::opendir(path.c_str()), close_stream);
  if (!stream) return fail_errno(path, errno);
  std::vector<std::string> names;
  while (const dirent* entry = ::readdir(stream.get())) {
    const std::string_view name = entry->d_name;
    if (name != "." && name != ".." && name != "all" && name != "default" && name != "lo") names.emplace_back(name);
  }
  return names;
}

// accept_ra=1 means "unless it forwards": 2 keeps what the interface does today.
Result<> keep_router_advertisements() {
  const auto interfaces = ipv6_interfaces();
  if (!interfaces) return std::unexpected(interfaces.error());
  for (const std::string& interface : *interfaces) {
    const std::string parameter = "ipv6/conf/" + interface + "/accept_ra";
    const auto value = read_sysctl(parameter);
    if (!value || *value != "1") continue;  // off, kept already, or gone with its interface
    const auto kept = ensure_sysctl(parameter, "2");
    if (!kept && kept.error().code != ENOENT) return kept;
  }
  return {};
}

}  // namespace

Result<std::string> read_sysctl(const std::string& name) {
  const std::string path = path_of(name);
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return fail_errno(path, errno);
  std::array<char, 64> buffer{};
  const ssize_t size = ::read(fd.get(), buffer.data(), buffer.size());
  if (size < 0) return fail_errno(path, errno);
  std::string value(buffer.data(), static_cast<std::size_t>(size));
  if (value.ends_with('\n')) value.pop_back();
  return value;
}

Result<> ensure_sysctl(const std::string& name, std::string_view value) {
  const auto current = read_sysctl(name);
  if (!current) return std::unexpected(current.error());
  if (*current == value) return {};
  const std::string path = path_of(name);
  const UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!fd || ::write(fd.get(), value.data(), value.size()) < 0) {
    return fail_errno(fmt::format("set {} to {} (it is {})", path, value, *current), errno);
  }
  return {};
}

Result<> ensure_ipv4_forwarding() { return ensure_sysctl("ipv4/ip_forward", "1"); }

Result<> ensure_ipv6_forwarding() {
  const auto forwarding = read_sysctl("ipv6/conf/all/forwarding");
  if (!forwarding) return std::unexpected(forwarding.error());
  if (*forwarding == "1") return {};
  if (const auto kept = keep_router_advertisements(); !kept) return kept;
  return ensure_sysctl("ipv6/conf/all/forwarding", "1");
}

}  // namespace weft::cni
