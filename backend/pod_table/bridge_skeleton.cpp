#include "backend/pod_table/bridge_skeleton.h"

#include "backend/pod_table/skeleton_writer.h"

namespace weft::pod_table {

namespace {

using netlink::nft::DataType;
using netlink::nft::Element;
using netlink::nft::Hook;
using netlink::nft::HookPoint;
using netlink::nft::RuleWriter;
using netlink::nft::Tuple;

constexpr const char* kPorts = "ports";
constexpr const char* kFromPods = "from_pods";
constexpr const char* kAdvertisements = "advertisements";
constexpr const char* kSpoofed = "spoofed";

constexpr std::int32_t kFirst = -300;  // NF_BR_PRI_NAT_DST_BRIDGED, the first of a bridge's own priorities
constexpr unsigned kLinkSlots = 4;     // of a link's name
constexpr unsigned kArpSender = 14;    // RFC 826: its protocol address, of IPv4 over Ethernet
constexpr unsigned kTarget = 8;        // RFC 4861, section 4.4
constexpr std::uint8_t kAdvertises = 136;
constexpr std::uint8_t kIcmpv6 = 58;

constexpr auto kEthernetIpv4 = bytes(0x08, 0x00);
constexpr auto kEthernetArp = bytes(0x08, 0x06);
constexpr auto kEthernetIpv6 = bytes(0x86, 0xdd);
constexpr auto kLinkLocal = bytes(0xfe, 0x80, 0, 0, 0, 0, 0, 0);

class Writer : private SkeletonWriter {
 public:
  Writer() : SkeletonWriter(netlink::nft::Tables::bridge) {}

  Skeleton write() {
    add_counter(kSpoofed);
    add_set(sources_set(Family::v4), {DataType::ifname, DataType::ipv4_addr});
    add_set(sources_set(Family::v6), {DataType::ifname, DataType::ipv6_addr});
    add_set(kUnchecked, {DataType::ifname});
    for (const char* chain : {kAdvertisements, kFromPods}) add_chain(chain);
    add_chain(kPorts, Hook{"filter", HookPoint::prerouting, kFirst});
    add_rule(kPorts, [](RuleWriter& rule) { port(rule).equals(0, "wp").jump(kFromPods); });
    add_rule(kFromPods, [](RuleWriter& rule) { port(rule).in_set(kUnchecked, 0).return_to_caller(); });
    add_ipv4_rules();
    add_ipv6_rules();
    add_rule(kFromPods, [](RuleWriter& rule) { rule.count(kSpoofed).drop(); });
    return finish();
  }

 private:
  template <std::size_t size>
  static RuleWriter& only(RuleWriter& rule, const std::array<std::byte, size>& protocol) {
    return rule.load_meta(NFT_META_PROTOCOL, 0).equals(0, protocol);
  }

  static RuleWriter& port(RuleWriter& rule) { return rule.load_meta(NFT_META_IIFNAME, 0); }

  void add_ipv4_rules() {
    add_rule(kFromPods, [](RuleWriter& rule) {
      port(only(rule, kEthernetIpv4)).load_network(kIpv4.source, kIpv4.length, kLinkSlots);
      rule.in_set(sources_set(Family::v4), 0).return_to_caller();
    });
    add_rule(kFromPods, [](RuleWriter& rule) {
      port(only(rule, kEthernetArp)).load_network(kArpSender, kIpv4.length, kLinkSlots);
      rule.in_set(sources_set(Family::v4), 0).return_to_caller();
    });
    // Asks whether an address is free (RFC 5227).
    add_rule(kFromPods, [](RuleWriter& rule) {
      only(rule, kEthernetArp).load_network(kArpSender, kIpv4.length, 0).equals(0, bytes(0, 0, 0, 0));
      rule.return_to_caller();
    });
  }

  void add_ipv6_rules() {
    add_rule(kAdvertisements, [](RuleWriter& rule) {
      rule.load_transport(kTarget, kLinkLocal.size(), 0).equals(0, kLinkLocal).return_to_caller();
    });
    add_rule(kAdvertisements, [](RuleWriter& rule) {
      port(rule).load_transport(kTarget, kIpv6.length, kLinkSlots).in_set(sources_set(Family::v6), 0);
      rule.return_to_caller();
    });
    add_rule(kAdvertisements, [](RuleWriter& rule) { rule.count(kSpoofed).drop(); });
    add_rule(kFromPods, [](RuleWriter& rule) {
      only(rule, kEthernetIpv6).load_meta(NFT_META_L4PROTO, 0).equals_u8(0, kIcmpv6);
      rule.load_transport(0, 1, 0).equals_u8(0, kAdvertises).jump(kAdvertisements);
    });
    add_rule(kFromPods, [](RuleWriter& rule) {
      only(rule, kEthernetIpv6).load_network(kIpv6.source, kLinkLocal.size(), 0).equals(0, kLinkLocal);
      rule.return_to_caller();
    });
    // Duplicate address detection and group memberships begin without an address.
    add_rule(kFromPods, [](RuleWriter& rule) {
      only(rule, kEthernetIpv6).load_network(kIpv6.source, kIpv6.length, 0).equals(0, std::array<std::byte, 16>{});
      rule.load_network(kIpv6.destination, 2, 0).equals(0, bytes(0xff, 0x02)).return_to_caller();
    });
    add_rule(kFromPods, [](RuleWriter& rule) {
      port(only(rule, kEthernetIpv6)).load_network(kIpv6.source, kIpv6.length, kLinkSlots);
      rule.in_set(sources_set(Family::v6), 0).return_to_caller();
    });
  }
};

}  // namespace

const char* sources_set(Family family) { return family == Family::v4 ? "sources4" : "sources6"; }

Skeleton make_bridge_skeleton() { return Writer().write(); }

std::vector<PortElement> source_elements(const Attachment& attachment) {
  std::vector<PortElement> elements;
  for (const IpAddress& address : attachment.addresses) {
    Tuple key = Tuple().add_link(attachment.host_link).add(address);
    elements.push_back({sources_set(address.family()), Element{std::move(key), {}, {}}, nullptr});
  }
  return elements;
}

PortElement unchecked_element(const std::string& link) {
  return {kUnchecked, Element{Tuple().add_link(link), {}, {}}, nullptr};
}

}  // namespace weft::pod_table
