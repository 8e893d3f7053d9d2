// Requests for rtnetlink's objects, links by index: values to messages.
//
// Each write_… starts `message` anew. put creates or replaces (NLM_F_CREATE | NLM_F_REPLACE), so that doing it
// twice is doing it once. Any thread, as long as the message is its own.
#pragma once

#include "backend/netlink/message.h"
#include "backend/netlink/records.h"

#include <string_view>

namespace weft::netlink {

// IPv6 addresses are put without duplicate address detection (IFA_F_NODAD): they are unique by construction, and
// detection would keep them unusable for a second.
void write_put(Message& message, const AddressRecord& address);
void write_put(Message& message, const NeighbourRecord& neighbour);  // state 0: NUD_PERMANENT
void write_put(Message& message, const FdbRecord& entry);            // NTF_SELF, NUD_PERMANENT
// table 0: main; type 0: unicast. other_hops are not supported.
void write_put(Message& message, const RouteRecord& route);
// The same, but never in the place of another route: EEXIST when there is one to this destination, whosever it is.
void write_add(Message& message, const RouteRecord& route);

// Errors that mean "it was not there": EADDRNOTAVAIL for addresses, ENOENT for neighbours and FDB entries, ESRCH for
// routes, ENODEV where the link has gone.
void write_remove(Message& message, const AddressRecord& address);
void write_remove(Message& message, const NeighbourRecord& neighbour);
void write_remove(Message& message, const FdbRecord& entry);  // all remotes of the MAC when `remote` is not set
// By destination, table and, as far as they are set, metric, protocol, type, device and gateway. An IPv4 request
// without metric matches the first of any metric.
void write_remove(Message& message, const RouteRecord& route);

// For Socket::dump(). `link` 0: all. The kernel does the filtering on sockets with NETLINK_GET_STRICT_CHK (4.20).
void write_dump_links(Message& message);
void write_dump_addresses(Message& message, Family family, int link = 0);
void write_dump_neighbours(Message& message, Family family, int link = 0);
void write_dump_fdb(Message& message, int link);
void write_dump_routes(Message& message, Family family, std::uint32_t table);

// For Socket::get(): one RTM_NEWLINK, or ENODEV.
void write_get_link(Message& message, std::string_view name);
// For Socket::get(): the RTM_NEWROUTE by which a packet to `address` would leave.
void write_get_route(Message& message, const IpAddress& address);

}  // namespace weft::netlink
