// The pods' own nf_tables table, without its elements: inet weft-pods.
//
// The packet's view. From a pod's link: a source address that is not the pod's is dropped and counted. From anywhere
// but `lo`: a destination of 127.0.0.0/8 is dropped and counted, which the kernel itself no longer does where
// route_localnet is on (CVE-2020-8558). To one of the node's own addresses, and to no other (CVE-2025-67499): if there
// is a pod for the port, the destination becomes the pod's, unless kube-proxy has sent the packet elsewhere before: its
// chains come first (CVE-2019-9946). On the way out to the pod: the source becomes the node's when the pod is talking
// to itself, or when it was 127.0.0.1, for the pod could not answer; and when it is talking to a pod of the same bridge
// by a port of the node: that pod would answer it directly, past the node, as somebody it has never asked.
//
// Pure: messages only. Any thread.
#pragma once

#include "backend/netlink/nft_transaction.h"
#include "subnet/ip_address.h"

#include <cstddef>
#include <string>

namespace weft::pod_table {

inline constexpr const char* kTable = "weft-pods";

// The maps and sets that elements go to; each family has its own.
//   ports:         protocol . port            -> address . port
//   address_ports: address . protocol . port  -> address . port, looked at first
//   hairpin:       address . address          pods that may reach themselves by a port of the node
[[nodiscard]] const char* ports_map(Family family);
[[nodiscard]] const char* address_ports_map(Family family);
[[nodiscard]] const char* hairpin_set(Family family);
// Not of a family:
//   bridges:       link . link                bridges of which a pod with ports is a port
inline constexpr const char* kBridges = "bridges";

// What marks begin with, of every version.
inline constexpr const char* kMarkPrefix = "skeleton_";

struct Skeleton {
  // Replaces the whole table by one without elements; further messages may add those.
  netlink::nft::Transaction transaction;
  // The name of an empty chain in it, made of all the messages' bytes. A table that has the chain was made by this
  // version of the skeleton, one that has not by another.
  std::string mark;
  std::size_t rules = 0;
};
[[nodiscard]] Skeleton make_skeleton();

}  // namespace weft::pod_table
