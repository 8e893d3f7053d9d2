#include "backend/pod_table/skeleton.h"

#include "backend/pod_table/skeleton_writer.h"

#include <array>

#include <linux/rtnetlink.h>
#include <sys/socket.h>

namespace weft::pod_table {

namespace {

using netlink::nft::DataType;
using netlink::nft::Hook;
using netlink::nft::HookPoint;
using netlink::nft::RuleWriter;

constexpr const char* kEarly = "early";
constexpr const char* kFromPods = "from_pods";
constexpr const char* kPrerouting = "prerouting";
constexpr const char* kOutput = "output";
constexpr const char* kPostrouting = "postrouting";
constexpr const char* kHostPorts = "host_ports";
constexpr const char* kSpoofed = "spoofed";
constexpr const char* kMartian = "martian";

// Of base chains: before connection tracking; after kube-proxy's, which are at dstnat; srcnat.
constexpr std::int32_t kRaw = -300;
constexpr std::int32_t kAfterDstnat = -90;
constexpr std::int32_t kSrcnat = 100;

constexpr unsigned kLinkSlots = 4;                   // of a link's name
constexpr std::uint32_t kDestinationNat = 1U << 5U;  // IPS_DST_NAT of linux/netfilter/nf_conntrack_common.h

constexpr const Header& header_of(Family family) { return family == Family::v4 ? kIpv4 : kIpv6; }

// The whole of a name's field: what only begins like it is another.
constexpr auto kLoopback = bytes('l', 'o', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

class Writer : private SkeletonWriter {
 public:
  Writer() : SkeletonWriter(netlink::nft::Tables::inet) {}

  Skeleton write() {
    add_counters_and_sets();
    add_chains();
    add_source_rules();
    add_port_rules();
    add_masquerade_rules();
    return finish();
  }

 private:
  void add_counters_and_sets() {
    for (const char* counter : {kSpoofed, kMartian}) add_counter(counter);
    for (const Family family : {Family::v4, Family::v6}) {
      const DataType address = family == Family::v4 ? DataType::ipv4_addr : DataType::ipv6_addr;
      add_set(ports_map(family), {DataType::inet_proto, DataType::inet_service}, {address, DataType::inet_service});
      add_set(address_ports_map(family), {address, DataType::inet_proto, DataType::inet_service},
              {address, DataType::inet_service});
      add_set(hairpin_set(family), {address, address}, {});
    }
    add_set(kBridges, {DataType::ifname, DataType::ifname}, {});
  }

  void add_chains() {
    add_chain(kFromPods, {});
    add_chain(kHostPorts, {});
    add_chain(kEarly, Hook{"filter", HookPoint::prerouting, kRaw});
    add_chain(kPrerouting, Hook{"nat", HookPoint::prerouting, kAfterDstnat});
    add_chain(kOutput, Hook{"nat", HookPoint::output, kAfterDstnat});
    add_chain(kPostrouting, Hook{"nat", HookPoint::postrouting, kSrcnat});
  }

  static RuleWriter& only(RuleWriter& rule, const Header& header) {
    return rule.load_meta(NFT_META_NFPROTO, 0).equals_u8(0, header.family);
  }

  void add_source_rules() {
    add_rule(kEarly, [](RuleWriter& rule) {
      rule.load_meta(NFT_META_IIFNAME, 0).differs(0, kLoopback);
      only(rule, kIpv4).load_network(kIpv4.destination, 1, 0).equals_u8(0, 127).count(kMartian).drop();
    });
    add_rule(kEarly, [](RuleWriter& rule) { rule.load_meta(NFT_META_IIFNAME, 0).equals(0, "wp").jump(kFromPods); });
    // Neighbour discovery: from link-local addresses, which are never forwarded, and from none, to the link.
    add_rule(kFromPods, [](RuleWriter& rule) {
      only(rule, kIpv6).load_network(kIpv6.source, 8, 0);
      rule.equals(0, bytes(0xfe, 0x80, 0, 0, 0, 0, 0, 0)).return_to_caller();
    });
    add_rule(kFromPods, [](RuleWriter& rule) {
      only(rule, kIpv6).load_network(kIpv6.source, kIpv6.length, 0).equals(0, std::array<std::byte, 16>{});
      rule.load_network(kIpv6.destination, 2, 0).equals(0, bytes(0xff, 0x02)).return_to_caller();
    });
    // The link that the source is routed by is not the one that the packet came by.
    add_rule(kFromPods, [](RuleWriter& rule) {
      rule.load_fib(NFT_FIB_RESULT_OIF, NFTA_FIB_F_SADDR | NFTA_FIB_F_IIF, 0).equals_u32(0, 0).count(kSpoofed).drop();
    });
  }

  void add_port_rules() {
    // A packet from ::1 cannot leave the node; unanswered here, clients turn to 127.0.0.1.
    add_rule(kOutput, [](RuleWriter& rule) {
      only(rule, kIpv6).load_network(kIpv6.destination, kIpv6.length, 0);
      rule.equals(0, bytes(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1)).return_to_caller();
    });
    for (const char* chain : {kPrerouting, kOutput}) {
      add_rule(chain, [](RuleWriter& rule) {
        rule.load_fib(NFT_FIB_RESULT_ADDRTYPE, NFTA_FIB_F_DADDR, 0).equals_u32(0, RTN_LOCAL).jump(kHostPorts);
      });
    }
    for (const Family family : {Family::v4, Family::v6}) {
      const Header& header = header_of(family);
      const unsigned slots = header.length / 4;  // of an address
      add_rule(kHostPorts, [&](RuleWriter& rule) {
        only(rule, header).load_network(header.destination, header.length, 0);
        rule.load_meta(NFT_META_L4PROTO, slots).load_transport(2, 2, slots + 1);
        rule.map(address_ports_map(family), 0, 0).destination_nat(family, 0, slots);
      });
      add_rule(kHostPorts, [&](RuleWriter& rule) {
        only(rule, header).load_meta(NFT_META_L4PROTO, 0).load_transport(2, 2, 1);
        rule.map(ports_map(family), 0, 0).destination_nat(family, 0, slots);
      });
    }
  }

  void add_masquerade_rules() {
    for (const Family family : {Family::v4, Family::v6}) {
      const Header& header = header_of(family);
      add_rule(kPostrouting, [&](RuleWriter& rule) {
        only(rule, header).load_network(header.source, header.length, 0);
        rule.load_network(header.destination, header.length, header.length / 4);
        rule.in_set(hairpin_set(family), 0).masquerade();
      });
    }
    for (const Family family : {Family::v4, Family::v6}) add_bridge_rules(family);
    add_rule(kPostrouting, [](RuleWriter& rule) {
      rule.load_meta(NFT_META_OIFNAME, 0).differs(0, kLoopback);
      only(rule, kIpv4).load_network(kIpv4.source, 1, 0).equals_u8(0, 127).masquerade();
    });
  }

  // In by a bridge and out by the same, to a pod with ports, and a port of the node is what it was sent to. On kernels
  // before 5.7 nobody knows here by what it came in.
  void add_bridge_rules(Family family) {
    const Header& header = header_of(family);
    const unsigned slots = header.length / 4;  // of an address
    const auto begin = [&](RuleWriter& rule) -> RuleWriter& {
      only(rule, header).load_meta(NFT_META_IIFNAME, 0).load_meta(NFT_META_OIFNAME, kLinkSlots).in_set(kBridges, 0);
      rule.load_flow(NFT_CT_STATUS, false, 0).has_bit(0, kDestinationNat);
      rule.load_network(header.destination, header.length, 0);
      return rule.load_network(header.destination, header.length, slots).in_set(hairpin_set(family), 0);
    };
    add_rule(kPostrouting, [&](RuleWriter& rule) {
      begin(rule).load_meta(NFT_META_L4PROTO, 0).load_flow(NFT_CT_PROTO_DST, true, 1);
      rule.map(ports_map(family), 0, 0).masquerade();
    });
    add_rule(kPostrouting, [&](RuleWriter& rule) {
      begin(rule).load_flow(family == Family::v4 ? NFT_CT_DST_IP : NFT_CT_DST_IP6, true, 0);
      rule.load_meta(NFT_META_L4PROTO, slots).load_flow(NFT_CT_PROTO_DST, true, slots + 1);
      rule.map(address_ports_map(family), 0, 0).masquerade();
    });
  }
};

}  // namespace

const char* ports_map(Family family) { return family == Family::v4 ? "ports4" : "ports6"; }

const char* address_ports_map(Family family) { return family == Family::v4 ? "address_ports4" : "address_ports6"; }

const char* hairpin_set(Family family) { return family == Family::v4 ? "hairpin4" : "hairpin6"; }

Skeleton make_skeleton() { return Writer().write(); }

}  // namespace weft::pod_table
