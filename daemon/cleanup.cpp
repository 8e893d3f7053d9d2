#include "daemon/cleanup.h"

#include "backend/netlink_kernel.h"
#include "backend/nft_firewall.h"
#include "backend/plan.h"
#include "daemon/cleanup_files.h"
#include "daemon/cleanup_node.h"
#include "daemon/cleanup_pods.h"
#include "daemon/complain.h"
#include "daemon/daemon_config.h"
#include "daemon/exit_codes.h"
#include "daemon/install.h"
#include "daemon/own_devices.h"
#include "daemon/single_instance.h"

#include <cerrno>
#include <cstdio>
#include <optional>
#include <variant>

namespace weft {
namespace {

Result<> clean_kernel(CleanupLog& log) {
  auto kernel = NetlinkKernel::open();
  if (!kernel) return std::unexpected(kernel.error());
  const auto facts = kernel->read_facts();
  if (!facts) return std::unexpected(facts.error());
  const auto dump = kernel->dump(own_devices(*facts, std::nullopt));
  if (!dump) return std::unexpected(dump.error());
  const Plan plan = make_plan({}, dump->own);
  const OperationResults results = kernel->apply(plan.operations);
  Result<> outcome;
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (results[i]) {
      log.removed(to_string(plan.operations[i].object));
    } else if (outcome) {
      outcome = std::unexpected(results[i].error());
    }
  }
  return outcome;
}

Result<> clean_firewall(CleanupLog& log) {
  auto firewall = NftFirewall::open();
  if (!firewall) return std::unexpected(firewall.error());
  const auto listing = firewall->list();
  if (!listing) return std::unexpected(listing.error());
  if (listing->empty()) return {};
  if (auto removed = firewall->remove(); !removed) return removed;
  log.removed("nft table inet weft");
  return {};
}

int exit_code_of(const Error& error) {
  return error.code == EPERM || error.code == EACCES ? kExitPermission : kExitFailed;
}

}  // namespace

int run_cleanup(const CleanupOptions& options) {
  auto instance = SingleInstance::acquire();
  if (!instance) return complain(kExitFailed, instance.error().message);
  if (const auto* holder = std::get_if<SingleInstance::Holder>(&*instance)) {
    return complain(kExitAlreadyRunning, fmt::format("weftd runs here with pid {}: end it first", holder->pid));
  }
  if (!has_net_admin()) {
    return complain(kExitPermission, "CAP_NET_ADMIN is missing, nothing was removed: run as root");
  }
  CleanupLog log;
  int code = kExitOk;
  const auto note = [&code](const Result<>& result) {
    if (!result) code = complain(exit_code_of(result.error()), result.error().message);
  };
  // First the conflist, so that no new pod is sent here meanwhile.
  note(clean_files(options, log));
  note(clean_kernel(log));
  note(clean_firewall(log));
  note(clean_pods(options, log));
  note(clean_plugin(options, log));
  clean_run_dir(options, log);
  if (options.node_annotations) note(clean_node(options, log));
  if (log.count() == 0 && code == kExitOk) fmt::print("nothing of Weft's is here\n");
  return code;
}

}  // namespace weft
