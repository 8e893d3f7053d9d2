// An IP address and a port in the form that socket calls want. Header only, tests only.
#pragma once

#include "subnet/ip_address.h"

#include <cstdint>
#include <cstring>

#include <netinet/in.h>
#include <sys/socket.h>

namespace weft::test {

class SocketAddress {
 public:
  SocketAddress() : size_(sizeof storage_) {}  // to be filled by a call

  // `scope`: the index of the link, for link-local addresses of IPv6.
  SocketAddress(const IpAddress& address, std::uint16_t port, std::uint32_t scope = 0) {
    if (address.is_v4()) {
      sockaddr_in v4{};
      v4.sin_family = AF_INET;
      v4.sin_port = htons(port);
      std::memcpy(&v4.sin_addr, address.bytes().data(), sizeof v4.sin_addr);
      fill(v4);
    } else {
      sockaddr_in6 v6{};
      v6.sin6_family = AF_INET6;
      v6.sin6_port = htons(port);
      v6.sin6_scope_id = scope;
      std::memcpy(&v6.sin6_addr, address.bytes().data(), sizeof v6.sin6_addr);
      fill(v6);
    }
  }

  [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage_); }
  [[nodiscard]] sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage_); }
  [[nodiscard]] socklen_t size() const { return size_; }
  [[nodiscard]] socklen_t* size_to_set() { return &size_; }

  [[nodiscard]] IpAddress address() const {
    if (storage_.ss_family == AF_INET) {
      sockaddr_in v4{};
      std::memcpy(&v4, &storage_, sizeof v4);
      return IpAddress::from_v4(ntohl(v4.sin_addr.s_addr));
    }
    sockaddr_in6 v6{};
    std::memcpy(&v6, &storage_, sizeof v6);
    return IpAddress::from_bytes({reinterpret_cast<const std::uint8_t*>(&v6.sin6_addr), sizeof v6.sin6_addr});
  }

 private:
  template <class Address>
  void fill(const Address& address) {
    std::memcpy(&storage_, &address, sizeof address);
    size_ = sizeof address;
  }

  sockaddr_storage storage_{};
  socklen_t size_ = 0;
};

}  // namespace weft::test
