// Packets between two places of a test, over UDP: an answer proves both directions.
#pragma once

#include "subnet/ip_address.h"
#include "subnet/unique_fd.h"

#include <cstddef>

namespace weft::test {

// A socket on `address`, in the namespace the calling thread is in; packets are never fragmented on the way out.
// Throws std::system_error.
class UdpEnd {
 public:
  explicit UdpEnd(const IpAddress& address);

  [[nodiscard]] const IpAddress& address() const { return address_; }

  // Sends `size` bytes of payload to the other end, which sends them back. False when no answer comes within two
  // seconds, or when the kernel refuses: error() then is the errno.
  [[nodiscard]] bool exchange(UdpEnd& other, std::size_t size = 1);
  [[nodiscard]] int error() const { return error_; }

 private:
  [[nodiscard]] bool send(const UdpEnd& other, std::size_t size);
  [[nodiscard]] bool receive(std::size_t size);

  IpAddress address_;
  UniqueFd fd_;
  std::uint16_t port_;
  int error_ = 0;
};

}  // namespace weft::test
