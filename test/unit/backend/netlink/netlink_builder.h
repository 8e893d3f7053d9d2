// Netlink messages by hand, byte for byte as the kernel sends them: what the parsers are tested against must not come
// from the builder that is tested too.
#pragma once

#include "backend/netlink/message_view.h"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace weft::test {

using Bytes = std::vector<std::byte>;

[[nodiscard]] Bytes raw_bytes(const void* data, std::size_t size);
[[nodiscard]] Bytes hex(std::string_view digits);  // "0a 58 …"; aborts on anything else
[[nodiscard]] Bytes operator+(Bytes left, const Bytes& right);

template <class Value>
[[nodiscard]] Bytes raw(const Value& value) {
  return raw_bytes(&value, sizeof value);
}

// Header, payload, padding.
[[nodiscard]] Bytes attribute(std::uint16_t type, const Bytes& payload);
[[nodiscard]] Bytes text_attribute(std::uint16_t type, std::string_view text);  // NUL-terminated
template <class Value>
[[nodiscard]] Bytes attribute(std::uint16_t type, const Value& value) {
  return attribute(type, raw(value));
}

class RawMessage {
 public:
  // `body`: fixed header and attributes.
  RawMessage(std::uint16_t type, const Bytes& body, std::uint16_t flags = 0, std::uint32_t sequence = 0,
             std::uint32_t port = 0);

  [[nodiscard]] netlink::MessageView view() const {
    return netlink::MessageView(*reinterpret_cast<const nlmsghdr*>(bytes_.data()));
  }
  [[nodiscard]] const Bytes& bytes() const { return bytes_; }

 private:
  Bytes bytes_;
};

}  // namespace weft::test
