#include "backend/netlink/message_view.h"

#include <netlink/attr.h>

#include <algorithm>

#include <arpa/inet.h>

namespace weft::netlink {

Attributes::Attributes(std::span<const std::byte> bytes) {
  const auto* attribute = reinterpret_cast<const nlattr*>(bytes.data());
  int left = static_cast<int>(bytes.size());
  while (nla_ok(attribute, left) != 0) {
    const auto type = static_cast<std::size_t>(nla_type(attribute));
    if (type < table_.size()) table_[type] = attribute;
    attribute = nla_next(attribute, &left);
  }
}

const nlattr* Attributes::find(int type) const {
  const auto index = static_cast<std::size_t>(type);
  return index < table_.size() ? table_[index] : nullptr;
}

std::span<const std::byte> Attributes::bytes(int type) const {
  const nlattr* attribute = find(type);
  if (attribute == nullptr) return {};
  return {static_cast<const std::byte*>(nla_data(attribute)), static_cast<std::size_t>(nla_len(attribute))};
}

std::optional<std::uint16_t> Attributes::be16(int type) const {
  const auto raw = u16(type);
  return raw ? std::optional(ntohs(*raw)) : std::nullopt;
}

std::optional<std::uint32_t> Attributes::be32(int type) const {
  const auto raw = u32(type);
  return raw ? std::optional(ntohl(*raw)) : std::nullopt;
}

std::optional<IpAddress> Attributes::address(int type) const {
  const auto payload = bytes(type);
  if (payload.size() != 4 && payload.size() != 16) return std::nullopt;
  return IpAddress::from_bytes({reinterpret_cast<const std::uint8_t*>(payload.data()), payload.size()});
}

std::optional<MacAddress> Attributes::mac(int type) const {
  std::array<std::uint8_t, 6> mac{};
  const auto payload = bytes(type);
  if (payload.size() != mac.size()) return std::nullopt;  // InfiniBand's are longer
  std::memcpy(mac.data(), payload.data(), mac.size());
  return MacAddress(mac);
}

std::string_view Attributes::string(int type) const {
  const auto payload = bytes(type);
  const auto* text = reinterpret_cast<const char*>(payload.data());
  return {text, static_cast<std::size_t>(std::find(text, text + payload.size(), '\0') - text)};
}

void for_each_attribute(std::span<const std::byte> list, const std::function<void(std::span<const std::byte>)>& visit) {
  const auto* attribute = reinterpret_cast<const nlattr*>(list.data());
  int left = static_cast<int>(list.size());
  while (nla_ok(attribute, left) != 0) {
    visit({static_cast<const std::byte*>(nla_data(attribute)), static_cast<std::size_t>(nla_len(attribute))});
    attribute = nla_next(attribute, &left);
  }
}

std::span<const std::byte> MessageView::payload() const {
  const auto* first = reinterpret_cast<const std::byte*>(header_);
  return {first + NLMSG_HDRLEN, header_->nlmsg_len - static_cast<std::size_t>(NLMSG_HDRLEN)};
}

std::vector<std::byte> MessageView::copy() const {
  const auto* first = reinterpret_cast<const std::byte*>(header_);
  return {first, first + header_->nlmsg_len};
}

std::optional<MessageView> MessageReader::next() {
  if (rest_.size() < NLMSG_HDRLEN) return std::nullopt;
  const auto& header = *reinterpret_cast<const nlmsghdr*>(rest_.data());
  if (header.nlmsg_len < NLMSG_HDRLEN || header.nlmsg_len > rest_.size()) return std::nullopt;
  rest_ = rest_.subspan(std::min<std::size_t>(NLMSG_ALIGN(header.nlmsg_len), rest_.size()));
  return MessageView(header);
}

}  // namespace weft::netlink
