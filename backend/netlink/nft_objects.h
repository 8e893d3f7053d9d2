// Requests for nf_tables objects, of family inet where no other is named (see also Transaction): values to messages, in
// the encoding of nf_tables' netlink interface (include/uapi/linux/netfilter/nf_tables.h), without libnftables.
//
// Each write_… starts `message` anew. Those that change something are executed by a Transaction only
// (nft_transaction.h). "add" succeeds when the same object is there already; "delete" needs one (ENOENT).
// Names are at most 255 bytes long. Any thread, as long as the message is its own.
#pragma once

#include "backend/netlink/message.h"
#include "backend/netlink/message_view.h"
#include "backend/netlink/nft_tables.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weft::netlink::nft {

// nft's own numbers, which the kernel only keeps for it: `nft list` prints keys and values by them.
enum class DataType : std::uint8_t { ipv4_addr = 7, ipv6_addr = 8, inet_proto = 12, inet_service = 13, ifname = 41 };

// NF_INET_…, by their numbers in the kernel.
enum class HookPoint : std::uint8_t { prerouting, input, forward, output, postrouting };

// Where a base chain is called: nft(8), "type … hook … priority …", policy accept.
struct Hook {
  std::string type;  // "filter", "nat"
  HookPoint point = HookPoint::prerouting;
  std::int32_t priority = 0;
};

struct Chain {
  std::string table;
  std::string name;
  std::optional<Hook> hook;  // without: only by jumps
};

// A set, or a map when `data` is not empty. Several types make a concatenation, each part padded to four bytes.
struct Set {
  std::string table;
  std::string name;
  std::uint32_t id = 0;  // unique in its transaction
  std::vector<DataType> key;
  std::vector<DataType> data;
};

// The bytes a key or value of these types has.
[[nodiscard]] std::uint32_t data_length(const std::vector<DataType>& types);

void write_add_table(Message& message, std::string_view table);
void write_delete_table(Message& message, std::string_view table);
void write_add_chain(Message& message, const Chain& chain);
void write_add_set(Message& message, const Set& set);
// A named counter, for RuleWriter::count().
void write_add_counter(Message& message, std::string_view table, std::string_view name);

// For Socket::get(): one NFT_MSG_NEWTABLE. ENOENT when it is missing.
void write_get_table(Message& message, std::string_view table);
// For Socket::get(): one NFT_MSG_NEWCHAIN. ENOENT when the table or the chain is missing.
void write_get_chain(Message& message, std::string_view table, std::string_view name, Tables tables = Tables::inet);
// For Socket::dump(): one NFT_MSG_NEWCHAIN a chain of any table of any family.
void write_dump_chains(Message& message);
// The name of an answer's chain where that is of this table, of family inet.
[[nodiscard]] std::optional<std::string> parse_chain_of(MessageView view, std::string_view table,
                                                        Tables tables = Tables::inet);
// A chain with policy drop at hook "forward" of a family that routes: "ip filter FORWARD", as nft names it.
[[nodiscard]] std::optional<std::string> parse_dropping_forward_chain(MessageView view);
// For Socket::dump(): one NFT_MSG_NEWRULE a rule of the table.
void write_dump_rules(Message& message, std::string_view table, Tables tables = Tables::inet);
// The chain that an answer to write_dump_rules() is about.
[[nodiscard]] std::optional<std::string> parse_rule_chain(MessageView view);

}  // namespace weft::netlink::nft
