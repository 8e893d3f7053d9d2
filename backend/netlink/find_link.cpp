#include "backend/netlink/find_link.h"

#include "backend/netlink/requests.h"

#include <cerrno>

namespace weft::netlink {

Result<LinkRecord> get_link(Socket& socket, const std::string& name) {
  Message message;
  write_get_link(message, name);
  const auto reply = socket.get(message);
  if (!reply) return fail_with("link " + name, reply.error());
  auto record = parse_link(reply->view());
  if (!record) return fail("link {}: the kernel's answer is no link", name);
  return *std::move(record);
}

Result<std::optional<LinkRecord>> find_link(Socket& socket, const std::string& name) {
  auto link = get_link(socket, name);
  if (link) return *std::move(link);
  if (link.error().code == ENODEV) return std::nullopt;
  return std::unexpected(std::move(link.error()));
}

}  // namespace weft::netlink
