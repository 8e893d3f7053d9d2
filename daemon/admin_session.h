// One connection of the admin server: requests one after the other until the peer closes.
#pragma once

#include "daemon/admin_server.h"

#include <boost/asio/generic/stream_protocol.hpp>

#include <functional>

namespace weft {

using AdminSocket = boost::asio::generic::stream_protocol::socket;

// Keeps itself alive; `ended` is called once, when the connection is over.
void serve_admin_session(AdminSocket socket, bool local, AdminHandler handler, std::function<void()> ended);

// "/readyz?verbose" -> path and flags.
[[nodiscard]] AdminRequest parse_admin_target(std::string_view target, bool local);

}  // namespace weft
