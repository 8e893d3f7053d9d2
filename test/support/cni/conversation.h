// One question and one answer between a client and a server, to see whether they reach each other, and as whom.
//
// Sockets belong to the network namespace in which they are made. Functions throw std::system_error.
#pragma once

#include "subnet/ip_address.h"
#include "subnet/ledger/port_mapping.h"
#include "subnet/unique_fd.h"

#include <cstdint>
#include <optional>
#include <string>

namespace weft::test {

// TCP or UDP.
class Server {
 public:
  Server(Transport transport, const IpAddress& address, std::uint16_t port);

  [[nodiscard]] Transport transport() const { return transport_; }
  // Answers what comes within two seconds; who has asked. Of TCP, keeps the connection.
  [[nodiscard]] std::optional<IpAddress> answer();

 private:
  Transport transport_;
  UniqueFd fd_;
  UniqueFd connection_;
};

// Sends to one address and port and hears from nobody else. `own_port` 0: any.
class Client {
 public:
  Client(Transport transport, const IpAddress& target, std::uint16_t port,
         const std::optional<IpAddress>& own_address = {}, std::uint16_t own_port = 0);

  // "198.51.100.9": the server has seen that address, and its answer came back. Else "refused", "nobody asked" or
  // "no answer".
  [[nodiscard]] std::string ask(Server& server);
  // Only sends. For UDP; where it goes is for others to see.
  void send();
  // What the answer to send() is when nobody listens. Waits up to two seconds.
  [[nodiscard]] bool is_refused();

 private:
  [[nodiscard]] bool hears();

  Transport transport_;
  UniqueFd fd_;
};

[[nodiscard]] inline std::string ask(Server& server, const IpAddress& target, std::uint16_t port) {
  return Client(server.transport(), target, port).ask(server);
}

}  // namespace weft::test
