// One netlink request under construction.
//
// Owns: one libnl message buffer of 4 KiB, re-used by every start(), so that building a request allocates nothing.
// Threading: one thread at a time.
// Errors: none. A request that outgrows the buffer aborts: no request of this project comes near it, so that is a
// programming mistake; strings from outside are checked for length before they get here.
#pragma once

#include "subnet/ip_address.h"
#include "subnet/mac_address.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

struct nl_msg;
struct nlattr;

namespace weft::netlink {

class Message {
 public:
  // Closes its attribute at the end of the scope, or at close().
  class Nest {
   public:
    Nest(Message& message, nlattr* start) : message_(&message), start_(start) {}
    Nest(const Nest&) = delete;
    Nest& operator=(const Nest&) = delete;
    ~Nest() { close(); }
    void close();

   private:
    Message* message_;
    nlattr* start_;
  };

  Message();

  // Drops what was built before. `header` is the family's fixed header (ifinfomsg, rtmsg …). NLM_F_REQUEST is
  // added; NLM_F_ACK, sequence number and port are the socket's business.
  template <class Header>
  Message& start(std::uint16_t type, std::uint16_t flags, const Header& header) {
    return start_bytes(type, flags, std::as_bytes(std::span(&header, 1)));
  }

  Message& put_flag(int attribute) { return put_bytes(attribute, {}); }
  Message& put_u8(int attribute, std::uint8_t value) { return put_value(attribute, value); }
  Message& put_u16(int attribute, std::uint16_t value) { return put_value(attribute, value); }
  Message& put_u32(int attribute, std::uint32_t value) { return put_value(attribute, value); }
  Message& put_u64(int attribute, std::uint64_t value) { return put_value(attribute, value); }
  Message& put_be16(int attribute, std::uint16_t host_order);
  Message& put_be32(int attribute, std::uint32_t host_order);
  Message& put_address(int attribute, const IpAddress& address);
  Message& put_mac(int attribute, const MacAddress& mac);
  Message& put_string(int attribute, std::string_view text);  // a final NUL is added
  Message& put_bytes(int attribute, std::span<const std::byte> bytes);

  // A fixed header inside a nested attribute, such as the ifinfomsg of VETH_INFO_PEER.
  template <class Header>
  Message& put_header(const Header& header) {
    return append(std::as_bytes(std::span(&header, 1)));
  }

  [[nodiscard]] Nest nest(int attribute);

  [[nodiscard]] std::span<const std::byte> bytes() const;

 private:
  struct Free {
    void operator()(nl_msg* message) const;
  };

  template <class Value>
  Message& put_value(int attribute, const Value& value) {
    return put_bytes(attribute, std::as_bytes(std::span(&value, 1)));
  }
  Message& start_bytes(std::uint16_t type, std::uint16_t flags, std::span<const std::byte> header);
  Message& append(std::span<const std::byte> bytes);

  std::unique_ptr<nl_msg, Free> message_;
};

}  // namespace weft::netlink
