// Attach mode "delegate": another plugin attaches the pod, with the node's subnets as its addresses.
#pragma once

#include "cni-plugin/verbs.h"
#include "subnet/ledger/attachment.h"

#include <set>

namespace weft::cni::delegate {

// All or nothing: a delegate that fails is run again with DEL.
[[nodiscard]] Outcome<Json> add(const Request& request);

// With what ADD was done with; where that is lost, with what the configuration says now. Success when nothing was
// delegated for this name and the configuration does not delegate.
[[nodiscard]] Outcome<> del(const Request& request);

[[nodiscard]] Outcome<> check(const Request& request);
[[nodiscard]] Outcome<> status(const Request& request);

// Undoes each attachment of this network that is not valid, then asks the delegate to do the same.
[[nodiscard]] Outcome<> gc(const Request& request, const std::set<AttachmentKey>& valid);

}  // namespace weft::cni::delegate
