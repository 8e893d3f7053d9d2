#include "test/unit/backend/netlink/netlink_builder.h"

#include <cctype>
#include <cstdlib>
#include <cstring>
#include <string>

namespace weft::test {

Bytes raw_bytes(const void* data, std::size_t size) {
  const auto* first = static_cast<const std::byte*>(data);
  return {first, first + size};
}

Bytes hex(std::string_view digits) {
  std::string packed;
  for (const char c : digits) {
    if (c == ' ') continue;
    if (std::isxdigit(static_cast<unsigned char>(c)) == 0) std::abort();
    packed += c;
  }
  if (packed.size() % 2 != 0) std::abort();
  Bytes bytes;
  for (std::size_t i = 0; i < packed.size(); i += 2) {
    bytes.push_back(static_cast<std::byte>(std::strtoul(packed.substr(i, 2).c_str(), nullptr, 16)));
  }
  return bytes;
}

Bytes operator+(Bytes left, const Bytes& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

Bytes attribute(std::uint16_t type, const Bytes& payload) {
  const nlattr head{.nla_len = static_cast<std::uint16_t>(sizeof(nlattr) + payload.size()), .nla_type = type};
  Bytes bytes = raw(head) + payload;
  bytes.resize(NLMSG_ALIGN(bytes.size()));
  return bytes;
}

Bytes text_attribute(std::uint16_t type, std::string_view text) {
  Bytes payload = raw_bytes(text.data(), text.size());
  payload.push_back(std::byte{0});
  return attribute(type, payload);
}

RawMessage::RawMessage(std::uint16_t type, const Bytes& body, std::uint16_t flags, std::uint32_t sequence,
                       std::uint32_t port) {
  const nlmsghdr head{.nlmsg_len = static_cast<std::uint32_t>(NLMSG_HDRLEN + body.size()),
                      .nlmsg_type = type,
                      .nlmsg_flags = flags,
                      .nlmsg_seq = sequence,
                      .nlmsg_pid = port};
  bytes_ = raw(head) + body;
}

}  // namespace weft::test
