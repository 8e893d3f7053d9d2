// Elements of nf_tables sets and maps: keys, values, and the requests for them.
//
// Plain values, no I/O. Any thread, as long as the message is its own.
#pragma once

#include "backend/netlink/message.h"
#include "backend/netlink/message_view.h"
#include "backend/netlink/nft_tables.h"
#include "subnet/ip_address.h"

#include <compare>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace weft::netlink::nft {

// Of one part of a concatenation.
[[nodiscard]] constexpr std::uint32_t padded_length(std::uint32_t length) { return (length + 3U) & ~3U; }

// A concatenated key or value, "address . protocol . port": parts in network order, each padded with zeros to a
// multiple of four bytes, as the kernel's registers have them. At most 64 bytes.
class Tuple {
 public:
  Tuple& add(const IpAddress& address);
  Tuple& add_protocol(std::uint8_t protocol);
  Tuple& add_port(std::uint16_t port);
  Tuple& add_link(std::string_view name);

  [[nodiscard]] std::span<const std::byte> bytes() const { return bytes_; }
  [[nodiscard]] bool empty() const { return bytes_.empty(); }

  // As the kernel sent it.
  [[nodiscard]] static Tuple from_bytes(std::span<const std::byte> bytes);

  friend auto operator<=>(const Tuple&, const Tuple&) = default;

 private:
  void append(std::span<const std::byte> part);

  std::vector<std::byte> bytes_;
};

struct Element {
  Tuple key;
  Tuple data;           // of a map; empty in a set
  std::string comment;  // for people, shown by `nft list`; cut to kMaxCommentBytes

  friend bool operator==(const Element&, const Element&) = default;
};

inline constexpr std::size_t kMaxCommentBytes = 120;
// So many fit in a message, whatever they are made of.
inline constexpr std::size_t kElementsPerMessage = 12;

// `elements` are at most kElementsPerMessage. Adding one that is there already is a success when its data is the
// same, else EEXIST (EBUSY before Linux 6.2). Deleting looks at keys only; ENOENT.
void write_add_elements(Message& message, std::string_view table, std::string_view set,
                        std::span<const Element> elements);
void write_delete_elements(Message& message, std::string_view table, std::string_view set,
                           std::span<const Element> elements);
// For Socket::get(): the element of this key. ENOENT when it, or the set, or the table is missing.
void write_get_element(Message& message, std::string_view table, std::string_view set, const Tuple& key,
                       Tables tables = Tables::inet);
// For Socket::dump(): answers of many elements each.
void write_dump_elements(Message& message, std::string_view table, std::string_view set, Tables tables = Tables::inet);

// The elements in an answer to one of the last two; comments are left out.
[[nodiscard]] std::vector<Element> parse_elements(MessageView view);

}  // namespace weft::netlink::nft
