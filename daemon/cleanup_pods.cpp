#include "daemon/cleanup_pods.h"

#include "backend/netlink/pod_objects.h"
#include "backend/netlink/requests.h"
#include "backend/netlink/socket.h"
#include "backend/pod_table/bridge_guard.h"
#include "backend/pod_table/pod_table.h"
#include "daemon/local_pods.h"
#include "subnet/ledger/entry_names.h"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <set>

#include <linux/rtnetlink.h>

namespace weft {
namespace {

using netlink::AddressRecord;
using netlink::LinkRecord;
using netlink::Message;
using netlink::RouteRecord;
using netlink::Socket;

class PodCleaner {
 public:
  PodCleaner(Socket socket, CleanupLog& log) : socket_(std::move(socket)), log_(log) {}

  Result<std::vector<LinkRecord>> links() {
    write_dump_links(message_);
    return socket_.dump(message_, netlink::parse_link);
  }

  void remove(const LinkRecord& link) {
    message_.start(RTM_DELLINK, 0, ifinfomsg{.ifi_index = link.index});
    note(socket_.request(message_), ENODEV, "link " + link.name);
  }

  void remove_routes(Family family) {
    netlink::write_dump_routes(message_, family, RT_TABLE_MAIN);
    const auto routes = socket_.dump(message_, netlink::parse_route);
    if (!routes) return fail_first(routes.error());
    for (const RouteRecord& route : *routes) {
      if (route.protocol != netlink::kPodProtocol) continue;
      netlink::write_remove(message_, route);
      note(socket_.request(message_), ESRCH, "route " + route.destination.to_string());
    }
  }

  // Returns the devices that had one.
  std::set<int> remove_addresses(Family family) {
    netlink::write_dump_addresses(message_, family);
    const auto addresses = socket_.dump(message_, netlink::parse_address);
    if (!addresses) {
      fail_first(addresses.error());
      return {};
    }
    std::set<int> devices;
    for (const AddressRecord& address : *addresses) {
      if (address.protocol != netlink::kPodProtocol) continue;
      devices.insert(address.link);
      netlink::write_remove(message_, address);
      note(socket_.request(message_), EADDRNOTAVAIL,
           fmt::format("address {}/{}", address.address.to_string(), address.length));
    }
    return devices;
  }

  void fail_first(const Error& error) {
    if (outcome_) outcome_ = std::unexpected(error);
  }
  [[nodiscard]] Result<> outcome() const { return outcome_; }

 private:
  void note(const Result<>& removed, int gone, const std::string& what) {
    if (removed) {
      log_.removed(what);
    } else if (removed.error().code != gone) {
      fail_first(Error{"remove " + what + ": " + removed.error().message, removed.error().code});
    }
  }

  Socket socket_;
  CleanupLog& log_;
  Message message_;
  Result<> outcome_;
};

void clean_kernel(PodCleaner& cleaner, const std::vector<LinkRecord>& links, CleanupLog& log) {
  for (const LinkRecord& link : links) {
    if (netlink::is_pod_link(link)) cleaner.remove(link);
  }
  std::set<int> devices;
  for (const Family family : {Family::v4, Family::v6}) {
    cleaner.remove_routes(family);
    devices.merge(cleaner.remove_addresses(family));
  }
  for (const LinkRecord& link : links) {
    if (!devices.contains(link.index)) continue;
    log.kept(fmt::format("{} {}, which may be somebody else's: ip link delete {}", link.kind, link.name, link.name));
  }
}

// Addresses need no bookkeeping once no pod has one; what DEL needs for another plugin's pods is kept for it.
Result<> clean_ledger(const std::filesystem::path& directory, CleanupLog& log) {
  if (has_delegated_pods(directory)) {
    log.kept(fmt::format("{}/{}: pods that another plugin attached; they go with their pods", directory.string(),
                         kDelegatesFolder));
    return {};
  }
  std::error_code error;
  const auto files = std::filesystem::remove_all(directory, error);
  if (error) return fail_errno("remove " + directory.string(), error.value());
  if (files > 0) log.removed(directory.string());
  return {};
}

Result<> clean_table(CleanupLog& log) {
  auto table = pod_table::PodTable::open();
  if (!table) return std::unexpected(table.error());
  const auto removed = table->remove();
  if (!removed) return std::unexpected(removed.error());
  if (*removed) log.removed(fmt::format("nft table inet {}", pod_table::kTable));
  auto guard = pod_table::BridgeGuard::open();
  if (!guard) return std::unexpected(guard.error());
  const auto unguarded = guard->remove();
  if (!unguarded) return std::unexpected(unguarded.error());
  if (*unguarded) log.removed(fmt::format("nft table bridge {}", pod_table::kTable));
  return {};
}

}  // namespace

Result<> clean_pods(const CleanupOptions& options, CleanupLog& log) {
  auto socket = Socket::open(NETLINK_ROUTE);
  if (!socket) return std::unexpected(socket.error());
  PodCleaner cleaner(*std::move(socket), log);
  const auto links = cleaner.links();
  if (!links) return std::unexpected(links.error());
  const auto pods = std::ranges::count_if(*links, netlink::is_pod_link);
  if (pods > 0 && !options.pods) {
    log.kept(fmt::format(
        "the links of {} pods and {}: drain the node and run this again, or --pods takes their network away", pods,
        options.ledger_path()));
    return {};
  }
  clean_kernel(cleaner, *links, log);
  if (const auto gone = clean_table(log); !gone) cleaner.fail_first(gone.error());
  if (const auto gone = clean_ledger(options.ledger_path(), log); !gone) cleaner.fail_first(gone.error());
  return cleaner.outcome();
}

}  // namespace weft
