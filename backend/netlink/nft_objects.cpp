#include "backend/netlink/nft_objects.h"

#include "backend/netlink/nft_elements.h"
#include "backend/netlink/nft_request.h"

#include <fmt/format.h>

#include <linux/netfilter.h>
#include <linux/netlink.h>
#include <net/if.h>
#include <sys/socket.h>

namespace weft::netlink::nft {

namespace {

constexpr std::uint32_t kPolicyDrop = 0;  // NF_DROP
constexpr std::uint32_t kTypeBits = 6;    // of one type in nft's number of a concatenation

std::uint32_t natural_length(DataType type) {
  switch (type) {
    case DataType::ipv4_addr:
      return 4;
    case DataType::ipv6_addr:
      return 16;
    case DataType::inet_proto:
      return 1;
    case DataType::inet_service:
      return 2;
    case DataType::ifname:
      return IFNAMSIZ;
  }
  return 0;
}

std::uint32_t type_number(const std::vector<DataType>& types) {
  std::uint32_t number = 0;
  for (const DataType type : types) number = (number << kTypeBits) | static_cast<std::uint32_t>(type);
  return number;
}

// As nft names it; empty for those without routing, such as bridge and netdev.
std::string_view routing_family(std::uint8_t family) {
  switch (family) {
    case AF_INET:
      return "ip";
    case AF_INET6:
      return "ip6";
    case kInet:
      return "inet";
    default:
      return {};
  }
}

}  // namespace

std::uint32_t data_length(const std::vector<DataType>& types) {
  if (types.size() == 1) return natural_length(types.front());
  std::uint32_t length = 0;
  for (const DataType type : types) length += padded_length(natural_length(type));
  return length;
}

void write_add_table(Message& message, std::string_view table) {
  start_request(message, NFT_MSG_NEWTABLE, NLM_F_CREATE);
  message.put_string(NFTA_TABLE_NAME, table);
}

void write_delete_table(Message& message, std::string_view table) {
  start_request(message, NFT_MSG_DELTABLE, 0);
  message.put_string(NFTA_TABLE_NAME, table);
}

void write_add_chain(Message& message, const Chain& chain) {
  start_request(message, NFT_MSG_NEWCHAIN, NLM_F_CREATE);
  message.put_string(NFTA_CHAIN_TABLE, chain.table).put_string(NFTA_CHAIN_NAME, chain.name);
  if (!chain.hook) return;
  {
    const auto hook = message.nest(NFTA_CHAIN_HOOK);
    message.put_be32(NFTA_HOOK_HOOKNUM, static_cast<std::uint32_t>(chain.hook->point));
    message.put_be32(NFTA_HOOK_PRIORITY, static_cast<std::uint32_t>(chain.hook->priority));
  }
  message.put_string(NFTA_CHAIN_TYPE, chain.hook->type);
}

void write_add_set(Message& message, const Set& set) {
  start_request(message, NFT_MSG_NEWSET, NLM_F_CREATE);
  message.put_string(NFTA_SET_TABLE, set.table).put_string(NFTA_SET_NAME, set.name).put_be32(NFTA_SET_ID, set.id);
  message.put_be32(NFTA_SET_KEY_TYPE, type_number(set.key)).put_be32(NFTA_SET_KEY_LEN, data_length(set.key));
  if (set.data.empty()) return;
  message.put_be32(NFTA_SET_FLAGS, NFT_SET_MAP);
  message.put_be32(NFTA_SET_DATA_TYPE, type_number(set.data)).put_be32(NFTA_SET_DATA_LEN, data_length(set.data));
}

void write_add_counter(Message& message, std::string_view table, std::string_view name) {
  start_request(message, NFT_MSG_NEWOBJ, NLM_F_CREATE);
  message.put_string(NFTA_OBJ_TABLE, table).put_string(NFTA_OBJ_NAME, name);
  message.put_be32(NFTA_OBJ_TYPE, NFT_OBJECT_COUNTER);
  const auto from_zero = message.nest(NFTA_OBJ_DATA);
}

void write_get_table(Message& message, std::string_view table) {
  start_request(message, NFT_MSG_GETTABLE, 0);
  message.put_string(NFTA_TABLE_NAME, table);
}

void write_get_chain(Message& message, std::string_view table, std::string_view name, Tables tables) {
  start_request(message, NFT_MSG_GETCHAIN, 0, static_cast<std::uint8_t>(tables));
  message.put_string(NFTA_CHAIN_TABLE, table).put_string(NFTA_CHAIN_NAME, name);
}

void write_dump_chains(Message& message) { start_request(message, NFT_MSG_GETCHAIN, 0, AF_UNSPEC); }

std::optional<std::string> parse_chain_of(MessageView view, std::string_view table, Tables tables) {
  const auto* header = view.header<nfgenmsg>();
  if (view.type() != ((NFNL_SUBSYS_NFTABLES << 8) | NFT_MSG_NEWCHAIN) || header == nullptr) return std::nullopt;
  const Attributes chain = view.attributes<nfgenmsg>();
  if (header->nfgen_family != static_cast<std::uint8_t>(tables) || chain.string(NFTA_CHAIN_TABLE) != table)
    return std::nullopt;
  return std::string(chain.string(NFTA_CHAIN_NAME));
}

std::optional<std::string> parse_dropping_forward_chain(MessageView view) {
  const auto* header = view.header<nfgenmsg>();
  if (view.type() != ((NFNL_SUBSYS_NFTABLES << 8) | NFT_MSG_NEWCHAIN) || header == nullptr) return std::nullopt;
  const std::string_view family = routing_family(header->nfgen_family);
  const Attributes chain = view.attributes<nfgenmsg>();
  const auto point = chain.nested(NFTA_CHAIN_HOOK).be32(NFTA_HOOK_HOOKNUM);
  if (family.empty() || point != static_cast<std::uint32_t>(HookPoint::forward)) return std::nullopt;
  if (chain.be32(NFTA_CHAIN_POLICY) != kPolicyDrop) return std::nullopt;
  return fmt::format("{} {} {}", family, chain.string(NFTA_CHAIN_TABLE), chain.string(NFTA_CHAIN_NAME));
}

void write_dump_rules(Message& message, std::string_view table, Tables tables) {
  start_request(message, NFT_MSG_GETRULE, 0, static_cast<std::uint8_t>(tables));
  message.put_string(NFTA_RULE_TABLE, table);
}

std::optional<std::string> parse_rule_chain(MessageView view) {
  if (view.type() != ((NFNL_SUBSYS_NFTABLES << 8) | NFT_MSG_NEWRULE)) return std::nullopt;
  const std::string_view chain = view.attributes<nfgenmsg>().string(NFTA_RULE_CHAIN);
  return chain.empty() ? std::nullopt : std::optional<std::string>(chain);
}

}  // namespace weft::netlink::nft
