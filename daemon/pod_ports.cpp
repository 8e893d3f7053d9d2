#include "daemon/pod_ports.h"

#include "backend/pod_table/close_ports.h"

namespace weft {

Result<> NftPodPorts::close(const Attachment& attachment) { return pod_table::close_ports(attachment); }

}  // namespace weft
