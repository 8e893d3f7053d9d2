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

// The next packet starts a new flow. ENOENT: it is gone.
void write_remove(Message& message, const Flow& flow);

}  // namespace weft::netlink
