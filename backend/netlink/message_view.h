// A received netlink message and its attributes, read with bounds.
//
// Views own nothing: they are valid while the receive buffer is, that is, inside the parse function they are given
// to. Any thread. An attribute that is missing, or too short for what is asked, reads as nullopt or empty.
#pragma once

#include "subnet/ip_address.h"
#include "subnet/mac_address.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include <linux/netlink.h>

namespace weft::netlink {

class Attributes {
 public:
  Attributes() = default;
  explicit Attributes(std::span<const std::byte> bytes);

  [[nodiscard]] bool has(int type) const { return find(type) != nullptr; }
  [[nodiscard]] std::span<const std::byte> bytes(int type) const;  // the payload
  [[nodiscard]] std::optional<std::uint8_t> u8(int type) const { return value<std::uint8_t>(type); }
  [[nodiscard]] std::optional<std::uint16_t> u16(int type) const { return value<std::uint16_t>(type); }
  [[nodiscard]] std::optional<std::uint32_t> u32(int type) const { return value<std::uint32_t>(type); }
  [[nodiscard]] std::optional<std::uint16_t> be16(int type) const;  // to host order
  [[nodiscard]] std::optional<std::uint32_t> be32(int type) const;
  [[nodiscard]] std::optional<IpAddress> address(int type) const;  // 4 or 16 bytes long
  [[nodiscard]] std::optional<MacAddress> mac(int type) const;     // 6 bytes long
  [[nodiscard]] std::string_view string(int type) const;           // up to the NUL
  [[nodiscard]] Attributes nested(int type) const { return Attributes(bytes(type)); }

 private:
  // Above every type this project reads (IFLA_* goes furthest); later ones are skipped.
  static constexpr std::size_t kTypes = 72;

  [[nodiscard]] const nlattr* find(int type) const;
  template <class Value>
  [[nodiscard]] std::optional<Value> value(int type) const {
    const auto payload = bytes(type);
    if (payload.size() < sizeof(Value)) return std::nullopt;
    Value result{};
    std::memcpy(&result, payload.data(), sizeof(Value));
    return result;
  }

  std::array<const nlattr*, kTypes> table_{};
};

// Calls `visit` with the payload of each attribute of a list, in order, whatever their types.
void for_each_attribute(std::span<const std::byte> list, const std::function<void(std::span<const std::byte>)>& visit);

class MessageView {
 public:
  // `header.nlmsg_len` bytes must be readable; MessageReader has checked that.
  explicit MessageView(const nlmsghdr& header) : header_(&header) {}

  [[nodiscard]] std::uint16_t type() const { return header_->nlmsg_type; }
  [[nodiscard]] std::uint16_t flags() const { return header_->nlmsg_flags; }
  [[nodiscard]] std::uint32_t sequence() const { return header_->nlmsg_seq; }
  [[nodiscard]] std::uint32_t port() const { return header_->nlmsg_pid; }  // the requester's; 0: the kernel itself
  [[nodiscard]] std::span<const std::byte> payload() const;
  [[nodiscard]] std::vector<std::byte> copy() const;  // header and payload

  // The family's fixed header; nullptr when the message is too short to have one.
  template <class Header>
  [[nodiscard]] const Header* header() const {
    return payload().size() < sizeof(Header) ? nullptr : reinterpret_cast<const Header*>(payload().data());
  }
  // The attributes after a fixed header of type Header.
  template <class Header>
  [[nodiscard]] Attributes attributes() const {
    const std::size_t skip = NLMSG_ALIGN(sizeof(Header));
    return payload().size() < skip ? Attributes() : Attributes(payload().subspan(skip));
  }

 private:
  const nlmsghdr* header_;
};

// Walks the messages of one datagram; ends at the first that does not fit in what is left.
class MessageReader {
 public:
  explicit MessageReader(std::span<const std::byte> datagram) : rest_(datagram) {}
  [[nodiscard]] std::optional<MessageView> next();

 private:
  std::span<const std::byte> rest_;
};

}  // namespace weft::netlink
