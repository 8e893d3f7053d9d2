// Bytes of HTTP/1.1 answers, and how they are cut on their way out.
#pragma once

#include "test/support/api_server/api.h"
#include "test/support/api_server/connection.h"

#include <boost/asio/awaitable.hpp>

#include <string>
#include <string_view>

namespace weft::test {

[[nodiscard]] std::string render_reply(const Reply& reply, bool keep_alive);
[[nodiscard]] std::string render_watch_header(bool compressed);
[[nodiscard]] std::string render_chunk(std::string_view data);
inline constexpr std::string_view kLastChunk = "0\r\n\r\n";
// One gzip member, stored blocks.
[[nodiscard]] std::string gzip(std::string_view data);

// Writes `bytes` in the pieces that Behaviour::cut asks for.
[[nodiscard]] boost::asio::awaitable<bool> write_cut(Connection& connection, std::string bytes,
                                                     const Behaviour& behaviour);

}  // namespace weft::test
