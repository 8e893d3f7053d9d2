#include "backend/netlink/nft_elements.h"

#include "backend/netlink/nft_request.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include <arpa/inet.h>
#include <linux/netlink.h>
#include <net/if.h>

namespace weft::netlink::nft {

namespace {

constexpr std::size_t kMaxTupleBytes = 64;    // the kernel's registers
constexpr std::uint8_t kCommentUserdata = 0;  // libnftnl's NFTNL_UDATA_SET_ELEM_COMMENT

void start_elements(Message& message, int type, std::uint16_t flags, std::string_view table, std::string_view set,
                    Tables tables = Tables::inet) {
  start_request(message, type, flags, static_cast<std::uint8_t>(tables));
  message.put_string(NFTA_SET_ELEM_LIST_TABLE, table).put_string(NFTA_SET_ELEM_LIST_SET, set);
}

void put_tuple(Message& message, int attribute, const Tuple& tuple) {
  const auto data = message.nest(attribute);
  message.put_bytes(NFTA_DATA_VALUE, tuple.bytes());
}

// Type, length, text with its NUL: userdata is nft's own business, which the kernel only keeps.
void put_comment(Message& message, std::string_view text) {
  text = text.substr(0, kMaxCommentBytes);
  std::string userdata;
  userdata += static_cast<char>(kCommentUserdata);
  userdata += static_cast<char>(text.size() + 1);
  userdata += text;
  userdata += '\0';
  message.put_bytes(NFTA_SET_ELEM_USERDATA, std::as_bytes(std::span(userdata)));
}

void put_elements(Message& message, std::span<const Element> elements, bool with_data) {
  if (elements.size() > kElementsPerMessage) std::abort();
  const auto list = message.nest(NFTA_SET_ELEM_LIST_ELEMENTS);
  for (const Element& element : elements) {
    const auto entry = message.nest(NFTA_LIST_ELEM);
    put_tuple(message, NFTA_SET_ELEM_KEY, element.key);
    if (!with_data) continue;
    if (!element.data.empty()) put_tuple(message, NFTA_SET_ELEM_DATA, element.data);
    if (!element.comment.empty()) put_comment(message, element.comment);
  }
}

Tuple tuple_of(const Attributes& element, int attribute) {
  return Tuple::from_bytes(element.nested(attribute).bytes(NFTA_DATA_VALUE));
}

}  // namespace

void Tuple::append(std::span<const std::byte> part) {
  bytes_.insert(bytes_.end(), part.begin(), part.end());
  bytes_.resize(padded_length(static_cast<std::uint32_t>(bytes_.size())));
  if (bytes_.size() > kMaxTupleBytes) std::abort();
}

Tuple& Tuple::add(const IpAddress& address) {
  append(std::as_bytes(address.bytes()));
  return *this;
}

Tuple& Tuple::add_protocol(std::uint8_t protocol) {
  append(std::as_bytes(std::span(&protocol, 1)));
  return *this;
}

Tuple& Tuple::add_port(std::uint16_t port) {
  const std::uint16_t network_order = htons(port);
  append(std::as_bytes(std::span(&network_order, 1)));
  return *this;
}

Tuple& Tuple::add_link(std::string_view name) {
  std::array<char, IFNAMSIZ> field{};
  std::copy_n(name.begin(), std::min(name.size(), field.size() - 1), field.begin());
  append(std::as_bytes(std::span(field)));
  return *this;
}

Tuple Tuple::from_bytes(std::span<const std::byte> bytes) {
  Tuple tuple;
  tuple.bytes_.assign(bytes.begin(),
                      bytes.begin() + static_cast<std::ptrdiff_t>(std::min(bytes.size(), kMaxTupleBytes)));
  return tuple;
}

void write_add_elements(Message& message, std::string_view table, std::string_view set,
                        std::span<const Element> elements) {
  start_elements(message, NFT_MSG_NEWSETELEM, NLM_F_CREATE, table, set);
  put_elements(message, elements, /*with_data=*/true);
}

void write_delete_elements(Message& message, std::string_view table, std::string_view set,
                           std::span<const Element> elements) {
  start_elements(message, NFT_MSG_DELSETELEM, 0, table, set);
  put_elements(message, elements, /*with_data=*/false);
}

void write_get_element(Message& message, std::string_view table, std::string_view set, const Tuple& key,
                       Tables tables) {
  start_elements(message, NFT_MSG_GETSETELEM, 0, table, set, tables);
  const Element element{key, {}, {}};
  put_elements(message, std::span(&element, 1), /*with_data=*/false);
}

void write_dump_elements(Message& message, std::string_view table, std::string_view set, Tables tables) {
  start_elements(message, NFT_MSG_GETSETELEM, 0, table, set, tables);
}

std::vector<Element> parse_elements(MessageView view) {
  std::vector<Element> elements;
  if (view.type() != ((NFNL_SUBSYS_NFTABLES << 8) | NFT_MSG_NEWSETELEM)) return elements;
  const auto list = view.attributes<nfgenmsg>().bytes(NFTA_SET_ELEM_LIST_ELEMENTS);
  for_each_attribute(list, [&elements](std::span<const std::byte> entry) {
    const Attributes element(entry);
    Element parsed{tuple_of(element, NFTA_SET_ELEM_KEY), tuple_of(element, NFTA_SET_ELEM_DATA), {}};
    if (!parsed.key.empty()) elements.push_back(std::move(parsed));
  });
  return elements;
}

}  // namespace weft::netlink::nft
