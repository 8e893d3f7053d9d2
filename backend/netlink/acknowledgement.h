// NLMSG_ERROR: the kernel's answer to one request, success included.
#pragma once

#include "backend/netlink/message_view.h"
#include "subnet/result.h"

namespace weft::netlink {

// `view` is of type NLMSG_ERROR. Success when its error is 0; else the errno as Error::code and a message made of
// its text and the extended acknowledgement's, where there is one: "Invalid argument (Nexthop has invalid gateway)".
// On the wire errors are negative; anything else that is not 0 is a malformed message (EBADMSG).
[[nodiscard]] Result<> parse_acknowledgement(MessageView view);

}  // namespace weft::netlink
