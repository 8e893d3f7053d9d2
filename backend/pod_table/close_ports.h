// The end of what nf_tables knows of a pod.
#pragma once

#include "subnet/ledger/attachment.h"
#include "subnet/result.h"

namespace weft::pod_table {

// For an attachment whose link is gone: takes its ports out of the table, the UDP flows to them out of connection
// tracking, and its addresses out of the check of sources on a bridge. Success also when there is nothing of it. In the
// calling thread's network namespace; errors as PodTable's.
[[nodiscard]] Result<> close_ports(const Attachment& attachment);

}  // namespace weft::pod_table
