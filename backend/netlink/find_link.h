// A link by its name.
//
// Threading: as the socket, which is a NETLINK_ROUTE one of the link's namespace.
#pragma once

#include "backend/netlink/records.h"
#include "backend/netlink/socket.h"
#include "subnet/result.h"

#include <optional>
#include <string>

namespace weft::netlink {

// ENODEV: there is none.
[[nodiscard]] Result<LinkRecord> get_link(Socket& socket, const std::string& name);
// nullopt: there is none.
[[nodiscard]] Result<std::optional<LinkRecord>> find_link(Socket& socket, const std::string& name);

}  // namespace weft::netlink
