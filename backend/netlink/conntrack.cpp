#include "backend/netlink/conntrack.h"

#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <linux/netlink.h>
#include <sys/socket.h>

namespace weft::netlink {

namespace {

// Of CTA_FILTER_ORIG_FLAGS and CTA_FILTER_REPLY_FLAGS, by the kernel's net/netfilter/nf_internals.h, which is in no
// header for programs.
constexpr std::uint32_t kFilterSource = 1U << 0U;
constexpr std::uint32_t kFilterDestination = 1U << 1U;
constexpr std::uint32_t kFilterProtocol = 1U << 3U;
constexpr std::uint32_t kFilterDestinationPort = 1U << 5U;
constexpr std::uint8_t kNoticesFamily = 1;

void start_request(Message& message, int type, Family family, std::uint8_t version = NFNETLINK_V0) {
  nfgenmsg header{};
  header.nfgen_family = family == Family::v4 ? AF_INET : AF_INET6;
  header.version = version;
  message.start(static_cast<std::uint16_t>((NFNL_SUBSYS_CTNETLINK << 8) | type), 0, header);
}

std::optional<IpAddress> source_of(const Attributes& addresses) {
  return addresses.has(CTA_IP_V4_SRC) ? addresses.address(CTA_IP_V4_SRC) : addresses.address(CTA_IP_V6_SRC);
}

std::optional<IpAddress> destination_of(const Attributes& addresses) {
  return addresses.has(CTA_IP_V4_DST) ? addresses.address(CTA_IP_V4_DST) : addresses.address(CTA_IP_V6_DST);
}

}  // namespace

void write_dump_flows(Message& message, Family family, std::uint8_t protocol,
                      std::optional<std::uint16_t> destination_port) {
  start_request(message, IPCTNL_MSG_CT_GET, family);
  {
    const auto sent = message.nest(CTA_TUPLE_ORIG);
    const auto transport = message.nest(CTA_TUPLE_PROTO);
    message.put_u8(CTA_PROTO_NUM, protocol);
    if (destination_port) message.put_be16(CTA_PROTO_DST_PORT, *destination_port);
  }
  const auto filter = message.nest(CTA_FILTER);
  message.put_u32(CTA_FILTER_ORIG_FLAGS, kFilterProtocol | (destination_port ? kFilterDestinationPort : 0U));
}

std::optional<Flow> parse_flow(MessageView view) {
  if (view.type() != ((NFNL_SUBSYS_CTNETLINK << 8) | IPCTNL_MSG_CT_NEW)) return std::nullopt;
  const auto attributes = view.attributes<nfgenmsg>();
  const auto sent = attributes.nested(CTA_TUPLE_ORIG);
  const auto transport = sent.nested(CTA_TUPLE_PROTO);
  const auto protocol = transport.u8(CTA_PROTO_NUM);
  const auto port = transport.be16(CTA_PROTO_DST_PORT);
  const auto source = source_of(sent.nested(CTA_TUPLE_IP));
  const auto destination = destination_of(sent.nested(CTA_TUPLE_IP));
  const auto answered_by = source_of(attributes.nested(CTA_TUPLE_REPLY).nested(CTA_TUPLE_IP));
  if (!protocol || !port || !source || !destination || !answered_by) return std::nullopt;
  if (attributes.be16(CTA_ZONE).value_or(0) != 0) return std::nullopt;
  const auto tuple = attributes.bytes(CTA_TUPLE_ORIG);
  return Flow{*protocol, *source, *destination, *port, *answered_by, {tuple.begin(), tuple.end()}};
}

void write_count_flows(Message& message) { start_request(message, IPCTNL_MSG_CT_GET_STATS, Family::v4); }

std::optional<std::uint32_t> parse_flow_count(MessageView view) {
  if (view.type() != ((NFNL_SUBSYS_CTNETLINK << 8) | IPCTNL_MSG_CT_GET_STATS)) return std::nullopt;
  return view.attributes<nfgenmsg>().be32(CTA_STATS_GLOBAL_ENTRIES);
}

void write_remove_flows(Message& message, Family family, const FlowFilter& filter) {
  const bool v4 = family == Family::v4;
  // With version 0 the kernel takes no notice of the family (ctnetlink_del_conntrack()).
  start_request(message, IPCTNL_MSG_CT_DELETE, family, kNoticesFamily);
  {
    const auto sent = message.nest(CTA_TUPLE_ORIG);
    if (filter.destination) {
      const auto addresses = message.nest(CTA_TUPLE_IP);
      message.put_address(v4 ? CTA_IP_V4_DST : CTA_IP_V6_DST, *filter.destination);
    }
    const auto transport = message.nest(CTA_TUPLE_PROTO);
    message.put_u8(CTA_PROTO_NUM, filter.protocol).put_be16(CTA_PROTO_DST_PORT, filter.destination_port);
  }
  if (filter.answered_by) {
    const auto answered = message.nest(CTA_TUPLE_REPLY);
    const auto addresses = message.nest(CTA_TUPLE_IP);
    message.put_address(v4 ? CTA_IP_V4_SRC : CTA_IP_V6_SRC, *filter.answered_by);
  }
  const auto flags = message.nest(CTA_FILTER);
  message.put_u32(CTA_FILTER_ORIG_FLAGS,
                  kFilterProtocol | kFilterDestinationPort | (filter.destination ? kFilterDestination : 0U));
  if (filter.answered_by) message.put_u32(CTA_FILTER_REPLY_FLAGS, kFilterSource);
}

void write_remove(Message& message, const Flow& flow) {
  start_request(message, IPCTNL_MSG_CT_DELETE, flow.source.family());
  message.put_bytes(CTA_TUPLE_ORIG | NLA_F_NESTED, flow.tuple);
}

}  // namespace weft::netlink
