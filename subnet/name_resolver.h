// Host name to TCP endpoints without ever blocking the caller's thread or its exit.
//
// Asio's own resolver joins its thread when the io_context ends, and getaddrinfo(3) cannot be interrupted: with a
// dead name server that would hold up SIGTERM for half a minute. Here the thread is left alone when nobody waits.
#pragma once

#include "subnet/result.h"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace weft {

using TcpEndpoints = std::vector<boost::asio::ip::tcp::endpoint>;

// Literal addresses need no thread. The error names the host.
[[nodiscard]] boost::asio::awaitable<Result<TcpEndpoints>> resolve_name(std::string host, std::uint16_t port,
                                                                        std::chrono::milliseconds timeout);

}  // namespace weft
