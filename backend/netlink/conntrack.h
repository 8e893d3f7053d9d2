// Connection tracking, as far as this project needs it: to find flows and to forget them (ctnetlink).
//
// Plain values, no I/O. Any thread, as long as the message is its own.
#pragma once

#include "backend/netlink/message.h"
#include "backend/netlink/message_view.h"
#include "subnet/ip_address.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace weft::netlink {

// A flow as it was sent, and who answers.
struct Flow {
  std::uint8_t protocol = 0;
  IpAddress source;
  IpAddress destination;
  std::uint16_t destination_port = 0;
  IpAddress answered_by;         // another than `destination` after destination NAT
  std::vector<std::byte> tuple;  // the kernel's key of it, CTA_TUPLE_ORIG

  friend bool operator==(const Flow&, const Flow&) = default;
};

// For Socket::dump() on a NETLINK_NETFILTER socket: flows of this protocol, sent to this port if one is given. Kernels
// before 5.8 do not know the filter and tell of all flows.
void write_dump_flows(Message& message, Family family, std::uint8_t protocol,
                      std::optional<std::uint16_t> destination_port);
// nullopt for what is none, and for flows of other zones than the default one.
[[nodiscard]] std::optional<Flow> parse_flow(MessageView view);

// For Socket::get(): how many flows there are.
void write_count_flows(Message& message);
[[nodiscard]] std::optional<std::uint32_t> parse_flow_count(MessageView view);

// Which flows to forget in one request. While there are few of them the kernel finds them twenty times as fast as it
// tells of them: it does not stop at empty buckets of its table, which a dump does.
struct FlowFilter {
  std::uint8_t protocol = 0;
  std::uint16_t destination_port = 0;
  std::optional<IpAddress> destination;  // that they were sent to
  std::optional<IpAddress> answered_by;
};
// `family`: of the flows. EOPNOTSUPP or EINVAL, and nothing is forgotten, on kernels before 6.10.
void write_remove_flows(Message& message, Family family, const FlowFilter& filter);

// The next packet starts a new flow. ENOENT: it is gone.
void write_remove(Message& message, const Flow& flow);

}  // namespace weft::netlink
