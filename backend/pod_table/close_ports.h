// The end of a pod's ports of the node.
#pragma once

#include "subnet/ledger/attachment.h"
#include "subnet/result.h"

namespace weft::pod_table {

// For an attachment whose link is gone: takes its ports out of the table, and the UDP flows to it out of connection
// tracking. Success also when it has none open. In the calling thread's network namespace; errors as PodTable's.
[[nodiscard]] Result<> close_ports(const Attachment& attachment);

}  // namespace weft::pod_table
