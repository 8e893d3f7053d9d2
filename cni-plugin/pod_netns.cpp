#include "cni-plugin/pod_netns.h"

namespace weft::cni {

namespace {

Outcome<> check_not_own(const Environment& environment, const Netns& netns) {
  if (environment.netns_override) return {};
  const auto own = netns.is_own();
  if (!own) return refuse_with(Code::kernel, "CNI_NETNS", own.error());
  if (*own) {
    return refuse(Code::invalid_netns, "CNI_NETNS {} is the network namespace the plugin itself runs in, not a pod's",
                  environment.netns);
  }
  return {};
}

}  // namespace

Outcome<Netns> open_pod_netns(const Environment& environment) {
  auto netns = Netns::open(environment.netns);
  if (!netns) return refuse_with(Code::invalid_environment, "CNI_NETNS", netns.error());
  if (const auto checked = check_not_own(environment, *netns); !checked) return std::unexpected(checked.error());
  return *std::move(netns);
}

Outcome<> refuse_own_netns(const Environment& environment) {
  if (environment.netns.empty()) return {};
  const auto netns = Netns::open(environment.netns);
  return netns ? check_not_own(environment, *netns) : Outcome<>();
}

}  // namespace weft::cni
