// The list that comes with GC: CNI spec 1.1.0, section 2. Pure, any thread.
#pragma once

#include "cni-plugin/net_conf.h"
#include "subnet/ledger/attachment.h"

#include <set>

namespace weft::cni {

// A missing list means that nothing is valid; code 7 for one that is not understood, which must not mean that.
[[nodiscard]] Outcome<std::set<AttachmentKey>> valid_attachments(const NetConf& conf);

}  // namespace weft::cni
