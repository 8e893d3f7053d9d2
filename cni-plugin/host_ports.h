// A pod's ports of the node, as the verbs use them: waiting is bounded, errors have CNI's codes.
#pragma once

#include "backend/pod_table/pod_table.h"
#include "cni-plugin/failure.h"
#include "cni-plugin/pod_link.h"
#include "subnet/ledger/ledger.h"

#include <string>
#include <vector>

namespace weft::cni {

// The pods' table, there and of this version. Before the pod has its link: no packet of it passes unchecked.
[[nodiscard]] Outcome<pod_table::PodTable> open_pod_table(const Ledger& ledger);

// Before the pod has its link, where that will be a port of a bridge: nothing but its own addresses passes there. On
// kernels without nf_tables for bridges everything does.
[[nodiscard]] Outcome<> admit_to_bridge(const Ledger& ledger, const Attachment& attachment);

// Once the pod has its link. Code 104 when another pod has one of the ports.
[[nodiscard]] Outcome<> open_ports(pod_table::PodTable& table, const Ledger& ledger, const Attachment& attachment,
                                   const PodLink& link);

// Success also when they are not open.
[[nodiscard]] Outcome<> close_ports(const Attachment& attachment);

// For an attachment whose link is gone: closes its ports, then frees its addresses. In this order, so that whatever
// dies in between, what is in the ledger tells what is in the kernel.
[[nodiscard]] Outcome<> forget(const Ledger& ledger, const AttachmentKey& key);

// What CHECK has to say about them. `link` is one of find_faults().
[[nodiscard]] Result<std::vector<std::string>> find_port_faults(const Attachment& attachment, const std::string& link);

}  // namespace weft::cni
