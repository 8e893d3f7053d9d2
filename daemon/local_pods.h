// This node's pods, as the plugin's ledger knows them.
#pragma once

#include "backend/node_facts.h"
#include "subnet/lease.h"

#include <string>

namespace weft {

// Whether a pod still holds an address of `subnets`: an attachment whose host's end is there, or one that another
// plugin made for us. Routes would not tell: a bridge's is there without a pod. An entry that cannot be read is
// nobody's, as its link is not known. Reads every file of the ledger: not for every day.
[[nodiscard]] bool holds_pods(const std::string& ledger_directory, const NodeFacts& facts, const Subnets& subnets);

// Whether there are attachments in mode "delegate": only DEL can undo those, with the file ADD left for it.
[[nodiscard]] bool has_delegated_pods(const std::string& ledger_directory);

}  // namespace weft
