// A skeleton under construction: what those of both families are written with.
#pragma once

#include "backend/netlink/message.h"
#include "backend/netlink/nft_objects.h"
#include "backend/netlink/nft_rule.h"
#include "backend/pod_table/skeleton.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include <sys/socket.h>

namespace weft::pod_table {

// Bytes as constants: bytes(0xfe, 0x80).
template <class... Values>
constexpr std::array<std::byte, sizeof...(Values)> bytes(Values... values) {
  return {static_cast<std::byte>(values)...};
}

// Where things are in IP headers, by byte.
struct Header {
  std::uint8_t family;  // NFPROTO_…, equal to AF_…
  unsigned source;
  unsigned destination;
  unsigned length;  // of an address
};
inline constexpr Header kIpv4{AF_INET, 12, 16, 4};
inline constexpr Header kIpv6{AF_INET6, 8, 24, 16};

class SkeletonWriter {
 public:
  // Begins with the removal of the table, if it is there.
  explicit SkeletonWriter(netlink::nft::Tables tables) : skeleton_{.transaction = netlink::nft::Transaction(tables)} {
    netlink::nft::write_add_table(message_, kTable);  // so that there is something to delete
    add();
    netlink::nft::write_delete_table(message_, kTable);
    add();
    netlink::nft::write_add_table(message_, kTable);
    add();
  }

  void add_chain(const char* name, std::optional<netlink::nft::Hook> hook = {}) {
    netlink::nft::write_add_chain(message_, {kTable, name, std::move(hook)});
    add();
  }

  void add_counter(const char* name) {
    netlink::nft::write_add_counter(message_, kTable, name);
    add();
  }

  void add_set(const char* name, std::vector<netlink::nft::DataType> key,
               std::vector<netlink::nft::DataType> data = {}) {
    netlink::nft::write_add_set(message_, {kTable, name, ++set_id_, std::move(key), std::move(data)});
    add();
  }

  // Calls `write` with a writer of the next rule of the chain.
  template <class Write>
  void add_rule(const char* chain, Write write) {
    {
      netlink::nft::RuleWriter rule(message_, kTable, chain);
      write(rule);
    }
    add();
    ++skeleton_.rules;
  }

  // With the mark.
  [[nodiscard]] Skeleton finish();

 private:
  void add() { skeleton_.transaction.add(message_); }

  Skeleton skeleton_;
  netlink::Message message_;
  std::uint32_t set_id_ = 0;
};

}  // namespace weft::pod_table
