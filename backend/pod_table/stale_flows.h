// UDP flows that connection tracking remembers, when a port of the node changes hands.
//
// The destination of a flow is decided with its first packet. A client that goes on sending from the same port, as DNS
// forwarders and telephones do, keeps its flow alive for ever: to the node itself if it sent before the pod came, to an
// address that is nobody's after the pod has gone. TCP needs none of this: the next connection is another flow.
#pragma once

#include "subnet/ledger/attachment.h"
#include "subnet/result.h"

namespace weft::pod_table {

// After the ports are open: forgets flows to them that lead elsewhere.
[[nodiscard]] Result<> forget_flows_elsewhere(const Attachment& attachment);

// After they are closed: forgets flows to them that lead to the pod.
[[nodiscard]] Result<> forget_flows_to(const Attachment& attachment);

}  // namespace weft::pod_table
