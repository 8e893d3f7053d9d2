#include "daemon/local_pods.h"

#include "subnet/ledger/entry_names.h"
#include "subnet/ledger/ledger.h"

#include <algorithm>
#include <filesystem>

namespace weft {
namespace {

bool inside(const IpAddress& address, const Subnets& subnets) {
  const auto& subnet = subnets.of(address.family());
  return subnet && subnet->contains(address);
}

}  // namespace

bool has_delegated_pods(const std::string& ledger_directory) {
  std::error_code missing;
  return std::filesystem::directory_iterator(std::filesystem::path(ledger_directory) / kDelegatesFolder, missing) !=
         std::filesystem::directory_iterator();
}

bool holds_pods(const std::string& ledger_directory, const NodeFacts& facts, const Subnets& subnets) {
  if (has_delegated_pods(ledger_directory)) return true;
  const auto ledger = Ledger::open(ledger_directory);
  const auto entries = ledger ? ledger->list() : std::unexpected(ledger.error());
  if (!entries) return false;  // nothing was ever attached
  return std::ranges::any_of(*entries, [&](const Ledger::Entry& entry) {
    if (!entry.attachment) return false;
    const Attachment& pod = *entry.attachment;
    return std::ranges::count(facts.interfaces, pod.host_link, &Interface::name) != 0 &&
           std::ranges::any_of(pod.addresses, [&](const IpAddress& own) { return inside(own, subnets); });
  });
}

}  // namespace weft
