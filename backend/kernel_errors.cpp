#include "backend/kernel_errors.h"

#include <cerrno>

namespace weft {

namespace {

// What the kernel answers when there is nothing to remove. ENODEV: the link has gone, and all on it with it.
bool is_gone(const Link&, int code) { return code == ENODEV; }
bool is_gone(const LinkAddress&, int code) { return code == EADDRNOTAVAIL || code == ENODEV; }
bool is_gone(const Neighbour&, int code) { return code == ENOENT || code == ENODEV; }
bool is_gone(const FdbEntry&, int code) { return code == ENOENT || code == ENODEV; }
bool is_gone(const Route&, int code) { return code == ESRCH || code == ENODEV; }

// EOPNOTSUPP comes for an unknown kind of device, ENOENT for one whose module cannot be loaded.
bool lacks_vxlan(const Operation& operation, int code) {
  return operation.verb == Verb::put && std::holds_alternative<Link>(operation.object) &&
         (code == EOPNOTSUPP || code == ENOENT);
}

std::string_view remedy(const Operation& operation, int code) {
  if (code == EPERM) return "; it needs CAP_NET_ADMIN";
  if (lacks_vxlan(operation, code)) return "; the kernel has no vxlan: modprobe vxlan";
  if (code == EOPNOTSUPP && operation.verb == Verb::remove && std::holds_alternative<Link>(operation.object)) {
    return "; the device is not of a kind that can be deleted: rename it";
  }
  if (code == ENOBUFS) return "; the kernel lacks memory or its answer was lost: it is tried again";
  return "";
}

}  // namespace

Result<> judge_error(const Operation& operation, const Error& error) {
  const auto gone = [&](const auto& object) { return is_gone(object, error.code); };
  if (operation.verb == Verb::remove && std::visit(gone, operation.object)) return {};
  return std::unexpected(
      Error{fmt::format("{}: {}{}", to_string(operation), error.message, remedy(operation, error.code)), error.code});
}

}  // namespace weft
