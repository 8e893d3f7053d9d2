// A FirewallSpec as nft text: one script that replaces table inet weft in one transaction.
//
// Pure. Base chains of other tables run beside ours: an `accept` here cannot overrule another table's `drop`.
#pragma once

#include "backend/masquerade.h"

#include <string>

namespace weft {

[[nodiscard]] std::string render_firewall(const FirewallSpec& spec);

}  // namespace weft
