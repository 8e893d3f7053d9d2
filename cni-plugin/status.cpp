#include "backend/netlink/find_link.h"
#include "cni-plugin/delegate.h"
#include "cni-plugin/node_subnet.h"
#include "cni-plugin/verbs.h"
#include "subnet/ledger/boot_id.h"
#include "subnet/ledger/ledger.h"

#include <cerrno>

#include <linux/netlink.h>
#include <net/if.h>

namespace weft::cni {
namespace {

// weftd puts back what is missing within a second: if it is there to do so.
Outcome<> check_devices(const std::vector<std::string>& devices) {
  if (devices.empty()) return {};
  auto socket = netlink::Socket::open(NETLINK_ROUTE);
  if (!socket) return refuse_with(Code::not_available, "open rtnetlink", socket.error());
  for (const std::string& device : devices) {
    const auto found = netlink::find_link(*socket, device);
    if (!found) return refuse_with(Code::not_available, "read the node's devices", found.error());
    const auto& link = *found;
    if (link && (link->flags & IFF_UP) != 0) continue;
    return refuse(Code::limited_connectivity,
                  "device {} is {}: pods do not reach other nodes; is weftd running? its log tells more", device,
                  link ? "down" : "missing");
  }
  return {};
}

}  // namespace

Outcome<> status(const Request& request) {
  const auto options = parse_attach_options(request.conf);
  if (options && options->mode == AttachMode::delegate) return delegate::status(request);
  const auto subnet = read_node_subnet(request.conf.subnet_file);
  if (!subnet) return refuse(Code::not_available, "{}", subnet.error().message);
  if (const auto whole = check_devices(subnet->devices); !whole) return whole;
  const auto ledger = Ledger::open(request.conf.data_directory);
  if (!ledger && ledger.error().code == ENOENT) return {};  // all addresses are free
  if (!ledger) return refuse_with(Code::not_available, "dataDir", ledger.error());
  const auto boot_id = current_boot_id();
  if (!boot_id) return refuse_with(Code::not_available, "boot id", boot_id.error());
  for (const AddressPool& pool : subnet->pools) {
    if (ledger->has_room(pool, *boot_id)) continue;
    return refuse(Code::not_available, "all {} addresses of {} are in use: remove pods from this node", pool.size(),
                  pool.subnet().to_string());
  }
  return {};
}

}  // namespace weft::cni
