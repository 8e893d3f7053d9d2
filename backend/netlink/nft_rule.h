// One rule under construction: expressions in the order in which the kernel executes them.
//
// Owns: nothing; it writes into a message, which is complete when the writer is gone. Registers are numbered in
// slots of four bytes, 0 to 15, as concatenations need them: what is longer goes on in the next slots.
#pragma once

#include "backend/netlink/message.h"
#include "subnet/ip_address.h"

#include <cstdint>
#include <span>
#include <string_view>

#include <linux/netfilter/nf_tables.h>

namespace weft::netlink::nft {

class RuleWriter {
 public:
  // Appends a rule to the end of the chain.
  RuleWriter(Message& message, std::string_view table, std::string_view chain);

  // Into `slot`: a fact about the packet (NFT_META_…); a part of its network or transport header; an answer of the
  // routing tables (NFTA_FIB_F_… as `flags`).
  RuleWriter& load_meta(nft_meta_keys key, unsigned slot);
  RuleWriter& load_network(unsigned offset, unsigned length, unsigned slot);
  RuleWriter& load_transport(unsigned offset, unsigned length, unsigned slot);
  // Of the packet's flow, as it was first sent (`about_original`), or of the flow as such.
  RuleWriter& load_flow(nft_ct_keys key, bool about_original, unsigned slot);
  RuleWriter& load_fib(nft_fib_result result, std::uint32_t flags, unsigned slot);

  // The rule goes on only if what is in the slots from `slot` on begins with `bytes`.
  RuleWriter& equals(unsigned slot, std::span<const std::byte> bytes);
  RuleWriter& differs(unsigned slot, std::span<const std::byte> bytes);
  RuleWriter& equals(unsigned slot, std::string_view text);  // without a final NUL: a name that begins so
  RuleWriter& differs(unsigned slot, std::string_view text);
  RuleWriter& equals_u8(unsigned slot, std::uint8_t value);
  RuleWriter& equals_u32(unsigned slot, std::uint32_t value);  // in host order, as the kernel keeps its own numbers

  // Only if one of the bits is set in the number in `slot`, which stays masked.
  RuleWriter& has_bit(unsigned slot, std::uint32_t bits);

  // Only if the key in the slots from `slot` on is in the set.
  RuleWriter& in_set(std::string_view set, unsigned slot);
  // The same for a map; its value comes into the slots from `result` on.
  RuleWriter& map(std::string_view map, unsigned slot, unsigned result);

  // Ends of a rule. Packets of the other family pass by.
  RuleWriter& destination_nat(Family family, unsigned address_slot, unsigned port_slot);
  RuleWriter& masquerade();
  RuleWriter& count(std::string_view counter);  // write_add_counter()'s
  RuleWriter& drop();
  RuleWriter& return_to_caller();
  RuleWriter& jump(std::string_view chain);

 private:
  template <class WriteData>
  RuleWriter& expression(std::string_view name, WriteData write_data);
  RuleWriter& compare(unsigned slot, nft_cmp_ops operation, std::span<const std::byte> bytes);
  RuleWriter& load_payload(nft_payload_bases base, unsigned offset, unsigned length, unsigned slot);
  RuleWriter& lookup(std::string_view set, unsigned slot, const unsigned* result);
  RuleWriter& verdict(std::int32_t code, std::string_view chain);

  Message& message_;
  Message::Nest expressions_;
};

}  // namespace weft::netlink::nft
