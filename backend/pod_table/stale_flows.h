// UDP flows that connection tracking remembers, when a port of the node changes hands.
//
// The destination of a flow is decided with its first packet. A client that goes on sending from the same port, as DNS
// forwarders and telephones do, keeps its flow alive for ever: to the node itself if it sent before the pod came, to an
// address that is nobody's after the pod has gone. TCP needs none of this: the next connection is another flow.
#pragma once

#include "subnet/ledger/attachment.h"
#include "subnet/result.h"

namespace weft::pod_table {

// After the ports are open again: forgets flows to them that lead elsewhere. Walks all flows of the node.
[[nodiscard]] Result<> forget_flows_elsewhere(const Attachment& attachment);

// After the ports of a pod that is new are open: the same, and quickly where the kernel can, for no flow needs to be
// kept. Then flows to the node's link-local addresses, and to 127.0.0.0/8 but 127.0.0.1, are left.
[[nodiscard]] Result<> forget_earlier_flows(const Attachment& attachment);

// After they are closed: forgets flows to them that lead to the pod.
[[nodiscard]] Result<> forget_flows_to(const Attachment& attachment);

}  // namespace weft::pod_table
