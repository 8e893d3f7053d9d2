#include "backend/netlink/nft_rule.h"

#include "backend/netlink/nft_request.h"

#include <linux/netlink.h>
#include <sys/socket.h>

namespace weft::netlink::nft {

namespace {

constexpr std::int32_t kDrop = 0;      // NF_DROP, see kInet
constexpr std::uint8_t kOriginal = 0;  // IP_CT_DIR_ORIGINAL

std::uint32_t register_of(unsigned slot) { return NFT_REG32_00 + slot; }

// Only the attributes' values: the rule that they begin stands around them.
Message& start_rule(Message& message, std::string_view table, std::string_view chain) {
  start_request(message, NFT_MSG_NEWRULE, NLM_F_CREATE | NLM_F_APPEND);
  return message.put_string(NFTA_RULE_TABLE, table).put_string(NFTA_RULE_CHAIN, chain);
}

}  // namespace

RuleWriter::RuleWriter(Message& message, std::string_view table, std::string_view chain)
    : message_(start_rule(message, table, chain)), expressions_(message.nest(NFTA_RULE_EXPRESSIONS)) {}

template <class WriteData>
RuleWriter& RuleWriter::expression(std::string_view name, WriteData write_data) {
  const auto element = message_.nest(NFTA_LIST_ELEM);
  message_.put_string(NFTA_EXPR_NAME, name);
  const auto data = message_.nest(NFTA_EXPR_DATA);
  write_data();
  return *this;
}

RuleWriter& RuleWriter::load_meta(nft_meta_keys key, unsigned slot) {
  return expression("meta", [&] { message_.put_be32(NFTA_META_DREG, register_of(slot)).put_be32(NFTA_META_KEY, key); });
}

RuleWriter& RuleWriter::load_payload(nft_payload_bases base, unsigned offset, unsigned length, unsigned slot) {
  return expression("payload", [&] {
    message_.put_be32(NFTA_PAYLOAD_DREG, register_of(slot)).put_be32(NFTA_PAYLOAD_BASE, base);
    message_.put_be32(NFTA_PAYLOAD_OFFSET, offset).put_be32(NFTA_PAYLOAD_LEN, length);
  });
}

RuleWriter& RuleWriter::load_network(unsigned offset, unsigned length, unsigned slot) {
  return load_payload(NFT_PAYLOAD_NETWORK_HEADER, offset, length, slot);
}

RuleWriter& RuleWriter::load_transport(unsigned offset, unsigned length, unsigned slot) {
  return load_payload(NFT_PAYLOAD_TRANSPORT_HEADER, offset, length, slot);
}

RuleWriter& RuleWriter::load_flow(nft_ct_keys key, bool about_original, unsigned slot) {
  return expression("ct", [&] {
    message_.put_be32(NFTA_CT_DREG, register_of(slot)).put_be32(NFTA_CT_KEY, key);
    if (about_original) message_.put_u8(NFTA_CT_DIRECTION, kOriginal);
  });
}

RuleWriter& RuleWriter::load_fib(nft_fib_result result, std::uint32_t flags, unsigned slot) {
  return expression("fib", [&] {
    message_.put_be32(NFTA_FIB_DREG, register_of(slot)).put_be32(NFTA_FIB_RESULT, result);
    message_.put_be32(NFTA_FIB_FLAGS, flags);
  });
}

RuleWriter& RuleWriter::compare(unsigned slot, nft_cmp_ops operation, std::span<const std::byte> bytes) {
  return expression("cmp", [&] {
    message_.put_be32(NFTA_CMP_SREG, register_of(slot)).put_be32(NFTA_CMP_OP, operation);
    const auto data = message_.nest(NFTA_CMP_DATA);
    message_.put_bytes(NFTA_DATA_VALUE, bytes);
  });
}

RuleWriter& RuleWriter::equals(unsigned slot, std::span<const std::byte> bytes) {
  return compare(slot, NFT_CMP_EQ, bytes);
}

RuleWriter& RuleWriter::differs(unsigned slot, std::span<const std::byte> bytes) {
  return compare(slot, NFT_CMP_NEQ, bytes);
}

RuleWriter& RuleWriter::equals(unsigned slot, std::string_view text) {
  return equals(slot, std::as_bytes(std::span(text)));
}

RuleWriter& RuleWriter::differs(unsigned slot, std::string_view text) {
  return differs(slot, std::as_bytes(std::span(text)));
}

RuleWriter& RuleWriter::equals_u8(unsigned slot, std::uint8_t value) {
  return equals(slot, std::as_bytes(std::span(&value, 1)));
}

RuleWriter& RuleWriter::equals_u32(unsigned slot, std::uint32_t value) {
  return equals(slot, std::as_bytes(std::span(&value, 1)));
}

RuleWriter& RuleWriter::has_bit(unsigned slot, std::uint32_t bits) {
  expression("bitwise", [&] {
    message_.put_be32(NFTA_BITWISE_SREG, register_of(slot)).put_be32(NFTA_BITWISE_DREG, register_of(slot));
    message_.put_be32(NFTA_BITWISE_LEN, sizeof bits);
    const auto put = [&](int attribute, const std::uint32_t& value) {
      const auto data = message_.nest(attribute);
      message_.put_bytes(NFTA_DATA_VALUE, std::as_bytes(std::span(&value, 1)));
    };
    put(NFTA_BITWISE_MASK, bits);
    put(NFTA_BITWISE_XOR, 0);
  });
  const std::uint32_t none = 0;
  return compare(slot, NFT_CMP_NEQ, std::as_bytes(std::span(&none, 1)));
}

RuleWriter& RuleWriter::lookup(std::string_view set, unsigned slot, const unsigned* result) {
  return expression("lookup", [&] {
    message_.put_string(NFTA_LOOKUP_SET, set).put_be32(NFTA_LOOKUP_SREG, register_of(slot));
    if (result != nullptr) message_.put_be32(NFTA_LOOKUP_DREG, register_of(*result));
  });
}

RuleWriter& RuleWriter::in_set(std::string_view set, unsigned slot) { return lookup(set, slot, nullptr); }

RuleWriter& RuleWriter::map(std::string_view map, unsigned slot, unsigned result) { return lookup(map, slot, &result); }

RuleWriter& RuleWriter::destination_nat(Family family, unsigned address_slot, unsigned port_slot) {
  return expression("nat", [&] {
    message_.put_be32(NFTA_NAT_TYPE, NFT_NAT_DNAT).put_be32(NFTA_NAT_FAMILY, family == Family::v4 ? AF_INET : AF_INET6);
    message_.put_be32(NFTA_NAT_REG_ADDR_MIN, register_of(address_slot));
    message_.put_be32(NFTA_NAT_REG_PROTO_MIN, register_of(port_slot));
  });
}

RuleWriter& RuleWriter::masquerade() {
  return expression("masq", [] {});
}

RuleWriter& RuleWriter::count(std::string_view counter) {
  return expression("objref", [&] {
    message_.put_be32(NFTA_OBJREF_IMM_TYPE, NFT_OBJECT_COUNTER).put_string(NFTA_OBJREF_IMM_NAME, counter);
  });
}

RuleWriter& RuleWriter::verdict(std::int32_t code, std::string_view chain) {
  return expression("immediate", [&] {
    message_.put_be32(NFTA_IMMEDIATE_DREG, NFT_REG_VERDICT);
    const auto data = message_.nest(NFTA_IMMEDIATE_DATA);
    const auto verdict = message_.nest(NFTA_DATA_VERDICT);
    message_.put_be32(NFTA_VERDICT_CODE, static_cast<std::uint32_t>(code));
    if (!chain.empty()) message_.put_string(NFTA_VERDICT_CHAIN, chain);
  });
}

RuleWriter& RuleWriter::drop() { return verdict(kDrop, {}); }

RuleWriter& RuleWriter::return_to_caller() { return verdict(NFT_RETURN, {}); }

RuleWriter& RuleWriter::jump(std::string_view chain) { return verdict(NFT_JUMP, chain); }

}  // namespace weft::netlink::nft
