#include "backend/netlink/message.h"

#include <netlink/attr.h>
#include <netlink/msg.h>

#include <cstdlib>
#include <cstring>
#include <new>

#include <arpa/inet.h>

namespace weft::netlink {

namespace {

constexpr std::size_t kBufferSize = 4096;

void require(bool fits) {
  if (!fits) std::abort();
}

}  // namespace

void Message::Free::operator()(nl_msg* message) const { nlmsg_free(message); }

Message::Message() : message_(nlmsg_alloc_size(kBufferSize)) {
  if (!message_) throw std::bad_alloc();
}

Message& Message::start_bytes(std::uint16_t type, std::uint16_t flags, std::span<const std::byte> header) {
  nlmsghdr* head = nlmsg_hdr(message_.get());
  head->nlmsg_len = NLMSG_HDRLEN;
  head->nlmsg_type = type;
  head->nlmsg_flags = static_cast<std::uint16_t>(flags | NLM_F_REQUEST);
  head->nlmsg_seq = 0;
  head->nlmsg_pid = 0;
  return append(header);
}

Message& Message::append(std::span<const std::byte> bytes) {
  // libnl takes a mutable pointer but only reads from it.
  require(nlmsg_append(message_.get(), const_cast<std::byte*>(bytes.data()), bytes.size(), NLMSG_ALIGNTO) == 0);
  return *this;
}

Message& Message::put_bytes(int attribute, std::span<const std::byte> bytes) {
  require(nla_put(message_.get(), attribute, static_cast<int>(bytes.size()), bytes.data()) == 0);
  return *this;
}

Message& Message::put_be16(int attribute, std::uint16_t host_order) { return put_u16(attribute, htons(host_order)); }

Message& Message::put_be32(int attribute, std::uint32_t host_order) { return put_u32(attribute, htonl(host_order)); }

Message& Message::put_address(int attribute, const IpAddress& address) {
  return put_bytes(attribute, std::as_bytes(address.bytes()));
}

Message& Message::put_mac(int attribute, const MacAddress& mac) {
  return put_bytes(attribute, std::as_bytes(std::span(mac.bytes())));
}

Message& Message::put_string(int attribute, std::string_view text) {
  nlattr* reserved = nla_reserve(message_.get(), attribute, static_cast<int>(text.size() + 1));
  require(reserved != nullptr);
  auto* data = static_cast<char*>(nla_data(reserved));
  std::memcpy(data, text.data(), text.size());
  data[text.size()] = '\0';
  return *this;
}

Message::Nest Message::nest(int attribute) {
  nlattr* start = nla_nest_start(message_.get(), attribute);
  require(start != nullptr);
  return {*this, start};
}

void Message::Nest::close() {
  if (start_ != nullptr) nla_nest_end_keep_empty(message_->message_.get(), start_);
  start_ = nullptr;
}

std::span<const std::byte> Message::bytes() const {
  const nlmsghdr* head = nlmsg_hdr(message_.get());
  return std::as_bytes(std::span(reinterpret_cast<const char*>(head), head->nlmsg_len));
}

}  // namespace weft::netlink
