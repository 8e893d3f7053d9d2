#include "daemon/debug/node_pods.h"

#include "daemon/debug/pods.h"
#include "daemon/options.h"
#include "subnet/json_text.h"
#include "subnet/ledger/boot_id.h"

#include <nlohmann/json.hpp>

#include <cerrno>

namespace weft {
namespace {

Result<> read_ledger(PodsView& view) {
  const auto ledger = Ledger::open(view.directory);
  if (!ledger && ledger.error().code == ENOENT) return {};
  if (!ledger) return std::unexpected(ledger.error());
  auto entries = ledger->list();
  if (!entries) return std::unexpected(entries.error());
  view.entries = *std::move(entries);
  auto strays = ledger->strays();
  if (!strays) return std::unexpected(strays.error());
  view.strays = *std::move(strays);
  return {};
}

Result<> read_links(PodsView& view) {
  auto kernel = NetlinkHostLinks::open();
  if (!kernel) return std::unexpected(kernel.error());
  auto links = (*kernel)->list();
  if (!links) return std::unexpected(links.error());
  view.links = *std::move(links);
  return {};
}

}  // namespace

Result<std::string> node_pods(const std::string& directory, bool leaks) {
  PodsView view{.directory = directory, .leaks = leaks};
  auto boot_id = current_boot_id();
  if (!boot_id) return std::unexpected(boot_id.error());
  // First the links: an ADD that comes in between is one that makes its link just now.
  if (const auto read = read_links(view); !read) return std::unexpected(read.error());
  if (const auto read = read_ledger(view); !read) return std::unexpected(read.error());
  view.moment = {.boot_id = *std::move(boot_id), .since_boot = time_since_boot(), .grace = kDefaultSweepPeriod};
  return json_text(pods_json(view));
}

}  // namespace weft
