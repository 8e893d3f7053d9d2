// Preloaded into weftd: the kernel that it talks to knows no VXLAN devices.
//
// A netlink request that names the kind "vxlan" goes out with a kind that no kernel has, so that the answer is the
// kernel's own. Until the file named by NO_VXLAN_UNTIL exists: then somebody has loaded the module.
#include <cstddef>
#include <cstdlib>
#include <string>

#include <dlfcn.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

bool has_vxlan() {
  const char* loaded = std::getenv("NO_VXLAN_UNTIL");
  return loaded != nullptr && ::access(loaded, F_OK) == 0;
}

}  // namespace

extern "C" ssize_t sendto(int fd, const void* buffer, std::size_t size, int flags, const sockaddr* to,
                          socklen_t length) {
  static const auto real = reinterpret_cast<decltype(&::sendto)>(::dlsym(RTLD_NEXT, "sendto"));
  std::string bytes(static_cast<const char*>(buffer), size);
  const auto kind = bytes.find("vxlan");
  const bool netlink = to != nullptr && to->sa_family == AF_NETLINK;
  if (netlink && kind != std::string::npos && !has_vxlan()) bytes[kind] = '?';
  return real(fd, bytes.data(), bytes.size(), flags, to, length);
}
