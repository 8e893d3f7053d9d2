// The elements of the pods' table that a pod's port mappings make.
//
// Pure, any thread. They follow from the ledger's entry alone, so that whoever has that can remove exactly them; but
// for that of its bridge.
#pragma once

#include "backend/netlink/nft_elements.h"
#include "subnet/ledger/attachment.h"

#include <compare>
#include <string>
#include <string_view>
#include <vector>

namespace weft::pod_table {

struct PortElement {
  const char* set = nullptr;  // one of skeleton.h
  netlink::nft::Element element;
  const PortMapping* mapping = nullptr;  // of the attachment; nullptr in a set
};

// Without repetitions, in no particular order. `attachment` must outlive them. `bridge`: that its link is a port of;
// empty: none. The element of the bridge is there for all its pods: who closes the ports of one leaves it.
[[nodiscard]] std::vector<PortElement> port_elements(const Attachment& attachment, std::string_view bridge = {});

// "8080/tcp", "53/udp at 192.0.2.1", for people.
[[nodiscard]] std::string describe(const PortMapping& mapping);
// "default/web (container 3f1c)".
[[nodiscard]] std::string describe(const Attachment& attachment);

}  // namespace weft::pod_table
