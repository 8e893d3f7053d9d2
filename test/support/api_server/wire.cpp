#include "test/support/api_server/wire.h"

#include <boost/beast/http/status.hpp>
#include <boost/crc.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <random>

namespace weft::test {
namespace {

void append_le(std::string& out, std::uint32_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) out += static_cast<char>((value >> (8 * i)) & 0xFF);
}

}  // namespace

std::string render_reply(const Reply& reply, bool keep_alive) {
  const auto reason =
      boost::beast::http::obsolete_reason(boost::beast::http::int_to_status(static_cast<unsigned>(reply.status)));
  auto text =
      fmt::format("HTTP/1.1 {} {}\r\nContent-Type: {}\r\nContent-Length: {}\r\nCache-Control: no-cache, private\r\n",
                  reply.status, std::string_view(reason.data(), reason.size()), reply.content_type, reply.body.size());
  for (const auto& [name, value] : reply.headers) text += fmt::format("{}: {}\r\n", name, value);
  if (!keep_alive) text += "Connection: close\r\n";
  return text + "\r\n" + reply.body;
}

std::string render_watch_header(bool compressed) {
  return fmt::format(
      "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nCache-Control: no-cache, private\r\n{}"
      "Transfer-Encoding: chunked\r\n\r\n",
      compressed ? "Content-Encoding: gzip\r\n" : "");
}

std::string render_chunk(std::string_view data) { return fmt::format("{:x}\r\n{}\r\n", data.size(), data); }

std::string gzip(std::string_view data) {
  constexpr std::size_t kBlock = 65535;
  std::string out("\x1f\x8b\x08\0\0\0\0\0\0\xff", 10);
  boost::crc_32_type crc;
  crc.process_bytes(data.data(), data.size());
  const auto size = static_cast<std::uint32_t>(data.size());
  do {
    const auto part = data.substr(0, kBlock);
    data.remove_prefix(part.size());
    const auto length = static_cast<std::uint16_t>(part.size());
    out += data.empty() ? '\x01' : '\0';
    append_le(out, length, 2);
    append_le(out, static_cast<std::uint16_t>(~length), 2);
    out += part;
  } while (!data.empty());
  append_le(out, crc.checksum(), 4);
  append_le(out, size, 4);
  return out;
}

boost::asio::awaitable<bool> write_cut(Connection& connection, std::string bytes, const Behaviour& behaviour) {
  static std::minstd_rand random;  // a fixed seed: runs repeat
  std::string_view rest = bytes;
  while (!rest.empty()) {
    auto length = behaviour.cut == 0 ? rest.size() : behaviour.cut;
    if (behaviour.random_cut) length = 1 + random() % length;
    if (!co_await connection.write(rest.substr(0, length))) co_return false;
    rest.remove_prefix(std::min(length, rest.size()));
  }
  co_return true;
}

}  // namespace weft::test
