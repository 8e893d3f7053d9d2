// The floor and the yardstick: programming peers with nothing but AF_NETLINK system calls.
//
// Deliberately shares no code with backend/netlink. Throws std::system_error. One thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace weft::bench {

struct RawPeer {
  std::uint32_t subnet = 0;  // network order, /24; also the gateway
  std::uint32_t remote = 0;  // network order
  std::uint32_t metric = 0;
  std::array<std::uint8_t, 6> mac{};
};

// Flannel's three messages for each peer, in the phases that Weft uses: neighbours, FDB entries, routes.
class RawProgrammer {
 public:
  explicit RawProgrammer(int device);
  ~RawProgrammer();
  RawProgrammer(const RawProgrammer&) = delete;
  RawProgrammer& operator=(const RawProgrammer&) = delete;

  [[nodiscard]] std::uint32_t port() const { return port_; }

  // 128 messages a sendmsg, an acknowledgement asked of the last one only.
  void program_in_batches(std::span<const RawPeer> peers);
  // A socket made, bound and closed for every message, as github.com/vishvananda/netlink does for Flannel; peer by
  // peer.
  void program_with_fresh_sockets(std::span<const RawPeer> peers);

 private:
  enum class Kind : std::uint8_t { neighbour, fdb, route };

  static int open_socket();
  void append(Kind kind, const RawPeer& peer);
  void flush(int fd);
  void add_attribute(std::uint16_t type, const void* data, std::size_t size);

  int device_;
  int fd_;
  std::uint32_t port_ = 0;
  std::uint32_t sequence_ = 0;
  std::size_t start_ = 0;  // of the last message in buffer_
  std::size_t count_ = 0;
  std::size_t used_ = 0;
  std::vector<char> buffer_;
};

}  // namespace weft::bench
