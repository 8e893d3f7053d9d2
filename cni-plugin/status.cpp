#include "cni-plugin/delegate.h"
#include "cni-plugin/node_subnet.h"
#include "cni-plugin/verbs.h"
#include "subnet/ledger/boot_id.h"
#include "subnet/ledger/ledger.h"

#include <cerrno>

namespace weft::cni {

Outcome<> status(const Request& request) {
  const auto options = parse_attach_options(request.conf);
  if (options && options->mode == AttachMode::delegate) return delegate::status(request);
  const auto subnet = read_node_subnet(request.conf.subnet_file);
  if (!subnet) return refuse(Code::not_available, "{}", subnet.error().message);
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
